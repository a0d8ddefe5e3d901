"""Networks that were trained for one noise level, tested at others.

Noise and measure are those of ``python -m cnnviz evaluate NAME --data SET --sigma LEVEL``. All
numbers together take minutes: ``python -m cnnviz.cli_levels`` computes them once, and a file keeps
them with the digests of the weights and the pictures that they belong to.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz import checkpoints
from cnnviz.data.folders import data_folders
from cnnviz.data.noise import gaussian
from cnnviz.data.pictures import BUNDLED, PictureSet, load_pictures
from cnnviz.explain.dncnn import denoised
from cnnviz.metrics import psnr
from cnnviz.models.dncnn import DnCNN
from cnnviz.whole_files import write_whole

Values = NDArray[np.float64]

NETWORKS = ("dncnn_15", "dncnn_25", "dncnn_50", "dncnn_blind")
#: Noise levels of the test, grey levels; those of the training are among them.
SIGMAS = (5.0, 10.0, 15.0, 25.0, 35.0, 50.0, 60.0, 75.0)
#: Of the bundled photos' crops every fourth is measured: 12, as many pictures as Set12 has.
EVERY = 4
SEED = 0  # of the noise


@dataclass(frozen=True)
class Extremes:
    """How far networks are behind the best one.

    Attributes:
        steadiest: the network that is least far behind where it is worst.
        at_most: how far that is, dB.
        worst: the network that is farthest behind of all.
        sigma: at which noise level, grey levels.
        most: how far that is, dB.
    """

    steadiest: str
    at_most: float
    worst: str
    sigma: float
    most: float


@dataclass(frozen=True)
class Levels:
    """PSNR of some networks at some noise levels, as far as it is measured; else NaN.

    Attributes:
        pictures: name of the set.
        pictures_digest: of their grey levels.
        networks: digests of the weights, by the networks' names: the rows.
        sigmas: (S,) noise levels, grey levels: the columns.
        noisy: (S, P) of the noisy pictures, dB.
        denoised: (N, S, P) of the denoised pictures, dB.
    """

    pictures: str
    pictures_digest: str
    networks: Mapping[str, str]
    sigmas: tuple[float, ...]
    noisy: Values
    denoised: Values

    @property
    def share(self) -> float:
        """How much of it is measured, 0 to 1."""
        return float((~np.isnan(self.denoised)).sum() / max(self.denoised.size, 1))

    @property
    def psnr(self) -> Values:
        """(N, S) mean of the pictures, dB; NaN where not all of them are measured."""
        mean: Values = self.denoised.mean(axis=2)
        return mean

    @property
    def gain(self) -> Values:
        """(N, S) how much the mean PSNR is above that of the noisy pictures, dB."""
        gain: Values = self.psnr - self.noisy.mean(axis=1)
        return gain

    @property
    def behind(self) -> Values:
        """(N, S) how far the mean PSNR is from that of the best network, dB, 0 or less; NaN at a
        level where not all networks are measured.
        """
        behind: Values = self.psnr - self.psnr.max(axis=0)
        return behind

    @property
    def best(self) -> tuple[int | None, ...]:
        """(S,) which network is the best at each level; None where not all are measured."""
        return tuple(
            None if np.isnan(column).any() else int(column.argmax()) for column in self.psnr.T
        )

    @property
    def extremes(self) -> "Extremes | None":
        """How far behind the best networks are, of the levels where all of them are measured; None
        where there are none, or fewer than two networks.
        """
        known = np.flatnonzero(~np.isnan(self.behind).any(axis=0))
        if not known.size or len(self.networks) < 2:
            return None
        behind, names = -self.behind[:, known], list(self.networks)
        steadiest = int(behind.max(axis=1).argmin())
        worst, level = np.unravel_index(behind.argmax(), behind.shape)
        return Extremes(
            steadiest=names[steadiest],
            at_most=float(behind[steadiest].max()),
            worst=names[int(worst)],
            sigma=self.sigmas[known[level]],
            most=float(behind.max()),
        )


def pictures_of(name: str) -> PictureSet:
    """The pictures that are measured: a set of ``cnnviz.data.pictures``, of the crops of the
    bundled photos some.

    Raises:
        UserError: where they are not here.
    """
    found = load_pictures(name)
    return found.take(np.arange(0, len(found.names), EVERY)) if name == BUNDLED else found


def files_of(name: str) -> tuple[Path, Path]:
    """Where the table of a set of pictures may be: one that comes with the project, and one that
    was measured here.
    """
    here = data_folders()[-1] / "dncnn_levels" / f"{name}.json"
    return checkpoints.SHIPPED / f"dncnn_levels_{name}.json", here


def best_known(wanted: Levels) -> Levels:
    """The table as far as it is measured, from the file of the two that knows more."""
    known = (read(file, wanted) for file in files_of(wanted.pictures))
    return max(known, key=lambda levels: levels.share)


def unmeasured(name: str, pictures: PictureSet) -> Levels:
    """The table of the trained networks that are here, with nothing measured yet.

    Args:
        name: of the set of pictures.
        pictures: themselves.
    """
    digest = hashlib.blake2b(digest_size=16)
    for image in pictures.images:
        digest.update(repr(image.shape).encode() + image.tobytes())
    here = checkpoints.names()
    networks = {network: digest_of(network) for network in NETWORKS if network in here}
    shape = (len(SIGMAS), len(pictures.images))
    return Levels(
        name,
        digest.hexdigest(),
        networks,
        SIGMAS,
        np.full(shape, np.nan),
        np.full((len(networks), *shape), np.nan),
    )


def digest_of(checkpoint: str) -> str:
    """The digest of a checkpoint's weights: others have other numbers.

    Raises:
        UserError: where there is no such checkpoint.
    """
    content = checkpoints.locate(checkpoint).read_bytes()
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def measured(levels: Levels, pictures: PictureSet, models: Mapping[str, DnCNN]) -> Iterator[Levels]:
    """Measure what is missing; yields the table after each picture, at the end the whole.

    Args:
        levels: what is measured already.
        pictures: those that it is about.
        models: the networks, in eval mode, by name.
    """
    for s, sigma in enumerate(levels.sigmas):
        for n, network in enumerate(levels.networks):
            for i in np.flatnonzero(np.isnan(levels.denoised[n, s])).tolist():
                image = pictures.images[i]
                picture = gaussian(image, sigma, SEED, i)
                noisy, found = levels.noisy.copy(), levels.denoised.copy()
                noisy[s, i] = psnr(image, picture)
                found[n, s, i] = psnr(image, denoised(models[network], picture))
                levels = replace(levels, noisy=noisy, denoised=found)
                yield levels


def read(file: Path, wanted: Levels) -> Levels:
    """What a file knows of a table: numbers of other weights or other pictures are none of it.

    Args:
        file: need not be there.
        wanted: what it is asked for; its numbers do not matter.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return _known(content, wanted)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return wanted  # not there, or not such a file


def write(file: Path, levels: Levels) -> None:
    """Keep a table in a file, whole or not at all."""
    content = {
        "pictures": levels.pictures,
        "pictures_digest": levels.pictures_digest,
        "sigmas": list(levels.sigmas),
        "seed": SEED,
        "noisy": _written(levels.noisy),
        "networks": {
            network: {"digest": digest, "psnr": _written(levels.denoised[n])}
            for n, (network, digest) in enumerate(levels.networks.items())
        },
        "command": f"python -m cnnviz.cli_levels {levels.pictures}",
    }
    write_whole(file, json.dumps(content, indent=1) + "\n")


def _known(content: Any, wanted: Levels) -> Levels:
    asked = (wanted.pictures_digest, list(wanted.sigmas), SEED)
    if (content["pictures_digest"], content["sigmas"], content["seed"]) != asked:
        return wanted
    noisy, found = _read(content["noisy"], wanted.noisy), wanted.denoised.copy()
    for n, (network, digest) in enumerate(wanted.networks.items()):
        row = content["networks"].get(network)
        if row is not None and row["digest"] == digest:
            found[n] = _read(row["psnr"], found[n])
    return replace(wanted, noisy=noisy, denoised=found)


def _written(values: Values) -> list[list[float | None]]:
    """Rows of numbers; None for NaN, which JSON has not."""
    return [
        [None if np.isnan(value) else round(value, 4) for value in row] for row in values.tolist()
    ]


def _read(rows: Any, like: Values) -> Values:
    """The inverse of ``_written``.

    Raises:
        ValueError: where there are not as many numbers.
    """
    values = np.array(rows, dtype=np.float64)
    if values.shape != like.shape:
        raise ValueError(f"{values.shape} numbers instead of {like.shape}")
    return values

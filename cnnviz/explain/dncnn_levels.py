"""Networks that were trained for one noise level, tested at others.

Noise and measure are those of ``python -m cnnviz evaluate NAME --data SET --sigma LEVEL``. All
numbers together take minutes: ``python -m cnnviz.explain.dncnn_levels`` computes those of the
bundled photos once, and a file keeps them with the digests of the weights and the pictures that
they belong to. With the name of another set it keeps that one's numbers in the data folder.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz import checkpoints
from cnnviz.data.folders import data_folders
from cnnviz.data.noise import gaussian
from cnnviz.data.pictures import BUNDLED, PictureSet, load_pictures
from cnnviz.errors import UserError
from cnnviz.explain import dncnn_networks
from cnnviz.explain.dncnn import denoised
from cnnviz.explain.dncnn_levels_table import Levels, Values
from cnnviz.metrics import psnr
from cnnviz.models.dncnn import DnCNN
from cnnviz.starter import end_with_starter, give_way
from cnnviz.terminal import bar, write_over
from cnnviz.whole_files import write_whole

COMMAND = "python -m cnnviz.explain.dncnn_levels"
#: The table of the bundled photos, as it comes with the project.
SHIPPED = Path(__file__).with_suffix(".json")
#: Noise levels of the test, grey levels; those of the training are among them.
SIGMAS = (5.0, 10.0, 15.0, 25.0, 35.0, 50.0, 60.0, 75.0)
#: Of the bundled photos' crops every fourth is measured: 12, as many pictures as Set12 has.
EVERY = 4
SEED = 0  # of the noise
_OF_PAPER = "set12"


def pictures_of(name: str) -> PictureSet:
    """The pictures that are measured: a set of ``cnnviz.data.pictures``, of the crops of the
    bundled photos some.

    Raises:
        UserError: where they are not here.
    """
    found = load_pictures(name)
    return found.take(np.arange(0, len(found.names), EVERY)) if name == BUNDLED else found


def file_here(name: str) -> Path:
    """Where the table of a set of pictures is kept that was measured on this machine."""
    return data_folders()[-1] / "dncnn_levels" / f"{name}.json"


def best_known(wanted: Levels) -> Levels:
    """The table as far as it is measured, from the file of the two that knows more."""
    known = (read(file, wanted) for file in (SHIPPED, file_here(wanted.pictures)))
    return max(known, key=lambda levels: levels.share)


def known_table(name: str) -> Levels:
    """The table of a set of pictures, as far as it is measured.

    Raises:
        UserError: where the pictures are not here.
    """
    return best_known(unmeasured(name, pictures_of(name)))


def usual_set(table: Callable[[str], Levels] = known_table) -> str:
    """The set that is shown first: the paper's once it is measured, until then the bundled one.

    Args:
        table: gives the table of a set.
    """
    for name in (_OF_PAPER, BUNDLED):
        with suppress(UserError):  # said where it is chosen
            if table(name).share == 1:
                return name
    return BUNDLED


def unmeasured(name: str, pictures: PictureSet) -> Levels:
    """The table of the trained networks that are here, with nothing measured yet.

    Args:
        name: of the set of pictures.
        pictures: themselves.
    """
    digest = hashlib.blake2b(digest_size=16)
    for image in pictures.images:
        digest.update(repr(image.shape).encode() + image.tobytes())
    networks = {network: checkpoints.digest_of(network) for network in dncnn_networks.here()}
    shape = (len(SIGMAS), len(pictures.images))
    return Levels(
        name,
        digest.hexdigest(),
        networks,
        SIGMAS,
        np.full(shape, np.nan),
        np.full((len(networks), *shape), np.nan),
    )


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
        "made_by": f"{COMMAND} {levels.pictures}",
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


def main(arguments: list[str] | None = None) -> int:
    """The command. A page gives ``--beside-pages``, and looks at the file from time to time."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="PSNR of all DnCNNs at all levels.")
    parser.add_argument("pictures", nargs="?", default=BUNDLED, help="a set of pictures")
    parser.add_argument("--beside-pages", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.beside_pages:
        end_with_starter()
    try:
        _measure(options.pictures, beside_pages=options.beside_pages)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        kept = "What is measured is kept: the same command goes on from there."
        print(f"\nStopped. {kept}", file=sys.stderr)
        return 1
    return 0


def _measure(name: str, *, beside_pages: bool) -> None:
    pictures = pictures_of(name)
    table = best_known(unmeasured(name, pictures))
    if not table.networks:
        raise UserError("No trained DnCNN is here.")
    models: Mapping[str, Any] = {
        network: checkpoints.load(network)[0] for network in table.networks
    }
    file = SHIPPED if name == BUNDLED and not beside_pages else file_here(name)
    if beside_pages:
        give_way()  # not before: on a busy machine it would take minutes to get here
    try:
        write(file, table)
        for further in measured(table, pictures, models):
            table = further
            write(file, table)
            if not beside_pages:
                write_over(f"{bar(table.share)} {100 * table.share:.0f} %")
    except OSError as error:
        raise UserError("{file} cannot be written: {reason}.", file=file, reason=error) from error
    if not beside_pages:
        _tell(table, file)


def _tell(table: Levels, file: Path) -> None:
    print(f"\n{'sigma':12} {' '.join(f'{sigma:6g}' for sigma in table.sigmas)}")
    rows = zip(("noisy", *table.networks), (table.noisy.mean(axis=1), *table.psnr), strict=True)
    for name, means in rows:
        print(f"{name:12} {' '.join(f'{mean:6.2f}' for mean in means)}")
    print(f"mean PSNR in dB, in {file}")


if __name__ == "__main__":
    sys.exit(main())

"""A crop with noise of all levels, denoised ahead of time: what a slider scrubs through.

Clean picture and noise are the same at all levels, so what is kept of each is its error alone, in
quarters of a grey level: 16 of 180 x 180 pixels take half a megabyte.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.noise import LEVELS, gaussian
from cnnviz.explain.dncnn import Picture, denoise
from cnnviz.models.dncnn import DnCNN
from cnnviz.whole_files import whole

SEED = 0
QUARTER = 4  # stored values in a grey level
_MOST = np.iinfo(np.int16).max


@dataclass(frozen=True)
class Frames:
    """What a network makes of a grey crop with Gaussian noise of all ``LEVELS``.

    Attributes:
        key: names what they were computed from (``frames_key``).
        errors: one for each level, deflated: the denoised picture minus the clean one, (H, W) as
            ``quarters``.
        numbers: (levels, 4): PSNR (dB) and SSIM of the noisy picture, then of the denoised one.
    """

    key: str
    errors: tuple[bytes, ...]
    numbers: NDArray[np.float64]


def frames(
    model: DnCNN, clean: NDArray[np.uint8], key: str, report: Callable[[float], None] | None = None
) -> Frames:
    """Denoise a crop at all levels.

    Args:
        model: in eval mode, with one channel.
        clean: (H, W).
        key: of ``frames_key``.
        report: called with the share that is done, 0 to 1.
    """
    errors, numbers = [], []
    for done, sigma in enumerate(LEVELS, start=1):
        found = denoise(model, clean, gaussian(clean, sigma, SEED))
        errors.append(zlib.compress(quarters(found.error).tobytes(), 9))
        numbers.append(found.numbers)
        if report:
            report(done / len(LEVELS))
    return Frames(key, tuple(errors), np.array(numbers))


def quarters(levels: Picture) -> NDArray[np.int16]:
    """Grey levels to the nearest quarter: 16 bits, the lowest byte first."""
    made: NDArray[np.int16] = np.rint(levels * QUARTER).clip(-_MOST, _MOST).astype("<i2")
    return made


def frames_key(weights: Path, clean: NDArray[np.uint8]) -> str:
    """Other weights, another crop or other levels have another key."""
    digest = hashlib.blake2b(weights.read_bytes(), digest_size=12)
    digest.update(repr((clean.shape, LEVELS, SEED, QUARTER)).encode())
    digest.update(np.ascontiguousarray(clean).tobytes())
    return digest.hexdigest()


def save(file: Path, made: Frames) -> None:
    """Write frames; ``load`` reads them."""
    sizes = [len(error) for error in made.errors]
    packed = np.frombuffer(b"".join(made.errors), dtype=np.uint8)
    with whole(file) as partial, partial.open("wb") as stream:
        np.savez(stream, key=made.key, sizes=sizes, errors=packed, numbers=made.numbers)


def load(file: Path, key: str) -> Frames | None:
    """Frames of this key; None where the file has others, cannot be read or is not there."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as found:
            if str(found["key"]) != key:
                return None
            ends = np.cumsum(found["sizes"])
            errors = [part.tobytes() for part in np.split(found["errors"], ends)[:-1]]
            return Frames(key, tuple(errors), found["numbers"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None

"""A visitor's photo at full size: opened, looked at, denoised at one place or as a whole.

Its pixels lie in files that are mapped, in a folder that goes with the visitor's session: what a
page looks at is read from there, and the server's memory does not fill with photos.
"""

import hashlib
import re
import shutil
import weakref
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from cnnviz.data import noise_level, photo_files, photos
from cnnviz.data.photo_files import PhotoFile
from cnnviz.explain import dncnn_networks
from dashboard import machine
from dashboard.cache.dncnn import folded_network, network
from dashboard.cache.dncnn_photo_jobs import PhotoJob

if TYPE_CHECKING:
    from cnnviz.explain.dncnn_photo import Way

__all__ = ["PhotoJob"]

Levels = NDArray[Any]
Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]

#: Pixels of the longer side of the whole photo as it is shown, and a side of the loupe.
OVERVIEW, LOUPE = 512, 128
#: Pixels of its shorter side at least: a strip is drawn wider than it is, so that one can point.
POINTED_AT = 32
#: Shown until there is a photo: it has noise of its own.
EXAMPLE = "hubble"
# One after the other: a large photo takes half a gigabyte while it is read.
_reading = Lock()


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class OpenPhoto:
    """A photo, ready to be looked at.

    Attributes:
        name: of its file, as the visitor calls it.
        key: tells its content from all others: the key of caches.
        file: where it lies.
        kind: of the file: "PNG", "JPEG", "WEBP" or "TIFF".
        pixels: (H, W) or (H, W, 3), uint8 or uint16, mapped from a file.
        overview: (h, w, 3), the whole of it made small.
        sigmas: estimated noise of each channel, grey levels; empty where it is too small for that.
        means: of each channel, grey levels.
    """

    name: str
    key: str
    file: Path
    kind: str
    pixels: Levels
    overview: Pixels
    sigmas: tuple[float, ...]
    means: NDArray[np.float64]

    @property
    def sigma(self) -> float | None:
        """The estimated noise of all channels together; None where it is too small for that."""
        return noise_level.overall(self.sigmas)

    @property
    def bits(self) -> int:
        """Bits a channel."""
        return 8 * self.pixels.dtype.itemsize


def opened(name: str, content: bytes | memoryview) -> OpenPhoto:
    """Open an uploaded photo; its files go when it is no longer held.

    Raises:
        UserError: where it cannot be used.
    """
    folder = Path(mkdtemp(prefix="cnnviz_"))
    try:
        # Its name is the visitor's: it names no file here.
        file = folder / "photo"
        file.write_bytes(content)
        key = hashlib.blake2b(content, digest_size=12).hexdigest()
        made = _opened(name, key, file)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    weakref.finalize(made, shutil.rmtree, folder, ignore_errors=True)
    return made


@st.cache_resource(max_entries=1, show_spinner=False)
def example() -> OpenPhoto:
    """A bundled photo, for all visitors."""
    pixels = photos.load(EXAMPLE)
    folder = Path(mkdtemp(prefix="cnnviz_"))
    file = folder / f"{EXAMPLE}.png"
    photo_files.write(file, PhotoFile(pixels, None, None, "PNG"))
    made = _opened(file.name, EXAMPLE, file)
    weakref.finalize(made, shutil.rmtree, folder, ignore_errors=True)
    return made


def _opened(name: str, key: str, file: Path) -> OpenPhoto:
    from cnnviz.explain.dncnn_photo import channel_means

    with _reading:
        photo = photo_files.read(file)
        pixels = _mapped(photo.pixels, file.with_name("before.npy"))
        means, overview = channel_means(photo.pixels), _overview(photo.pixels)
        sigmas = noise_level.channel_sigmas(photo.pixels)
    for array in (means, overview):
        array.setflags(write=False)
    return OpenPhoto(name, key, file, photo.kind, pixels, overview, sigmas, means)


def _mapped(pixels: Levels, file: Path) -> Levels:
    """The same pixels, read from a file where they are looked at."""
    np.save(file, pixels)
    mapped: Levels = np.load(file, mmap_mode="r")
    return mapped


def _overview(pixels: Levels) -> Pixels:
    """The whole photo as a screen shows it, made small."""
    image = Image.fromarray(pixels if pixels.dtype == np.uint8 else (pixels >> 8).astype(np.uint8))
    share = min(1, OVERVIEW / max(image.size))
    size = tuple(min(side, max(round(share * side), POINTED_AT)) for side in image.size)
    # By whole steps first: that is fast.
    image = image.reduce(max(1, min(image.size) // (2 * OVERVIEW))).convert("RGB")
    return np.array(image.resize(size, Image.Resampling.LANCZOS))


def way(sigma: float | None) -> "Way":
    """How noise of a level is taken away; None to leave the level to the network.

    Raises:
        UserError: where no network is here that can do it.
    """
    from cnnviz.explain.dncnn_photo import way

    return way(sigma, dncnn_networks.here())


# At one place


def loupe(photo: OpenPhoto, row: float, column: float) -> Box:
    """The part that is looked at closely: a square, or all of a side that is shorter.

    Args:
        photo: the photo.
        row, column: its middle, as shares of height and width.

    Returns:
        (top, left, bottom, right), the last ones not included.
    """
    starts, ends = [], []
    for share, length in zip((row, column), photo.pixels.shape[:2], strict=True):
        side = min(LOUPE, length)
        start = min(max(round(share * length - side / 2), 0), length - side)
        starts.append(start)
        ends.append(start + side)
    return (*starts, *ends)  # type: ignore[return-value]


def preview(photo: OpenPhoto, box: Box, way: "Way") -> NDArray[np.float32]:
    """A part of the photo denoised: the same as in the whole. Grey levels, read-only."""
    return _preview(photo.key, box, way.network, way.gain, photo)


# A part in colour takes 200 kB.
@st.cache_resource(max_entries=64, show_spinner=False)
def _preview(
    key: str, box: Box, checkpoint: str, gain: float, _photo: OpenPhoto
) -> NDArray[np.float32]:
    from cnnviz.explain.dncnn_photo import part

    found = part(folded_network(checkpoint), _photo.pixels, box, gain, means=_photo.means)
    found.setflags(write=False)
    return found


# As a whole


def seconds(photo: OpenPhoto, way: "Way") -> float:
    """About how long the whole photo takes, where nothing else is to be done."""
    from cnnviz.explain.dncnn_photo import work

    height, width = photo.pixels.shape[:2]
    channels = len(photo.means)
    all_work = channels * work(network(way.network)[0], height, width)
    return all_work * _pace(way.network) / max(1, machine.cpu_cores() - 1)


@st.cache_resource(max_entries=4, ttl=600, show_spinner=False)
def _pace(checkpoint: str) -> float:
    from cnnviz.explain.dncnn_photo import pace

    return pace(network(checkpoint)[0])


def start(photo: OpenPhoto, sigma: float | None) -> PhotoJob:
    """Denoise a whole photo; the job's ``result`` is its pixels, mapped.

    Args:
        photo: the photo.
        sigma: its noise level; None to leave it to the network.
    """
    options = () if sigma is None else ("--sigma", f"{sigma:g}")
    return PhotoJob(photo.file, result_name(photo), options, _finished)


def result_name(photo: OpenPhoto) -> str:
    """The result's file as the visitor gets it: what was TIFF stays TIFF, all else becomes PNG."""
    stem = re.sub(r"[^\w.\- ()+]", "_", Path(photo.name).stem).lstrip(".-") or "photo"
    return f"{stem[:60]}_denoised.{'tif' if photo.kind == 'TIFF' else 'png'}"


def _finished(file: Path, folder: Path) -> Levels:
    with _reading:
        return _mapped(photo_files.read(file).pixels, folder / "after.npy")

"""Photos with all the bits that their files have, read and written. Hostile until checked.

What ``uploads`` and ``cube_tiff`` refuse is refused here, too; other than there, grey stays grey,
16 bits stay 16, opacity and colour profile are kept. Text, place, date and the camera's settings
are passed over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnnviz.data import photo_png, photo_profiles, photo_tiff, picture_files
from cnnviz.data.cube_arrays import reading
from cnnviz.data.uploads import check_size
from cnnviz.errors import UserError
from cnnviz.whole_files import whole

MAX_BYTES = 500_000_000
MAX_PIXELS = 64_000_000
#: Formats that lose nothing, by the endings of files.
WRITTEN: dict[str, Literal["PNG", "TIFF"]] = {".png": "PNG", ".tif": "TIFF", ".tiff": "TIFF"}

Levels = NDArray[Any]

# EXIF's orientations and what makes the picture upright, as uploads.UPRIGHT has them.
_UPRIGHT: dict[int, Callable[[Levels], Levels]] = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a),
}


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A photo as its file has it.

    Attributes:
        pixels: (H, W) or (H, W, 3), uint8 or uint16: 0 to ``white``.
        opacity: (H, W) of the same type, or None.
        profile: ICC colour profile, or None.
        kind: of the file: "PNG", "JPEG", "WEBP" or "TIFF".
    """

    pixels: Levels
    opacity: Levels | None
    profile: bytes | None
    kind: Literal["PNG", "JPEG", "WEBP", "TIFF"]

    @property
    def white(self) -> int:
        """The level of white: 255 or 65535."""
        return int(np.iinfo(self.pixels.dtype).max)

    @property
    def bits(self) -> int:
        """Bits a channel, 8 or 16."""
        return 8 * self.pixels.dtype.itemsize


def read(path: Path) -> PhotoFile:
    """Read a PNG, TIFF, JPEG or WebP photo; which one it is its content says, not its name.

    It is turned upright as the file says. Palettes and CMYK become RGB; of an animation the first
    frame (in PNG: the default image) is taken, of several pages the first.

    Raises:
        UserError: where it is not there, empty, of another format, above 500 MB or 64 megapixels
            (found in the header, before a pixel is decoded), damaged or cut off.
    """
    with reading(path):
        if path.stat().st_size > MAX_BYTES:
            raise UserError(
                "The file is larger than {most} MB: make the picture smaller or save it as JPEG.",
                most=MAX_BYTES // 1_000_000,
            )
        with path.open("rb") as file:
            start = file.read(4)
    if start in photo_tiff.MAGICS:
        levels, turn, profile = photo_tiff.read(path, MAX_PIXELS)
        return _photo(levels, turn, profile, "TIFF")
    with reading(path):
        content = path.read_bytes()
    return _read(content)


def write(path: Path, photo: PhotoFile) -> None:
    """Write a photo as PNG or TIFF, as the path ends, whole or not at all.

    Raises:
        UserError: where the path ends otherwise, or cannot be written to.
    """
    kind = check_ending(path)
    levels = _stacked(photo)
    try:
        with whole(path) as partial:
            if kind == "TIFF":
                photo_tiff.write(partial, levels, photo.profile)
                return
            with partial.open("wb") as file:
                file.writelines(photo_png.encoded(levels, photo.profile))
    except OSError as error:
        raise UserError("{file} cannot be written: {reason}.", file=path, reason=error) from error


def check_ending(path: Path) -> Literal["PNG", "TIFF"]:
    """The format that a photo of this name is written in.

    Raises:
        UserError: where it is neither of the two.
    """
    kind = WRITTEN.get(path.suffix.lower())
    if kind is None:
        raise UserError(
            "The result is written as PNG or TIFF, which lose nothing: {file} ends otherwise.",
            file=path.name,
        )
    return kind


def _read(content: bytes) -> PhotoFile:
    if not content:
        raise UserError("The file is empty: choose another one.")
    kind = picture_files.kind(content)
    if kind is None:
        raise UserError(
            "This file is not a PNG, TIFF, JPEG or WebP picture: save it as one of these."
        )
    check_size(*picture_files.size(kind, content), most=MAX_PIXELS, least=1)
    plain = picture_files.plain(kind, content)
    try:
        if kind == "PNG" and photo_png.is_deep(plain.content):
            mode, levels = "", _with_clear_colour(photo_png.read_deep(plain.content), content)
        else:
            with Image.open(BytesIO(plain.content), formats=(kind,)) as file:
                mode, levels = file.mode, np.asarray(_simple(file))
    except Exception as error:  # Pillow has no closed list of what a damaged file may raise
        raise picture_files.damaged() from error
    levels = levels.reshape(*levels.shape[:2], -1)
    # The profile of inks is not one of RGB.
    profile = b"" if mode == "CMYK" else photo_profiles.found(kind, content)
    return _photo(levels, plain.orientation, profile, kind)


def _simple(image: Image.Image) -> Image.Image:
    """Any mode of 8 bits or fewer as grey, RGB, or one of both with opacity."""
    if image.mode in ("L", "LA", "RGB", "RGBA") and "transparency" not in image.info:
        return image
    colour = image.mode not in ("1", "L", "LA")
    if image.has_transparency_data:
        return image.convert("RGBA" if colour else "LA")
    return image.convert("RGB" if colour else "L")


def _with_clear_colour(levels: Levels, content: bytes) -> Levels:
    """A PNG of 16 bits names one colour as the clear one: the same as opacity."""
    if levels.shape[2] not in (1, 3):
        return levels
    for name, body, _checksum in picture_files.png_chunks(content):
        if name == b"tRNS":
            clear = np.frombuffer(body, ">u2", count=levels.shape[2])
            shown = (levels != clear).any(axis=2, keepdims=True)
            return np.concatenate([levels, shown * np.uint16(65535)], axis=2)
    return levels


def _photo(
    levels: Levels, turn: int, profile: bytes, kind: Literal["PNG", "JPEG", "WEBP", "TIFF"]
) -> PhotoFile:
    colours = _colours(levels)
    upright = _UPRIGHT.get(turn, np.asarray)
    pixels = upright(levels[..., :colours] if colours == 3 else levels[..., 0])
    opacity = upright(levels[..., colours]) if levels.shape[2] > colours else None
    return PhotoFile(
        np.ascontiguousarray(pixels),
        None if opacity is None else np.ascontiguousarray(opacity),
        profile if photo_profiles.fits(profile, colours) else None,
        kind,
    )


def _colours(levels: Levels) -> int:
    """Channels without opacity."""
    return 1 if levels.shape[2] < 3 else 3


def _stacked(photo: PhotoFile) -> Levels:
    """(H, W, C), opacity last."""
    pixels = photo.pixels if photo.pixels.ndim == 3 else photo.pixels[..., None]
    if photo.opacity is None:
        return pixels
    return np.concatenate([pixels, photo.opacity[..., None]], axis=2)

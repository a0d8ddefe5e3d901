"""Pictures from outside: a file that a visitor uploads, or a camera's. Hostile until checked.

Nothing of the process is changed on the way (no limit of Pillow's, no warning filter): many
visitors' files are read at the same time. Colour profiles are not applied: RGB is taken for sRGB.
"""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnnviz.data import picture_files
from cnnviz.errors import UserError

MAX_BYTES = 20_000_000
MAX_PIXELS = 40_000_000
MIN_SIDE = 8

# EXIF's orientations and what makes the picture upright, as PIL.ImageOps.exif_transpose has them.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
EIGHT_BITS = np.rint(np.arange(65536) / 257).astype(np.uint8)  # 16-bit grey: 0 -> 0, 65535 -> 255


def decode(content: bytes) -> NDArray[np.uint8]:
    """Read an uploaded PNG, JPEG or WebP picture; which one it is its content says, not its name.

    It is turned upright as its EXIF data says. Transparent parts are shown on white, grey becomes
    three equal channels, 16 bits become 8, CMYK becomes RGB; of an animation the first frame (in
    PNG: the default image) is taken. Text, profiles and other metadata are passed over unread.

    Args:
        content: the file.

    Returns:
        (H, W, 3), sRGB, 0..255.

    Raises:
        UserError: where it is empty, of another format, above 20 MB or 40 megapixels (found in the
            header, before a pixel is decoded), below 8 pixels a side, damaged or cut off.
    """
    kind = _checked_kind(content)
    check_size(*picture_files.size(kind, content), most=MAX_PIXELS, least=MIN_SIDE)
    plain = picture_files.plain(kind, content)
    try:
        with Image.open(BytesIO(plain.content), formats=(kind,)) as file:
            file.load()
            turn = UPRIGHT.get(plain.orientation)
            return _rgb(file if turn is None else file.transpose(turn))
    except Exception as error:  # Pillow has no closed list of what a damaged file may raise
        raise picture_files.damaged() from error


def _checked_kind(content: bytes) -> picture_files.Kind:
    if not content:
        raise UserError("The file is empty: choose another one.")
    if len(content) > MAX_BYTES:
        raise UserError(
            "The file is larger than {most} MB: make the picture smaller or save it as JPEG.",
            most=MAX_BYTES // 1_000_000,
        )
    kind = picture_files.kind(content)
    if kind is None:
        raise UserError("This file is not a PNG, JPEG or WebP picture: save it as one of these.")
    return kind


def check_size(width: int, height: int, *, most: int, least: int) -> None:
    """Refuse a picture by the size that its header claims.

    Args:
        width, height: pixels.
        most: pixels that it may have.
        least: pixels that each side has to have.

    Raises:
        UserError: where it has more or less.
    """
    if width * height > most:
        raise UserError(
            "The picture has {width} by {height} pixels: reduce it to at most {most} megapixels.",
            width=width,
            height=height,
            most=most // 1_000_000,
        )
    if min(width, height) < least:
        raise UserError(
            "The picture has {width} by {height} pixels: it takes at least {least} on each side.",
            width=width,
            height=height,
            least=least,
        )


def _rgb(image: Image.Image) -> NDArray[np.uint8]:
    """Any mode of the three formats as (H, W, 3) on white."""
    if image.mode.startswith("I;16"):  # Pillow's own conversion clips instead of scaling
        deep = np.asarray(image)
        grey = EIGHT_BITS[deep]
        if "transparency" in image.info:
            grey[deep == image.info["transparency"]] = 255
        return np.repeat(grey[..., None], 3, axis=2)
    if image.has_transparency_data:
        layer = image if image.mode == "RGBA" else image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer)
    return np.array(image if image.mode == "RGB" else image.convert("RGB"))

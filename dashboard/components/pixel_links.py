"""A pixel in the link: ``key=row.column``, counted from 0."""

import re

from dashboard.address import code_from_url

Pixel = tuple[int, int]

_CODE = re.compile(r"(\d{1,6})\.(\d{1,6})", re.ASCII)


def code_of(pixel: Pixel) -> str:
    """A pixel as the link has it."""
    return f"{pixel[0]}.{pixel[1]}"


def pixel_of(code: str) -> Pixel | None:
    """The pixel that a text means; None where it means none."""
    found = _CODE.fullmatch(code)
    return (int(found[1]), int(found[2])) if found else None


def linked_pixel(key: str, usual: Pixel) -> Pixel:
    """The pixel that the address names, or the usual one; it may lie beyond the picture."""
    code = code_from_url(key, code_of(usual), lambda text: text if pixel_of(text) else None)
    return pixel_of(code) or usual

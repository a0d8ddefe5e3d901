"""The colour profile of a picture file, to be handed on as it is: nobody here looks into it.

Sources: ICC.1:2022 (the profile's header, and how JPEG holds it); W3C, "Portable Network Graphics
(PNG) Specification"; RFC 9649 (WebP).
"""

import zlib

from cnnviz.data.picture_files import Kind, jpeg_segments, png_chunks, webp_chunks

MAX_BYTES = 4_000_000  # the largest of those in use, for printing, have 3 MB
_SEGMENT, _MARK = 0xE2, b"ICC_PROFILE\0"
_HEADER = 128
_SPACES = {1: b"GRAY", 3: b"RGB "}  # by channels


def found(kind: Kind, content: bytes) -> bytes:
    """The profile of a file that is known to be sound; empty where it has none.

    Args:
        kind: of the file.
        content: the file.
    """
    return {"PNG": _of_png, "JPEG": _of_jpeg, "WEBP": _of_webp}[kind](content)


def fits(profile: bytes, channels: int) -> bool:
    """Whether this begins as the profile of a picture with so many channels, without opacity."""
    return (
        _HEADER <= len(profile) <= MAX_BYTES
        and profile[36:40] == b"acsp"
        and profile[16:20] == _SPACES[channels]
    )


def _of_png(content: bytes) -> bytes:
    for name, body, _checksum in png_chunks(content):
        if name == b"iCCP":
            packed = body.partition(b"\0")[2][1:]
            try:
                # What would become more than may be is cut, and then does not fit.
                return zlib.decompressobj().decompress(packed, MAX_BYTES + 1)
            except zlib.error:
                return b""
    return b""


def _of_jpeg(content: bytes) -> bytes:
    parts = dict[int, bytes]()
    for marker, start, end in jpeg_segments(content):
        body = content[start + 4 : end]
        if marker == _SEGMENT and body.startswith(_MARK) and len(body) > len(_MARK) + 2:
            parts[body[len(_MARK)]] = body[len(_MARK) + 2 :]
    return b"".join(parts[number] for number in sorted(parts))


def _of_webp(content: bytes) -> bytes:
    return next((body for name, body in webp_chunks(content) if name == b"ICCP"), b"")

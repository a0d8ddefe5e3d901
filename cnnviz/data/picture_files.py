"""PNG, JPEG and WebP files read as far as their pixels: kind, size, orientation, and no further.

A picture from outside is hostile until it is checked, and most of what can hurt lies beside the
pixels: text that unpacks to gigabytes, EXIF tables that point nowhere, colour profiles, animations.
None of it reaches the decoder, which is given a plain file made of the parts that pixels need. The
one tag that changes how a picture is seen, EXIF's orientation, is read here.

Sources: W3C, "Portable Network Graphics (PNG) Specification"; ITU-T T.81 (JPEG); RFC 9649 (WebP);
CIPA DC-008 (Exif).
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cnnviz.errors import UserError

Kind = Literal["PNG", "JPEG", "WEBP"]

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
PALETTE = 3  # the colour type whose samples are places in a palette
# Adam7, the order in which an interlaced PNG is written: x and y of the first pixel, and the steps.
PNG_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
              (0, 1, 1, 2))  # fmt: skip

JPEG_MARKER = re.compile(rb"\xff[\x01-\xfe]")
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers that no length follows
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
READABLE_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # Huffman-coded, baseline to progressive
TABLES = frozenset({0xC4, 0xDB, 0xDD})
SCAN, EXIF_SEGMENT = 0xDA, 0xE1
# The segments that say in which colour space the samples are.
COLOUR_SPACE = {0xE0: b"JFIF\0", 0xEE: b"Adobe"}

EXIF = b"Exif\0\0"
ORIENTATION, SHORT = 0x0112, 3

MAX_PARTS = 100_000  # chunks or segments of a file: more are there to keep a reader busy
MAX_SCANS = 32  # a progressive JPEG has about ten, and each is a pass over all its pixels


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A picture file without what its pixels do not need.

    Attributes:
        content: the file.
        orientation: how EXIF says it is to be turned to be upright, 1 (as it is) to 8; other
            numbers mean nothing.
    """

    content: bytes
    orientation: int


def damaged() -> UserError:
    """What is said of every file that breaks off or contradicts itself."""
    return UserError("The picture is damaged or cut off: it cannot be read to its end.")


def kind(content: bytes) -> Kind | None:
    """Which of the three formats the content is, whatever the file is called; None for another."""
    if content.startswith(PNG_SIGNATURE):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WEBP"
    return None


def size(kind: Kind, content: bytes) -> tuple[int, int]:
    """Width and height in pixels as the file's header has them, before orientation.

    Raises:
        UserError: where the file breaks off before it says so.
    """
    return {"PNG": _png_size, "JPEG": _jpeg_size, "WEBP": _webp_size}[kind](content)


def plain(kind: Kind, content: bytes) -> PlainFile:
    """The file without its metadata, checked as far as that can be done without decoding it.

    Raises:
        UserError: where it is damaged, cut off or a kind of JPEG that nothing here decodes.
    """
    return {"PNG": _plain_png, "JPEG": _plain_jpeg, "WEBP": _plain_webp}[kind](content)


def exif_orientation(exif: bytes) -> int:
    """The orientation that a block of EXIF data gives, as it stands there; 1 where none does."""
    tiff = exif.removeprefix(EXIF)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(entries):
            found = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * entry)
            if found[:3] == (ORIENTATION, SHORT, 1):
                return int(found[3])
    except struct.error:  # a table that leads out of the data: as good as none
        pass
    return 1


def _unpack(form: str, content: bytes, at: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(form, content, at)
    except struct.error:
        raise damaged() from None


def _png_size(content: bytes) -> tuple[int, int]:
    length, name, width, height = _unpack(">I4sII", content, len(PNG_SIGNATURE))
    if (length, name) != (13, b"IHDR"):
        raise damaged()
    return width, height


def png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Name, content and checksum of each chunk of a PNG, up to the last.

    Raises:
        UserError: where the file breaks off.
    """
    at = len(PNG_SIGNATURE)
    for _ in range(MAX_PARTS):
        length, name = _unpack(">I4s", content, at)
        (checksum,) = _unpack(">I", content, at + 8 + length)
        yield name, content[at + 8 : at + 8 + length], checksum
        if name == b"IEND":
            return
        at += 12 + length
    raise damaged()


def _plain_png(content: bytes) -> PlainFile:
    """Of an animation, its default image: the parts of the other frames go with the rest."""
    parts: dict[bytes, list[bytes]] = {b"IHDR": [], b"PLTE": [], b"tRNS": [], b"IDAT": []}
    orientation = 1
    for name, body, checksum in png_chunks(content):
        if name in parts:
            if zlib.crc32(body, zlib.crc32(name)) != checksum:
                raise damaged()
            parts[name].append(body)
        elif name == b"eXIf":
            orientation = exif_orientation(body)
    header, stream = parts[b"IHDR"][0], b"".join(parts[b"IDAT"])
    depth, colour = header[8], header[9]
    if colour not in PNG_CHANNELS or (colour == PALETTE and not parts[b"PLTE"]):
        raise damaged()
    _check_png_stream(header, stream)
    palette = [(b"PLTE", body) for body in parts[b"PLTE"][:1]]
    clear = [(b"tRNS", _clear_colour(body, depth, colour)) for body in parts[b"tRNS"][:1]]
    chunks = [(b"IHDR", header), *palette, *clear, (b"IDAT", stream), (b"IEND", b"")]
    return PlainFile(PNG_SIGNATURE + b"".join(png_chunk(*c) for c in chunks), orientation)


def png_chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG as it stands in the file."""
    checksum = zlib.crc32(body, zlib.crc32(name))
    return struct.pack(">I4s", len(body), name) + body + struct.pack(">I", checksum)


def _clear_colour(body: bytes, depth: int, colour: int) -> bytes:
    """The transparent colour in the 8 bits to which Pillow has by then brought the pixels."""
    values = _unpack(f">{len(body) // 2}H", body, 0)
    if colour == 0 and depth in (2, 4):
        values = tuple((value & (2**depth - 1)) * 255 // (2**depth - 1) for value in values)
    elif colour == 2 and depth == 16:
        values = tuple(value >> 8 for value in values)
    else:
        return body
    return struct.pack(f">{len(values)}H", *values)


def _check_png_stream(header: bytes, stream: bytes) -> None:
    """Refuse compressed data for less than the picture, which Pillow would leave black, or more."""
    width, height, depth, colour = struct.unpack_from(">IIBB", header)
    passes = PNG_PASSES if header[12] else ((0, 0, 1, 1),)
    missing = 0
    for x, y, step_x, step_y in passes:
        across, down = (width - x + step_x - 1) // step_x, (height - y + step_y - 1) // step_y
        row = (across * depth * PNG_CHANNELS[colour] + 7) // 8
        missing += (1 + row) * down if across else 0  # of a small picture some passes are empty
    unpacker, piece = zlib.decompressobj(), 1 << 14
    try:
        for start in range(0, len(stream), piece):
            # One byte too many is enough to know: a bomb is not unpacked.
            missing -= len(unpacker.decompress(stream[start : start + piece], missing + 1))
            if missing < 0 or unpacker.eof:
                break
    except zlib.error:
        raise damaged() from None
    if missing:
        raise damaged()


def jpeg_segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment of a JPEG; the first scan is the last and has all the
    rest.

    Raises:
        UserError: where the file breaks off.
    """
    at = 2
    for _ in range(MAX_PARTS):
        found = JPEG_MARKER.search(content, at)
        if found is None:
            break
        marker, start, at = content[found.end() - 1], found.start(), found.end()
        if marker in ALONE:
            continue
        if marker == SCAN:
            yield marker, start, len(content)
            return
        (length,) = _unpack(">H", content, at)
        at += length
        if length < 2 or at > len(content):
            break
        yield marker, start, at
    raise damaged()


def _jpeg_size(content: bytes) -> tuple[int, int]:
    for marker, start, _ in jpeg_segments(content):
        if marker in FRAMES:
            height, width = _unpack(">HH", content, start + 5)
            return width, height
    raise damaged()


def _plain_jpeg(content: bytes) -> PlainFile:
    kept, frames, orientation = [content[:2]], 0, 1
    for marker, start, end in jpeg_segments(content):
        body = content[start + 4 : end]
        if marker in FRAMES:
            frames += 1
            if marker not in READABLE_FRAMES or body[:1] != b"\x08":
                raise UserError("This kind of JPEG is not read here: save the picture as PNG.")
        if marker == EXIF_SEGMENT and body.startswith(EXIF):
            orientation = exif_orientation(body)
        about_colour = marker in COLOUR_SPACE and body.startswith(COLOUR_SPACE[marker])
        if marker in FRAMES or marker in TABLES or marker == SCAN or about_colour:
            kept.append(content[start:end])
    # In compressed data 0xFF is followed by 0, so that these two bytes are the start of a scan.
    if frames != 1 or kept[-1].count(bytes((0xFF, SCAN))) > MAX_SCANS:
        raise damaged()
    return PlainFile(b"".join(kept), orientation)


def webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk of a WebP.

    Raises:
        UserError: where the file breaks off.
    """
    (length,) = _unpack("<I", content, 4)
    at, end = 12, 8 + length
    for _ in range(MAX_PARTS):
        if at + 8 > end:
            return
        name, length = _unpack("<4sI", content, at)
        yield name, content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    raise damaged()


def _webp_size(content: bytes) -> tuple[int, int]:
    name, body = next(webp_chunks(content), (b"", b""))
    if name == b"VP8X" and len(body) >= 10:
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if name == b"VP8L" and body[:1] == b"\x2f":
        (bits,) = _unpack("<I", body, 1)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = _unpack("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise damaged()


def _plain_webp(content: bytes) -> PlainFile:
    """The file as it is: its decoder copies what lies beside the pixels and reads none of it."""
    exif = [body for name, body in webp_chunks(content) if name == b"EXIF"]
    return PlainFile(content, exif_orientation(exif[0]) if exif else 1)

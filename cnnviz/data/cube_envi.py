"""ENVI files: a header of text beside the plain data, which is mapped.

spectral's reader takes a header in another encoding than the machine's for no header at all, and
warns of capital letters; here both are read. What data belongs to a header follows from its own
name alone: no field of it can lead to another file.

Source: NV5 Geospatial, "ENVI Header Files".
"""

import math
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.cube_arrays import ArrayInfo, Opened, check_size, damaged, mapped
from cnnviz.errors import UserError

SINGLE = "image"  # the name of its only array
DTYPES = {1: "u1", 2: "i2", 3: "i4", 4: "f4", 5: "f8", 6: "c8", 9: "c16", 12: "u2", 13: "u4",
          14: "i8", 15: "u8"}  # fmt: skip
# For each interleave: what its axes are, and the axes of (H, W, B) among them.
AXES = {
    "bsq": (("bands", "lines", "samples"), (1, 2, 0)),
    "bil": (("lines", "bands", "samples"), (0, 2, 1)),
    "bip": (("lines", "samples", "bands"), (0, 1, 2)),
}
ENDINGS = ("", ".img", ".dat", ".raw", ".bin", ".bsq", ".bil", ".bip", ".hyspex")
NANOMETRES = {"nanometers": 1.0, "nanometres": 1.0, "nm": 1.0, "micrometers": 1e3,
              "micrometres": 1e3, "microns": 1e3, "um": 1e3, "µm": 1e3, "μm": 1e3}  # fmt: skip
# Where no unit is given: what light there is, in either.
LIGHT_UM, LIGHT_NM = (0.2, 30.0), (200.0, 30_000.0)
_MAX_HEADER = 4_000_000
_MAX_NAME = 80

Fields = dict[str, str]


def arrays(path: Path) -> tuple[ArrayInfo, ...]:
    """The image that a header describes, as (H, W, B)."""
    return (_info(path, _fields(path)),)


def read(path: Path, name: str, most: int) -> Opened:
    """The image that a header describes, mapped, as (H, W, B) whatever its interleave.

    It takes none of the ``most`` bytes that may be unpacked.
    """
    fields = _fields(path)
    info, data = _info(path, fields), data_file(path)
    order = AXES[fields["interleave"].lower()][1]
    stored = tuple(info.shape[order.index(axis)] for axis in range(3))
    offset = _whole(path, fields, "header offset", 0)
    has = data.stat().st_size
    if has < offset + info.nbytes:
        raise UserError(
            "{file} has {has} bytes, and its header describes {needs}: get both files again.",
            file=data.name,
            has=has,
            needs=offset + info.nbytes,
        )
    values = mapped(data, ArrayInfo(name, stored, info.dtype), offset)
    return Opened(
        values.transpose(order), 2, _wavelengths(fields, info.shape[2]), _class_names(fields)
    )


def header_of(path: Path) -> Path | None:
    """The header beside a data file."""
    for name in (f"{path.name}.hdr", f"{path.name}.HDR", f"{path.stem}.hdr", f"{path.stem}.HDR"):
        header = path.with_name(name)
        if header != path and _is_file(header) and is_header(header):
            return header
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # the data's own name leaves no room for an ending
        return False


def is_header(path: Path) -> bool:
    """Whether a file begins as ENVI's headers do."""
    with path.open("rb") as file:
        return file.read(8).removeprefix(b"\xef\xbb\xbf").startswith(b"ENVI")


def data_file(header: Path) -> Path:
    """The data beside a header: of the same name, with one of the usual endings or none.

    Raises:
        UserError: where there is none.
    """
    names = {f"{header.stem}{ending}".lower() for ending in ENDINGS}
    for path in sorted(header.parent.iterdir()):
        if path.name.lower() in names and path.is_file() and not is_header(path):
            return path
    raise UserError(
        "The data of {file} are missing: put {name} or {name}.img beside it.",
        file=header.name,
        name=header.stem,
    )


def _fields(path: Path) -> Fields:
    """The header's fields; what stood in braces is without them."""
    if path.stat().st_size > _MAX_HEADER:
        raise damaged(path)
    lines = iter(_decoded(path.read_bytes()).splitlines())
    fields: Fields = {}
    for line in lines:
        key, _, value = line.partition("=")
        value = value.strip()
        if line.lstrip().startswith(";"):
            continue
        parts = [value]
        while value.startswith("{") and "}" not in parts[-1]:
            parts.append(next(lines, "}"))
        fields[key.strip().lower()] = " ".join(parts).strip("{} \t")
    return fields


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _info(path: Path, fields: Fields) -> ArrayInfo:
    for key in ("lines", "samples", "bands", "data type", "interleave"):
        if not fields.get(key):
            raise UserError(
                'The header {file} does not say "{field}": it takes a line such as '
                '"{field} = ...".',
                file=path.name,
                field=key,
            )
    frames = re.findall(r"\d+", fields.get("major frame offsets", "") + fields.get(
        "minor frame offsets", ""))  # fmt: skip
    packed = fields.get("file compression", "0") != "0"
    kind, interleave = _whole(path, fields, "data type"), fields["interleave"].lower()
    if packed or any(map(int, frames)) or kind not in DTYPES or interleave not in AXES:
        raise UserError(
            "{file} describes a kind of ENVI file that is not read here: save it as ENVI Standard, "
            "uncompressed, BSQ, BIL or BIP.",
            file=path.name,
        )
    shape = tuple(_whole(path, fields, key) for key in ("lines", "samples", "bands"))
    order = ">" if _whole(path, fields, "byte order", 0) else "<"
    info = ArrayInfo(SINGLE, shape, np.dtype(order + DTYPES[kind]), bands=2)
    if math.prod(shape) == 0:
        raise damaged(path)
    check_size(path, info)
    return info


def _whole(path: Path, fields: Fields, key: str, default: int | None = None) -> int:
    text = fields.get(key, "" if default is None else str(default))
    if not re.fullmatch(r"\d{1,15}", text):
        raise UserError(
            'The header {file} says "{field} = {text}" where it takes a whole number.',
            file=path.name,
            field=key,
            text=text[:_MAX_NAME],
        )
    return int(text)


def _wavelengths(fields: Fields, bands: int) -> NDArray[np.float64] | None:
    """(bands,) in nm; None where they are missing, or nobody can tell what they are."""
    texts = [text.strip() for text in fields.get("wavelength", "").split(",")]
    if len(texts) != bands:
        return None
    try:
        values = np.array([float(text) for text in texts])
    except ValueError:
        return None
    unit = NANOMETRES.get(fields.get("wavelength units", "").lower())
    if unit is None:
        ranges = ((LIGHT_NM, 1.0), (LIGHT_UM, 1e3))
        units = [unit for (low, high), unit in ranges if np.all((low <= values) & (values <= high))]
        if len(units) != 1:
            return None
        unit = units[0]
    return values * unit if np.isfinite(values).all() and (values > 0).all() else None


def _class_names(fields: Fields) -> tuple[str, ...]:
    names = fields.get("class names", "")
    return tuple(name.strip()[:_MAX_NAME] for name in names.split(",")) if names else ()

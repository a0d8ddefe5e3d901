"""The library for those who run it elsewhere: as one file, and a notebook's first cell to get it.

A report's notebook computes its pictures with cnnviz. Where pip can get that from is said by
``CNNVIZ_SOURCE``; where nothing is said, notebooks take ``cnnviz.zip``, which is made here.
"""

import json
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from dashboard.i18n import _

ROOT = Path(__file__).resolve().parents[1]
FIRST_CELL = Path(__file__).with_name("first_cell.py")
NAME = "cnnviz.zip"

# What the pages and the tests need, but no notebook.
_NOT_NEEDED = {
    "streamlit", "segno", "babel",
    "pytest", "hypothesis", "ruff", "mypy", "import-linter", "playwright",
}  # fmt: skip
_FOLDERS = ("cnnviz", "checkpoints")
_FILES = ("README.md", "pyproject.toml", "requirements.txt")
# Weights do not get smaller, and cost seconds.
_STORED = {".safetensors", ".npz"}
# The same bytes each time: a server keeps one copy for all its visitors.
_DATE = (1980, 1, 1, 0, 0, 0)
_making = Lock()


def source() -> str:
    """The address from which pip gets cnnviz, as the server is told; empty where it is not."""
    return os.environ.get("CNNVIZ_SOURCE", "").strip()


def needs() -> list[str]:
    """What cnnviz itself needs, as pip reads it: a part of requirements.txt."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    named = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return [line for line in named if re.split("[<>=]", line)[0] not in _NOT_NEEDED]


def first_cell() -> str:
    """The code of a notebook's first cell: it does nothing where cnnviz is there already."""
    missing = _("Put {file} beside this notebook and run this cell again.").format(file=NAME)
    text = FIRST_CELL.read_text(encoding="utf-8")
    for name, value in {"SOURCE": source(), "NEEDS": needs(), "MISSING": missing}.items():
        before = re.compile(rf"^({name}\b[^=\n]*= )(\"\"|\[\])", re.MULTILINE)
        written = json.dumps(value, ensure_ascii=False, indent=4)
        text = before.sub(lambda found, written=written: found[1] + written, text, count=1)
    return text


def zipped() -> bytes:
    """``cnnviz.zip``: the library with its trained weights, made once, in a second or two."""
    with _making:
        return _zipped()


@lru_cache(maxsize=1)
def _zipped() -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for file in _files():
            entry = ZipInfo(file.relative_to(ROOT).as_posix(), _DATE)
            entry.external_attr = 0o644 << 16
            entry.compress_type = ZIP_STORED if file.suffix in _STORED else ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    return made.getvalue()


def _files() -> Iterator[Path]:
    """What goes into the archive, in a fixed order: no caches, no hidden files."""
    yield from (ROOT / name for name in _FILES)
    for folder in _FOLDERS:
        for file in sorted((ROOT / folder).rglob("*")):
            parts = file.relative_to(ROOT).parts
            if file.is_file() and not any(p.startswith((".", "__pycache__")) for p in parts):
                yield file

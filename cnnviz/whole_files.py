"""Files that are there whole or not at all, also where the program ends in the middle of one."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """A path to write to, which takes the file's place once it is written; its folder is made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: two writers never write into one another's.
    partial = file.with_name(f".{file.name}.{os.getpid()}-{threading.get_ident()}.partial")
    try:
        yield partial
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def write_whole(file: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    with whole(file) as partial:
        partial.write_text(text, encoding="utf-8")

"""Where fetched files go, and that only one process at a time writes there."""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cnnviz.data import folders
from cnnviz.data.finding import SCRATCH
from cnnviz.errors import UserError

#: What an unverified file is called from when the published one has taken its place.
ASIDE = ".unverified"
# Seconds between two looks at a lock that somebody else holds.
POLL = 0.2
_ANY_MAY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def target_folder() -> Path:
    """The first data folder that can be written to; the project's own is made where it is missing.

    Raises:
        UserError: where there is none.
    """
    *listed, own = folders.data_folders()
    for folder in listed:
        if folder.is_dir() and _can_write(folder):
            return folder
    with writing(own):
        own.mkdir(parents=True, exist_ok=True)
        if not _can_write(own):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(own))
    return own


def _can_write(folder: Path) -> bool:
    # An administrator may write anywhere, but leaves alone what nobody is meant to write to.
    return os.access(folder, os.W_OK) and bool(folder.stat().st_mode & _ANY_MAY_WRITE)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """What the disk refuses is said in one sentence.

    Raises:
        UserError: in place of an OSError.
    """
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise UserError(
                "The disk that holds {folder} is full: make room, or name another folder in "
                "CNNVIZ_DATA.",
                folder=folder,
            ) from error
        raise UserError(
            "{folder} cannot be written to: name another folder in CNNVIZ_DATA.", folder=folder
        ) from error


@contextmanager
def alone(folder: Path, name: str, waiting: Callable[[], None]) -> Iterator[None]:
    """Only one process and thread at a time is inside, for a name and a data folder.

    Args:
        folder: a data folder.
        name: of what is written.
        waiting: called several times a second while another is inside; may raise.
    """
    from filelock import FileLock, Timeout

    (folder / SCRATCH).mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / SCRATCH / f"{name}.lock")
    while True:
        try:
            lock.acquire(timeout=POLL)
            break
        except Timeout:
            waiting()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def set_aside(target: Path) -> Iterator[None]:
    """A file that has a final name gives it up, and gets it back where nothing took its place."""
    aside = target.with_name(target.name + ASIDE)
    stood = target.is_file()
    if stood:
        target.replace(aside)
    try:
        yield
    finally:
        if stood and not target.exists():
            aside.replace(target)


@contextmanager
def no_empty_folder(folder: Path) -> Iterator[None]:
    """A folder that is made inside goes again where nothing has come into it."""
    stood = folder.exists()
    try:
        yield
    finally:
        if not stood:
            with suppress(OSError):  # it holds something, or was never made
                folder.rmdir()

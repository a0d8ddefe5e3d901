"""Unpacks an archive that came from outside: only what is expected, only where it belongs."""

import shutil
import tarfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from cnnviz.data.checksums import is_published
from cnnviz.data.finding import SCRATCH
from cnnviz.data.table_rows import Remote
from cnnviz.data.writing import set_aside
from cnnviz.errors import UserError


def unpack(archive: Path, expected: Sequence[Remote], folder: Path) -> None:
    """Take files out of a tar archive, each to its final name once all are here.

    The archive decides about nothing but their content: names, places and permissions are ours,
    and members that are not expected are passed over. A file of the same name that is not the
    published one is kept as ``NAME.unverified``.

    Args:
        archive: a tar file, compressed or not.
        expected: the members to take, by their paths, which are those in the archive and below
            ``folder``; they get their names in this order.
        folder: a data folder.

    Raises:
        UserError: where it is no such archive, lacks a file, or has something else (a link, a
            device) in a file's place.
    """
    (folder / SCRATCH).mkdir(parents=True, exist_ok=True)
    scratch = {
        remote.path: folder / SCRATCH / f"{remote.path.replace('/', '--')}.unpacked"
        for remote in expected
    }
    try:
        taken = _take(archive, scratch)
        if taken != set(scratch):
            raise UserError(
                "{file} is not the archive that it should be: fetch it again.", file=archive
            )
        for remote in expected:
            target = folder / remote.path
            if is_published(target, remote):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with set_aside(target):
                scratch[remote.path].replace(target)
    finally:
        for file in scratch.values():
            file.unlink(missing_ok=True)


def _take(archive: Path, places: dict[str, Path]) -> set[str]:
    """Write the regular members among ``places`` there; stops where the archive is damaged."""
    taken = set()
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                # Of a regular member the content is its own; that of a link may be any file's.
                content = tar.extractfile(member) if member.isreg() else None
                if content is not None and member.name in places:
                    with content, places[member.name].open("wb") as file:
                        shutil.copyfileobj(content, file, 1 << 20)
                    taken.add(member.name)
    except (tarfile.TarError, EOFError, zlib.error):
        pass
    except OSError as error:
        if error.errno is not None:  # the disk's, not the archive's
            raise
    return taken

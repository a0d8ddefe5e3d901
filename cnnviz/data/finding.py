"""Where the files of a data set lie, and whether they are the published ones.

Nothing here reads data or imports what reads it: the home page asks, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cnnviz.data.checksums import is_published
from cnnviz.data.folders import data_folders
from cnnviz.data.table import DATASETS, data_set
from cnnviz.data.table_rows import DataSet, Remote
from cnnviz.errors import UserError

#: Below a data folder: what has arrived of files that are being fetched, and locks.
SCRATCH = ".fetching"
#: Sets of pickles, which run what is in them: of these only published files are read.
PICKLED = frozenset({"cifar10"})


@dataclass(frozen=True, slots=True)
class State:
    """What there is of a data set.

    Attributes:
        data_set: whose state it is.
        files: where each file that is here and can be read lies, by its path in the table.
        unverified: paths of those whose checksum is not the published one.
        stand_in: a folder that holds another copy of the whole set, where ``files`` are not here.
        kept: bytes that an interrupted fetch has left, to go on with.
    """

    data_set: DataSet
    files: dict[str, Path]
    unverified: tuple[str, ...]
    stand_in: Path | None
    kept: int

    @property
    def complete(self) -> bool:
        """Whether the set can be read."""
        return len(self.files) == len(self.data_set.files) or self.stand_in is not None

    @property
    def verified(self) -> bool:
        """Whether all of it is here and is as published."""
        return len(self.files) == len(self.data_set.files) and not self.unverified

    @property
    def refused(self) -> tuple[str, ...]:
        """Paths of files that are there and are not read: they may do harm."""
        return tuple(path for path in self.unverified if path not in self.files)

    @property
    def word(self) -> str:
        """The state in one word: "here", "unverified", "partly" or "missing"."""
        if self.complete:
            return "here" if self.verified else "unverified"
        return "partly" if self.files else "missing"

    @property
    def copy(self) -> str:
        """For model cards and pages: which files were read."""
        return "published files" if self.verified else "unverified copy"

    @property
    def folder(self) -> Path | None:
        """The folder where its first file lies."""
        first = next(iter(self.files.values()), None)
        return self.stand_in if first is None else first.parent


def find(data_set: DataSet) -> dict[str, Path]:
    """The files of a data set that are here, by their paths in the table.

    Looked for in each data folder in turn, at the path and then at other customary places. The
    published file is taken where there is one, else the first of that name.
    """
    found = ((remote, find_file(remote)) for remote in data_set.files)
    return {remote.path: file for remote, file in found if file is not None}


def find_file(remote: Remote) -> Path | None:
    """Where one file of the table lies, as ``find``."""
    first = None
    for file in _candidates(remote):
        if is_published(file, remote):
            return file
        first = first or file
    return first


def state(data_set: DataSet) -> State:
    """What there is of a data set. Files that are not yet known are read for their checksum."""
    files = find(data_set)
    remotes = {remote.path: remote for remote in data_set.files}
    unverified = tuple(
        path for path, file in files.items() if not is_published(file, remotes[path])
    )
    if data_set.name in PICKLED:
        files = {path: file for path, file in files.items() if path not in unverified}
    stand_in = None
    # A stray file of the published layout does not hide the copy.
    if len(files) < len(remotes) and (stand_in := _stand_in(data_set)):
        files, unverified = {}, ()
    return State(data_set, files, unverified, stand_in, sum(_kept(data_set)))


def needed(name: str) -> State:
    """What there is of a set that somebody wants to read.

    Raises:
        UserError: where there is no set of that name, or it is not wholly here.
    """
    here = state(data_set(name))
    if not here.complete:
        raise UserError(
            "{title} is not here: fetch it with python -m cnnviz data fetch {name}, or on the page "
            "Data.",
            title=here.data_set.title,
            name=name,
        )
    return here


def check_here(*names: str) -> None:
    """Make sure that sets can be read; what is no set of the table, being embedded, always can.

    Raises:
        UserError: as of ``needed``.
    """
    published = {row.name for row in DATASETS}
    for name in names:
        if name in published:
            needed(name)


def part_file(folder: Path, remote: Remote) -> Path:
    """Where what has arrived of a file is kept while it is fetched into a data folder."""
    return folder / SCRATCH / f"{remote.path.replace('/', '--')}.part"


def _candidates(remote: Remote) -> Iterator[Path]:
    for folder in data_folders():
        for place in (remote.path, *remote.also):
            if (file := folder / place).is_file():
                yield file


def _stand_in(data_set: DataSet) -> Path | None:
    for folder in data_folders():
        if data_set.stand_in and all((folder / place).is_dir() for place in data_set.stand_in):
            return folder / data_set.stand_in[0].partition("/")[0]
    return None


def _kept(data_set: DataSet) -> Iterator[int]:
    for folder in data_folders():
        if (folder / SCRATCH).is_dir():
            for remote in data_set.sources:
                if (part := part_file(folder, remote)).is_file():
                    yield part.stat().st_size

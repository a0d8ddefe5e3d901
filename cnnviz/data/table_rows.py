"""What a row of the table of data sets says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remote:
    """One file of a data set, as its publisher offers it.

    Attributes:
        path: where it belongs, below a data folder; its name is the published one.
        urls: the publisher's address first, then mirrors; none where no address is known.
        checksum: of the published file, as "algorithm:digits". The algorithms are md5, sha256 and
            git (git's own name for the content, sha1 of a header and the bytes).
        size: bytes.
        exact: whether ``size`` was published; else it is computed from what is in the file.
        also: other places below a data folder where the same file is looked for.
    """

    path: str
    urls: tuple[str, ...]
    checksum: str
    size: int
    exact: bool = True
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The published file name."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class DataSet:
    """A row of the table.

    Attributes:
        name: what commands, cards and links call it.
        title: what people call it.
        purpose: what is in it and what for, a short sentence (a translation key).
        terms: on which terms it may be used, a short sentence (a translation key).
        page: where it is described.
        files: all files that it takes.
        lessons: names of the lessons that use it.
        archive: a tar file that holds ``files``, where they are not published one by one.
        stand_in: folders below a data folder which, all there, are another copy of the set, one
            that no checksum vouches for.
    """

    name: str
    title: str
    purpose: str
    terms: str
    page: str
    files: tuple[Remote, ...]
    lessons: tuple[str, ...]
    archive: Remote | None = None
    stand_in: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Remote, ...]:
        """What is fetched: the archive, or else the files."""
        return self.files if self.archive is None else (self.archive,)

    @property
    def size(self) -> int:
        """Bytes to fetch for the whole set."""
        return sum(source.size for source in self.sources)

    @property
    def folder(self) -> str:
        """The folder below a data folder where its files belong."""
        return self.files[0].path.partition("/")[0]

    @property
    def fetchable(self) -> bool:
        """Whether an address is known for all that it takes."""
        return all(source.urls for source in self.sources)

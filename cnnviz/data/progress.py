"""How far a fetch is, and how long it will take."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Phase = Literal["waiting", "fetching", "unpacking"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fetch is.

    Attributes:
        phase: "waiting" while another process fetches the same set, "fetching", or "unpacking".
        file: the name of the file that comes.
        done: bytes that are here.
        total: bytes of all that this fetch brings.
        seconds_left: at the pace of the last seconds; None as long as there is none.
    """

    phase: Phase
    file: str
    done: int
    total: int
    seconds_left: float | None

    @property
    def share(self) -> float:
        """0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


Report = Callable[[Progress], None]


class Meter:
    """Adds up what arrives of several files, and reports it.

    Args:
        total: bytes of all files.
        report: told the progress at every piece.
    """

    WINDOW = 5.0  # seconds over which the pace is measured

    def __init__(self, total: int, report: Report) -> None:
        self._total, self._report = total, report
        self._before, self._file = 0, ""
        self._seen: deque[tuple[float, int]] = deque()

    def begin(self, file: str) -> None:
        """The next file is about to come."""
        self._file = file

    def arrived(self, size: int) -> None:
        """So many bytes of the present file are here."""
        done, now = self._before + size, time.monotonic()
        # A file that starts anew says nothing about the pace.
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now, done))
        while now - self._seen[0][0] > self.WINDOW:
            self._seen.popleft()
        since, first = self._seen[0]
        left = None
        if done > first and now > since:
            left = (self._total - done) * (now - since) / (done - first)
        self._report(Progress("fetching", self._file, done, self._total, left))

    def end(self, size: int) -> None:
        """The present file is complete, with so many bytes."""
        self._before += size

    def unpacking(self, file: str) -> None:
        """All is here; an archive is unpacked."""
        self._report(Progress("unpacking", file, self._total, self._total, None))


def readable(size: int) -> str:
    """A number of bytes as people say it: "33.0 kB", "26.6 MB", "170 MB"."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6)):
        if size >= factor:
            number = size / factor
            return f"{number:.1f} {unit}" if number < 100 else f"{number:.0f} {unit}"
    return f"{size / 1000:.1f} kB"

"""The table of networks against noise levels: from a file, or measured by a process of its own.

The table of the bundled photos comes with the project. Other pictures, and other weights, take a
process of its own (minutes, at lowest priority): it writes its file after each picture, so that
pages see how far it is, and a server that ends loses nothing.
"""

import subprocess
import sys
import time
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz import checkpoints, starter
from cnnviz.data.finding import state
from cnnviz.data.pictures import BUNDLED
from cnnviz.data.table import data_set
from cnnviz.errors import UserError
from cnnviz.explain import dncnn_networks

if TYPE_CHECKING:
    from cnnviz.explain.dncnn_levels_table import Levels

SET12 = "set12"
#: What a process is started with; the name of the pictures comes after it.
PROCESS = (sys.executable, "-m", "cnnviz.explain.dncnn_levels", "--beside-pages")
_starting = Lock()


@dataclass(eq=False)
class Measuring:
    """A process that measures.

    Attributes:
        began: when, in seconds of ``time.monotonic``.
        share: of the table that was measured before, 0 to 1.
    """

    began: float
    share: float
    _process: "subprocess.Popen[bytes]"
    _said: str | None = None

    @property
    def going(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def error(self) -> UserError | None:
        """Why it has ended before its time, where it has."""
        code = self._process.poll()
        if not code:
            return None
        reason = self.end() or f"exit code {code}"
        return UserError("The measurement has ended too early: {reason}", reason=reason)

    def seconds_left(self, share: float) -> float | None:
        """How long it takes from the share that is measured now; None where nothing has come."""
        if share <= self.share:
            return None
        return (time.monotonic() - self.began) * (1 - share) / (share - self.share)

    def end(self) -> str:
        """Have it end now, if it has not; returns the last line that it has said."""
        if self._said is None:
            # Closes its input, at which it ends.
            self._said = self._process.communicate()[1].decode(errors="replace")
        return next(iter(self._said.strip().splitlines()[-1:]), "")


def sets_here() -> dict[str, bool]:
    """The sets of pictures that can be measured, the one of the paper first: whether each is the
    published one.
    """
    here = state(data_set(SET12))
    return ({SET12: here.verified} if here.complete else {}) | {BUNDLED: True}


def usual() -> str:
    """The set that is shown first: the paper's once it is measured, until then the bundled one."""
    from cnnviz.explain.dncnn_levels import usual_set

    return usual_set(table)


def table(pictures: str) -> "Levels":
    """What is measured of the networks that are here, on these pictures.

    Raises:
        UserError: where the pictures are not here.
    """
    from cnnviz.explain.dncnn_levels import best_known

    weights = [checkpoints.locate(name) for name in dncnn_networks.here()]
    files = list(state(data_set(pictures)).files.values()) if pictures != BUNDLED else []
    stamps = tuple((str(file), file.stat().st_mtime_ns) for file in (*weights, *files))
    return best_known(_unmeasured(pictures, stamps))


@st.cache_resource(max_entries=4, show_spinner=False)
def _unmeasured(pictures: str, stamps: tuple[tuple[str, int], ...]) -> "Levels":
    from cnnviz.explain.dncnn_levels import pictures_of, unmeasured

    return unmeasured(pictures, pictures_of(pictures))


def command(pictures: str) -> str:
    """What measures these pictures again."""
    from cnnviz.explain.dncnn_levels import COMMAND

    return f"{COMMAND} {pictures}"


def measuring(pictures: str) -> Measuring | None:
    """The process that measures these pictures, or was the last to; None where there was none."""
    return _processes().get(pictures)


def start(pictures: str) -> Measuring:
    """Measure what is missing, if nobody does so already."""
    with _starting:
        known = measuring(pictures)
        if known is None or not known.going:
            if known is not None:
                known.end()
            known = _processes()[pictures] = _started(pictures)
        return known


@st.cache_resource(max_entries=1, show_spinner=False)
def _processes() -> dict[str, Measuring]:
    """All of this server, by their pictures."""
    return {}


def _started(pictures: str) -> Measuring:
    process = starter.start(
        [*PROCESS, pictures], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )  # fmt: skip
    return Measuring(time.monotonic(), table(pictures).share, process)

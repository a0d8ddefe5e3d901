"""Photos denoised by processes of their own: one after the other, at lowest priority.

Each belongs to the visitor who has asked for it: once its ``PhotoJob`` is no more, as when the
session has ended, it is stopped and what it left is removed.
"""

import json
import logging
import secrets
import shutil
import subprocess
import sys
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from threading import Condition, Lock, Thread
from typing import Any, Literal

from cnnviz import starter
from cnnviz.errors import UserError

State = Literal["waiting", "running", "done", "stopped", "failed"]
Finish = Callable[[Path, Path], Any]
#: What a process is started with; photo, result and options come after it.
COMMAND = (sys.executable, "-m", "cnnviz", "denoise", "--beside-pages")

_log = logging.getLogger("dashboard")
# Works in the order in which they are carried out; the first one runs.
_queue: "deque[_Work]" = deque()
_changed = Condition()


class PhotoJob:
    """A photo that is denoised, as its visitor holds it.

    Attributes:
        discard: to be called where the result is of no use any more: it is removed at once.

    Args:
        source: the photo's file.
        name: of the result's file.
        options: of the command.
        finish: called with the result's file and a folder once it is there; what it returns is
            ``result``.
    """

    def __init__(self, source: Path, name: str, options: tuple[str, ...], finish: Finish) -> None:
        self._work = _Work(source, name, options, finish)
        self.discard = weakref.finalize(self, self._work.discard)
        self._work.begin()

    @property
    def state(self) -> State:
        """What it is at."""
        return self._work.state

    @property
    def going(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("waiting", "running")

    @property
    def ahead(self) -> int:
        """How many have to end before it begins."""
        with _changed:
            return _queue.index(self._work) if self._work in _queue else 0

    @property
    def share(self) -> float:
        """Of the work, 0 to 1."""
        return float(self._work.told.get("share") or 0)

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far; None where there is none."""
        left = self._work.told.get("seconds_left")
        return None if left is None else float(left)

    @property
    def error(self) -> UserError | None:
        """Why it has failed, where that can be said in a sentence."""
        return self._work.error

    @property
    def log_id(self) -> str | None:
        """Else, under which id the log tells why."""
        return self._work.log_id

    @property
    def file(self) -> Path:
        """The result's file; it is there once the job is done."""
        return self._work.file

    @property
    def result(self) -> Any:
        """What ``finish`` has made of it."""
        return self._work.result

    def cancel(self) -> None:
        """Stop it; what it left is removed."""
        self._work.cancel()

    def wait(self, seconds: float) -> bool:
        """Wait for its end so long at most; returns whether it has ended."""
        self._work.thread.join(seconds)
        return not self.going


class _Work:
    """What the thread has of a job: not the job itself, which would live as long as the thread."""

    def __init__(self, source: Path, name: str, options: tuple[str, ...], finish: Finish) -> None:
        self.folder = Path(mkdtemp(prefix="cnnviz_"))
        self.file = self.folder / name
        self.state: State = "waiting"
        self.told: Mapping[str, Any] = {}
        self.error: UserError | None = None
        self.log_id: str | None = None
        self.result: Any = None
        self.thread = Thread(target=self._run, name="denoise", daemon=True)
        self._command = [*COMMAND, *options, str(source), str(self.file)]
        self._finish = finish
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = False
        self._lock = Lock()

    def begin(self) -> None:
        """Queue it."""
        with _changed:
            _queue.append(self)
        self.thread.start()

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self._process is not None:
                self._process.kill()
        with _changed:
            _changed.notify_all()

    def discard(self) -> None:
        """Nobody will look at it any more."""
        self.cancel()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self) -> None:
        try:
            with _changed:
                _changed.wait_for(lambda: self._cancelled or _queue[0] is self)
            ended = self._carried_out()
        except UserError as error:
            # Kept and shown again and again: without its traceback.
            self.error, ended = UserError(error.message, **error.values), "failed"
        except Exception:
            ended = "failed"
            if not self._cancelled:  # else its folder may be gone already
                self._log_failure()
        finally:
            with _changed:
                _queue.remove(self)
                _changed.notify_all()
        if self._cancelled:
            ended = "stopped"
        if ended != "done":
            shutil.rmtree(self.folder, ignore_errors=True)
        self.state = ended

    def _carried_out(self) -> State:
        with self._lock:
            if self._cancelled:
                return "stopped"
            self.state = "running"
            self._process = self._started()
        with self._process as process:
            assert process.stdout is not None
            for line in process.stdout:
                said = json.loads(line)
                self.told = said if "share" in said or "error" in said else self.told
        if process.returncode == 0:
            self.result = self._finish(self.file, self.folder)
            return "done"
        if self._cancelled:
            return "stopped"
        if "error" in self.told:
            raise UserError(self.told["error"], **self.told["values"])
        raise RuntimeError(f"the process ended with {process.returncode}: {self._last_words()}")

    def _started(self) -> "subprocess.Popen[bytes]":
        with self._words.open("w") as words:
            return starter.start(self._command, stdout=subprocess.PIPE, stderr=words)

    @property
    def _words(self) -> Path:
        """Where the process says what nobody expects."""
        return self.folder / "stderr"

    def _last_words(self) -> str:
        with suppress(OSError):
            return self._words.read_text(errors="replace")[-2000:]
        return ""

    def _log_failure(self) -> None:
        self.log_id = secrets.token_hex(4)
        _log.exception("log id %s", self.log_id)

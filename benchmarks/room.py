"""A room of students: how soon their pages have what the lecturer shows.

    python benchmarks/room.py [--students 100] [--path senet] [--label Block] [--quick] [--json]

A lecturer in Chromium opens a room and moves a slider by its keys, now and then. The students are
the server's side of browsers: each has a session of its own, looks at the room as often as its page
asks for, and takes what is sent; nothing is painted, for other machines would do that. Prints, from
the key to the end of the last run that it caused, over all students and moves, the median and the
95th percentile, and how busy the server was; leaves with 1 where the median is over one second.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import threading
import time
from pathlib import Path
from statistics import median, quantiles

import psutil
from playwright.sync_api import Page
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.harness import ROOT, chromium, served

STUDENTS, QUICK_STUDENTS = 100, 10
MOVES, QUICK_MOVES = 6, 3
REST = 8.0  # seconds between two moves
MOST = 1.0  # seconds, of the median
WHOLE = ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY  # not of a fragment alone
PART = ForwardMsg.ScriptFinishedStatus.FINISHED_FRAGMENT_RUN_SUCCESSFULLY


class Student:
    """A session of the server, and when runs ended that drew what the lecturer shows."""

    def __init__(self, address: str, page: str, room: str) -> None:
        self.address = address.replace("http", "ws", 1) + "/_stcore/stream"
        self.page, self.query = page, f"room={room}"
        self.hash = ""
        self.took: list[float] = []  # when each run ended that drew something
        self.draws = False  # whether the present run does: a look at the room does not
        self.asked_now: dict[str, float] = {}  # seconds between runs, by fragment
        self.tasks: list[asyncio.Task[None]] = []

    async def attend(self) -> None:
        """Open the page, and do as it asks until the end."""
        self.socket: WebSocketClientConnection = await websocket_connect(
            self.address, max_message_size=1 << 28
        )
        await self._run()
        while (frame := await self.socket.read_message()) is not None:
            message = ForwardMsg()
            message.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
            self._take(message)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.hash = message.new_session.page_script_hash
            self.draws = False
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.asked_now[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "delta":
            self.draws = True
        elif kind == "script_finished":
            if self.draws and message.script_finished in (WHOLE, PART):
                self.took.append(time.monotonic())
            if message.script_finished == WHOLE:
                self._ask()

    def _ask(self) -> None:
        """As often as the page that now stands wants it; what stood before wants nothing more."""
        asked, self.asked_now = self.asked_now, {}
        for task in self.tasks:
            task.cancel()
        self.tasks = [
            asyncio.create_task(self._every(seconds, fragment))
            for fragment, seconds in asked.items()
        ]

    async def _every(self, seconds: float, fragment: str) -> None:
        with contextlib.suppress(WebSocketClosedError):  # the server has ended
            while True:
                await asyncio.sleep(seconds)
                await self._run(fragment)

    async def _run(self, fragment: str = "") -> None:
        message = BackMsg()
        run = message.rerun_script
        run.query_string, run.page_script_hash = self.query, self.hash
        if not self.hash:
            run.page_name = self.page
        run.fragment_id, run.is_auto_rerun = fragment, bool(fragment)
        await self.socket.write_message(message.SerializeToString(), binary=True)


def main() -> int:
    """Measure, print, and judge."""
    options = _arguments()
    count = QUICK_STUDENTS if options.quick else options.students
    moves = QUICK_MOVES if options.quick else MOVES
    with served(ROOT / "dashboard" / "Home.py") as (server, address), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{address}/{options.path}")
        page.get_by_role("button", name="Open a room").click(timeout=60_000)
        page.wait_for_url("**room=**")
        room = page.url.partition("room=")[2][:8]
        students = [Student(address, options.path, room) for _ in range(count)]
        threading.Thread(target=asyncio.run, args=(_all(students),), daemon=True).start()
        _wait_for_all(students, page)
        found = _lecture(page, options.label, students, moves, psutil.Process(server.pid))
    result = {"path": options.path, "students": count, "moves": moves, **found}
    result["passed"] = result["median_s"] is not None and result["median_s"] <= MOST
    print(json.dumps(result) if options.json else _table(result))
    return 0 if result["passed"] else 1


async def _all(students: list[Student]) -> None:
    await asyncio.gather(*(student.attend() for student in students))


def _wait_for_all(students: list[Student], page: Page) -> None:
    """Until every page stands, with what the lecturer shows."""
    end = time.monotonic() + 20 + 3 * len(students)
    while not all(student.took for student in students):
        if time.monotonic() > end:
            missing = sum(not student.took for student in students)
            raise RuntimeError(f"{missing} pages do not stand")
        page.wait_for_timeout(200)
    page.wait_for_timeout(1000 * REST)


def _lecture(
    page: Page, label: str, students: list[Student], moves: int, server: psutil.Process
) -> dict[str, object]:
    """Move the slider; how late each student had it, in seconds."""
    late: list[float] = []
    missed = 0
    busy = sum(server.cpu_times()[:2])
    began = time.monotonic()
    for move in range(moves):
        at = time.monotonic()
        key = "ArrowLeft" if move % 2 == 0 else "ArrowRight"
        page.get_by_role("slider", name=label, exact=True).first.press(key)
        page.wait_for_timeout(1000 * REST)
        for student in students:
            after = [when for when in student.took if when > at]
            if after:
                late.append(after[0] - at)
            else:
                missed += 1
    seconds = time.monotonic() - began
    return {
        "median_s": round(median(late), 2) if late else None,
        "p95_s": round(quantiles(late, n=20)[-1], 2) if len(late) > 1 else None,
        "missed": missed,
        "server_busy": round((sum(server.cpu_times()[:2]) - busy) / seconds, 2),
    }


def _table(result: dict[str, object]) -> str:
    return "\n".join(f"{name:12}{value}" for name, value in result.items())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--students", type=int, default=STUDENTS)
    parser.add_argument("--path", default="senet", help="the page that is shown")
    parser.add_argument("--label", default="Block", help="of the slider that is moved")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_STUDENTS} students")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""Does the server keep its memory? A thousand reruns through a real browser.

    python benchmarks/soak.py [--path mobilenet_v1] [--reruns 1000] [--quick] [--json]

Starts the dashboard, opens a page in Chromium and makes it run again and again: by the arrow keys
on the page's first slider where it has one, and by the language switch. Prints the server's memory
after the first tenth of the reruns and at the end; leaves with 1 where it grew by more than 50 MB.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Page
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.harness import ROOT, SECONDS_TO_START, chromium, served

ALLOWED_MB = 50.0
RERUNS, QUICK_RERUNS = 1000, 150
# The language switch redraws all of a page, a slider what it moves: so often the first.
EVERY = 5
SLIDERS = ".stMainBlockContainer input[type=range]"


class Runs:
    """The page's finished runs, counted in what the server sends to the browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.finished = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._read))

    def _read(self, frame: bytes | str) -> None:
        message = ForwardMsg()
        message.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
        self.finished += message.WhichOneof("type") == "script_finished"

    def wait_for_one(self, seconds: float, before: int) -> bool:
        """Whether there were more than ``before`` within so many seconds."""
        end = time.monotonic() + seconds
        while self.finished <= before:
            if time.monotonic() > end:
                return False
            self.page.wait_for_timeout(5)  # also hands out what has come meanwhile
        return True


def main() -> int:
    """Soak, print, and judge."""
    arguments = _arguments()
    reruns = QUICK_RERUNS if arguments.quick else arguments.reruns
    with (
        served(ROOT / "dashboard" / "Home.py") as (server, address),
        counted(f"{address}/{arguments.path}") as runs,
    ):
        process = psutil.Process(server.pid)
        began = time.perf_counter()
        early = make_reruns(runs, reruns // 10, process)
        late = make_reruns(runs, reruns - reruns // 10, process)
        seconds = time.perf_counter() - began
    result = {
        "path": arguments.path or "Home",
        "reruns": reruns,
        "seconds": round(seconds, 1),
        "early_mb": round(early, 1),
        "late_mb": round(late, 1),
        "grown_mb": round(late - early, 1),
        "allowed_mb": ALLOWED_MB,
        "passed": late - early <= ALLOWED_MB,
    }
    print(json.dumps(result) if arguments.json else _table(result))
    return 0 if result["passed"] else 1


def make_reruns(runs: Runs, count: int, process: psutil.Process) -> float:
    """Have the page run so many times; the server's memory then, in MB."""
    end = runs.finished + count
    moves = 0
    while (before := runs.finished) < end:
        moves += 1
        if moves % EVERY == 0 or not _move_slider(runs):
            # The language in use is the one that is checked: press the other.
            runs.page.locator(".st-key-language button[aria-checked=false]").first.click()
            if not runs.wait_for_one(30, before):
                raise RuntimeError(f"the page no longer answers after {before} runs")
    parts = (process, *process.children(recursive=True))
    return float(sum(part.memory_info().rss for part in parts)) / 1e6


def _move_slider(runs: Runs) -> bool:
    """Whether there is a slider, and its next step made the page run."""
    slider = runs.page.locator(SLIDERS).first
    if not slider.count():
        return False
    before = runs.finished
    at_end = slider.evaluate("slider => slider.value === slider.max")
    slider.press("ArrowLeft" if at_end else "ArrowRight")
    # One whose pictures are all in the browser asks the server nothing.
    return runs.wait_for_one(3, before)


@contextmanager
def counted(address: str) -> Iterator[Runs]:
    """The page in a browser, drawn once, its runs being counted."""
    with chromium() as browser:
        runs = Runs(browser.new_page(viewport={"width": 1280, "height": 720}))
        runs.page.goto(address)
        if not runs.wait_for_one(SECONDS_TO_START, 0):
            raise RuntimeError(f"{address} is not drawn")
        yield runs


def _table(result: dict[str, object]) -> str:
    return "\n".join(f"{name:12}{value}" for name, value in result.items())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--path", default="", help="the page, such as mobilenet_v1; default Home")
    parser.add_argument("--reruns", type=int, default=RERUNS)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_RERUNS} reruns")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

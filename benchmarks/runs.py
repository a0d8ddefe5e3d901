"""Training runs: how soon they obey, what they cost other visitors, how fast they train.

    python benchmarks/runs.py [--only engine|slider|throughput] [--quick] [--json]

- engine: from nothing to a worker that waits, from an order to its effect as the engine tells it.
- slider: how late the pictures of the MobileNetV1 lesson's hero follow a hand while another visitor
  of the same server has 0, 1 and 4 runs going, by turns. That visitor presses Start in the lesson's
  panel and closes the tab, as the machine that draws it would be another one. The runs train the
  full width on CIFAR-10's size, 128 images a step.
- throughput: fit() against the course's own loop (course_loop.py).

All data is made up, and kept with the runs in a temporary folder. Leaves with 1 where a p95 is more
than 1.5 times that without runs, or fit() is less than 1.5 times as fast as the course's loop.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.harness import ROOT, chromium, served
from benchmarks.slider_latency import SLOW, WATCH, Drag, drag, open_page, summary

if TYPE_CHECKING:
    from cnnviz.training.run_files import Record
    from cnnviz.training.runs import Engine

MEASURES = ("engine", "slider", "throughput")
MOST_SLIDER, LEAST_THROUGHPUT = 1.5, 1.5  # ratios
SECONDS = 60.0  # until the script gives up
RUNS = (4, 1, 0)  # the first ones start the worker
LESSON = "mobilenet_v1"
PANEL = (
    f"{LESSON}?tab=train&train_data=cifar10&images_cifar10=5000&epochs_cifar10=200"
    "&batch_cifar10=128&alpha_cifar10_a=1"
)
MODES = {1: "", 4: "&train=seeds&seeds=4"}  # of the panel, by number of runs


def main() -> int:
    """Measure, print, and judge."""
    options = read_options()
    measures = [options.only] if options.only else list(MEASURES)
    with tempfile.TemporaryDirectory() as folder:
        # Read when cnnviz is imported, by this process as by the server and by the workers.
        os.environ |= {"CNNVIZ_RUNS": f"{folder}/runs", "CNNVIZ_DATA": folder}
        os.environ.pop("CNNVIZ_SCHEDULER", None)
        result = measured(measures, Path(folder), options.quick)
    result["passed"] = passed(result)
    print(json.dumps(result) if options.json else table(result))
    return 0 if result["passed"] else 1


def passed(result: dict[str, Any]) -> bool:
    """Whether what was measured is as it should be."""
    slider, pace = result.get("slider"), result.get("throughput")
    return (slider is None or max(slider["ratio_1"], slider["ratio_4"]) <= MOST_SLIDER) and (
        pace is None or pace["ratio"] >= LEAST_THROUGHPUT
    )


def measured(measures: list[str], folder: Path, quick: bool) -> dict[str, Any]:
    """Each measure's numbers, by its name."""
    # Imported here: the folders are set now.
    from benchmarks.course_loop import make_pictures, throughput

    make_pictures(folder)
    found: dict[str, Any] = {}
    if "throughput" in measures:
        found["throughput"] = throughput(folder, turns=4 if quick else 20)
    if "engine" in measures:
        found["engine"] = engine_times(1, 2) if quick else engine_times(3, 4)
    if "slider" in measures:
        found["slider"] = slider(1, 1, 2.0) if quick else slider(4, 2, 4.0)
    return found


def engine_times(starts: int, runs: int) -> dict[str, float]:
    """Medians, in seconds, over so many engines and so many runs on each."""
    from cnnviz.training.runs import Engine

    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(starts):
        engine = Engine()
        times["start"].append(seconds_of(engine.client))
        for number in range(runs):
            follow_one(engine, number, times)
        engine.close()
    return {name: round(median(found), 3) for name, found in times.items()}


def follow_one(engine: "Engine", number: int, times: dict[str, list[float]]) -> None:
    """One run: started, paused, let go for one step, let go, stopped; notes what each took."""
    from cnnviz.training.recipes import base

    spec = base(LESSON, "digits").with_settings({"epochs": 200, "seed": number})
    run = ""

    def start() -> None:
        nonlocal run
        run = engine.submit({"": spec})
        until(lambda: engine.record(run).progress.get("step", 0) >= 1)

    def ordered(order: Callable[[], None], state: str) -> float:
        def obeyed() -> None:
            order()
            until(lambda: engine.record(run).state == state)

        return seconds_of(obeyed)

    times["next_progress" if number else "first_progress"].append(seconds_of(start))
    times["pause"].append(ordered(lambda: engine.pause(run), "paused"))
    times["one_step"].append(ordered(lambda: engine.go_on(run, steps=1), "paused"))
    engine.go_on(run)
    step = engine.record(run).progress.get("step", 0)
    until(lambda: engine.record(run).progress.get("step", 0) > step)
    times["stop"].append(ordered(lambda: engine.stop(run), "stopped"))


def slider(rounds: int, drags_a_turn: int, seconds: float) -> dict[str, Any]:
    """The hero's latencies by number of runs, and the ratios of their p95.

    Args:
        rounds: in each, every number of runs has its turn.
        drags_a_turn: drags measured in a turn.
        seconds: that a drag lasts.
    """
    drags: dict[int, list[Drag]] = {count: [] for count in RUNS}
    with served(ROOT / "dashboard" / "Home.py") as (_, address), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        picture, thumb = open_page(page, f"{address}/{LESSON}", "Turn")
        drag(page, thumb, picture, SLOW, 1.0)  # the first rerun is slower than all others
        other = Visitor(browser, address)
        for number in range(rounds):
            # There and back: what grows slowly, such as the machine's heat, falls on all alike.
            for count in RUNS if number % 2 == 0 else reversed(RUNS):
                other.start(count)
                for _ in range(drags_a_turn):
                    picture.evaluate(WATCH)  # the page may have put up another canvas meanwhile
                    drags[count].append(drag(page, thumb, picture, SLOW, seconds))
                other.stop(count)
    found: dict[str, Any] = {
        f"runs_{count}": summary("live", drags[count]) for count in sorted(RUNS)
    }
    late = {count: found[f"runs_{count}"]["p95_ms"] for count in RUNS}
    if None in late.values():
        raise RuntimeError("no picture followed the hand")
    return found | {f"ratio_{count}": round(late[count] / late[0], 2) for count in (1, 4)}


class Visitor:
    """Someone else, in a browser of their own."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        self.address = address
        self.link = ""

    def start(self, count: int) -> None:
        """Have so many runs going, and the tab closed."""
        if count:
            self._press("Start", f"{self.address}/{PANEL}{MODES[count]}")
            self.page.wait_for_url(re.compile("run="), timeout=1000 * SECONDS)
            self.link = self.page.url
            self.page.goto("about:blank")
        until(lambda: count == 0 or any(map(trains, going())))
        if len(going()) != count:
            raise RuntimeError(f"of {count} runs only {len(going())} go")

    def stop(self, count: int) -> None:
        """Find the runs again by their link, and end them."""
        if count:
            self._press("Stop", self.link)
            until(lambda: not going())
            self.page.goto("about:blank")

    def _press(self, button: str, link: str) -> None:
        self.page.goto(link)
        # Streamlit has a Stop of its own at the top, while the script runs.
        page = self.page.get_by_test_id("stMainBlockContainer")
        page.get_by_role("button", name=button, exact=True).click(timeout=1000 * SECONDS)


def going() -> "list[Record]":
    """The server's runs that wait or train, as their files say."""
    from cnnviz.training import run_files

    return [record for record in run_files.listed() if record.state in run_files.GOING]


def trains(record: "Record") -> bool:
    """Whether a run has taken its first step."""
    return bool(record.progress.get("step", 0))


def seconds_of(action: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def until(true: Callable[[], bool]) -> None:
    """Wait for a condition."""
    end = time.monotonic() + SECONDS
    while not true():
        if time.monotonic() > end:
            raise RuntimeError("a run does not do what it was told")
        time.sleep(0.002)


def table(result: dict[str, Any]) -> str:
    """As it is read."""
    lines = []
    if "throughput" in result:
        found = result["throughput"]
        lines.append(
            f"fit() {found['ours']:.0f} images/s, the course's loop {found['course']:.0f}: "
            f"{found['ratio']:.2f} times (asked: {LEAST_THROUGHPUT})"
        )
    for name, seconds in result.get("engine", {}).items():
        lines.append(f"{name.replace('_', ' '):20}{seconds:8.3f} s")
    if "slider" in result:
        found = result["slider"]
        lines.append(f"{'slider':20}{'p50 ms':>8}{'p95 ms':>8}   ratio")
        for count in sorted(RUNS):
            numbers = found[f"runs_{count}"]
            lines.append(
                f"{f'{count} runs going':20}{numbers['p50_ms']:8.1f}{numbers['p95_ms']:8.1f}"
                f"{found.get(f'ratio_{count}', 1.0):8.2f}"
            )
    return "\n".join([*lines, "passed" if result["passed"] else "failed"])


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", choices=MEASURES, help="this measure alone")
    parser.add_argument("--quick", action="store_true", help="under 50 s")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

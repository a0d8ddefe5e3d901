"""How fast a picture follows a hand on a slider: live, prefetched, and Streamlit's own slider.

    python benchmarks/slider_latency.py [--quick] [--json]
    python benchmarks/slider_latency.py --app dashboard/Home.py --path mobilenet_v1 --label "Turn"

By itself it measures the MobileNetV1 lesson's hero behind each kind of slider, alone on its page
(slider_app.py); with ``--app``, a slider of any page, such as the same hero amid its lesson; where
the page has several pictures, ``--picture`` says which of them the slider moves.

Server and Chromium run on this machine. A mouse drags the thumb at 20 moves a second (slow) and
at 50 (fast). A picture counts when the page has painted the frame that shows it (the screen's next
refresh, up to 17 ms later at 60 Hz, is not in the numbers); its latency is the time since the
pointer event that set its value. Values that were overtaken have no picture.
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from playwright.sync_api import Locator, Page

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.harness import ROOT, chromium, served

SLOW, FAST = 20, 50  # moves a second

# Notes each pointer event with the value it set, and each painted picture with the value it shows:
# the task posted from an animation frame runs when that frame has been produced.
WATCH = """
(canvas) => {
  const log = window.sliderLog = { moves: [], paints: [], release: 0 };
  const hand = (event) => event.composedPath()[0];
  addEventListener("input", (event) => {
    if (hand(event).type === "range") log.moves.push([event.timeStamp, hand(event).value]);
  }, true);
  addEventListener("pointerup", (event) => { log.release = event.timeStamp; }, true);
  new MutationObserver(() => {
    const value = canvas.dataset.shows;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => log.paints.push([performance.now(), value]);
      port2.postMessage(null);
    });
  }).observe(canvas, { attributeFilter: ["data-shows"] });
}
"""


@dataclass(frozen=True)
class Drag:
    """What one drag left: times in ms of the page's clock, values as texts."""

    begun: float
    moves: list[tuple[float, str]]
    paints: list[tuple[float, str]]
    release: float

    def latencies(self) -> list[float]:
        """Pointer event to painted picture, for each picture, in ms."""
        found = []
        for painted, value in dict.fromkeys(self.paints):
            set_at = [
                at for at, moved_to in self.moves if moved_to in value.split() and at <= painted
            ]
            if set_at:
                found.append(painted - set_at[-1])
        return found

    def pictures_per_second(self) -> float:
        """Pictures painted between the beginning of the drag and the release."""
        during = [at for at, _ in self.paints if self.begun <= at <= self.release]
        return 1000 * len(during) / (self.release - self.begun)


def main() -> None:
    options = read_options()
    kinds = ["live"] if options.app else ["live", "prefetched", "stock"]
    app = ROOT / (options.app or "benchmarks/slider_app.py")
    seconds = 2.0 if options.quick else 4.0
    repeats = 1 if options.quick else 3
    with served(app) as (_, address), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        drags = {}
        for kind in kinds:
            query = options.path or f"?kind={kind}"
            picture, slider = open_page(
                page, f"{address}/{query}", options.label, options.picture
            )  # fmt: skip
            drag(page, slider, picture, SLOW, 1.0)  # the first rerun is slower than all others
            for name, rate in drags_of(kind):
                # A drag of the stock slider gives one picture: more and shorter ones there.
                times, long = (5 * repeats, 0.5) if kind == "stock" else (repeats, seconds)
                drags[name] = [drag(page, slider, picture, rate, long) for _ in range(times)]
    report({name: summary(name, runs) for name, runs in drags.items()}, as_json=options.json)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under 50 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--app", help="measure the live slider of this app instead")
    parser.add_argument("--path", default="", help="its page and query")
    parser.add_argument("--label", default="", help="the slider's label there")
    parser.add_argument("--picture", type=int, default=0, help="the picture's number there, from 0")
    return parser.parse_args()


def drags_of(kind: str) -> list[tuple[str, int]]:
    """The drags done with a slider: the report's names, and moves a second."""
    if kind == "live":
        return [("live", SLOW), ("fast", FAST)]
    return [(kind, FAST if kind == "prefetched" else SLOW)]


def open_page(page: Page, address: str, label: str, number: int = 0) -> tuple[Locator, Locator]:
    """The picture's canvas, already watched, and the slider's thumb or input."""
    page.goto(address)
    picture = page.locator("canvas[data-shows]").nth(number)
    picture.wait_for(timeout=30_000)
    slider = page.get_by_role("slider", name=label or None).first
    page.wait_for_load_state("networkidle")
    page.wait_for_function(READY, timeout=30_000)
    slider.scroll_into_view_if_needed()
    picture.evaluate(WATCH)
    return picture, slider


# Prefetched pictures are all there when the server rests again.
READY = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"


def drag(page: Page, slider: Locator, picture: Locator, rate: int, seconds: float) -> Drag:
    """Moves the thumb along most of its track and back, ``rate`` times a second."""
    track = slider if slider.evaluate("e => e.tagName") == "INPUT" else stock_track(slider)
    box = track.bounding_box()
    assert box
    left, room, height = box["x"] + 12, box["width"] - 24, box["y"] + box["height"] / 2
    page.mouse.move(left, height)
    page.mouse.down()
    page.wait_for_timeout(400)
    page.evaluate("() => { sliderLog.moves = []; sliderLog.paints = []; }")
    begun = page.evaluate("performance.now()")
    start = time.perf_counter()
    count = round(rate * seconds)
    for i in range(1, count + 1):
        time.sleep(max(0.0, start + i / rate - time.perf_counter()))
        there = 2 * i / count  # to the far end, and back
        page.mouse.move(left + room * min(there, 2 - there) * 0.98 + 2, height)
    page.mouse.up()
    page.wait_for_timeout(1200)  # what is still under way
    log = page.evaluate("sliderLog")
    return Drag(
        begun=begun,
        moves=[tuple(move) for move in log["moves"]],
        paints=[tuple(paint) for paint in log["paints"]],
        release=log["release"],
    )


def stock_track(thumb: Locator) -> Locator:
    return thumb.locator("xpath=ancestor::*[@data-testid='stSlider']//*[@role='slider']/..").first


def summary(name: str, runs: list[Drag]) -> dict[str, float | None]:
    """Medians over all pictures of all drags; the stock slider's pictures count from release."""
    if name == "stock":
        waits = [at - run.release for run in runs for at, _ in run.paints if at > run.release]
    else:
        waits = [wait for run in runs for wait in run.latencies()]
    cuts = quantiles(waits, n=20, method="inclusive") if len(waits) > 1 else waits * 19
    return {
        "pictures_per_second": round(sum(r.pictures_per_second() for r in runs) / len(runs), 1),
        "p50_ms": round(cuts[9], 1) if cuts else None,
        "p95_ms": round(cuts[18], 1) if cuts else None,
    }


def report(results: dict[str, dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(results))
        return
    print(f"{'':12}{'pictures/s':>12}{'p50 ms':>10}{'p95 ms':>10}")
    for name, numbers in results.items():
        rate, *waits = ("-" if number is None else number for number in numbers.values())
        print(f"{name:12}{rate:>12}" + "".join(f"{wait:>10}" for wait in waits))
    if "stock" in results:
        print("stock: nothing moves during the drag; its times count from the release.")


if __name__ == "__main__":
    main()

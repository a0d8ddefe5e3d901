"""Takes each lesson's picture for its card on the home page and for the README.

    python tests/browser/take_pictures.py

Opens the lessons in the light theme on a screen of 1280x720 pixels, and writes what stands between
a lesson's finding and its first folded panel to ``dashboard/text/images/NAME.webp``.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import ROOT, chromium, served, settle
from cnnviz.lessons import LESSONS, Lesson

IMAGES = ROOT / "dashboard" / "text" / "images"
SCREEN = {"width": 1280, "height": 720}
EDGE = 12  # pixels left white around the picture


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with served(ROOT / "dashboard" / "Home.py") as (_, address), chromium() as browser:
        page = browser.new_page(viewport=SCREEN, color_scheme="light")
        for lesson in LESSONS:
            page.goto(f"{address}/{lesson.name}")
            settle(page)
            file = IMAGES / f"{lesson.name}.webp"
            hero(page, lesson).save(file, "WEBP", quality=80, method=6)
            print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1000:.0f} KB")


def hero(page: Page, lesson: Lesson) -> Image.Image:
    """What the lesson shows first: below its finding, above what is folded away."""
    left, top, width, height = box(page.get_by_text(lesson.finding))
    _, end, _, _ = box(page.locator(".stMain [data-testid=stExpander]").first)
    start = top + height
    clip = {
        "x": left - EDGE,
        "y": start,
        "width": width + 2 * EDGE,
        "height": min(end, SCREEN["height"]) - start,
    }
    return Image.open(io.BytesIO(page.screenshot(clip=clip)))


def box(part: Locator) -> tuple[float, float, float, float]:
    """Left, top, width and height in pixels."""
    found = part.bounding_box()
    assert found
    return found["x"], found["y"], found["width"], found["height"]


if __name__ == "__main__":
    main()

"""What a hand does with the mouse, and what a picture shows meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from playwright.sync_api import Locator, expect

# Collects what a picture says that it shows.
COLLECT = """
(picture) => {
  window.shown = [];
  new MutationObserver(() => shown.push(picture.dataset.shows))
    .observe(picture, { attributeFilter: ["data-shows"] });
}
"""
#: What canvases show, to be compared.
PIXELS = "canvases => canvases.map((canvas) => canvas.toDataURL())"
_EDGE = 12  # CSS pixels of a live slider's box beyond its first position


@contextmanager
def swept(slider: Locator, picture: Locator, moves: int = 40) -> Iterator[list[str]]:
    """Drag a live slider from its left end to its right one, and let go at the end of the block.

    Args:
        slider: the slider.
        picture: what moves with it, with ``data-shows``.
        moves: of the mouse, 40 ms each.

    Yields:
        What the picture has shown so far, in turn.
    """
    picture.evaluate(COLLECT)
    box = slider.bounding_box()
    assert box
    page, height = slider.page, box["y"] + box["height"] / 2
    left, room = box["x"] + _EDGE, box["width"] - 2 * _EDGE
    page.mouse.move(left, height)
    page.mouse.down()
    for i in range(1, moves + 1):
        page.mouse.move(left + room * i / moves, height)
        page.wait_for_timeout(40)
    yield page.evaluate("shown")
    page.mouse.up()


def drag(target: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from one place to another, CSS pixels from the left upper corner of a target."""
    box = target.bounding_box()
    assert box
    mouse = target.page.mouse
    mouse.move(box["x"] + start[0], box["y"] + start[1])
    mouse.down()
    mouse.move(box["x"] + end[0], box["y"] + end[1], steps=5)
    mouse.up()


def check_one_zoom(pictures: Locator, zoomed: Locator, dragged: Locator) -> None:
    """A double click on one of the pictures, a drag in another and the key 0 change them all."""

    def shown() -> list[str]:
        page.mouse.move(0, 0)  # no pixel is marked
        found: list[str] = pictures.evaluate_all(PIXELS)
        return found

    page, states = zoomed.page, list[list[str]]()
    zoom = page.locator(".zoom output")
    states.append(shown())
    zoomed.dblclick(position={"x": 40, "y": 30})
    expect(zoom).to_have_text("4\u202f×")
    states.append(shown())
    drag(dragged, (100, 80), (60, 60))
    states.append(shown())
    for before, after in pairwise(states):
        assert all(first != second for first, second in zip(before, after, strict=True))
    page.get_by_role("button", name="Smaller").press("0")
    expect(zoom).to_have_text("1\u202f×")
    assert shown() == states[0]

"""The slider that moves its picture, as a hand, a finger and a keyboard find it."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Locator, Page, expect

SLIDER = Path(__file__).parent / "apps" / "slider.py"

OpenPage = Callable[..., Page]

COLLECT = """
() => {
  const roots = [...document.querySelectorAll("*")].map((element) => element.shadowRoot);
  const canvas = roots.map((root) => root?.querySelector("canvas")).find((found) => found);
  window.shown = [];
  new MutationObserver(() => shown.push(canvas.dataset.shows))
    .observe(canvas, { attributeFilter: ["data-shows"] });
}
"""


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name)


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def press_on(page: Page, hand: Locator) -> tuple[float, float, float]:
    """Puts the mouse on the left end of the track; returns left end, length and height."""
    box = hand.bounding_box()
    assert box
    left, room, height = box["x"] + 12, box["width"] - 24, box["y"] + box["height"] / 2
    page.mouse.move(left, height)
    page.mouse.down()
    return left, room, height


def drag(page: Page, hand: Locator, to: float, steps: int = 40) -> None:
    """Drags the thumb from the left end to a share of the track; the button stays down."""
    left, room, height = press_on(page, hand)
    for i in range(1, steps + 1):
        page.mouse.move(left + room * to * i / steps, height)
        page.wait_for_timeout(25)


def test_at_least_five_pictures_arrive_while_the_slider_is_dragged(open_page: OpenPage) -> None:
    page = open_page(SLIDER)
    page.evaluate(COLLECT)
    drag(page, slider(page, "Depth"), 0.8)
    shown = page.evaluate("shown")
    page.mouse.up()
    assert len(set(shown)) >= 5
    assert [int(value) for value in shown] == sorted(int(value) for value in shown)


def test_the_last_value_of_a_drag_always_arrives(open_page: OpenPage) -> None:
    page = open_page(SLIDER)
    for share, value in ((0.5, 25), (0.9, 45), (0.2, 10)):
        drag(page, slider(page, "Depth"), share, steps=12)
        page.mouse.up()
        expect(page.get_by_text(f"depth is {value}", exact=True)).to_be_visible()
        expect(page.locator(f"canvas[data-shows='{value}']")).to_be_visible()


def test_the_address_follows_at_the_end_of_a_drag_and_not_before(open_page: OpenPage) -> None:
    page = open_page(SLIDER, "?kept=a%20b")
    entries = page.evaluate("history.length")
    drag(page, slider(page, "Depth"), 0.6)
    assert query(page) == {"kept": ["a b"]}
    page.mouse.up()
    page.wait_for_url("**depth=30**")
    assert query(page) == {"kept": ["a b"], "depth": ["30"]}
    expect(page.get_by_text("depth is 30", exact=True)).to_be_visible()
    page.get_by_role("button", name="Page again").click()
    expect(page.get_by_text("server's address: {'depth': '30', 'kept': 'a b'}")).to_be_visible()
    assert query(page) == {"kept": ["a b"], "depth": ["30"]}
    assert page.evaluate("history.length") == entries
    drag(page, slider(page, "Depth"), 0.2)
    page.mouse.up()
    page.wait_for_function("!location.search.includes('depth')")  # the default is not written


def test_a_drag_back_to_where_it_began_ends_too(open_page: OpenPage) -> None:
    page = open_page(SLIDER)
    box = slider(page, "Depth").bounding_box()
    assert box
    x, y = box["x"] + 12 + (box["width"] - 24) * 0.2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 200, y)
    expect(page.get_by_text("depth is 10", exact=True)).to_have_count(0)
    page.mouse.move(x, y)
    page.mouse.up()
    expect(page.get_by_text("depth is 10", exact=True)).to_be_visible()
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Page again").click()
    expect(page.get_by_text("the hand: False")).to_be_visible()


def test_two_sliders_keep_each_others_place_in_the_address(open_page: OpenPage) -> None:
    page = open_page(SLIDER)
    slider(page, "Depth").press("End")
    page.wait_for_url("**depth=50**")
    slider(page, "Share").press("Home")
    page.wait_for_url("**share=0.1**")
    assert query(page) == {"depth": ["50"], "share": ["0.1"]}
    page.get_by_role("button", name="Page again").click()
    expect(page.get_by_text("server's address: {'depth': '50', 'share': '0.1'}")).to_be_visible()
    expect(page.get_by_text("share is 0.1", exact=True)).to_be_visible()


def test_a_link_opens_with_its_value(open_page: OpenPage) -> None:
    page = open_page(SLIDER, "?depth=33&share=0.3")
    expect(slider(page, "Depth")).to_have_value("33")
    expect(slider(page, "Share")).to_have_value("0.3")
    expect(page.get_by_text("depth is 33", exact=True)).to_be_visible()
    expect(page.get_by_text("share is 0.3", exact=True)).to_be_visible()


@pytest.mark.parametrize("value", ["51", "-1", "2.5", "deep", ""])
def test_a_bad_value_in_a_link_gives_the_default(open_page: OpenPage, value: str) -> None:
    page = open_page(SLIDER, f"?depth={value}")
    expect(slider(page, "Depth")).to_have_value("10")


def test_going_back_takes_the_slider_back(open_page: OpenPage) -> None:
    page = open_page(SLIDER, "?depth=20")
    page.get_by_role("button", name="Another entry").click()
    page.wait_for_url("**other=1**")
    slider(page, "Depth").press("End")
    page.wait_for_url("**depth=50**")
    expect(page.get_by_text("depth is 50", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_text("depth is 20", exact=True)).to_be_visible()
    expect(slider(page, "Depth")).to_have_value("20")
    slider(page, "Depth").press("ArrowRight")
    expect(page.get_by_text("depth is 21", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("key", "value"),
    [("ArrowRight", 11), ("ArrowDown", 9), ("PageUp", 15), ("Home", 0), ("End", 50)],
)
def test_keys_move_the_slider(open_page: OpenPage, key: str, value: int) -> None:
    page = open_page(SLIDER)
    hand = slider(page, "Depth")
    hand.press(key)
    expect(page.get_by_text(f"depth is {value}", exact=True)).to_be_visible()
    expect(hand).to_have_attribute("aria-valuetext", f"{value}\u202fpx")
    expect(hand).to_be_focused()
    page.wait_for_url(f"**depth={value}**")


def test_a_finger_moves_the_slider(open_page: OpenPage) -> None:
    page = open_page(SLIDER, touch=True)
    box = slider(page, "Depth").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + 12 + (box["width"] - 24) * 0.6, box["y"] + box["height"] / 2)
    expect(page.get_by_text("depth is 30", exact=True)).to_be_visible()


def test_nothing_below_the_picture_moves_during_a_drag(open_page: OpenPage) -> None:
    page = open_page(SLIDER)
    below = page.get_by_text("depth is")
    before = below.bounding_box()
    left, room, height = press_on(page, slider(page, "Depth"))
    for share in (0.2, 0.5, 0.9):
        page.mouse.move(left + room * share, height)
        expect(page.locator(f"canvas[data-shows='{round(50 * share)}']")).to_be_visible()
        after = below.bounding_box()
        assert before
        assert after
        assert (after["x"], after["y"]) == (before["x"], before["y"])
    page.mouse.up()


def test_prefetched_pictures_are_scrubbed_without_the_server(open_page: OpenPage) -> None:
    page = open_page(SLIDER, "?frames=1")
    expect(page.get_by_text("block is 3, run 2")).to_be_visible()  # shown, then asked for the rest
    left, room, height = press_on(page, slider(page, "Block"))
    for value in (2, 7, 11, 4):
        page.mouse.move(left + room * value / 11, height)
        picture = page.get_by_role("img", name=f"Block block {value} of 12")
        expect(picture).to_be_visible()
        assert abs(grey_of(picture) - 20 * value) <= 1
    expect(page.get_by_text("block is 3, run 2")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_text("block is 4, run 3")).to_be_visible()
    assert query(page) == {"frames": ["1"], "block": ["4"]}


def test_prefetched_pictures_are_sent_once(open_page: OpenPage) -> None:
    page = open_page(SLIDER)
    received: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    page.goto(page.url + "?frames=1")
    expect(page.get_by_text("block is 3, run 2")).to_be_visible()
    first = sum(received)
    for run in (3, 4, 5):
        page.get_by_role("button", name="Page again").click()
        expect(page.get_by_text(f"run {run}")).to_be_visible()
    slider(page, "Block").press("End")
    expect(page.get_by_text("block is 11, run 6")).to_be_visible()
    picture_size = 5_000
    assert first > 12 * picture_size
    # Until the browser's next message the present picture comes along, never all of them.
    assert sum(received) - first < 12 * picture_size + 4 * 60_000
    late = len(received)
    page.get_by_role("button", name="Page again").click()
    expect(page.get_by_text("run 7")).to_be_visible()
    assert sum(received[late:]) < 30_000


def test_a_picture_that_is_not_there_yet_is_not_shown_as_another(open_page: OpenPage) -> None:
    page = open_page(SLIDER, "?frames=1&slow=1", wait=False)
    hand = slider(page, "Block")
    hand.press("End")
    expect(page.get_by_text("The picture of block 11 of 12 is on its way.")).to_be_visible()
    picture = page.get_by_role("img", name="Block block 11 of 12")
    expect(picture).to_be_visible(timeout=15_000)
    assert abs(grey_of(picture) - 220) <= 1
    expect(page.get_by_text("is on its way")).to_have_count(0)


def grey_of(picture: Locator) -> int:
    return picture.evaluate("c => c.getContext('2d').getImageData(9, 9, 1, 1).data[0]")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sliders_in_both_themes(
    open_page: OpenPage, screenshot: Callable[[Page, str], Path], theme: str
) -> None:
    page = open_page(SLIDER, theme=theme)
    slider(page, "Depth").press("PageUp")
    expect(page.get_by_text("depth is 15", exact=True)).to_be_visible()
    screenshot(page, f"live_slider_{theme}")
    page = open_page(SLIDER, "?frames=1", theme=theme)
    expect(page.get_by_text("block is 3, run 2")).to_be_visible()
    screenshot(page, f"live_slider_frames_{theme}")

"""MobileNetV2's hero in a browser: what comes back follows the hand without the server."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.harness import settle
from tests.browser.hands import swept

HOME = Path(__file__).resolve().parents[2] / "dashboard" / "Home.py"
LESSON = "mobilenet_v2"

OpenPage = Callable[..., Page]

# Counts the pictures that a canvas has shown.
COLLECT = """
(canvas) => {
  window.shown = [];
  new MutationObserver(() => shown.push(canvas.dataset.shows))
    .observe(canvas, { attributeFilter: ["data-shows"] });
}
"""
INK = """
(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from(data).reduce((sum, value, i) => (sum * 31 + value * (i % 97)) % 1000003, 7);
}
"""


def back(page: Page) -> Locator:
    return page.locator("[data-view=back] canvas")


def hand(page: Page, name: str = "Channels n") -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def test_every_position_of_a_drag_is_drawn_and_told(open_page: OpenPage) -> None:
    page = open_page(HOME, LESSON)
    expect(back(page)).to_have_attribute("data-shows", "3")
    back(page).evaluate(COLLECT)
    box = hand(page).bounding_box()
    assert box
    left, room, height = box["x"] + 12, box["width"] - 24, box["y"] + box["height"] / 2
    page.mouse.move(left + room / 48, height)
    page.mouse.down()
    for i in range(2, 49):
        page.mouse.move(left + room * i / 48, height)
        page.wait_for_timeout(20)
    during = page.evaluate("shown")
    page.mouse.up()
    assert len(set(during)) >= 40
    assert during[-1] == "50"
    told = page.locator(".told[role=status]")
    expect(told).to_contain_text("at least two of the 50 channels")
    page.wait_for_url("**channels=50**")


def test_the_pictures_of_other_points_arrive_and_the_position_stays(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{LESSON}?channels=20")
    expect(back(page)).to_have_attribute("data-shows", "20")
    before = back(page).evaluate(INK)
    page.get_by_role("radio", name="none", exact=True).first.click()
    page.wait_for_url("**activation=none**")
    settle(page)
    expect(back(page)).to_have_attribute("data-shows", "20")
    assert back(page).evaluate(INK) != before
    expect(page.locator(".told[role=status]")).to_contain_text("Error 0.00")


def test_pictures_that_the_browser_has_are_shown_after_another_control_moved(
    open_page: OpenPage,
) -> None:
    page = open_page(HOME, LESSON)
    hand(page).press("ArrowRight")
    page.wait_for_url("**channels=4**")
    settle(page)
    picture = back(page).evaluate(INK)
    page.get_by_role("radio", name="Whole networks").click()  # a rerun that changes nothing here
    settle(page)
    hand(page).press("ArrowLeft")
    expect(back(page)).to_have_attribute("data-shows", "3")
    hand(page).press("ArrowRight")
    expect(back(page)).to_have_attribute("data-shows", "4")
    assert back(page).evaluate(INK) == picture


def test_the_expansion_widens_the_drawn_block(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{LESSON}?v2_block=3&t=2")
    board = page.locator(".block svg")
    expect(board).to_contain_text(re.compile(r"48\s×\s32"))
    hand(page, "Expansion t").press("End")
    expect(board).to_contain_text(re.compile(r"240\s×\s32"))


# The slider, and a canvas that it moves.
FOLLOWING = [
    ("maps", "Block", ".st-key-way_wide canvas"),
    ("maps", "Block", ".st-key-way_narrow canvas"),
    ("empty", "Empty up to", ".st-key-empty_board canvas"),
    ("empty", "V2, block", ".st-key-empty_board canvas >> nth=1"),
]


@pytest.mark.parametrize(("tab", "name", "picture"), FOLLOWING)
def test_trained_networks_maps_and_kernels_follow_the_hand(
    open_page: OpenPage, tab: str, name: str, picture: str
) -> None:
    page = open_page(HOME, f"{LESSON}?tab={tab}")
    canvas = page.locator(picture).first
    expect(canvas).to_be_visible()
    page.locator(".st-key-tab_row").evaluate("row => row.scrollIntoView()")
    with swept(hand(page, name), canvas) as during:
        assert len(set(during)) >= 5


@pytest.mark.parametrize(
    ("tab", "name", "board"),
    [("maps", "Block", "way_narrow"), ("empty", "Empty up to", "empty_board")],
)
def test_the_sliders_and_all_that_they_move_are_in_sight_together(
    open_page: OpenPage, tab: str, name: str, board: str
) -> None:
    page = open_page(HOME, f"{LESSON}?tab={tab}")
    row, pictures = page.locator(".st-key-tab_row"), page.locator(f".st-key-{board} canvas")
    expect(pictures.last).to_be_visible()
    row.evaluate("row => row.scrollIntoView()")
    for element in (row, hand(page, name), *pictures.all()):
        box = element.bounding_box()
        assert box
        assert box["y"] > -1  # pixels are not always whole
        assert box["y"] + box["height"] <= 720

"""DnCNN beside the classics before a real Chromium: numbers, pictures, and their one zoom."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import PIXELS, check_one_zoom

APP = Path(__file__).parent / "apps" / "dncnn_classics.py"

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]

#: Clean, five methods; noisy, their differences.
PICTURES = 12


def canvases(page: Page) -> Locator:
    return page.locator("table.compared canvas")


def all_done(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"DnCNN is .* than the best classic"))).to_be_visible()
    expect(page.locator("table.compared .best")).to_have_count(3)
    expect(canvases(page)).to_have_count(PICTURES)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?colour=1", "?classics_picture=stripes&lang=zh"])
def test_nothing_sticks_out_in_both_themes(
    open_page: OpenPage, screenshot: Screenshot, query: str, theme: str
) -> None:
    page = open_page(APP, query, theme=theme)
    expect(page.locator("table.compared .best")).to_have_count(3)
    assert page.locator(".stAlert").count() == 0
    screenshot(page, f"dncnn_classics_{re.sub(r'[^a-z]+', '_', query)}_{theme}")
    wide = page.locator(".stMainBlockContainer").evaluate("e => e.scrollWidth - e.clientWidth")
    assert wide <= 1
    last = page.locator("table.compared").bounding_box()
    assert last
    assert last["y"] + last["height"] < 720, "all pictures are on the first screen"


def test_the_numbers_stand_over_the_pictures(open_page: OpenPage) -> None:
    page = open_page(APP)
    all_done(page)
    row = page.get_by_role("row", name=re.compile("^PSNR"))
    values = [float(text.split("\u202f")[0]) for text in row.get_by_role("cell").all_inner_texts()]
    assert len(values) == 5
    assert row.locator(".best").inner_text() == f"{max(values):.2f}\u202fdB"
    expect(page.get_by_role("img", name="Wavelets: denoised")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^DnCNN: difference"))).to_be_visible()


def test_one_zoom_holds_for_all_pictures(open_page: OpenPage) -> None:
    page = open_page(APP)
    all_done(page)
    assert len(set(canvases(page).evaluate_all(PIXELS))) == PICTURES
    check_one_zoom(canvases(page), canvases(page).nth(3), canvases(page).nth(8))


@pytest.mark.parametrize(("query", "number"), [("", r"\d+"), ("?colour=1", r"\d+/\d+/\d+")])
def test_the_pixel_under_the_pointer_has_a_value_in_each_picture(
    open_page: OpenPage, query: str, number: str
) -> None:
    page = open_page(APP, query)
    all_done(page)
    canvases(page).nth(7).hover(position={"x": 50, "y": 40})
    names = (
        "Noisy",
        "Clean",
        "Non-local means",
        "Wavelets",
        "Total variation",
        "Bilateral",
        "DnCNN",
    )
    told = ", ".join(f"{name} {number}" for name in names)
    expect(page.locator(".readout")).to_have_text(re.compile(f"^row \\d+, column \\d+: {told}$"))


def test_another_picture_is_compared_at_once(open_page: OpenPage) -> None:
    page = open_page(APP)
    all_done(page)
    expect(page.locator("table.compared")).to_have_attribute("data-shows", "cat False 25")
    page.get_by_role("radio", name="Stripes (generated)").click()
    expect(page.locator("table.compared")).to_have_attribute("data-shows", "generated stripes 25")
    all_done(page)
    page.wait_for_url("**classics_picture=stripes**")

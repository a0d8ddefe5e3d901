"""JPEG and up-scaling before a real Chromium: what follows the hand, and one zoom for all."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import PIXELS, swept

APP = Path(__file__).parent / "apps" / "dncnn_tasks.py"

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]

#: Of a line the damaged or clean picture, mended, taken away, error.
PICTURES = 8


def table(page: Page) -> Locator:
    return page.locator("table.compared")


def canvases(page: Page) -> Locator:
    return table(page).locator("canvas")


def shows(page: Page, text: str) -> None:
    expect(table(page)).to_have_attribute("data-shows", text)


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="JPEG quality")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?colour=1", "?task=upscale&lang=zh"])
def test_nothing_sticks_out_in_both_themes(
    open_page: OpenPage, screenshot: Screenshot, query: str, theme: str
) -> None:
    page = open_page(APP, query, theme=theme)
    expect(canvases(page)).to_have_count(PICTURES)
    assert page.locator(".stAlert").count() == 0
    screenshot(page, f"dncnn_tasks_{re.sub(r'[^a-z]+', '_', query)}_{theme}")
    wide = page.locator(".stMainBlockContainer").evaluate("e => e.scrollWidth - e.clientWidth")
    assert wide <= 1
    last = table(page).bounding_box()
    assert last
    assert last["y"] + last["height"] < 720, "all pictures are on the first screen"


def test_the_middle_follows_the_hand_and_the_whole_comes_after(open_page: OpenPage) -> None:
    page = open_page(APP)
    shows(page, "jpeg_10 whole cat False")
    before = canvases(page).evaluate_all(PIXELS)
    with swept(slider(page), table(page), moves=20) as during:
        expect(page.locator(".readout")).to_contain_text("Only the middle")
        assert len({text for text in during if text.split()[1] == "loupe"}) >= 2
    shows(page, "jpeg_99 whole cat False")
    expect(page.locator(".readout")).to_contain_text("Error: mended minus clean")
    page.wait_for_url("**task_quality=99**")
    page.mouse.move(0, 0)
    after = canvases(page).evaluate_all(PIXELS)
    assert [i for i in range(PICTURES) if before[i] == after[i]] == [4], "the clean one stays"


def test_one_zoom_holds_for_all_pictures_and_each_tells_its_pixel(open_page: OpenPage) -> None:
    page = open_page(APP, "?task=upscale")
    shows(page, "x3 whole cat False")
    page.mouse.move(0, 0)
    before = canvases(page).evaluate_all(PIXELS)
    canvases(page).nth(6).dblclick(position={"x": 90, "y": 70})
    expect(page.locator(".zoom output")).to_have_text("4\u202f×")
    names = (
        "Damaged",
        "Clean",
        "Trained for noise, JPEG and up-scaling",
        "Trained for noise alone",
    )
    told = ", ".join(rf"{name} \d+" for name in names)
    expect(page.locator(".readout")).to_have_text(re.compile(f"^row \\d+, column \\d+: {told}$"))
    page.mouse.move(0, 0)
    near = canvases(page).evaluate_all(PIXELS)
    assert all(first != second for first, second in zip(before, near, strict=True))
    expect(page.get_by_role("img", name="Trained for noise alone: Error")).to_be_visible()


def test_the_numbers_of_a_line_stand_over_its_pictures(open_page: OpenPage) -> None:
    page = open_page(APP)
    heads = page.locator("th[scope=rowgroup]")
    expect(heads).to_have_count(2)
    for text in heads.all_inner_texts():
        assert re.search(r": PSNR [\d.]+ → [\d.]+\u202fdB, SSIM [\d.]+ → [\d.]+$", text)
    page.get_by_text("Up-scaling", exact=True).click()
    shows(page, "x3 whole cat False")
    page.wait_for_url("**task=upscale**")

"""Scenes, spectra and the cube, as a pointer, a keyboard and a screen reader find them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import drag

APP = Path(__file__).parent / "apps" / "scenes.py"
ROWS, COLUMNS = 30, 40

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]


def painted(page: Page) -> Locator:
    canvas = page.locator("canvas[data-shows]").first
    expect(canvas).to_be_visible()
    return canvas


def place(page: Page, row: int, column: int) -> dict[str, float]:
    """Where a pixel lies on the canvas: 4 pixels of edge, then the scene."""
    box = painted(page).bounding_box()
    assert box
    x = 4 + (column + 0.5) * (box["width"] - 8) / COLUMNS
    y = 4 + (row + 0.5) * (box["height"] - 8) / ROWS
    return {"x": x, "y": y}


def click(page: Page, row: int, column: int) -> None:
    painted(page).click(position=place(page, row, column))


def colour(page: Page, row: int, column: int) -> list[int]:
    at = place(page, row, column)
    script = "(c, {x, y}) => [...c.getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3)"
    found: list[int] = painted(page).evaluate(script, at)
    return found


def test_the_overlay_lies_half_transparent_over_the_picture(open_page: OpenPage) -> None:
    page = open_page(APP)
    assert colour(page, 5, 5) == [100, 100, 100]
    assert colour(page, 5, 35) == pytest.approx([178, 50, 50], abs=2)


def test_marks_are_dots_in_their_pixels(open_page: OpenPage) -> None:
    page = open_page(APP)
    assert colour(page, 10, 10) == [0, 0, 0]
    assert colour(page, 20, 30) == [255, 255, 255]
    expect(page.get_by_text("training", exact=True)).to_be_visible()


def test_the_lines_tell_all_that_is_known_under_the_pointer(open_page: OpenPage) -> None:
    page = open_page(APP)
    painted(page).hover(position=place(page, 12, 7))
    lines = page.locator(".readout .told")
    expect(lines).to_have_text(
        ["row 12, column 7: labelled Corn", "predicted Woods 25\u202f%", "Corn 75\u202f%"]
    )
    painted(page).hover(position=place(page, 0, 39))
    expect(lines.first).to_have_text("row 0, column 39: not labelled")


def test_long_names_are_cut_and_numbers_are_not(open_page: OpenPage) -> None:
    page = open_page(APP, "?names=long", width=400)
    before = painted(page).bounding_box()
    painted(page).hover(position=place(page, 12, 7))
    lines = page.locator(".readout .told")
    for told in lines.all():
        assert told.evaluate("line => line.scrollWidth <= line.clientWidth")
        assert told.evaluate("line => line.getClientRects().length") == 1
    expect(lines.nth(2)).to_have_text(re.compile("75\u202f%$"))
    assert lines.nth(2).locator(".name").evaluate("name => name.scrollWidth > name.clientWidth")
    assert painted(page).bounding_box() == before


def test_clicks_choose_up_to_four_pixels_and_the_oldest_goes(open_page: OpenPage) -> None:
    page = open_page(APP)
    for row in (2, 4, 6, 8):
        click(page, row, 3)
    expect(page.get_by_text("chosen ((2, 3), (4, 3), (6, 3), (8, 3))")).to_be_visible()
    click(page, 20, 3)
    expect(page.get_by_text("chosen ((4, 3), (6, 3), (8, 3), (20, 3))")).to_be_visible()
    page.wait_for_url("**at=4.3-6.3-8.3-20.3**")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("chosen ((20, 3),)")).to_be_visible()
    expect(page.get_by_role("button", name="Clear")).to_be_hidden()


def test_a_click_replaces_the_only_pixel(open_page: OpenPage) -> None:
    page = open_page(APP, "?most=1")
    click(page, 2, 3)
    expect(page.get_by_text("chosen ((2, 3),)")).to_be_visible()


def test_keys_move_the_last_pixel_keep_it_and_take_it_away(open_page: OpenPage) -> None:
    page = open_page(APP, "?at=5.5")
    field = page.get_by_role("grid")
    field.press("ArrowRight")
    field.press("ArrowDown")
    expect(page.get_by_text("chosen ((6, 6),)")).to_be_visible()
    field.press("Enter")
    field.press("End")
    expect(page.get_by_text("chosen ((6, 6), (6, 39))")).to_be_visible()
    field.press("Delete")
    expect(page.get_by_text("chosen ((6, 6),)")).to_be_visible()
    expect(page.locator("[role=status]").first).to_contain_text("row 6, column 6: labelled Corn")


def test_the_window_moves_with_the_pixel_and_is_cut_at_the_border(open_page: OpenPage) -> None:
    page = open_page(APP, "?at=15.20")
    painted(page)
    whole, frame = page.locator(".part").bounding_box(), page.locator(".part")
    assert whole
    assert whole["width"] == pytest.approx(whole["height"], abs=2)
    click(page, 0, 0)
    cut = frame.bounding_box()
    assert cut
    assert cut["width"] == pytest.approx(whole["width"] * 5 / 9, abs=2)
    assert cut["height"] == pytest.approx(whole["height"] * 5 / 9, abs=2)


def test_screen_readers_are_told_what_it_is_and_how_it_goes(open_page: OpenPage) -> None:
    page = open_page(APP)
    grid = page.get_by_role("grid")
    expect(grid).to_have_attribute("aria-label", re.compile(r"Scene\."))
    label = grid.get_attribute("aria-label") or ""
    assert "Arrow keys" in label
    assert "Enter keeps the pixel" in label


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_are_read_out_by_pointer_and_keys(
    open_page: OpenPage, screenshot: Screenshot, theme: str
) -> None:
    page = open_page(APP, "?show=lines", theme=theme)
    box = painted(page).bounding_box()
    assert box
    painted(page).hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    line = page.locator(".readout")
    expect(line).to_have_text(re.compile(r"^\d+: mean [\d.]+ ± 0.3, A [\d.]+, step "))
    plot = page.get_by_role("img", name=re.compile("Spectra"))
    plot.press("Home")
    expect(line).to_have_text(re.compile("^400: "))
    plot.press("ArrowRight")
    expect(page.locator("[role=status]")).to_have_text(re.compile("^410: "))
    screenshot(page, f"lines_{theme}")


def test_the_cube_turns_by_keys_and_by_dragging(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    page = open_page(APP, "?show=cube")
    canvas = painted(page)
    screenshot(page, "cube")
    before = canvas.get_attribute("data-shows")
    page.get_by_role("img", name=re.compile("The cube")).press("ArrowLeft")
    expect(canvas).not_to_have_attribute("data-shows", before or "")
    turned = canvas.get_attribute("data-shows")
    drag(canvas, (100, 100), (180, 120))
    assert canvas.get_attribute("data-shows") != turned
    # What faces the eye is drawn last: the top is in the middle of the upper half.
    red = "c => [...c.getContext('2d').getImageData(c.width / 2, c.height * 0.3, 1, 1).data]"
    assert canvas.evaluate(red)[0] == 200

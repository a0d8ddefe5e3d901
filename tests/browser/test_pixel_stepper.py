"""The map on which a pixel is chosen and its picture, by pointer, keyboard and screen reader."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

APP = Path(__file__).parent / "apps" / "pixels.py"
EDGE = 4  # CSS pixels around the map
LAYOUT_UNIT = 1 / 64  # what a browser rounds widths and places to
ROWS, COLUMNS = 24, 32

OpenPage = Callable[..., Page]


def stepper(page: Page) -> Locator:
    return page.get_by_role("grid")


def photo(page: Page) -> Locator:
    return page.get_by_role("img", name="Photo")


def box_of(view: Locator, part: str) -> tuple[float, float, float, float]:
    """Left, top, width and height of a part of the view, in CSS pixels from its map's corner."""
    canvas, box = view.locator("canvas").bounding_box(), view.locator(part).bounding_box()
    assert canvas
    assert box
    return (
        box["x"] - canvas["x"] - EDGE, box["y"] - canvas["y"] - EDGE, box["width"], box["height"]
    )  # fmt: skip


def map_size(view: Locator) -> tuple[float, float]:
    _, _, width, height = box_of(view, "canvas")
    return width - 2 * EDGE, height - 2 * EDGE


def place(
    view: Locator, row: int, column: int, shape: tuple[int, int] = (ROWS, COLUMNS),
    share: float = 0.5,
) -> tuple[float, float]:  # fmt: skip
    """Where a pixel of the map is on the page, at a share of its sides."""
    canvas = view.locator("canvas").bounding_box()
    assert canvas
    width, height = map_size(view)
    return (
        canvas["x"] + EDGE + (column + share) * width / shape[1],
        canvas["y"] + EDGE + (row + share) * height / shape[0],
    )


def expect_chosen(page: Page, row: int, column: int) -> None:
    expect(page.get_by_text(f"chosen ({row}, {column})")).to_be_visible()


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


# ---- pointer


@pytest.mark.parametrize("scale", [1, 1.5, 2])
def test_a_click_chooses_the_pixel_under_the_pointer(open_page: OpenPage, scale: float) -> None:
    page = open_page(APP, scale=scale)
    expect_chosen(page, 12, 16)
    view = stepper(page)
    side = map_size(view)[0] / COLUMNS
    for row, column, share in (
        (0, 0, 0.1), (0, 31, 0.9), (23, 31, 0.9), (23, 0, 0.1), (5, 17, 0.1), (5, 17, 0.9),
        (6, 18, 0.1),
    ):  # fmt: skip
        page.mouse.click(*place(view, row, column, share=share))
        expect_chosen(page, row, column)
        expect(page.get_by_role("gridcell")).to_have_text(
            f"row {row}, column {column}: {written(row * COLUMNS + column)}\u202fV"
        )
        frame = (side * column, side * row, side, side)
        assert box_of(view, ".chosen") == pytest.approx(frame, abs=LAYOUT_UNIT)


def written(value: int) -> str:
    """Three significant digits of a whole number below 1000, as the browser writes them."""
    return "0" if value == 0 else f"{value:#.3g}".rstrip(".")


@pytest.mark.parametrize("scale", [1, 1.5, 2])
def test_every_pixel_has_its_own_colour_and_a_whole_number_of_dots(
    open_page: OpenPage, scale: float
) -> None:
    page = open_page(APP, scale=scale)
    image = canvas_pixels(stepper(page))
    edge = int(EDGE * scale)
    values = image[edge:-edge, edge:-edge]
    side, rest = divmod(values.shape[1], COLUMNS)
    assert (side * ROWS, rest) == (values.shape[0], 0)
    by_pixel = values.reshape(ROWS, side, COLUMNS, side, 4)
    assert (by_pixel == by_pixel[:, :1, :, :1]).all()
    lightness = by_pixel[:, 0, :, 0, :3].sum(axis=-1, dtype=int).ravel()
    assert lightness[0] < lightness[300] < lightness[600] < lightness[-1]


def canvas_pixels(view: Locator) -> np.ndarray:
    """What is on a view's canvas: (height, width, 4) uint8."""
    data = view.locator("canvas").evaluate("""(canvas) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      return [height, width, [...data]];
    }""")
    height, width, values = data
    return np.array(values, dtype=np.uint8).reshape(height, width, 4)


def test_the_pointer_is_told_row_column_and_value(open_page: OpenPage) -> None:
    page = open_page(APP)
    view = stepper(page)
    readout = page.locator(".readout").first
    for row, column in ((0, 0), (7, 3), (23, 31)):
        page.mouse.move(*place(view, row, column))
        value = written(row * COLUMNS + column)
        expect(readout).to_have_text(f"row {row}, column {column}: {value}\u202fV")
        side = map_size(view)[0] / COLUMNS
        frame = (side * column, side * row, side, side)
        assert box_of(view, ".under") == pytest.approx(frame, abs=LAYOUT_UNIT)
    page.mouse.move(5, 5)
    expect(readout).to_have_text("row 12, column 16: 400\u202fV")
    expect(view.locator(".under")).to_be_hidden()


def test_what_is_no_number_is_said(open_page: OpenPage) -> None:
    page = open_page(APP, "?show=odd")
    expect(page.get_by_role("gridcell")).to_have_text("row 1, column 2: not a number")
    for row, column, said in ((2, 3, "∞"), (3, 4, "−∞"), (4, 6, "34.0")):
        page.mouse.move(*place(stepper(page), row, column, (5, 7)))
        readout = page.locator(".readout")
        expect(readout).to_have_text(f"row {row}, column {column}: {said}")
    expect(page.locator(".high")).to_have_text("1000")  # the colours' span as it was given


# ---- keyboard


def test_arrow_keys_move_and_stop_at_the_edges(open_page: OpenPage) -> None:
    page = open_page(APP)
    view = stepper(page)
    for key, row, column in (
        ("ArrowRight", 12, 17), ("ArrowUp", 11, 17), ("ArrowLeft", 11, 16), ("ArrowDown", 12, 16),
        ("End", 12, 31), ("ArrowRight", 12, 31), ("ArrowDown", 13, 31), ("Home", 13, 0),
        ("ArrowLeft", 13, 0), ("Home", 13, 0),
    ):  # fmt: skip
        view.press(key)
        expect(page.get_by_role("gridcell")).to_contain_text(f"row {row}, column {column}:")
        expect_chosen(page, row, column)
    for key, row in (("ArrowUp", 0), ("ArrowDown", 23)):
        for _ in range(ROWS + 2):
            view.press(key)
        expect_chosen(page, row, 0)
    expect(view).to_be_focused()


def test_a_held_key_takes_the_picture_along_and_its_last_pixel_arrives(
    open_page: OpenPage,
) -> None:
    page = open_page(APP, "?pixel=3.1")
    stepper(page).focus()
    seen = set()
    for _ in range(25):  # each one but the first is a repetition, as a held key sends them
        page.keyboard.down("ArrowRight")
        page.wait_for_timeout(30)
        seen.add(round(box_of(photo(page), ".part")[0]))
    page.keyboard.up("ArrowRight")
    expect_chosen(page, 3, 26)
    assert len(seen) >= 5
    assert sorted(seen)[-1] > sorted(seen)[0]


def test_the_line_speaks_of_the_keys_even_where_the_pointer_was_left(open_page: OpenPage) -> None:
    page = open_page(APP)
    page.mouse.click(*place(stepper(page), 2, 2))
    stepper(page).press("ArrowDown")
    expect(page.locator(".readout").first).to_have_text("row 3, column 2: 98.0\u202fV")


def test_keys_that_are_not_the_maps_are_left_to_the_page(open_page: OpenPage) -> None:
    page = open_page(APP)
    page.evaluate("""() => {
      window.taken = {};
      const note = (event) => (window.taken[event.key] = event.defaultPrevented);
      window.addEventListener("keydown", note);
    }""")
    for key in ("ArrowDown", "Alt+ArrowLeft", "Control+End", "a", "PageDown"):
        stepper(page).press(key)
    assert page.evaluate("window.taken") == {
        "ArrowDown": True, "Alt": False, "ArrowLeft": False, "Control": False, "End": False,
        "a": False, "PageDown": False,
    }  # fmt: skip


def test_focus_is_seen_around_the_map_for_keys_only(open_page: OpenPage) -> None:
    page = open_page(APP)
    canvas = stepper(page).locator("canvas")
    page.mouse.click(*place(stepper(page), 2, 2))
    expect(stepper(page)).to_be_focused()
    expect(canvas).to_have_css("outline-style", "none")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(stepper(page)).to_be_focused()
    expect(canvas).to_have_css("outline-style", "solid")
    expect(canvas).to_have_css("outline-width", "3px")


def test_screen_readers_hear_the_label_the_place_and_the_value(open_page: OpenPage) -> None:
    page = open_page(APP, "?outline=1")
    view = stepper(page)
    label = "Map after block 3. Dashed frame: rows 0 to 0, columns 0 to 1."
    expect(view).to_have_attribute("aria-label", re.compile(f"^{re.escape(label)} Arrow keys"))
    expect(view).to_have_attribute("aria-rowcount", "24")
    expect(view).to_have_attribute("aria-colcount", "32")
    cell = page.get_by_role("gridcell")
    expect(cell).to_have_text("row 12, column 16: 400\u202fV")
    expect(cell).to_have_attribute("aria-colindex", "17")
    expect(page.locator("p[role=status]")).to_have_text("")
    view.press("ArrowLeft")
    expect(page.locator("p[role=status]")).to_have_text("row 12, column 15: 399\u202fV")
    expect(photo(page)).to_have_attribute("aria-label", re.compile("Dashed frame: rows 40 to 55"))


# ---- address


def test_the_address_follows_and_opens_to_the_same_pixel(open_page: OpenPage) -> None:
    page = open_page(APP, "?kept=a")
    entries = page.evaluate("history.length")
    page.mouse.click(*place(stepper(page), 9, 30))
    page.wait_for_url("**pixel=9.30**")
    expect_chosen(page, 9, 30)
    stepper(page).press("ArrowUp")
    page.wait_for_url("**pixel=8.30**")
    assert query(page) == {"kept": ["a"], "pixel": ["8.30"]}
    expect_chosen(page, 8, 30)
    assert page.evaluate("history.length") == entries
    again = open_page(APP, f"?{urlparse(page.url).query}")
    expect_chosen(again, 8, 30)
    expect(again.get_by_role("gridcell")).to_contain_text("row 8, column 30")
    page.mouse.click(*place(stepper(page), 12, 16))
    page.wait_for_function("!location.search.includes('pixel')")  # the default is not written


@pytest.mark.parametrize("value", ["x", "3", "3.", "-1.2", "1.2.3", "1,2", "²3.4", " 3.4"])
def test_a_value_that_is_no_pixel_gives_the_default_and_a_note(
    open_page: OpenPage, value: str
) -> None:
    page = open_page(APP, f"?pixel={value}")
    expect_chosen(page, 12, 16)
    expect(page.get_by_text("cannot be used for pixel;")).to_be_visible()
    page.wait_for_function("!location.search.includes('pixel')")


def test_a_pixel_that_the_map_does_not_have_opens_as_the_nearest(open_page: OpenPage) -> None:
    for query_string, row, column in (("?pixel=999.5", 23, 5), ("?pixel=2.40&rows=9", 2, 11)):
        page = open_page(APP, query_string)
        expect_chosen(page, row, column)
        expect(page.get_by_role("gridcell")).to_contain_text(f"row {row}, column {column}:")
        expect(page.get_by_text("cannot be used")).to_have_count(0)


def test_going_back_takes_the_choice_back(open_page: OpenPage) -> None:
    page = open_page(APP, "?pixel=1.1")
    page.get_by_role("button", name="Another entry").click()
    page.wait_for_url("**other=1**")
    stepper(page).press("End")
    page.wait_for_url("**pixel=1.31**")
    expect_chosen(page, 1, 31)
    page.wait_for_timeout(500)  # the hand's last message, that it rests, is on its way
    page.go_back()
    expect_chosen(page, 1, 1)
    expect(page.get_by_role("gridcell")).to_contain_text("row 1, column 1:")


# ---- other maps


def test_a_choice_stays_where_the_map_has_it_and_moves_inside_where_not(
    open_page: OpenPage,
) -> None:
    page = open_page(APP)
    page.mouse.click(*place(stepper(page), 10, 12))
    page.wait_for_url("**pixel=10.12**")
    rows = page.get_by_role("slider", name="Rows")
    for key, pixel in (
        ("ArrowLeft", (10, 12)), ("Home", (2, 3)), ("End", (10, 12)), ("Home", (2, 3)),
    ):  # fmt: skip
        rows.press(key)
        expect_chosen(page, *pixel)
        expect(page.get_by_role("gridcell")).to_contain_text("row {}, column {}:".format(*pixel))
    stepper(page).press("ArrowUp")
    expect_chosen(page, 1, 3)
    rows.press("End")
    expect_chosen(page, 1, 3)


def test_the_default_is_the_centre_of_each_map_until_one_is_chosen(open_page: OpenPage) -> None:
    page = open_page(APP)
    rows = page.get_by_role("slider", name="Rows")
    stepper(page).press("ArrowUp")
    stepper(page).press("ArrowDown")  # back at the centre: nothing is chosen
    page.wait_for_function("!location.search.includes('pixel')")
    rows.press("Home")
    expect_chosen(page, 1, 2)
    expect(page.get_by_role("gridcell")).to_contain_text("row 1, column 2:")


@pytest.mark.parametrize("scale", [1, 1.5])
def test_nothing_below_the_map_moves_when_it_changes_size(
    open_page: OpenPage, scale: float
) -> None:
    page = open_page(APP, scale=scale)
    below = page.get_by_text("chosen (")
    before = below.bounding_box()
    rows = page.get_by_role("slider", name="Rows")
    for key, text in (("Home", "chosen (1, 2)"), ("PageUp", "chosen (3, 4)"), ("End", "(12, 16)")):
        rows.press(key)
        expect(page.get_by_text(text)).to_be_visible()
        after = below.bounding_box()
        assert after
        assert before
        assert after["y"] == before["y"]


def test_a_large_map_is_chosen_on_exactly_although_its_pixels_are_no_whole_dots(
    open_page: OpenPage,
) -> None:
    page = open_page(APP, "?show=wide")
    expect_chosen(page, 191, 191)
    view = stepper(page)
    assert map_size(view)[0] == 360
    for row, column in ((0, 0), (0, 191), (100, 37), (101, 38), (191, 0)):
        page.mouse.click(*place(view, row, column, (192, 192)))
        expect_chosen(page, row, column)


# ---- frames


@pytest.mark.parametrize("scale", [1, 2])
def test_the_dashed_frame_lies_around_its_part_and_ends_with_the_picture(
    open_page: OpenPage, scale: float
) -> None:
    page = open_page(APP, "?pixel=6.10", scale=scale)
    view = photo(page)
    side = map_size(view)[0] / 128
    frame = (32 * side, 16 * side, 16 * side, 16 * side)
    assert box_of(view, ".part") == pytest.approx(frame, abs=0.5 / scale + LAYOUT_UNIT)
    page.mouse.click(*place(stepper(page), 23, 0))
    expect_chosen(page, 23, 0)
    frame = (0, 84 * side, 8 * side, 12 * side)
    assert box_of(view, ".part") == pytest.approx(frame, abs=0.5 / scale + LAYOUT_UNIT)


def test_a_picture_has_its_own_colours_and_says_them(open_page: OpenPage) -> None:
    page = open_page(APP, scale=2)
    view = photo(page)
    image = canvas_pixels(view)
    x, y = place(view, 50, 100, (96, 128))
    canvas = view.locator("canvas").bounding_box()
    assert canvas
    there = image[int((y - canvas["y"]) * 2), int((x - canvas["x"]) * 2)]
    assert there.tolist() == [100, 100, 40, 255]
    page.mouse.move(x, y)
    expect(page.get_by_text("row 50, column 100: red 100, green 100, blue 40")).to_be_visible()
    assert page.locator(".readout").nth(0).inner_text().startswith("row 12, column 16")


def test_a_map_to_look_at_takes_no_click_and_no_key(open_page: OpenPage) -> None:
    page = open_page(APP, "?show=still&pixel=3.3")
    view = page.get_by_role("img", name="Still map")
    side = map_size(view)[0] / 6
    assert box_of(view, ".part") == pytest.approx(
        (2 * side, 0, 3 * side, 4 * side), abs=LAYOUT_UNIT
    )
    page.mouse.click(*place(view, 1, 1, (6, 6)))
    expect(page.get_by_text("row 1, column 1: 7.00")).to_be_visible()
    expect(page.locator(".chosen")).to_have_count(0)
    expect(view).not_to_have_attribute("tabindex", re.compile(".*"))
    assert query(page) == {"show": ["still"], "pixel": ["3.3"]}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_rings_and_the_dashes_have_two_lightnesses_on_any_colour(
    open_page: OpenPage, theme: str
) -> None:
    page = open_page(APP, "?outline=1", theme=theme)
    for row, column in ((1, 8), (22, 24)):  # among the darkest, among the lightest
        page.mouse.click(*place(stepper(page), row, column))
        page.mouse.move(5, 5)
        expect_chosen(page, row, column)
        assert contrast_around(page, stepper(page).locator(".chosen"), 4) > 180
    page.wait_for_timeout(300)
    assert contrast_around(page, stepper(page).locator(".part"), 2) > 180


def contrast_around(page: Page, frame: Locator, thick: int) -> int:
    """How far apart the lightest and the darkest dot just outside a frame are, of 255."""
    box = frame.bounding_box()
    assert box
    clip = {
        "x": box["x"] - thick, "y": box["y"] - thick,
        "width": box["width"] + 2 * thick, "height": thick,
    }  # fmt: skip
    image = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("L")
    lowest, highest = image.getextrema()
    return highest - lowest


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("show", "scale"), [("map", 1), ("signed", 1.5), ("wide", 2), ("odd", 1)])
def test_maps_and_pictures_in_both_themes(
    open_page: OpenPage, screenshot: Callable[[Page, str], Path], theme: str, show: str,
    scale: float,
) -> None:  # fmt: skip
    page = open_page(APP, f"?show={show}&outline=1", theme=theme, scale=scale)
    stepper(page).press("ArrowUp")
    canvas = stepper(page).locator("canvas").bounding_box()
    assert canvas
    assert 280 < canvas["width"] <= 368
    assert canvas["y"] + canvas["height"] <= 720
    screenshot(page, f"pixel_stepper_{show}_{theme}")

"""The grid of maps, as a pointer, a keyboard and a screen reader find it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

APPS = Path(__file__).parent / "apps"
SLIDER, MAPS = APPS / "slider.py", APPS / "maps.py"

OpenPage = Callable[..., Page]


def grid(page: Page) -> Locator:
    return page.get_by_role("grid")


def spot(page: Page, column: int, row: int, share: float = 0.5) -> tuple[float, float]:
    """A place in the tile of a grid column and row, at a share of its sides."""
    box = page.locator("canvas").bounding_box()
    field = page.locator(".chosen").bounding_box()
    assert box
    assert field
    step_x, step_y = field["width"] + 3, field["height"] + 3
    return (
        box["x"] + 4 + step_x * column + field["width"] * share,
        box["y"] + 4 + step_y * row + field["height"] * share,
    )


def test_the_pointer_is_told_channel_place_and_value(open_page: OpenPage) -> None:
    page = open_page(SLIDER, "?depth=33")
    x, y = spot(page, 1, 0)
    page.mouse.move(x, y)
    expect(page.get_by_text("channel 1 of 4, row 4, column 4: 33.0")).to_be_visible()
    page.mouse.move(x, y - 80)
    expect(page.get_by_text("channel 1 of 4, row 0, column 4: 0", exact=True)).to_be_visible()
    page.mouse.move(5, 5)
    expect(page.get_by_text("channel 0 of 4, mean 28.9, largest 33.0").first).to_be_visible()


def test_blank_values_and_averaged_blocks_are_said(open_page: OpenPage) -> None:
    page = open_page(MAPS, "?show=odd")
    page.mouse.move(*spot(page, 1, 0))
    said = "channel 1 of 6 (green), row 2, column 3: not a number"
    expect(page.get_by_text(said)).to_be_visible()
    page = open_page(MAPS, "?show=large")
    page.mouse.move(*spot(page, 0, 0))
    said = "channel 0 of 32, row 96–98, column 96–98: 0\u202fV (mean of 3 × 3)"
    expect(page.get_by_text(said)).to_be_visible()


def test_a_click_selects_a_channel_for_the_page_and_the_link(open_page: OpenPage) -> None:
    page = open_page(MAPS)
    page.mouse.click(*spot(page, 7, 0))
    expect(page.get_by_text("chosen 7", exact=True)).to_be_visible()
    page.wait_for_url("**channel=7**")
    page = open_page(MAPS, "?channel=9")
    expect(page.get_by_text("chosen 9", exact=True)).to_be_visible()
    expect(page.get_by_role("gridcell")).to_contain_text("channel 9 of 64")


def test_arrow_keys_walk_over_the_grid(open_page: OpenPage) -> None:
    page = open_page(MAPS)
    across = int(grid(page).get_attribute("aria-colcount") or 0)
    for key, channel in (
        ("ArrowRight", 1), ("ArrowDown", 1 + across), ("ArrowLeft", across), ("ArrowUp", 0),
        ("ArrowLeft", 0), ("End", 63), ("ArrowRight", 63), ("Home", 0),
    ):  # fmt: skip
        grid(page).press(key)
        expect(page.get_by_role("gridcell")).to_contain_text(f"channel {channel} of 64")
    grid(page).press("End")
    expect(page.get_by_text("chosen 63", exact=True)).to_be_visible()
    expect(grid(page)).to_be_focused()


def test_screen_readers_hear_the_label_the_marks_and_the_channel(open_page: OpenPage) -> None:
    page = open_page(MAPS)
    label = re.compile(r"^Maps after block 3\. empty: 2 of 64")
    expect(grid(page)).to_have_attribute("aria-label", label)
    expect(page.get_by_role("gridcell")).to_have_text("channel 0 of 64, empty, mean 0, largest 0")
    grid(page).press("ArrowRight")
    expect(page.get_by_role("status")).to_have_text(re.compile("^channel 1 of 64, mean 0.3"))


@pytest.mark.parametrize(("scale", "brightest"), [("module", False), ("unit", True)])
def test_the_scale_is_of_all_maps_or_of_each(
    open_page: OpenPage, scale: str, brightest: bool
) -> None:
    page = open_page(MAPS, f"?scale={scale}")
    # The faintest stripes reach the scale's bright end only on a scale of their own.
    most_red = page.locator("canvas").evaluate("""(canvas) => {
      const size = canvas.width / 13;
      const data = canvas.getContext("2d").getImageData(size * 1.2, 20, size * 0.6, 20).data;
      return Math.max(...data.filter((_, i) => i % 4 === 0));
    }""")
    assert (most_red > 250) == brightest


def test_signed_maps_are_pale_at_zero_blue_below_red_above(open_page: OpenPage) -> None:
    page = open_page(MAPS, "?show=signed")
    colours = page.locator("canvas").evaluate("""(canvas) => [1, 3, 5].map((sixth) => {
      const { width, height } = canvas;
      return [...canvas.getContext("2d").getImageData((width * sixth) / 6, height / 2, 1, 1).data];
    })""")
    assert [tuple(colour[:3]) for colour in colours] == [(5, 48, 97), (247, 247, 247), (103, 0, 31)]


def test_maps_are_sharp_on_a_screen_with_two_pixels_for_one(open_page: OpenPage) -> None:
    page = open_page(MAPS, scale=2)
    canvas = page.locator("canvas")
    box = canvas.bounding_box()
    assert box
    assert canvas.evaluate("c => c.width") == pytest.approx(2 * box["width"])


def test_the_lines_between_tiles_follow_a_change_of_theme(open_page: OpenPage) -> None:
    page = open_page(MAPS)
    line = "c => [...c.getContext('2d').getImageData(2, 20, 1, 1).data].join()"
    light = page.locator("canvas").evaluate(line)
    page.emulate_media(color_scheme="dark")
    canvas = page.locator("canvas").element_handle()
    page.wait_for_function(f"([c, light]) => ({line})(c) !== light", arg=[canvas, light])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("show", ["maps", "kernels", "many", "large", "odd", "matrix"])
def test_maps_fit_the_page_in_both_themes(
    open_page: OpenPage, screenshot: Callable[[Page, str], Path], theme: str, show: str
) -> None:
    page = open_page(MAPS, f"?show={show}", theme=theme)
    canvas = page.locator("canvas").bounding_box()
    assert canvas
    assert 300 < canvas["width"] <= 1280
    assert canvas["y"] + canvas["height"] <= 720
    screenshot(page, f"map_grid_{show}_{theme}")

"""Results of a scene and the leakage meter before a real Chromium."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.harness import settle
from tests.browser.hands import swept

APP = Path(__file__).parent / "apps" / "hybridsn_results.py"

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]


def canvas(page: Page, number: int = 0) -> Locator:
    return page.locator("canvas[data-shows]").nth(number)


def legend(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{name}"))


def query(page: Page, name: str) -> list[str]:
    return parse_qs(urlparse(page.url).query).get(name, [])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("tab", ["results", "seen"])
def test_nothing_sticks_out_in_both_themes(
    open_page: OpenPage, screenshot: Screenshot, tab: str, theme: str
) -> None:
    page = open_page(APP, f"?tab={tab}", theme=theme)
    expect(canvas(page)).to_be_visible()
    assert page.locator(".stAlert").count() == 0
    screenshot(page, f"hybridsn_made_{tab}_{theme}")
    wide = page.locator(".stMainBlockContainer").evaluate("e => e.scrollWidth - e.clientWidth")
    assert wide <= 1


def test_a_click_on_the_legend_shows_a_class_alone(open_page: OpenPage) -> None:
    page = open_page(APP, "?map=errors")
    expect(canvas(page)).to_have_attribute("data-shows", "errors () 0")
    legend(page, "Woods").click()
    expect(canvas(page)).to_have_attribute("data-shows", "errors (3,) 0")
    expect(legend(page, "Woods")).to_have_attribute("aria-pressed", "true")
    legend(page, "Corn").click()
    expect(canvas(page)).to_have_attribute("data-shows", "errors (1, 3) 0")
    page.wait_for_url("**classes=1.3**")
    legend(page, "all classes").click()
    expect(canvas(page)).to_have_attribute("data-shows", "errors () 0")
    settle(page)
    assert query(page, "classes") == []


def test_the_legend_is_one_stop_of_the_tab_key_and_arrows_go_through_it(
    open_page: OpenPage,
) -> None:
    page = open_page(APP)
    legend(page, "all classes").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(legend(page, "Grass, mown")).to_be_focused()
    page.keyboard.press("Enter")
    expect(canvas(page)).to_have_attribute("data-shows", "said (2,) 0")
    expect(legend(page, "Grass, mown")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Space")
    expect(canvas(page)).to_have_attribute("data-shows", "said (2, 4) 0")
    stops = page.locator(".choice button[tabindex='0']")
    expect(stops).to_have_count(1)


def test_a_pixel_under_the_pointer_tells_truth_prediction_and_probabilities(
    open_page: OpenPage,
) -> None:
    page = open_page(APP)
    box = canvas(page).bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.75)
    lines = page.locator(".readout").first.locator(".told")
    said = (r"labelled Corn$", r"^predicted \w+.*%$", "%.*%$")
    expect(lines).to_have_text([re.compile(each) for each in said])


def test_a_click_on_the_meter_tells_which_windows_cover_the_pixel(open_page: OpenPage) -> None:
    page = open_page(APP, "?tab=seen&leak_window=5")
    before = page.get_by_text(re.compile(r"training windows cover it")).first.inner_text()
    box = canvas(page).bounding_box()
    assert box
    canvas(page).click(position={"x": box["width"] * 0.2, "y": box["height"] * 0.8})
    page.wait_for_url(re.compile(r"leak_pixel=\d+\.\d+"))
    told = page.get_by_text(re.compile(r"training windows cover it")).first
    expect(told).not_to_have_text(before, use_inner_text=True)
    row, column = query(page, "leak_pixel")[0].split(".")
    expect(told).to_contain_text(f"Row {row}, column {column}")


def test_the_meter_follows_the_hand(open_page: OpenPage) -> None:
    page = open_page(APP, "?tab=seen")
    slider = page.get_by_role("slider", name="Window", exact=True)
    with swept(slider, canvas(page)) as during:
        assert len(set(during)) >= 5

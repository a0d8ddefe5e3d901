"""The Data page in a browser: it fits the screen, and a fetch can be watched and cancelled."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

HERE = Path(__file__).resolve().parent
HOME = HERE.parents[1] / "dashboard" / "Home.py"
APP = HERE / "apps" / "data.py"

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("lang", "title"), [("en", "Data"), ("zh", "数据")])
def test_the_page_fits_the_screen_in_both_languages_and_themes(
    open_page: OpenPage, screenshot: Screenshot, lang: str, title: str, theme: str
) -> None:
    page = open_page(HOME, f"data?lang={lang}", theme=theme)
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    rows = page.locator("[class*=st-key-set_]")
    assert rows.count() >= 12
    assert page.locator(".stAlert").count() == 0
    fifth = rows.nth(4).bounding_box()
    assert fifth
    assert fifth["y"] + fifth["height"] < 720, "five sets are in sight at once"
    cut = page.locator(".stMainBlockContainer").evaluate("e => e.scrollWidth - e.clientWidth")
    assert cut <= 1, "something sticks out to the right"
    screenshot(page, f"data_{lang}_{theme}")


def test_the_sidebar_leads_there(open_page: OpenPage) -> None:
    page = open_page(HOME)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Data")).to_be_visible()


def test_a_fetch_is_watched_cancelled_and_taken_up_again(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    page = open_page(APP)
    row = page.locator(".st-key-set_slow")
    expect(row.get_by_text("not here")).to_be_visible()
    row.get_by_role("button", name="Fetch").click()
    bar = row.get_by_role("progressbar")
    expect(bar).to_be_visible()
    expect(row.get_by_text(re.compile(r"[kM]B of 3\.0.MB · \d+ s left"))).to_be_visible()
    screenshot(page, "data_fetching")
    row.get_by_role("button", name="Cancel").click()
    expect(row.get_by_text("are kept")).to_be_visible()
    expect(bar).to_have_count(0)
    row.get_by_role("button", name="Go on").click()
    expect(row.get_by_text("here, as published")).to_be_visible(timeout=20_000)
    expect(row.get_by_role("button")).to_have_count(0)


def test_what_goes_wrong_is_said_below_the_row(open_page: OpenPage, screenshot: Screenshot) -> None:
    page = open_page(APP)
    row = page.locator(".st-key-set_lost")
    row.get_by_role("button", name="Fetch").click()
    alert = row.locator(".stAlert")
    expect(alert).to_contain_text("refuses, with status 404")
    screenshot(page, "data_lost")
    expect(row.get_by_role("button", name="Fetch")).to_be_enabled()

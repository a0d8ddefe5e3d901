"""The lab report in a browser: kept, put in order, written on, in the visitor's browser alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.report_made import (
    ADD,
    ALL,
    HOME,
    SECTIONS,
    SOON,
    entries,
    filled,
    order,
    report,
    saved,
    words,
)

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]

REFUSED = """
Object.defineProperty(window, "indexedDB", {
  get() { throw new DOMException("not here", "SecurityError"); },
});
"""
FULL = """
IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_fits_the_screen_in_both_languages_and_themes(
    open_page: OpenPage, screenshot: Screenshot, lang: str, theme: str
) -> None:
    page = filled(open_page, f"report?lang={lang}", theme=theme)
    first = page.locator(".report li").first.bounding_box()
    assert first
    assert first["y"] + first["height"] < 720, "the first entry is in sight"
    cut = page.locator(".stMainBlockContainer").evaluate("e => e.scrollWidth - e.clientWidth")
    assert cut <= 1, "something sticks out to the right"
    screenshot(page, f"report_{lang}_{theme}")


def test_an_empty_report_leads_to_a_lesson_and_the_session_lives_on(open_page: OpenPage) -> None:
    page = open_page(HOME, "report")
    report(page, 0)
    expect(page.get_by_text("There is nothing here yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Save as HTML")).to_be_hidden()
    page.evaluate("window.same = true")
    page.get_by_role("link", name="Open the lesson MobileNetV1").click()
    expect(page.get_by_role("heading", level=1, name="MobileNetV1")).to_be_visible(timeout=SOON)
    assert page.evaluate("window.same")


def test_order_and_words_survive_a_reload(open_page: OpenPage) -> None:
    page = filled(open_page)
    one, two, three = SECTIONS
    page.get_by_role("button", name="Move down").first.click()
    expect(page.locator(".report h2").first).to_have_text(two)
    expect(page.get_by_role("button", name="Move down").nth(1)).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".report h2").last).to_have_text(one)
    expect(page.get_by_text("Moved to place 3 of 3.")).to_be_attached()
    first = page.locator(".report li").first
    first.hover(position={"x": 60, "y": 8})  # what scrolls while the mouse is down drags nothing
    page.locator(".grip").nth(1).drag_to(first, target_position={"x": 60, "y": 8})
    expect(page.locator(".report h2").first).to_have_text(three)
    page.get_by_label("Title").fill("Convolutions 看")
    words(page, 2).fill("first line\nsecond line r c")
    page.reload()  # at once: what was typed last is not lost
    report(page, 3)
    assert order(page) == [three, two, one]
    expect(words(page, 2)).to_have_value("first line\nsecond line r c")
    expect(page.get_by_label("Title")).to_have_value("Convolutions 看")
    sidebar = page.locator(".stSidebar a[href^='report'] p")
    assert "(3)" in sidebar.evaluate("e => getComputedStyle(e, '::after').content")


def test_what_is_deleted_comes_back_with_its_words_and_place(open_page: OpenPage) -> None:
    page = filled(open_page)
    words(page, 1).fill("mine")
    page.get_by_role("button", name="Delete", exact=True).nth(1).click()
    report(page, 2)
    page.get_by_role("button", name="Delete all").click()
    report(page, 0)
    page.get_by_role("button", name="Undo").click()
    report(page, 2)
    page.get_by_role("button", name="Undo").click()
    report(page, 3)
    assert order(page) == SECTIONS
    expect(words(page, 1)).to_have_value("mine")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_two_tabs_show_one_report_and_another_browser_none_of_it(open_page: OpenPage) -> None:
    page = filled(open_page)
    other = open_page(HOME, "report")
    report(other, 0)
    tab = page.context.new_page()
    tab.goto(page.url)
    report(tab, 3)
    words(page, 0).fill("seen in both")
    expect(words(tab, 0)).to_have_value("seen in both")
    tab.get_by_role("button", name="Delete", exact=True).first.click()
    report(page, 2)
    assert other.evaluate(ALL) == []


@pytest.mark.parametrize(
    ("script", "told"), [(REFUSED, "keeps nothing"), (FULL, "storage is full")]
)
def test_where_nothing_is_kept_the_report_lives_in_the_tab_and_says_so(
    open_page: OpenPage, screenshot: Screenshot, script: str, told: str
) -> None:
    page = open_page(HOME, "data")
    page.context.add_init_script(script)
    page.goto(page.url.replace("/data", "/report"))
    report(page, 0)
    page.evaluate(ADD, entries())
    report(page, 3)
    expect(page.locator(".note")).to_contain_text(told)
    words(page, 0).fill("mine")
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Data")).to_be_visible(timeout=SOON)
    sidebar.get_by_role("link", name="Report").click()
    report(page, 3)
    expect(words(page, 0)).to_have_value("mine")
    assert saved(page, "Save as HTML").suggested_filename == "report.html"

"""Visitors are told apart by their browser: contexts, tabs, reloads, and storage that fails."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

APP = Path(__file__).parent / "apps" / "visitor.py"
STORED = "localStorage.getItem('cnnviz.visitor')"

OpenPage = Callable[..., Page]

# Keeps what moves on the page, and each size that the component ever has.
WATCH = """
window.moved = [];
window.sides = [];
new PerformanceObserver((list) => moved.push(...list.getEntries().map(({ value }) => value)))
  .observe({ type: "layout-shift", buffered: true });
new MutationObserver(() => {
  const asking = document.querySelector(".st-key-cnnviz_visitor_token");
  const box = asking?.getBoundingClientRect();
  if (box) sides.push(box.width, box.height);
}).observe(document, { childList: true, subtree: true });
"""


def name_on(page: Page) -> str:
    """The name that the page shows, once the browser has answered."""
    shown = page.get_by_text("another than at first: True")
    expect(shown).to_be_visible()
    return shown.inner_text().split()[1].rstrip(",")


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:12]


def opened_after(open_page: OpenPage, script: str, query: str = "?show=page") -> Page:
    """The page in a browser of its own, in which a script ran before the page's."""
    page = open_page(APP, "?show=nobody")
    page.add_init_script(script)
    page.goto(page.url.replace("?show=nobody", query))
    return page


def asking(page: Page) -> Locator:
    return page.locator(".st-key-cnnviz_visitor_token")


def test_a_reload_and_a_second_tab_are_the_same_visitor(open_page: OpenPage) -> None:
    page = open_page(APP)
    name = name_on(page)
    token = page.evaluate(STORED)
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert name == hash_of(token)
    page.reload()
    assert name_on(page) == name
    tab = page.context.new_page()
    tab.goto(page.url)
    assert name_on(tab) == name
    assert tab.evaluate(STORED) == token


def test_two_browsers_are_two_visitors(open_page: OpenPage) -> None:
    assert name_on(open_page(APP)) != name_on(open_page(APP))


def test_who_clears_the_storage_is_someone_else(open_page: OpenPage) -> None:
    page = open_page(APP)
    name = name_on(page)
    page.evaluate("localStorage.clear()")
    page.get_by_role("button", name="Page again").click()
    expect(page.get_by_text("page ran 3 times")).to_be_visible()
    assert name_on(page) == name
    page.reload()
    assert name_on(page) != name


def test_what_was_begun_in_the_first_run_stays_the_visitors(open_page: OpenPage) -> None:
    page = open_page(APP)
    name_on(page)
    expect(page.get_by_text("owns [True, True, False]")).to_be_visible()


def test_the_answer_runs_the_fragment_that_asked_and_nothing_else(open_page: OpenPage) -> None:
    page = open_page(APP, "?show=fragment")
    name = name_on(page)
    expect(page.get_by_text("greeted 2 times")).to_be_visible()
    expect(page.get_by_text("page ran 1 times")).to_be_visible()
    assert name == hash_of(page.evaluate(STORED))


def test_after_the_answer_the_question_is_not_drawn(open_page: OpenPage) -> None:
    page = open_page(APP)
    name_on(page)
    expect(page.get_by_text("page ran 2 times")).to_be_visible()
    expect(asking(page)).to_have_count(0)
    page.get_by_role("button", name="Page again").click()
    expect(page.get_by_text("page ran 3 times")).to_be_visible()
    expect(asking(page)).to_have_count(0)


def test_the_browser_answers_once_also_when_its_theme_changes(open_page: OpenPage) -> None:
    page = open_page(APP, "?show=fragment")
    name_on(page)
    expect(asking(page)).to_have_count(1)
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".stApp")).to_have_css("color-scheme", "dark")
    page.get_by_role("button", name="Page again").click()
    expect(page.get_by_text("page ran 2 times")).to_be_visible()
    expect(page.get_by_text("greeted 3 times")).to_be_visible()
    expect(asking(page)).to_have_count(0)


@pytest.mark.parametrize("show", ["page", "fragment"])
def test_nobody_sees_reads_or_reaches_the_question(open_page: OpenPage, show: str) -> None:
    plain, page = open_page(APP, "?show=nobody"), opened_after(open_page, WATCH, f"?show={show}")
    name_on(page)
    assert set(page.evaluate("sides")) == {0}
    assert page.evaluate("moved") == []
    for seen in (places, tab_stops, aria):
        assert seen(page) == seen(plain)


def places(page: Page) -> list[tuple[float, float, float]]:
    """Left end, top and height of all that the page shows."""
    shown = page.locator(".stMain").get_by_test_id("stElementContainer")
    boxes = shown.evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
    return [(box["x"], box["y"], box["height"]) for box in boxes]


def tab_stops(page: Page) -> list[str]:
    """What the tab key reaches, in order, until it comes round."""
    stops: list[str] = []
    for _ in range(8):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.outerHTML.split('>')[0]"))
    return stops


def aria(page: Page) -> str:
    """What a screen reader has, without the names and counts."""
    return re.sub(r"visitor.*|ran \d", "", page.locator("body").aria_snapshot())


def test_the_token_is_neither_on_the_page_nor_in_the_address(open_page: OpenPage) -> None:
    page = open_page(APP)
    name_on(page)
    token = page.evaluate(STORED)
    assert token not in page.content() + page.url
    assert page.evaluate("document.cookie").find(token) == -1


FAILING = """
const { getItem, setItem } = Storage.prototype;
const refuse = (whole) => function (name, value) {
  if (name !== "cnnviz.visitor") return whole.call(this, name, value);
  throw new DOMException("not here", "SecurityError");
};
"""


@pytest.mark.parametrize("part", ["getItem", "setItem"])
def test_without_storage_a_visitor_is_the_same_until_the_page_closes(
    open_page: OpenPage, part: str
) -> None:
    page = opened_after(open_page, FAILING + f"Storage.prototype.{part} = refuse({part});")
    name = name_on(page)
    page.get_by_role("button", name="Page again").click()
    expect(page.get_by_text("page ran 3 times")).to_be_visible()
    assert name_on(page) == name
    page.reload()
    assert name_on(page) != name


def test_works_where_a_page_has_no_https(open_page: OpenPage) -> None:
    without = "delete Crypto.prototype.subtle; delete Crypto.prototype.randomUUID;"
    page = opened_after(open_page, without)
    assert page.evaluate("[crypto.subtle, crypto.randomUUID]") == [None, None]
    assert name_on(page) == hash_of(page.evaluate(STORED))


@pytest.mark.parametrize("kept", ["", "null", "A" * 32, "a" * 31, "a" * 32 + "\\n", "<b>x</b>"])
def test_a_stored_text_that_is_no_token_is_replaced(open_page: OpenPage, kept: str) -> None:
    page = opened_after(open_page, f"localStorage.setItem('cnnviz.visitor', '{kept}')")
    name = name_on(page)
    token = page.evaluate(STORED)
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert name == hash_of(token)


LYING = """
const { getItem } = Storage.prototype;
const lie = { toString: () => "a".repeat(32), toJSON: () => ["<script>", "a".repeat(32)] };
Storage.prototype.getItem = function (name) {
  return name === "cnnviz.visitor" ? lie : getItem.call(this, name);
};
"""


def test_an_answer_that_is_no_token_changes_nothing(open_page: OpenPage) -> None:
    page = opened_after(open_page, LYING)
    expect(page.get_by_text("page ran 2 times")).to_be_visible()
    page.get_by_role("button", name="Page again").click()
    expect(page.get_by_text("page ran 3 times")).to_be_visible()
    expect(page.get_by_text("another than at first: False")).to_be_visible()
    expect(page.get_by_text("owns [True, True, False]")).to_be_visible()

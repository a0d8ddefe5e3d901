"""Training before a real browser: it goes on through clicks, other pages, reloads and visitors."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.harness import settle
from cnnviz.training.run_files import read

HOME = Path(__file__).resolve().parents[2] / "dashboard" / "Home.py"
PANEL = "mobilenet_v1?tab=train"
LONG = f"{PANEL}&epochs_digits=200"

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]


def button(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-run_{name} button").first


def run_of(page: Page) -> str:
    page.wait_for_url(re.compile(r"run=\d{8}-"))
    return parse_qs(urlparse(page.url).query)["run"][0]


def says(page: Page, text: str) -> None:
    expect(page.get_by_text(re.compile(text)).first).to_be_visible(timeout=60_000)


def started(page: Page) -> str:
    button(page, "start").click()
    says(page, r"running.*epoch \d")
    return run_of(page)


def test_a_run_goes_on_while_another_page_is_used_and_is_found_again(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    page = open_page(HOME, LONG)
    run = started(page)
    before = read(run).progress["step"]
    # Another visitor drags a slider meanwhile, and its picture follows.
    other = open_page(HOME, "mobilenet_v1")
    turn = other.get_by_role("slider", name="Turn the photo", exact=True).first
    canvas = other.locator("canvas[data-shows]").first
    shown = canvas.get_attribute("data-shows")
    turn.press("ArrowRight")
    expect(canvas).not_to_have_attribute("data-shows", shown or "")
    # The first one goes to another page, comes back by reloading the link, and stops the run.
    link = page.url
    page.get_by_test_id("stSidebar").get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Data")).to_be_visible()
    page.goto(link)
    settle(page)
    says(page, "running")
    screenshot(page, "training_running")
    assert run_of(page) == run
    expect(button(page, "stop")).to_be_enabled(timeout=20_000)
    button(page, "stop").click()
    says(page, "stopped")
    assert read(run).progress["step"] > before
    # And it is on the Runs page.
    page.get_by_test_id("stSidebar").get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Runs")).to_be_visible()
    says(page, "stopped")
    screenshot(page, "runs")


def test_a_panel_that_was_just_opened_shows_the_usual_settings(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{PANEL}&train=ab")
    expect(page.locator(".st-key-epochs_digits input")).to_have_value("12")
    expect(page.locator(".st-key-conv_b [role=radio][aria-checked=true]")).to_have_text("standard")


def test_a_number_typed_just_before_start_counts(open_page: OpenPage) -> None:
    page = open_page(HOME, LONG)
    page.locator(".st-key-epochs_digits input").fill("150")
    button(page, "start").click()
    run = run_of(page)
    assert read(run).spec.epochs == 150
    expect(button(page, "stop")).to_be_enabled(timeout=20_000)
    button(page, "stop").click()
    says(page, "stopped")


def test_a_visitor_sees_anothers_run_by_its_link_and_cannot_stop_it(open_page: OpenPage) -> None:
    page = open_page(HOME, LONG)
    run = started(page)
    other = open_page(HOME, f"{LONG}&run={run}")
    says(other, "running")
    expect(button(other, "stop")).to_be_disabled()
    expect(button(other, "start")).to_have_text("Start")
    button(page, "stop").click()
    says(page, "stopped")
    says(other, "stopped")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_and_b_are_drawn_in_one_plot_with_their_kernels_side_by_side(
    open_page: OpenPage, screenshot: Screenshot, lang: str, theme: str
) -> None:
    page = open_page(
        HOME, f"{PANEL}&train=ab&epochs_digits=2&lang={lang}", theme=theme, height=1500
    )
    button(page, "start").click()
    run = run_of(page)
    page.wait_for_function("document.querySelectorAll('.stMainBlockContainer table').length > 0")
    expect(button(page, "stop")).to_be_disabled(timeout=60_000)
    settle(page)
    assert [read(f"{run}-{side}").state for side in "AB"] == ["done", "done"]
    curves = page.locator(".st-key-run_curves .legendtext")
    assert [text.strip() for text in curves.all_text_contents()] == ["A", "B"]
    wide = page.locator(".stMainBlockContainer").evaluate("e => e.scrollWidth - e.clientWidth")
    assert wide <= 1, "something sticks out to the right"
    screenshot(page, f"training_ab_{lang}_{theme}")


def test_the_curves_grow_while_the_network_learns(open_page: OpenPage) -> None:
    page = open_page(HOME, LONG)
    started(page)
    line = page.locator(".st-key-run_curves .scatterlayer .trace path.js-line").first
    first = line.get_attribute("d")
    expect(line).not_to_have_attribute("d", first or "", timeout=20_000)
    button(page, "start").click()  # pause
    says(page, "paused")
    expect(button(page, "start")).to_have_text("Go on")
    button(page, "step").click()
    expect(button(page, "start")).to_have_text("Go on", timeout=20_000)
    button(page, "stop").click()
    says(page, "stopped")

"""The stage and the guided path by keyboard, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from benchmarks.harness import settle
from dashboard import guide, guide_text

HOME = Path(__file__).resolve().parents[2] / "dashboard" / "Home.py"
LESSON = "senet"
STEPS = guide_text.read(LESSON, "en").steps

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]


def step(page: Page, number: int) -> None:
    """The step that is shown, and only then."""
    expect(page.get_by_text(f"Step {number} of {len(STEPS)}", exact=True)).to_be_visible()
    expect(page.locator(".st-key-path_head").get_by_text(STEPS[number - 1].title)).to_be_visible()


def test_a_path_is_walked_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{LESSON}?guide={LESSON}")
    step(page, 1)
    page.keyboard.press("ArrowRight")
    step(page, 2)
    page.wait_for_url(f"**{guide.STEP}=2**")
    page.keyboard.press("PageDown")  # as a presenter's remote does
    step(page, 3)
    page.keyboard.press("ArrowLeft")
    step(page, 2)
    page.keyboard.press("PageUp")
    step(page, 1)
    page.keyboard.press("ArrowLeft")  # there is none before
    settle(page)
    step(page, 1)


def test_arrow_keys_are_left_to_a_slider_that_has_the_keyboard(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{LESSON}?guide={LESSON}")
    slider = page.get_by_role("slider", name="Block", exact=True).first
    before = slider.input_value()
    slider.press("ArrowLeft")
    page.wait_for_url("**block=**")
    assert slider.input_value() != before
    step(page, 1)
    # The next step gives it another value, or its own.
    page.get_by_role("button", name="Next").click()
    step(page, 2)
    page.get_by_role("button", name="Back").click()
    step(page, 1)
    expect(slider).to_have_value(before)


def test_a_step_about_a_question_brings_it_into_sight(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{LESSON}?guide={LESSON}")
    number = next(at for at, each in enumerate(STEPS, 1) if "tab" in each.settings)
    for _step in range(1, number):
        page.keyboard.press("ArrowRight")
        step(page, _step + 1)
    tabs = page.locator(".st-key-tab_row")
    page.wait_for_function(
        "() => document.querySelector('.st-key-tab_row').getBoundingClientRect().top < 80"
    )
    box, panel = tabs.bounding_box(), page.locator(".st-key-path_step").bounding_box()
    assert box
    assert panel
    assert panel["y"] + panel["height"] == pytest.approx(720, abs=2)
    assert panel["height"] <= 0.45 * 720
    assert box["y"] < panel["y"]


def test_the_stage_has_no_sidebar_and_its_keys_are_listed(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    page = open_page(HOME, f"{LESSON}?stage=1")
    expect(page.locator("canvas[data-shows]").first).to_be_visible()
    expect(page.locator(".stSidebar")).to_be_hidden()
    keys = page.locator("dialog.stage-keys")
    expect(keys).to_be_hidden()
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    screenshot(page, "stage_keys")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="Keys").click()
    expect(keys).to_be_visible()
    page.keyboard.press("?")
    expect(keys).to_be_hidden()
    ring = page.locator(".stage-ring")
    page.keyboard.press("l")
    page.mouse.move(600, 300)
    expect(ring).to_be_visible()
    box = ring.bounding_box()
    assert box
    assert box["x"] + box["width"] / 2 == pytest.approx(600, abs=2)
    assert box["y"] + box["height"] / 2 == pytest.approx(300, abs=2)
    page.keyboard.press("l")
    expect(ring).to_be_hidden()
    page.get_by_role("button", name="Leave the stage").click()
    expect(page.locator(".stSidebar")).to_be_visible()
    expect(ring).to_have_count(0)


def test_the_room_gets_a_code_and_a_link_to_what_is_shown(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    page = open_page(HOME, f"{LESSON}?stage=1&show=block&block=3&tab=hands")
    page.get_by_role("button", name="Link").click()
    link = page.locator(".room-link p")
    expect(link).to_be_visible()
    code = page.locator(".room-link img")
    expect(code).to_be_visible()
    box = code.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 300, "it is read from the last row"
    screenshot(page, "stage_link")
    other = open_page(HOME, "?" + urlsplit(link.inner_text()).query)
    other.wait_for_url(re.compile(f"/{LESSON}\\?"))
    expect(other.locator("canvas[data-shows]").first).to_be_visible()
    query = urlsplit(other.url).query
    assert sorted(query.split("&")) == ["block=3", "tab=hands"]


def test_a_short_link_that_is_not_known_says_so(open_page: OpenPage) -> None:
    page = open_page(HOME, "?go=2222222")
    expect(page.get_by_text("This short link is not known here")).to_be_visible()
    expect(page.get_by_role("heading", name="Look inside convolutional networks")).to_be_visible()


def test_space_starts_and_pauses_a_run(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{LESSON}?stage=1&tab=train&train_data=digits&epochs_digits=200")
    expect(page.locator(".st-key-run_start button")).to_have_text("Start")
    page.keyboard.press("Space")
    expect(page.locator(".st-key-run_start button")).to_have_text("Pause", timeout=60_000)
    page.keyboard.press("Space")
    expect(page.locator(".st-key-run_start button")).to_have_text("Go on", timeout=60_000)
    page.get_by_role("button", name="Stop", exact=True).last.click()


def test_on_a_large_screen_everything_is_larger(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    page = open_page(HOME, f"{LESSON}?stage=1", width=1920, height=1080)
    expect(page.locator("canvas[data-shows]").first).to_be_visible()
    page.wait_for_function("() => document.querySelector('h1').getBoundingClientRect().height > 50")
    screenshot(page, "stage_large")
    wider = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert page.evaluate(wider) == 0

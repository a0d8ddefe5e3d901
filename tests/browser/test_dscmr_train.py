"""DSCMR's training before a real browser: the weights of its losses are moved while a run goes."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Locator, Page, expect

from benchmarks.harness import settle
from cnnviz.training.run_files import read

HOME = Path(__file__).resolve().parents[2] / "dashboard" / "Home.py"
LONG = "dscmr?tab=train&train_epochs_captioned_digits=200"

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]


def button(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-run_{name} button").first


def says(page: Page, text: str) -> None:
    expect(page.get_by_text(re.compile(text)).first).to_be_visible(timeout=120_000)


def started(page: Page) -> str:
    button(page, "start").click()
    says(page, r"running.*epoch \d")
    page.wait_for_url(re.compile(r"run=\d{8}-"))
    return parse_qs(urlparse(page.url).query)["run"][0]


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=f"{name} from here on")


def changes(page: Page, run: str, count: int) -> list[tuple[str, float | bool]]:
    """What has been changed of a run, once it is so many settings."""
    for _look in range(600):
        found = read(run).spec.changes
        if len(found) >= count:
            break
        page.wait_for_timeout(100)
    return [(setting, value) for _step, setting, value in found]


def test_alpha_and_the_switches_are_taken_over_by_a_run_that_goes(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    page = open_page(HOME, LONG)
    run = started(page)
    alpha = slider(page, "α")
    expect(alpha).to_have_attribute("aria-valuetext", "0.001", timeout=60_000)
    alpha.press("ArrowRight")
    assert changes(page, run, 1) == [("alpha", 0.003)]
    step = read(run).spec.changes[0][0]
    assert 0 < step < 2200
    page.get_by_role("switch", name="J1", exact=True).last.press("Space")
    page.get_by_role("switch", name="J3", exact=True).press("Space")
    assert changes(page, run, 3)[1:] == [("discriminate", False), ("beta", 0.0)]
    expect(slider(page, "β")).to_be_disabled(timeout=60_000)
    settle(page)
    screenshot(page, "dscmr_steered")
    button(page, "stop").click()
    says(page, "stopped")
    says(page, r"weight α of J2 0\.003 from step")

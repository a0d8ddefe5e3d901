"""The scene of the HybridSN lesson: bands move the picture, a click draws a spectrum."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.harness import settle
from tests.browser.hands import swept

HOME = Path(__file__).resolve().parents[2] / "dashboard" / "Home.py"

# With a tab on which nothing goes on meanwhile: the page is not run again while a hand moves.
HERO = "hybridsn?tab=dims&dims=shape"

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]


def scene(page: Page) -> Locator:
    canvas = page.locator("canvas[data-shows]").first
    expect(canvas).to_be_visible(timeout=30_000)
    return canvas


def spectra(page: Page) -> Locator:
    return page.get_by_role("img", name=re.compile("Spectra of the chosen pixels"))


@pytest.mark.parametrize("name", ["Red", "Classes", "Stretch"])
def test_the_picture_moves_with_the_hand(open_page: OpenPage, name: str) -> None:
    page = open_page(HOME, HERO)
    slider = page.get_by_role("slider", name=name, exact=True)
    expect(spectra(page).locator("canvas")).to_have_attribute("data-shows", re.compile("."))
    settle(page)  # what comes late moves the slider from under the hand
    with swept(slider, scene(page), moves=30) as during:
        assert len(set(during)) >= 2, "pictures while the hand moves, not only where it lets go"


def test_a_click_on_the_map_draws_the_spectrum_of_that_pixel(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{HERO}&pixels=20.20")
    expect(spectra(page).locator("canvas")).to_have_attribute("data-shows", "20.20")
    settle(page)
    scene(page).click()  # in its middle, wherever that is by then
    page.wait_for_url(re.compile(r"pixels=20\.20-7\d\.7\d"))
    shown = spectra(page).locator("canvas")
    expect(shown).to_have_attribute("data-shows", re.compile(r"20\.20 7\d\.7\d"))
    assert " B " in f" {spectra(page).get_attribute('aria-label')} "


def test_an_arrow_key_moves_the_pixel_and_its_spectrum(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{HERO}&pixels=20.20")
    scene(page)
    page.get_by_role("grid").first.press("ArrowDown")
    shown = spectra(page).locator("canvas")
    expect(shown).to_have_attribute("data-shows", "21.20")


def test_a_preset_starts_from_its_bands(open_page: OpenPage) -> None:
    page = open_page(HOME, HERO)
    before = scene(page).get_attribute("data-shows")
    page.get_by_role("radio", name="True colour").click()
    expect(scene(page)).not_to_have_attribute("data-shows", before or "")
    red = page.get_by_role("slider", name="Red", exact=True)
    expect(red).to_have_attribute("aria-valuetext", "649\u202fnm")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["band", "component", "cube"])
def test_every_view_fits_the_screen(
    open_page: OpenPage, screenshot: Screenshot, view: str, theme: str
) -> None:
    page = open_page(HOME, f"hybridsn?view={view}", theme=theme)
    box = scene(page).bounding_box()
    assert box
    assert box["y"] + box["height"] < 720
    assert page.locator(".stAlert").count() == 0
    screenshot(page, f"hybridsn_{view}_{theme}")


def test_the_components_slider_rebuilds_the_spectrum(open_page: OpenPage) -> None:
    page = open_page(HOME, "hybridsn?tab=pca")
    scene(page)
    settle(page)
    plot = page.get_by_role("img", name=re.compile("what the components keep"))
    expect(plot.locator("canvas")).to_have_attribute("data-shows", "15")
    page.get_by_role("slider", name="Components kept").press("ArrowLeft")
    expect(plot.locator("canvas")).to_have_attribute("data-shows", "14")


def test_a_component_is_chosen_and_its_weights_are_drawn(open_page: OpenPage) -> None:
    page = open_page(HOME, "hybridsn?tab=pca")
    grid = page.get_by_role("grid", name=re.compile("Components as pictures"))
    grid.press("ArrowRight")
    weights = page.get_by_role("img", name=re.compile("Which bands a component is made of"))
    expect(weights.locator("canvas")).to_have_attribute("data-shows", "1")
    page.wait_for_url("**loading=1**")

"""The hero of the DnCNN lesson before a real Chromium: slider, crop, wipe, zoom, numbers."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import check_one_zoom, drag, swept

APP = Path(__file__).parent / "apps" / "dncnn.py"
CROP = "camera 60.155.240.335"  # the usual one

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]


def wipe(page: Page) -> Locator:
    return page.locator("canvas[data-shows]")


def views(page: Page) -> Locator:
    return page.locator("figure:not(.crop) canvas")


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Noise level σ")


def edge(page: Page) -> Locator:
    return page.get_by_role("slider", name=re.compile("^Edge"))


def chooser(page: Page) -> Locator:
    return page.get_by_role("application")


def shows(page: Page, text: str, **more: float) -> None:
    expect(wipe(page)).to_have_attribute("data-shows", text, **more)


def numbers(page: Page) -> list[str]:
    return page.locator(".numbers td").all_inner_texts()


def readout(page: Page) -> dict[str, float]:
    """The pixel under the pointer."""
    text = page.locator(".readout").inner_text().replace("−", "-")
    found = re.findall(r"([-+]?\d+) (clean|noisy|noise|predicted|denoised)", text)
    error = re.search(r"error ([-+]?\d+)", text)
    assert error, text
    return {name: float(number) for number, name in found} | {"error": float(error[1])}


def dragged(page: Page) -> list[str]:
    """What is shown while the slider is dragged from end to end."""
    with swept(slider(page), wipe(page), moves=30) as during:
        return during


@pytest.fixture
def film(open_page: OpenPage) -> Page:
    """The usual crop, of which the browser has all noise levels: a visit has them made."""
    for _ in range(20):
        page = open_page(APP)
        found = {text.split()[1] for text in dragged(page)}
        if found == {"whole"}:
            slider(page).press("Home")
            shows(page, f"0 whole {CROP}")
            return page
    pytest.fail(f"the levels were not made; shown was {found}")


def test_a_drag_over_levels_that_are_there_needs_no_server(film: Page) -> None:
    before = numbers(film)
    during = dragged(film)
    assert len(set(during)) >= 10
    assert {text.split()[1] for text in during} == {"whole"}
    shows(film, f"75 whole {CROP}")
    assert not set(numbers(film)) & set(before)
    expect(film.get_by_text(f"The page shows 75 of {CROP}")).to_be_visible()
    assert parse_qs(urlparse(film.url).query)["sigma"] == ["75"]


def test_elsewhere_a_loupe_follows_the_hand_and_the_whole_comes_after(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    page = open_page(APP, "?noise_seed=1")
    shows(page, f"25 whole {CROP}")
    before = numbers(page)
    during = dragged(page)
    assert len({text for text in during if text.split()[1] == "loupe"}) >= 2
    shows(page, f"75 whole {CROP}")
    assert not set(numbers(page)) & set(before)
    expect(page.get_by_text(f"The page shows 75 of {CROP}")).to_be_visible()


def test_keys_and_pointer_move_the_crop(open_page: OpenPage) -> None:
    page = open_page(APP, "?noise_seed=1&side=64")
    shows(page, "25 whole camera 118.213.182.277")
    chooser(page).press("ArrowDown")
    chooser(page).press("Shift+ArrowLeft")
    shows(page, "25 whole camera 126.212.190.276")
    page.wait_for_url("**crop=158.244**")
    expect(page.get_by_text("The page shows 25 of camera 126.212.190.276")).to_be_visible()
    box = chooser(page).locator("canvas").bounding_box()
    assert box
    drag(chooser(page).locator("canvas"), (20, 60), (box["width"] - 1, box["height"] - 1))
    shows(page, "25 whole camera 448.448.512.512")
    page.wait_for_url("**crop=480.480**")
    expect(chooser(page)).to_have_attribute("aria-label", re.compile("Rows 448 to 511"))


def test_the_wipe_moves_by_pointer_and_keys(open_page: OpenPage) -> None:
    page = open_page(APP, "?side=64")
    expect(edge(page)).to_have_attribute("aria-valuenow", "50")
    pictures = {page.locator(".wipe canvas").evaluate("canvas => canvas.toDataURL()")}
    edge(page).press("ArrowRight")
    expect(edge(page)).to_have_attribute("aria-valuenow", "52")
    box = wipe(page).bounding_box()
    assert box
    middle = box["height"] / 2
    drag(wipe(page), (0.52 * box["width"], middle), (0.2 * box["width"], middle))
    expect(edge(page)).to_have_attribute("aria-valuenow", "20")
    pictures.add(page.locator(".wipe canvas").evaluate("canvas => canvas.toDataURL()"))
    edge(page).press("End")
    expect(edge(page)).to_have_attribute("aria-valuenow", "100")
    pictures.add(page.locator(".wipe canvas").evaluate("canvas => canvas.toDataURL()"))
    assert len(pictures) == 3


def test_one_zoom_holds_for_all_views(open_page: OpenPage) -> None:
    page = open_page(APP, "?side=64")
    shows(page, re.compile("25 whole"))  # type: ignore[arg-type]
    expect(views(page)).to_have_count(6)
    small = page.locator("figure[data-view=error] canvas")
    check_one_zoom(views(page), small, small)


@pytest.mark.parametrize("query", ["?sigma=50", "?sigma=50&noise_seed=1", "?sigma=50&kind=poisson"])
def test_the_numbers_under_the_pointer_add_up(open_page: OpenPage, query: str) -> None:
    page = open_page(APP, query)
    shows(page, f"50 whole {CROP}")
    page.locator("figure[data-view=noise] canvas").hover(position={"x": 70, "y": 50})
    pixel = readout(page)
    assert pixel["noisy"] == pytest.approx(pixel["clean"] + pixel["noise"], abs=1)
    assert pixel["denoised"] == pytest.approx(pixel["noisy"] - pixel["predicted"], abs=1)
    assert pixel["error"] == pytest.approx(pixel["denoised"] - pixel["clean"], abs=1)
    assert pixel["error"] == pytest.approx(pixel["noise"] - pixel["predicted"], abs=1)


def test_a_colour_photo_has_three_numbers_a_pixel(open_page: OpenPage) -> None:
    page = open_page(APP, "?photo=chelsea&colour=1&side=64")
    page.locator("figure[data-view=noisy] canvas").hover(position={"x": 70, "y": 50})
    expect(page.locator(".readout")).to_have_text(re.compile(r"\d+/\d+/\d+ clean, "))


def test_the_link_shows_the_same_elsewhere(open_page: OpenPage) -> None:
    page = open_page(APP, "?side=128&sigma=40&crop=300.300&noise_seed=3&clip=1")
    shows(page, "40 whole camera 236.236.364.364")
    other = open_page(APP, "?" + urlparse(page.url).query)
    shows(other, "40 whole camera 236.236.364.364")
    assert numbers(other) == numbers(page)

"""DSCMR's hero in a browser: points follow the epoch slider, what is asked finds its nearest."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from benchmarks.harness import settle
from tests.browser.hands import PIXELS, drag, swept

HOME = Path(__file__).resolve().parents[2] / "dashboard" / "Home.py"
LESSON = "dscmr"
TYPED = "A caption of your own"

OpenPage = Callable[..., Page]


def picture(page: Page) -> Locator:
    return page.locator("canvas[data-shows]").first


def field(page: Page) -> Locator:
    return page.locator(".field[data-chosen]")


def epoch(page: Page) -> Locator:
    return page.get_by_role("slider", name="Epoch", exact=True)


def rows(page: Page) -> Locator:
    return page.locator(".item li")


def test_points_and_neighbours_follow_the_epoch_without_the_server(open_page: OpenPage) -> None:
    page = open_page(HOME, LESSON)
    expect(picture(page)).to_have_attribute("data-shows", "20")
    expect(page.locator(".item .title")).to_contain_text("9 of 10 of its class")
    page.context.set_offline(True)
    epoch(page).press("Home")
    expect(picture(page)).to_have_attribute("data-shows", "0")
    expect(page.locator(".item .title")).to_contain_text("0 of 10 of its class")
    page.context.set_offline(False)
    with swept(epoch(page), picture(page), moves=60) as shown:
        assert len(set(shown)) >= 15
    expect(page.locator(".told")).to_contain_text("image → text 0.95")


def test_a_click_chooses_a_point_and_its_nearest_ten_appear(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{LESSON}?view=pca")
    before = rows(page).all_inner_texts()
    assert len(before) == 10
    box = field(page).bounding_box()
    assert box
    field(page).click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(field(page)).not_to_have_attribute("data-chosen", "text-61")
    chosen = field(page).get_attribute("data-chosen")
    assert chosen
    expect(rows(page)).to_have_count(10)
    assert rows(page).all_inner_texts() != before
    page.wait_for_url(f"**point={chosen}**")
    settle(page)
    page.reload()
    settle(page)
    expect(field(page)).to_have_attribute("data-chosen", chosen)


def test_keys_choose_points_too(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{LESSON}?point=image-499")
    field(page).press("ArrowRight")
    expect(field(page)).to_have_attribute("data-chosen", "image-0")
    field(page).press("ArrowUp")
    expect(field(page)).to_have_attribute("data-chosen", "text-0")
    expect(page.locator(".item .who")).to_contain_text("a picture of the digit four")
    page.wait_for_url("**point=text-0**")


def test_a_typed_caption_is_asked_until_a_point_is_chosen(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{LESSON}?view=pca")
    line = page.get_by_role("textbox", name=TYPED)
    line.fill("somebody wrote a seven")
    line.press("Enter")
    expect(field(page)).to_have_attribute("data-chosen", "typed")
    expect(page.locator(".item .who")).to_contain_text("somebody wrote a seven")
    expect(rows(page).first).to_contain_text("class 7")
    page.wait_for_url("**caption=**")
    field(page).press("ArrowRight")
    expect(field(page)).to_have_attribute("data-chosen", "text-62")
    expect(line).to_have_value("")
    page.wait_for_url(re.compile(r"^(?!.*caption).*point=text-62"))


def test_space_is_turned_by_drag_and_by_keys_and_nothing_else_is_chosen(
    open_page: OpenPage,
) -> None:
    page = open_page(HOME, f"{LESSON}?view=space&lines=all")
    seen = [picture(page).evaluate_all(PIXELS)]
    drag(field(page), (200, 150), (260, 150))
    seen.append(picture(page).evaluate_all(PIXELS))
    field(page).press("Shift+ArrowUp")
    seen.append(picture(page).evaluate_all(PIXELS))
    assert seen[0] != seen[1] != seen[2]
    expect(field(page)).to_have_attribute("data-chosen", "text-61")


def test_play_runs_through_the_epochs_and_ends_at_the_last(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{LESSON}?epoch=17")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(picture(page)).to_have_attribute("data-shows", "20", timeout=15_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_url(re.compile(r"^(?!.*epoch)"))

"""The dashboard as visitors find it: home, each lesson in both themes, links, languages."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.harness import settle
from cnnviz.lessons import LESSONS
from tests.browser.hands import swept

HOME = Path(__file__).resolve().parents[2] / "dashboard" / "Home.py"
MOBILENET = "mobilenet_v1"
TABS = {
    MOBILENET: ("block", "mix", "hand", "cost", "save", "empty", "train"),
    "mobilenet_v2": ("block", "maps", "cost", "ablations", "empty", "train"),
    "senet": ("steps", "classes", "hands", "r", "where", "any", "train"),
    "hybridsn": ("pca", "kernels", "dims", "train", "results", "seen", "differ", "better"),
    "dncnn": ("residual", "train", "layers", "levels", "white", "classics", "tasks", "photo"),
    "dscmr": ("branches", "losses", "ablation", "measured", "epoch", "train"),
}

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]


def hero(page: Page) -> Locator:
    """The canvas that moves with the hero's sliders."""
    return page.locator("canvas[data-shows]").first


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True).first


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_home_opens_and_its_card_opens_the_lesson(
    open_page: OpenPage, screenshot: Screenshot, theme: str, lang: str
) -> None:
    page = open_page(HOME, f"?lang={lang}", theme=theme)
    expect(page.get_by_role("heading", name="MobileNetV1")).to_be_visible()
    screenshot(page, f"home_{lang}_{theme}")
    name = {"en": "Open the lesson", "zh": "打开这一课"}[lang]
    page.get_by_role("link", name=name).first.click()  # the first lesson's
    expect(page.get_by_role("heading", level=1, name="MobileNetV1")).to_be_visible()
    expect(hero(page)).to_be_visible(timeout=30_000)
    assert query(page) == ({} if lang == "en" else {"lang": ["zh"]})


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "tab"), [(lesson.name, tab) for lesson in LESSONS for tab in TABS[lesson.name]]
)
def test_every_tab_of_every_lesson_in_both_themes(
    open_page: OpenPage, screenshot: Screenshot, name: str, tab: str, theme: str
) -> None:
    page = open_page(HOME, f"{name}?tab={tab}", theme=theme)
    expect(hero(page)).to_be_visible()
    assert page.locator(".stAlert").count() == 0
    tabs = page.locator(".st-key-tab_row")
    box = tabs.bounding_box()
    assert box
    assert box["y"] + box["height"] < 720, "the questions are in sight beside the hero"
    if tab == TABS[name][0]:
        screenshot(page, f"{name}_{theme}")
    tabs.evaluate("tabs => tabs.scrollIntoView()")
    screenshot(page, f"{name}_{tab}_{theme}")
    wider = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert page.evaluate(wider) == 0
    cut = page.locator(".stMainBlockContainer").evaluate("e => e.scrollWidth - e.clientWidth")
    assert cut <= 1, "something sticks out to the right"


def test_the_lesson_in_chinese_has_no_english_labels(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    page = open_page(HOME, f"{MOBILENET}?lang=zh")
    expect(hero(page)).to_be_visible()
    screenshot(page, f"{MOBILENET}_zh")
    labels = page.locator(
        ".stMainBlockContainer .st-key-tab_row button, [data-testid=stWidgetLabel]"
    )
    texts = [text for text in labels.all_inner_texts() if text]
    assert len(texts) >= 6
    assert [text for text in texts if not re.search("[一-鿿]", text)] == []


def test_the_photo_changes(open_page: OpenPage) -> None:
    page = open_page(HOME, MOBILENET)
    expect(page.locator(".bars").first).to_contain_text("cat")
    before = page.locator(".bars").first.inner_text()
    page.locator("[data-testid=stSelectbox]", has_text="Photo").locator("input").click()
    page.get_by_role("option", name="Rocket").click()
    expect(page.locator(".bars").first).not_to_have_text(before, use_inner_text=True)
    page.wait_for_url("**photo=rocket**")


@pytest.mark.parametrize("name", ["Block", "Turn the photo"])
def test_at_least_five_pictures_arrive_while_the_slider_is_dragged(
    open_page: OpenPage, name: str
) -> None:
    page = open_page(HOME, MOBILENET)
    with swept(slider(page, name), hero(page)) as during:
        assert len(set(during)) >= 5


def test_a_click_on_a_map_chooses_the_channel_that_is_taken_apart(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{MOBILENET}?tab=mix&mix=1")
    grid = page.get_by_role("grid", name=re.compile("Choose an output channel"))
    box = grid.locator("canvas").bounding_box()
    assert box
    first = page.get_by_text(re.compile("Sum of the parts")).count()
    grid.locator("canvas").click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.3})
    page.wait_for_url(re.compile(r"out=\d+"))
    settle(page)
    chosen = query(page)["out"][0]
    expect(page.get_by_role("gridcell", name=re.compile(f"channel {chosen} of 64"))).to_have_count(
        1
    )
    assert page.get_by_text(re.compile("Sum of the parts")).count() == first


def test_the_growing_sum_is_scrubbed_without_the_server(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{MOBILENET}?tab=mix")
    hand = slider(page, "Parts added, the largest first")
    last = page.get_by_role("img", name=re.compile("128 of 128"))
    hand.press("End")
    expect(last).to_be_visible(timeout=30_000)  # the pictures come after the first
    hand.press("Home")
    expect(last).to_have_count(0, timeout=30_000)
    # Read in the same turn of the browser: no answer of the server can come in between.
    label = hand.evaluate(
        """slider => {
          slider.value = slider.max;
          slider.dispatchEvent(new InputEvent("input", { bubbles: true }));
          return slider.getRootNode().querySelector("canvas[role=img]").ariaLabel;
        }"""
    )
    assert "128 of 128" in label


def test_the_language_switches_and_the_picture_stays(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{MOBILENET}?block=5")
    page.get_by_role("radio", name="中文").click()
    expect(page.get_by_text("转动照片", exact=True)).to_be_visible()
    chosen = page.locator("[data-testid=stSelectbox]", has_text="照片").locator("input")
    expect(chosen.first).to_have_value("猫")
    assert query(page) == {"lang": ["zh"], "block": ["5"]}
    expect(page.locator("canvas[data-shows='5 0']").first).to_be_visible()


def test_the_link_reopens_the_same_state_elsewhere(open_page: OpenPage) -> None:
    page = open_page(HOME, MOBILENET)
    slider(page, "Block").press("End")
    page.wait_for_url("**block=9**")
    slider(page, "Turn the photo").press("PageUp")
    page.wait_for_url("**turn=**")
    page.get_by_role("radio", name="One pixel by hand").click()
    page.wait_for_url("**tab=hand**")
    settle(page)
    other = open_page(HOME, page.url.partition("/mobilenet")[2].join(("mobilenet", "")))
    expect(hero(other)).to_be_visible()
    shows = hero(page).get_attribute("data-shows")
    expect(other.locator(f"canvas[data-shows='{shows}']").first).to_be_visible()
    assert query(other) == query(page)
    assert other.locator(".bars").first.inner_text() == page.locator(".bars").first.inner_text()
    expect(other.get_by_text(re.compile("Sum of 9 products"))).to_be_visible()


def test_the_way_back_from_another_page_shows_what_was_left(open_page: OpenPage) -> None:
    page = open_page(HOME, MOBILENET)
    slider(page, "Block").press("End")
    page.wait_for_url("**block=9**")
    expect(page.locator("canvas[data-shows='9 0']").first).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Look inside convolutional networks")).to_be_visible()
    settle(page)
    page.get_by_role("link", name="MobileNetV1").first.click()
    page.wait_for_url("**block=9**")
    expect(page.locator("canvas[data-shows='9 0']").first).to_be_visible(timeout=15_000)


def test_a_bad_link_shows_the_default_with_a_note(open_page: OpenPage) -> None:
    page = open_page(HOME, f"{MOBILENET}?block=99&photo=none")
    expect(page.get_by_text(re.compile("cannot be used for .*block"))).to_be_visible()
    expect(page.locator("canvas[data-shows='2 0']").first).to_be_visible()


def test_an_own_file_is_looked_at(open_page: OpenPage, tmp_path: Path) -> None:
    from PIL import Image

    file = tmp_path / "red.png"
    Image.new("RGB", (50, 40), (255, 0, 0)).save(file)
    page = open_page(HOME, f"{MOBILENET}?photo=upload")
    before = page.locator(".bars").first.inner_text()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".bars").first).not_to_have_text(before, use_inner_text=True)
    (tmp_path / "text.png").write_bytes(b"no picture at all")
    page.locator("input[type=file]").set_input_files(tmp_path / "text.png")
    expect(page.get_by_text(re.compile("not a PNG, JPEG or WebP"))).to_be_visible()

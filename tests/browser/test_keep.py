"""What a section shows, saved as a picture, a drawing, numbers and code, or put into the report."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from cnnviz.lessons import LESSONS

APP = Path(__file__).parent / "apps" / "kept.py"
HOME = Path(__file__).resolve().parents[2] / "dashboard" / "Home.py"
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = [f"{SVG}{name}" for name in ("rect", "path", "image", "line", "circle")]
KINDS = ("Error by epoch", "Kernels", "Loss by epoch", "Probabilities", "A table")
CODE = 'block = 3\nprint("块", block)\n'
LEVELS = ("clean", "noisy", "denoised", "predicted", "noise", "error")
ENTRIES = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("cnnviz");
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("entries").objectStore("entries").getAll();
    all.onsuccess = () => resolve(all.result);
  };
})"""

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]


def row(page: Page, section: str) -> Locator:
    return page.locator(f".st-key-folded_{section}")


def opened(page: Page, section: str = "second") -> Locator:
    """The panel of a section."""
    row(page, section).get_by_role("button", name="Save").click()
    panel = page.get_by_role("dialog")
    expect(panel).to_be_visible()
    return panel


def chosen(panel: Locator, label: str) -> None:
    """Its picture of this name."""
    panel.locator(".pictures label").filter(has_text=label).click()
    expect(panel.get_by_role("radio", name=label)).to_be_checked()


def saved(panel: Locator, button: str) -> Path:
    """The file that a button makes."""
    with panel.page.expect_download() as download:
        panel.get_by_role("button", name=button).click()
    return Path(download.value.path())


def rows(file: Path) -> list[list[str]]:
    """The cells of a saved table, which spreadsheets know as UTF-8."""
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def parted(cells: list[list[str]]) -> list[list[list[str]]]:
    """The tables of a file, which has a blank row between them."""
    parts: list[list[list[str]]] = [[]]
    for row in cells:
        if any(row):
            parts[-1].append(row)
        else:
            parts.append([])
    return parts


@pytest.fixture
def panel(open_page: OpenPage) -> Locator:
    page = open_page(APP)
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    return opened(page)


def test_a_section_has_its_own_pictures_and_no_others(panel: Locator) -> None:
    names = [name.split("\n")[0] for name in panel.locator(".pictures label").all_inner_texts()]
    assert tuple(names) == KINDS
    panel.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    other = opened(panel.page, "first")
    expect(other.locator(".pictures label")).to_have_text(["Another section's"])
    expect(other.get_by_text("no code for this section")).to_be_visible()


def test_a_picture_is_saved_as_wide_as_it_is_asked_for(panel: Locator) -> None:
    for width, label in enumerate(KINDS, start=1234):
        chosen(panel, label)
        panel.get_by_role("spinbutton", name="Width in pixels").fill(str(width))
        size = panel.locator("output").inner_text()
        with Image.open(saved(panel, "PNG")) as picture:
            assert f"{picture.width} × {picture.height} pixels" == size
            assert picture.width == width
            colours = picture.convert("RGB").getcolors(1 << 24)
        assert colours is not None
        assert len(colours) > 20


def test_a_drawing_is_one_that_any_program_reads(panel: Locator) -> None:
    panel.get_by_role("button", name="3200").click()
    for label in KINDS:
        chosen(panel, label)
        root = ElementTree.parse(saved(panel, "SVG")).getroot()
        assert root.get("width") == "3200"
        assert root.find(f".//{SVG}foreignObject") is None
        texts = ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]
        assert label in texts
        assert texts[-1] == "cnnviz · MobileNetV1"
        named = set(re.findall(r"url\(#([^)]*)\)", ElementTree.tostring(root).decode()))
        assert named <= {each.get("id") for each in root.iter()}


def test_lines_are_drawn_as_lines(panel: Locator) -> None:
    for label in ("Error by epoch", "Loss by epoch"):
        chosen(panel, label)
        root = ElementTree.parse(saved(panel, "SVG")).getroot()
        assert root.find(f".//{SVG}image") is None
        paths = [each.get("d", "") for each in root.iter(f"{SVG}path")]
        assert sum(len(re.findall("[ML]", path)) >= 5 for path in paths) >= 2


def test_numbers_of_a_chart(panel: Locator) -> None:
    chosen(panel, KINDS[0])
    head, *points = rows(saved(panel, "CSV"))
    assert head == ["trace", "x", "y", "error_y"]
    assert [point[0] for point in points] == ["a, b"] * 5 + ["'=1+1"] * 5
    np.testing.assert_array_equal(
        [float(y) for _, _, y, _ in points[:5]], [0.5, 2.25, -1, 8, 3.125]
    )
    np.testing.assert_allclose([float(error) for *_, error in points[:5]], 0.1 * np.arange(5))
    assert points[5][3] == ""


def test_numbers_of_maps(panel: Locator) -> None:
    chosen(panel, KINDS[1])
    expect(panel.get_by_text("three significant digits")).to_be_visible()
    head, *cells = rows(saved(panel, "CSV"))
    assert head == ["channel", "row", "column", "value"]
    places = [tuple(map(int, cell[:3])) for cell in cells]
    assert places == [*np.ndindex(2, 3, 4)]
    numbers = [float(cell[3]) for cell in cells]
    np.testing.assert_allclose(numbers, np.linspace(-1, 1, 24), rtol=5e-3)


def test_numbers_of_lines(panel: Locator) -> None:
    chosen(panel, KINDS[2])
    head, *places = rows(saved(panel, "CSV"))
    assert head == ["epoch", "measured", "measured ±", "expected"]
    assert [float(place[1]) for place in places] == [0.5, 2.25, -1, 8, 3.125]
    assert [place[2] for place in places] == ["0", "0.1", "0.2", "0.3", "0.4"]


def test_numbers_of_tables_and_no_formulas(panel: Locator) -> None:
    chosen(panel, KINDS[3])
    assert rows(saved(panel, "CSV")) == [
        ["name", "value"], ["cat", "50 %"], ["'=dog()", "25 %"], ["no", "1234"],
    ]  # fmt: skip
    chosen(panel, KINDS[4])
    assert rows(saved(panel, "CSV")) == [["name", "loss"], ["x, y", "-1.5"]]


def test_code_is_shown_copied_and_saved(panel: Locator) -> None:
    expect(panel.locator("code")).to_have_text(CODE.strip())
    panel.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.get_by_role("button", name="Copy").click()
    expect(panel.locator(".told")).to_have_text("Copied.")
    assert panel.page.evaluate("navigator.clipboard.readText()") == CODE
    assert saved(panel, ".py").read_text(encoding="utf-8") == CODE


def test_the_panel_is_reached_and_left_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(APP)
    button = row(page, "second").get_by_role("button", name="Save")
    button.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="Save: Section second")
    expect(panel).to_be_visible()
    panel.get_by_role("radio", name=KINDS[0]).focus()
    page.keyboard.press("ArrowRight")
    expect(panel.get_by_role("radio", name=KINDS[1])).to_be_checked()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(button).to_be_focused()


def test_a_section_goes_into_the_report(open_page: OpenPage) -> None:
    page = open_page(APP, "?channel=1&lang=zh&room=abc")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    row(page, "second").get_by_role("button", name="加入我的报告").click()
    expect(page.get_by_role("status").filter(has_text="共 5 张图")).to_be_visible()
    [entry] = page.evaluate(ENTRIES)
    told = {key: entry[key] for key in ("page", "section", "lang", "code", "words")}
    assert told == {
        "page": "MobileNetV1", "section": "Section second", "lang": "zh", "code": CODE, "words": "",
    }  # fmt: skip
    assert "channel=1" in entry["link"]
    assert "room" not in entry["link"]
    assert [picture["label"] for picture in entry["pictures"]] == list(KINDS)
    for picture in entry["pictures"]:
        size = page.evaluate(
            """async (source) => {
              const image = new Image();
              image.src = source;
              await image.decode();
              return [image.naturalWidth, image.naturalHeight];
            }""",
            picture["png"],
        )
        assert size == [2 * picture["width"], 2 * picture["height"]]
        assert ElementTree.fromstring(picture["svg"]).tag == f"{SVG}svg"
        assert picture["csv"]


def test_the_numbers_of_a_lesson_are_those_of_its_network(open_page: OpenPage) -> None:
    from cnnviz import checkpoints
    from cnnviz.explain.filters import depthwise_filters

    page = open_page(HOME, "mobilenet_v1?tab=empty")
    panel = opened(page, "empty")
    expect(panel.locator("code")).to_contain_text("depthwise_filters(model)")
    chosen(panel, "Depthwise kernels of block 1")
    _head, *cells = rows(saved(panel, "CSV"))
    kernels = depthwise_filters(checkpoints.load("mobilenet_v1")[0])[0].kernels
    numbers = [float(cell[3]) for cell in cells]
    np.testing.assert_allclose(numbers, np.ravel(kernels), rtol=5e-3, atol=1e-6)


def test_the_numbers_of_denoised_pictures_belong_together(open_page: OpenPage) -> None:
    page = open_page(HOME, "dncnn")
    page.locator("table.numbers td", has_text="PSNR").first.wait_for()
    table, (head, *cells) = parted(rows(saved(opened(page, "hero"), "CSV")))
    assert head == ["row", "column", *LEVELS]
    levels = dict(zip(LEVELS, np.array(cells, float)[:, 2:].T, strict=True))
    np.testing.assert_allclose(levels["noisy"] - levels["clean"], levels["noise"], atol=0.02)
    np.testing.assert_allclose(levels["noisy"] - levels["predicted"], levels["denoised"], atol=0.02)
    shown = [float(re.sub("[^0-9.]", "", row[1])) for row in table]
    for view, decibels in zip(("noisy", "denoised"), shown, strict=True):
        error = np.square(levels[view] - levels["clean"]).mean()
        assert 10 * np.log10(255**2 / error) == pytest.approx(decibels, abs=0.02)


def test_what_comes_back_from_few_channels_has_numbers(open_page: OpenPage) -> None:
    page = open_page(HOME, "mobilenet_v2?activation=none&channels=8")
    page.locator("canvas[data-shows]").first.wait_for()
    curve, points = parted(rows(saved(opened(page, "hero"), "CSV")))[::-1]
    assert points[0] == ["point", "x", "y", "x back", "y back"]
    places = np.array(points[1:], float)[:, 1:]
    assert np.sqrt(np.square(places[:, :2]).sum(axis=1).mean()) == pytest.approx(1, abs=0.01)
    np.testing.assert_allclose(places[:, 2:], places[:, :2], atol=1e-3)  # nothing is cut off
    assert len(curve) > 10


@pytest.mark.parametrize("lesson", [lesson.name for lesson in LESSONS])
def test_no_picture_of_a_lesson_is_saved_blank(open_page: OpenPage, lesson: str) -> None:
    page = open_page(HOME, lesson)
    panel = opened(page, "hero")
    sources = panel.locator(".pictures img").evaluate_all("all => all.map(({ src }) => src)")
    assert sources
    for source in sources:
        root = ElementTree.fromstring(unquote(source.partition(",")[2]))
        ground, *drawn = (each for each in root.iter() if each.tag in SHAPES)
        assert ground.tag == f"{SVG}rect"
        assert drawn


def test_on_a_stage_nothing_is_offered_to_take_home(open_page: OpenPage) -> None:
    page = open_page(HOME, "mobilenet_v2?stage=1")
    expect(row(page, "hero")).to_be_visible()
    expect(row(page, "hero").get_by_role("button", name="Save")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_panel_fits_a_narrow_window(
    open_page: OpenPage, screenshot: Screenshot, theme: str
) -> None:
    page = open_page(APP, "?lang=zh", theme=theme, width=400)
    page.get_by_role("button", name="保存").last.click()
    panel = page.get_by_role("dialog")
    expect(panel).to_be_visible()
    screenshot(page, f"keep_{theme}")
    assert panel.evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")

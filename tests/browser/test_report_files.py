"""The lab report as a file: HTML, paper, and a notebook that computes its pictures again."""

import base64
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from dashboard import library
from tests.browser.report_made import (
    ADD,
    HOME,
    ROOT,
    entries,
    filled,
    report,
    saved,
    words,
)

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]

# Of pictures once they are decoded, which fails for what is none.
SIZES = """
(pictures) => Promise.all(pictures.map(async (picture) => {
  await picture.decode();
  return [picture.naturalWidth, picture.naturalHeight];
}))
"""
HOSTILE = '<img src=x onerror="window.hostile = 1">\n</script><script>window.hostile = 1</script>'

# Runs a notebook's code cells in order, in one process; each but the first leaves a figure.
RUN = """
import json, sys
cells = json.load(open(sys.argv[1], encoding="utf-8"))["cells"]
names = {}
for cell in cells:
    if cell["cell_type"] == "code":
        names["figure"] = None
        exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
        if cell["id"] != "setup":
            print(cell["id"], type(names["figure"]).__name__)
print(sys.modules["cnnviz"].__file__)
"""


def notebook(page: Page, folder: Path) -> dict[str, Any]:
    file = folder / "report.ipynb"
    saved(page, "Save as notebook").save_as(file)
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def test_the_html_file_has_everything_in_it_and_runs_nothing(
    open_page: OpenPage, chromium: Browser, screenshot: Screenshot, tmp_path: Path
) -> None:
    page = filled(open_page)
    page.get_by_label("Title").fill(HOSTILE)
    page.get_by_label("Author").fill("Ada")
    words(page, 0).fill(HOSTILE)
    words(page, 2).fill("Two\n  lines")
    download = saved(page, "Save as HTML")
    assert re.fullmatch(r"[^\\/:*?\"<>|\n]+\.html", download.suggested_filename)
    download.save_as(tmp_path / "report.html")

    context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 720})
    file, asked = context.new_page(), list[str]()
    file.on("request", lambda request: asked.append(request.url))
    file.goto((tmp_path / "report.html").as_uri())
    sizes = file.locator("img").evaluate_all(SIZES)
    assert sizes == [[600, 200], [600, 202], [600, 204]]
    assert file.locator("img").evaluate_all("i => i.map((e) => e.alt)") == [
        "Picture 0", "Picture 1", "Picture 2",
    ]  # fmt: skip
    assert file.locator(".words").first.evaluate("e => e.textContent") == HOSTILE
    assert file.locator(".words").last.inner_text() == "Two\n  lines"
    assert file.evaluate("window.hostile") is None
    assert file.locator("script").count() == 0
    assert file.locator("html").get_attribute("lang") == "en"
    assert "onerror" in file.title()
    expect(file.get_by_role("link", name="Open this state")).to_have_count(3)
    file.get_by_text("Numbers").click()
    assert file.locator("td").all_inner_texts() == ['a, "b"', "0.5", "c", "-1"]
    with file.expect_download() as numbers:
        file.locator("a[download]").click()
    rows = numbers.value.path().read_bytes().decode("utf-8-sig")
    assert rows == 'name,value\r\n"a, ""b""",0.5\r\nc,-1\r\n'
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    screenshot(file, "report_file")
    context.close()


def test_on_paper_there_is_the_report_alone(open_page: OpenPage, screenshot: Screenshot) -> None:
    page = filled(open_page, theme="dark")
    page.evaluate("window.print = () => { window.printed = true }")
    words(page, 0).fill("My own words")
    page.get_by_role("button", name="Print, or save as PDF").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.locator(".report h1")).to_have_text("Lab report")
    expect(page.locator("p.printed").first).to_have_text("My own words")
    for gone in (".stSidebar", "[data-testid=stHeader]", ".tools", "textarea", "h1 >> text=Report"):
        expect(page.locator(gone).first).to_be_hidden()
    assert page.locator("figure").first.evaluate("e => getComputedStyle(e).breakInside") == "avoid"
    assert page.locator(".report").evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    shown = page.locator(".stApp").evaluate("e => e.scrollHeight - e.clientHeight")
    assert shown <= 1, "something would be cut off"
    screenshot(page, "report_print")


def test_the_notebook_says_as_plain_text_what_was_written(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = filled(open_page)
    words(page, 0).fill("<b>bold</b> $x$ *y* _z_ [a](b)\n# no heading\n1. no list\n    no code")
    content = notebook(page, tmp_path)
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    cells = content["cells"]
    ids = [cell["id"] for cell in cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[\w-]{1,64}", name) for name in ids)
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code"] + 3 * ["markdown"]
    told = "".join(cells[2]["source"])
    assert (
        "&lt;b&gt;bold&lt;/b&gt; &#36;x&#36; \\*y\\* \\_z\\_ \\[a\\](b)  \n\\# no heading  \n"
        "1\\. no list  \n&nbsp;&nbsp;&nbsp;&nbsp;no code"
    ) in told
    assert "](<http://localhost:8501/mobilenet_v1?step=0>)" in told
    [(name, attached)] = cells[2]["attachments"].items()
    assert f"(attachment:{name})" in told
    picture = Image.open(io.BytesIO(base64.b64decode(attached["image/png"])))
    assert picture.size == (600, 200)
    assert "there is no code for it" in "".join(cells[3]["source"])


def test_the_notebook_computes_its_pictures_again(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(HOME, "report")
    report(page, 0)
    page.evaluate(ADD, entries(code=True))
    report(page, 3)
    cells = notebook(page, tmp_path)["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert code[0] == library.first_cell().rstrip()
    assert code[1:] == [entry["code"].rstrip() for entry in entries(code=True)]
    with page.expect_download() as download:
        page.get_by_role("button", name="Save cnnviz.zip").click()
    download.value.save_as(tmp_path / "kept.zip")

    known = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    where = {"here": tmp_path / "here", "elsewhere": tmp_path / "elsewhere"}
    for folder in where.values():
        folder.mkdir()
    (tmp_path / "kept.zip").rename(where["elsewhere"] / "cnnviz.zip")
    for name, folder in where.items():
        path = {"PYTHONPATH": str(ROOT)} if name == "here" else {}
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(tmp_path / "report.ipynb")], cwd=folder,
            env=known | path, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        *figures, module = done.stdout.splitlines()
        assert figures == [f"code-{n} Figure" for n in (1, 2, 3)]
        assert Path(module).is_relative_to(ROOT if name == "here" else folder)

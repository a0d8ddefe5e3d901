"""A report as the lessons would have filled it, for tests of its page and its files."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Download, Locator, Page, expect

from dashboard import snippets

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "dashboard" / "Home.py"
STORE = (ROOT / "dashboard" / "components" / "report_store.js").read_text(encoding="utf-8")
SOON = 20_000  # ms: of a machine with much else to do


OpenPage = Callable[..., Page]

ADD = f"async (entries) => {{ {STORE}\n for (const entry of entries) await reportAdd(entry); }}"
ALL = f"async () => {{ {STORE}\n return await reportAll(); }}"
SECTIONS = ["One block", "Empty kernels", "Weights of SE"]
CODE = [("mobilenet_v1", "block"), ("mobilenet_v1", "empty"), ("senet", "narrow")]


def png(width: int, height: int, colour: str) -> str:
    """A picture as data URL."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def entries(*, code: bool = False) -> list[dict[str, Any]]:
    """What the lessons would add: three pictures of three sections."""
    made = []
    for number, (section, (lesson, name)) in enumerate(zip(SECTIONS, CODE, strict=True)):
        picture = {
            "label": f"Picture {number}", "width": 300, "height": 100 + number, "svg": "",
            "png": png(600, 200 + 2 * number, ["navy", "teal", "purple"][number]),
            "csv": '\ufeffname,value\r\n"a, ""b""",0.5\r\nc,-1\r\n' if number == 0 else None,
        }  # fmt: skip
        made.append({
            "lesson": lesson, "page": lesson, "section": section, "lang": "en",
            "link": f"http://localhost:8501/{lesson}?step={number}", "pictures": [picture],
            "code": (snippets.present(lesson, name, {}) or "") if code else "",
        })  # fmt: skip
    return made


def report(page: Page, count: int) -> Locator:
    """The report when it shows so many entries."""
    found = page.locator(f".report[data-entries='{count}']")
    expect(found).to_be_attached(timeout=SOON)
    return found


def filled(open_page: OpenPage, query: str = "report", **how: Any) -> Page:
    """The Report page with three entries."""
    page = open_page(HOME, query, **how)
    report(page, 0)
    page.evaluate(ADD, entries())
    report(page, 3)
    return page


def order(page: Page) -> list[str]:
    return page.locator(".report h2").all_inner_texts()


def words(page: Page, number: int) -> Locator:
    return page.get_by_role("textbox", name="In your own words").nth(number)


def saved(page: Page, button: str) -> Download:
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    return download.value

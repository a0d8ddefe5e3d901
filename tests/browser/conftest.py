"""A real Chromium before a real server, and an end to the test where the browser complains."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from benchmarks import harness

ARTIFACTS = harness.ROOT / "artifacts"

# Opened at a page of its own (/mobilenet_v1), Streamlit first looks for its server below that page.
PROBES = re.compile(r"/\w+/_stcore/(health|host-config)$")

Serve = Callable[[Path], str]
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, started once. Without one, ``CNNVIZ_REQUIRE_BROWSER=1`` fails the tests."""
    if harness.chromium_path() is None:
        required = os.environ.get("CNNVIZ_REQUIRE_BROWSER") == "1"
        (pytest.fail if required else pytest.skip)(harness.NO_CHROMIUM)
    with harness.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def serve(chromium: Browser) -> Iterator[Serve]:
    """Starts a Streamlit server for an app file, once for each; returns its address."""
    addresses: dict[Path, str] = {}
    with ExitStack() as servers:

        def started(app: Path) -> str:
            if app not in addresses:
                _, addresses[app] = servers.enter_context(harness.served(app))
            return addresses[app]

        yield started


@pytest.fixture
def open_page(chromium: Browser, serve: Serve) -> Iterator[OpenPage]:
    """Opens an app in a browser window of its own, and fails the test for an error in its console.

    ``open_page(app, "?depth=3", theme="dark", scale=2, width=1280, height=720)``; the page has
    settled, except with ``wait=False``.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBES.search(message.location["url"]):
            errors.append(f"{message.text} {message.location['url']}")

    def opened(
        app: Path, query: str = "", *, theme: str = "light", scale: float = 1,
        width: int = 1280, height: int = 720, touch: bool = False, wait: bool = True,
    ) -> Page:  # fmt: skip
        context = chromium.new_context(
            color_scheme=theme, device_scale_factor=scale, has_touch=touch,
            viewport={"width": width, "height": height},
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{serve(app)}/{query}")
        if wait:
            harness.settle(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    """Keeps what a page looks like as ``artifacts/NAME.png``, for people to look at."""

    def kept(page: Page, name: str) -> Path:
        ARTIFACTS.mkdir(exist_ok=True)
        path = ARTIFACTS / f"{name}.png"
        page.screenshot(path=path)
        return path

    return kept

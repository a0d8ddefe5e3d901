"""A real Chromium before a real server, and an end to the test where the browser complains."""

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "artifacts"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NO_CHROMIUM = "There is no Chromium on this machine: apt install chromium runs the browser tests."

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
    """The browser, started once."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Starts a Streamlit server for an app file, once for each; returns its address."""
    servers: dict[Path, tuple[subprocess.Popen[bytes], str]] = {}
    logs = tmp_path_factory.mktemp("servers")

    def started(app: Path) -> str:
        if app not in servers:
            log = logs / f"{app.stem}-{len(servers)}.log"
            servers[app] = _start(app, log)
        return servers[app][1]

    yield started
    for process, _ in servers.values():
        process.terminate()
    for process, _ in servers.values():
        process.wait(timeout=20)


@pytest.fixture
def open_page(chromium: Browser, serve: Serve) -> Iterator[OpenPage]:
    """Opens an app in a browser window of its own, and fails the test for an error in its console.

    ``open_page(app, "?depth=3", theme="dark", scale=2, width=1280, height=720)``; the page has
    settled, except with ``wait=False``.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

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
            settle(page)
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


def settle(page: Page) -> None:
    """Waits until the script has come to an end and all that it made is on the page."""
    app = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    app.wait_for(timeout=30_000)
    page.wait_for_function(DRAWN, timeout=30_000)


# Something is there, no part of Streamlit is still being fetched, our components have run.
DRAWN = """() => {
  const found = (part) => [...document.querySelectorAll(`[data-testid=${part}]`)];
  const run = (box) => box.shadowRoot?.querySelector(".slider, .maps")?.childElementCount;
  return found("stElementContainer").length > 0 && found("stSkeleton").length === 0
    && found("stBidiComponentIsolated").every(run);
}"""


def _start(app: Path, log: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port),
        "--server.address", "127.0.0.1", "--server.headless", "true",
    ]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    _wait_for(f"{address}/_stcore/health", process, log)
    return process, address


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None:
                break
            time.sleep(0.2)
    process.terminate()
    pytest.fail(f"the server did not start:\n{log.read_text(errors='replace')}")

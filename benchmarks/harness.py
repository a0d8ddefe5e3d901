"""A Streamlit server and a Chromium on this machine, for all that measures or tests a page."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_START = 60
CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NO_CHROMIUM = "There is no Chromium on this machine. On Debian: apt install chromium"

Server = subprocess.Popen[bytes]


def chromium_path() -> str | None:
    """Where this machine's Chromium is; None where it has none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def chromium() -> Iterator[Browser]:
    """This machine's Chromium, started; a script ends with one sentence where there is none."""
    path = chromium_path()
    if path is None:
        raise SystemExit(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@contextmanager
def served(app: Path) -> Iterator[tuple[Server, str]]:
    """A server of an app file on a free port, with the project's own settings.

    Yields:
        Its process and its address, which answers.

    Raises:
        RuntimeError: with what the server wrote, where it does not start.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port),
        "--server.address", "127.0.0.1", "--server.headless", "true",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"{address}/_stcore/health", process, log)
            yield process, address
        finally:
            process.terminate()
            process.wait(timeout=20)


def settle(page: Page) -> None:
    """Waits until the script has come to an end and all that it made is on the page."""
    app = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    app.wait_for(timeout=30_000)
    page.wait_for_function(DRAWN, timeout=30_000)


# Something is there, no part of Streamlit is still being fetched, our components have run.
DRAWN = """() => {
  const found = (part) => [...document.querySelectorAll(`[data-testid=${part}]`)];
  const ours = ".slider, .maps, .board, .report";
  const run = (box) => box.shadowRoot?.querySelector(ours)?.childElementCount;
  return found("stElementContainer").length > 0 && found("stSkeleton").length === 0
    && found("stBidiComponentIsolated").every(run);
}"""


def _wait_for(address: str, process: Server, log: IO[bytes]) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and process.poll() is None:
        try:
            urlopen(address, timeout=2).close()
            return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"the server did not start:\n{log.read().decode(errors='replace')}")

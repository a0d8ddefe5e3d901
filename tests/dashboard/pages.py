"""Pages, and parts of pages, by Streamlit's own test runner."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

SECONDS = 60  # until one gives up waiting for a page


def opened(page: Callable[..., None] | Path, *arguments: Any, **link: str) -> AppTest:
    """A page when it stands; nothing has gone wrong on it.

    Args:
        page: its file, or a function that is all of it: it runs by itself, with its own imports.
        arguments: of the function.
        link: parameters of the address.
    """
    if isinstance(page, Path):
        at = AppTest.from_file(str(page), default_timeout=SECONDS)
    else:
        at = AppTest.from_function(page, args=arguments, default_timeout=SECONDS)
    for key, text in link.items():
        at.query_params[key] = text
    return sound(at.run())


def sound(at: AppTest) -> AppTest:
    """A page on which nothing has gone wrong: what a visitor can mend is a warning."""
    assert not at.exception
    assert not at.error
    return at


def told(at: AppTest) -> str:
    """What the page says in text and captions, a line each."""
    return "\n".join(each.value for each in (*at.markdown, *at.caption))


def html(at: AppTest) -> str:
    """The page's own HTML, piece after piece."""
    return "\n".join(piece.proto.body for piece in at.get("html"))

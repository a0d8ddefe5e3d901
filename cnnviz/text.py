"""What the library needs to be translated by whoever shows it; it translates nothing itself."""

from collections.abc import Callable

Translate = Callable[[str], str]


def N_(text: str) -> str:  # noqa: N802 - gettext's customary name for "mark, do not translate yet"
    """Mark a text in a table for translation where it is shown; returns it unchanged."""
    return text

"""Two languages, chosen by each visitor: labels by gettext, lesson text by Markdown files.

The language is part of the address (``?lang=zh``). There is no current language of the process:
it is read from the running script's own session, so that two visitors never share one.
"""

import re
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

import streamlit as st

from cnnviz.errors import UserError

TEXT = Path(__file__).resolve().parent / "text"
PARAMETER = "lang"
DEFAULT = "en"
LANGUAGES = {"en": "English", "zh": "中文"}
REMEMBERED = "language of the session"

Markdown = str
# What Markdown or Streamlit would read as more than itself; an underscore inside a word is itself.
_MARKUP = re.compile(r"[\\`*\[\]<>#!|~$]|:(?=[A-Za-z])|(?<!\w)_|_(?!\w)")
_HEADING = re.compile(r"^## (?P<title>.+?) \{#(?P<anchor>[a-z0-9_-]+)\}[ \t]*$", re.MULTILINE)


def language() -> str:
    """The visitor's language: a key of ``LANGUAGES``.

    The address says it; where it does not (Streamlit clears it when the page changes), the session
    remembers it; else English.
    """
    for code in (st.query_params.get(PARAMETER), st.session_state.get(REMEMBERED)):
        if code in LANGUAGES:
            return str(code)
    return DEFAULT


def _(text: str) -> str:
    """A text in the visitor's language; the English text itself where it has no translation."""
    # The empty msgid is the catalogue's header, which nobody wants on a page.
    return translations(language()).gettext(text) if text else ""


def translate_error(error: UserError) -> str:
    """What a ``UserError`` says, in the visitor's language, as Markdown.

    Names in it come from files and links: their characters stand for themselves.
    """
    values = {name: _plain(value) for name, value in error.values.items()}
    return _(error.message).format(**values)


def _plain(value: object) -> object:
    return _MARKUP.sub(r"\\\g<0>", str(value)) if isinstance(value, str | Path) else value


@lru_cache(maxsize=len(LANGUAGES))
def translations(code: str) -> NullTranslations:
    """The catalogue of one language, made in memory from the .po file; English needs none."""
    if code == DEFAULT:
        return NullTranslations()
    # Imported here: English pages do without, and the first page is painted sooner.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with catalogue_file(code).open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogue_file(code: str) -> Path:
    """Where the translations of a language are written."""
    return TEXT / code / "LC_MESSAGES" / "cnnviz.po"


def lesson_text(name: str, section: str | None = None) -> Markdown:
    """The text of a lesson, or one section of it, in the visitor's language.

    Args:
        name: of the file ``dashboard/text/<language>/<name>.md``.
        section: the anchor of a heading written ``## Title {#anchor}``; the text under that
            heading, without it. The anchors are the same in every language. ``"intro"`` is what
            stands before the first heading.

    Returns:
        Markdown, without the anchors.

    Raises:
        KeyError: no such section.
        FileNotFoundError: no such lesson text.
    """
    text = _read(language(), name)
    if section is not None:
        return split_sections(text)[section]
    return _HEADING.sub(r"## \g<title>", text)


def lesson_heading(name: str, section: str) -> str:
    """The title over one section of a lesson's text, in the visitor's language.

    Raises:
        KeyError: no such section.
    """
    return headings(_read(language(), name))[section]


def headings(text: Markdown) -> dict[str, str]:
    """The titles over the sections of a lesson text by anchor, in order."""
    return {found["anchor"]: found["title"] for found in _HEADING.finditer(text)}


def split_sections(text: Markdown) -> dict[str, Markdown]:
    """The sections of a lesson text by anchor, in order; ``"intro"`` is what stands before them."""
    found = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in found] + [len(text)]
    sections = {"intro": text[: ends[0]].strip()}
    for heading, end in zip(found, ends[1:], strict=True):
        sections[heading["anchor"]] = text[heading.end() : end].strip()
    return sections


@lru_cache(maxsize=64)
def _read(code: str, name: str) -> Markdown:
    return (TEXT / code / f"{name}.md").read_text(encoding="utf-8")

"""Two languages: everything is in both, and nobody gets another visitor's."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from streamlit.testing.v1 import AppTest

from cnnviz.errors import UserError
from dashboard import i18n

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = dict.fromkeys(("_", "N_", "tr", "UserError"))
OTHER_LANGUAGES = [code for code in i18n.LANGUAGES if code != i18n.DEFAULT]
LESSON_TEXTS = sorted(file.stem for file in (i18n.TEXT / i18n.DEFAULT).glob("*.md"))


SOURCES = [*(ROOT / "dashboard").rglob("*.py"), *(ROOT / "cnnviz").rglob("*.py")]


@cache
def marked_texts() -> frozenset[str]:
    """Every text in the sources that is marked for translation."""
    found = (
        messages[0] if isinstance(messages, tuple) else messages
        for file in SOURCES
        for _line, messages, _comments, _context in extract_from_file(
            "python", file, keywords=KEYWORDS
        )
    )
    return frozenset(found)


@cache
def translated(code: str) -> dict[str, tuple[str, bool]]:
    """A catalogue: text -> its translation, and whether a human has still to look at it."""
    with i18n.catalogue_file(code).open("rb") as file:
        return {m.id: (m.string, m.fuzzy) for m in read_po(file, locale=code) if m.id}


def places(text: str) -> list[str]:
    return sorted(re.findall(r"{(\w*)}", text))


@pytest.mark.parametrize("code", OTHER_LANGUAGES)
def test_every_marked_text_has_a_translation(code: str) -> None:
    done = {text for text, (string, fuzzy) in translated(code).items() if string and not fuzzy}
    assert sorted(marked_texts() - done) == []


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_text_is_marked_inside_of_an_f_string_where_it_is_not_found(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inside = (
        part
        for string in ast.walk(tree)
        if isinstance(string, ast.JoinedStr)
        for part in ast.walk(string)
    )
    marked = [
        ast.unparse(call)
        for call in inside
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in KEYWORDS
        and isinstance(call.args[0], ast.Constant)
    ]
    assert marked == []


@pytest.mark.parametrize("code", OTHER_LANGUAGES)
def test_no_translation_is_left_of_a_text_that_is_gone(code: str) -> None:
    assert sorted(set(translated(code)) - marked_texts()) == []


@pytest.mark.parametrize("code", OTHER_LANGUAGES)
def test_translations_have_the_places_of_their_texts(code: str) -> None:
    wrong = [
        text for text, (string, _) in translated(code).items() if places(text) != places(string)
    ]
    assert wrong == []


@pytest.mark.parametrize("code", OTHER_LANGUAGES)
def test_every_lesson_text_has_the_same_sections_in_both_languages(code: str) -> None:
    others = sorted(file.stem for file in (i18n.TEXT / code).glob("*.md"))
    assert others == LESSON_TEXTS
    for name in LESSON_TEXTS:
        english, other = (
            i18n.split_sections((i18n.TEXT / each / f"{name}.md").read_text(encoding="utf-8"))
            for each in (i18n.DEFAULT, code)
        )
        assert list(other) == list(english), name
        assert [key for key in english if bool(english[key]) != bool(other[key])] == [], name


def test_headings_of_lesson_texts_all_have_an_anchor() -> None:
    for file in i18n.TEXT.glob("*/*.md"):
        text = file.read_text(encoding="utf-8")
        headings = re.findall(r"^## ", text, re.MULTILINE)
        assert len(i18n.split_sections(text)) == 1 + len(headings), file


def test_sections_are_split_at_their_anchors() -> None:
    text = "Before.\n\n## One {#one}\n\nFirst.\n\n### Inside\n\n## Two {#two}\n\nSecond.\n"
    sections = {"intro": "Before.", "one": "First.\n\n### Inside", "two": "Second."}
    assert i18n.split_sections(text) == sections


def page() -> None:
    import streamlit as st

    from cnnviz.errors import UserError
    from dashboard.i18n import _, language, lesson_heading, lesson_text, translate_error

    error = UserError("A split is train or test, not {split}.", split="validation")
    st.session_state["shown"] = {
        "language": language(),
        "code": _("Code"),
        "unknown": _("A text that nobody has marked"),
        "empty": _(""),
        "error": translate_error(error),
        "heading": lesson_heading("home", "lecture"),
        "section": lesson_text("home", "lecture"),
        "whole": lesson_text("home"),
    }


def shown(lang: str | None) -> dict[str, str]:
    at = AppTest.from_function(page)
    if lang is not None:
        at.query_params["lang"] = lang
    at.run()
    assert not at.exception
    return at.session_state["shown"]


@pytest.mark.parametrize("lang", [None, "en", "xx", ""])
def test_english_is_spoken_where_the_address_names_no_other_language(lang: str | None) -> None:
    told = shown(lang)
    assert told["language"] == "en"
    assert told["code"] == "Code"
    assert told["error"] == "A split is train or test, not validation."


def test_chinese_is_spoken_where_the_address_says_so() -> None:
    told = shown("zh")
    assert told["language"] == "zh"
    assert told["code"] == "代码"
    assert "validation" in told["error"]
    assert told["error"] != shown("en")["error"]
    assert told["heading"] == "课堂使用"


def test_a_text_without_translation_is_shown_in_english() -> None:
    told = shown("zh")
    assert told["unknown"] == "A text that nobody has marked"
    assert told["empty"] == ""


def test_a_lesson_text_shows_whole_or_by_section_without_its_anchors() -> None:
    told = shown("en")
    assert f"## {told['heading']}\n" in told["whole"]
    assert told["section"] in told["whole"]
    assert "{#" not in told["whole"]
    assert told["heading"] not in told["section"]


def test_two_visitors_keep_their_own_languages() -> None:
    english, chinese = AppTest.from_function(page), AppTest.from_function(page)
    chinese.query_params["lang"] = "zh"
    for at in (english, chinese, english, chinese):
        at.run()
    assert english.session_state["shown"]["code"] == "Code"
    assert chinese.session_state["shown"]["code"] == "代码"


def test_the_session_remembers_the_language_that_the_address_has_lost() -> None:
    at = AppTest.from_function(page)
    at.session_state[i18n.REMEMBERED] = "zh"
    at.run()
    assert at.session_state["shown"]["language"] == "zh"


def test_an_error_fills_in_its_values_in_both_languages() -> None:
    error = UserError("A split is train or test, not {split}.", split="both")
    assert "both" in i18n.translations("zh").gettext(error.message).format(**error.values)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Indian_pines_gt.mat", "Indian_pines_gt.mat"),
        ("![x](http://evil.example/a.png)", r"\!\[x\](http://evil.example/a.png)"),
        ("*c* _d_ $x$ :red[y]", r"\*c\* \_d\_ \$x\$ \:red\[y\]"),
    ],
)
def test_names_in_an_error_stand_for_themselves(name: str, shown: str) -> None:
    assert (
        i18n.translate_error(UserError("{file} is damaged.", file=name)) == f"{shown} is damaged."
    )

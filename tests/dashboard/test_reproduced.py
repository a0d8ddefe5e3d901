"""Each lesson ends with what reproduces, the same way, from the cards."""

from pathlib import Path

import pytest

from cnnviz.lessons import LESSONS
from cnnviz.results.statements import statement
from dashboard.i18n import DEFAULT, LANGUAGES
from tests.dashboard.pages import opened, told

LESSONS_FOLDER = Path(__file__).resolve().parents[2] / "dashboard" / "lessons"
NAMES = [lesson.name for lesson in LESSONS]


@pytest.fixture(scope="module", autouse=True)
def counted() -> None:
    """Networks are counted before a page waits for it: torch is loaded for that."""
    statement("mobilenet_v1")


def page(lesson: str, unfold: bool) -> None:
    import streamlit as st

    from dashboard import reproduced

    if unfold:
        st.session_state[reproduced.SECTION] = True
    reproduced.statement(lesson)


@pytest.mark.parametrize("lesson", NAMES)
def test_it_stands_before_the_sources_of_every_lesson(lesson: str) -> None:
    text = (LESSONS_FOLDER / f"{lesson}.py").read_text(encoding="utf-8")
    assert "    reproduced.statement(NAME)\n    frame.sources(" in text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("lesson", NAMES)
def test_unfolded_it_has_a_table_a_text_and_the_commands(lesson: str, lang: str) -> None:
    at = opened(page, lesson, True, lang=lang)
    assert not at.warning
    all_of_it = told(at)
    assert f"python -m cnnviz reproduce {lesson}" in all_of_it
    assert "python -m cnnviz results" in all_of_it
    assert all_of_it.count("\n| `") > 0
    assert "{" not in all_of_it
    [fold] = at.expander
    assert fold.label == {"en": "What reproduces", "zh": "哪些结果能重现"}[lang]
    assert (lang == DEFAULT) == ("On test data" in all_of_it)


def test_folded_it_says_nothing_and_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.cache import results

    monkeypatch.setattr(results, "statement", None)
    at = opened(page, "dncnn", False)
    assert told(at) == ""

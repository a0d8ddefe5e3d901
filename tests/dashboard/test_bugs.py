"""The page "Find the bug": its texts, and what an exercise shows before and after the answer."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import bug_text, i18n
from dashboard.lessons.bugs_pictures import EXERCISES
from dashboard.shell import FOLDER, TOOLS
from tests.dashboard.pages import opened, sound, told

PAGE = Path(FOLDER / "bugs.py")
SIX = {"mobilenet_v1", "mobilenet_v2", "senet", "hybridsn", "dncnn", "dscmr"}


def shown_in(at: AppTest) -> list[str]:
    """Plots as they are sent to the browser, and what stands under pictures."""
    plots = [each.proto.spec for each in at.get("plotly_chart")]
    return plots + [each.value for each in at.caption]


def test_the_page_is_one_of_the_tools() -> None:
    assert "bugs" in TOOLS


def test_at_least_eight_exercises_are_about_all_six_networks() -> None:
    assert len(EXERCISES) >= 8
    assert {network for _draw, network, _code in EXERCISES.values()} == SIX


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_exercise_has_a_text_with_four_or_five_causes_and_a_reply_to_each(
    language: str,
) -> None:
    texts = bug_text.read(language)
    assert list(texts) == list(EXERCISES)
    for each in texts.values():
        assert 4 <= len(each.question.answers) <= 5
        assert len(each.replies) == len(each.question.answers) == len(set(each.replies))
        assert each.title
        assert each.seen
        assert each.question.why
        assert each.wrong != each.mended


def test_the_right_cause_is_the_same_in_both_languages() -> None:
    ours, theirs = bug_text.read("en"), bug_text.read("zh")
    for code, each in ours.items():
        assert each.question.right == theirs[code].question.right
        assert len(each.replies) == len(theirs[code].replies)


def test_the_right_cause_is_not_always_in_the_same_place() -> None:
    assert len({each.question.right for each in bug_text.read("en").values()}) > 2


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("code", EXERCISES)
def test_the_cause_is_told_only_when_it_is_asked_for(code: str, language: str) -> None:
    exercise = bug_text.read(language)[code]
    hidden = opened(PAGE, bug=code, lang=language)
    assert not hidden.warning
    assert exercise.question.why not in told(hidden)
    assert not hidden.code
    shown = opened(PAGE, bug=code, lang=language, cause="1")
    assert not shown.warning
    assert exercise.question.why in told(shown)
    assert [each.value for each in shown.code] == [exercise.wrong, exercise.mended]
    # The mended one stands beside.
    assert shown_in(hidden) != shown_in(shown)


def test_a_guess_gets_its_own_reply_and_can_be_changed() -> None:
    at = opened(PAGE, bug="batches")
    exercise = bug_text.read("en")["batches"]
    for guess, word in ((0, "Not this one."), (exercise.question.right, "Right.")):
        sound(at.radio[0].set_value(guess).run())
        assert word in told(at)
        assert exercise.replies[guess] in told(at)
    assert exercise.replies[0] not in told(at)


def test_the_next_exercise_begins_with_its_cause_hidden() -> None:
    at = opened(PAGE, bug="chance", cause="1")
    sound(next(each for each in at.button if each.label == "Next exercise").click().run())
    assert at.selectbox[0].value == "paper"
    assert not at.toggle[0].value
    assert "cause" not in at.query_params

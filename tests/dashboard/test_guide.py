"""Guided paths: their texts, and what a step does to a lesson's controls."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from streamlit.testing.v1 import AppTest

from cnnviz.lessons import LESSONS
from dashboard import guide, guide_text, i18n
from tests.dashboard import pages
from tests.dashboard.pages import sound, told

LESSON_FILES = Path(__file__).resolve().parents[2] / "dashboard" / "lessons"
NAMES = [(lesson.name, name) for lesson in LESSONS for name in guide_text.names_of(lesson.name)]
STEPS = [
    (page, name, number)
    for page, name in NAMES
    for number in range(1, 1 + len(guide_text.read(name, i18n.DEFAULT).steps))
]
QUESTIONS_OF_THE_COURSE = {"hybridsn_dimensions", "hybridsn_differ", "hybridsn_better"}


def whole_page(file: str, name: str) -> None:
    """A lesson as the dashboard shows it: its path in the sidebar, the step under it."""
    import runpy

    import streamlit as st

    from dashboard import address, guide

    address.page_begins(name)
    with st.sidebar:
        guide.choice(name)
    runpy.run_path(file)
    guide.panel(name)
    address.show_notes()


def opened(page: str, **link: str) -> AppTest:
    return pages.opened(whole_page, str(LESSON_FILES / f"{page}.py"), page, **link)


def address(at: AppTest) -> dict[str, str]:
    return {
        key: text if isinstance(text, str) else text[0] for key, text in at.query_params.items()
    }


def button(at: AppTest, label: str):
    return next(each for each in at.button if each.label == label)


def test_every_lesson_has_a_path_and_the_courses_questions_have_theirs() -> None:
    names = {name for _page, name in NAMES}
    assert {lesson.name for lesson in LESSONS} | QUESTIONS_OF_THE_COURSE <= names


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize(("page", "name"), NAMES)
def test_a_path_has_five_to_eight_steps_and_asks(page: str, name: str, language: str) -> None:
    found = guide_text.read(name, language)
    questions = [step.question for step in found.steps if step.question]
    assert 5 <= len(found.steps) <= 8
    assert len(questions) >= 2
    assert all(2 <= len(question.answers) <= 4 and question.why for question in questions)
    assert all(step.title and step.text and step.look for step in found.steps)


@pytest.mark.parametrize(("page", "name"), NAMES)
def test_a_path_is_the_same_in_both_languages(page: str, name: str) -> None:
    ours, theirs = (guide_text.read(name, language) for language in ("en", "zh"))
    for step, other in zip(ours.steps, theirs.steps, strict=True):
        assert step.settings == other.settings
        assert (step.question is None) == (other.question is None)
        if step.question and other.question:
            assert step.question.right == other.question.right
            assert len(step.question.answers) == len(other.question.answers)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize(("page", "name"), NAMES)
def test_a_step_calls_controls_what_the_page_calls_them(
    page: str, name: str, language: str
) -> None:
    with i18n.catalogue_file("zh").open("rb") as file:
        known = [
            message.id if language == i18n.DEFAULT else message.string for message in read_po(file)
        ]
    # A text with places for values: "Test it {count} times".
    forms = re.compile(
        "|".join(re.sub(r"\\{\w*\\}", r"\\d+", re.escape(text)) for text in known if text)
    )
    named = [
        control
        for step in guide_text.read(name, language).steps
        for control in re.findall(r"\*\*(.+?)\*\*", step.look)
    ]
    assert named
    assert [control for control in named if not forms.fullmatch(control)] == []


def test_a_step_is_seen_from_the_questions_on_or_from_the_key_behind_its_values() -> None:
    steps = {step.title: step for step in guide_text.read("senet", i18n.DEFAULT).steps}
    assert steps["A gate for each channel"].place == "hero_sliders"
    assert steps["Where to put it"].place == "tab_row"
    assert steps["Why the course warns"].place == "place_moment"
    assert steps["Why the course warns"].settings == {"tab": "where", "place_moment": "no_norm"}


@pytest.mark.parametrize(("page", "name", "number"), STEPS)
def test_the_controls_take_all_values_of_a_step(page: str, name: str, number: int) -> None:
    settings = dict(guide_text.read(name, i18n.DEFAULT).steps[number - 1].settings)
    place = {"guide": name} | ({guide.STEP: str(number)} if number > 1 else {})
    at = opened(page, **place, **settings)
    # What is not usable, or is a default, has left the address.
    assert address(at) == place | settings
    assert not at.warning


def test_next_and_back_set_the_controls() -> None:
    at = opened("senet", guide="senet")
    first, second = guide_text.read("senet", i18n.DEFAULT).steps[:2]
    assert first.title in told(at)
    assert button(at, "Back").disabled
    sound(button(at, "Next").click().run())
    assert second.title in told(at)
    assert address(at) == {"guide": "senet", guide.STEP: "2"} | dict(second.settings)
    for key, value in second.settings.items():
        assert str(at.session_state[key]) == value
    sound(button(at, "Back").click().run())
    assert address(at) == {"guide": "senet"} | dict(first.settings)


def test_a_control_that_was_touched_stays_until_the_step_is_set_again() -> None:
    at = opened("senet", guide="senet")
    sound(at.slider(key="block").set_value(2).run())
    assert at.slider(key="block").value == 2
    assert guide_text.read("senet", i18n.DEFAULT).steps[0].title in told(at)
    sound(button(at, "Set again").click().run())
    assert at.slider(key="block").value != 2


def test_an_own_choice_of_photo_stays_from_step_to_step() -> None:
    at = opened("senet", guide="senet", photo="astronaut")
    sound(button(at, "Next").click().run())
    assert address(at)["photo"] == "astronaut"
    assert at.selectbox(key="photo").value == "astronaut"


def test_who_chooses_a_path_begins_it_and_who_leaves_keeps_the_controls() -> None:
    at = opened("senet", block="3", tab="r")
    assert "guide" not in address(at)
    sound(at.selectbox(key="guide").select("senet").run())
    first = guide_text.read("senet", i18n.DEFAULT).steps[0]
    assert address(at) == {"guide": "senet"} | dict(first.settings)
    sound(button(at, "Next").click().run())
    sound(button(at, "Leave").click().run())
    second = guide_text.read("senet", i18n.DEFAULT).steps[1]
    assert address(at) == dict(second.settings)
    assert not [each for each in at.button if each.label == "Next"]


def test_a_question_is_answered_after_the_guess() -> None:
    at = opened("senet", guide="senet")
    number, question = next(
        (number, step.question)
        for number, step in enumerate(guide_text.read("senet", i18n.DEFAULT).steps, 1)
        if step.question
    )
    for _step in range(1, number):
        sound(button(at, "Next").click().run())
    assert question.why not in told(at)
    asked = at.radio(key=f"guess senet {number}")
    wrong = next(each for each in range(len(question.answers)) if each != question.right)
    sound(asked.set_value(wrong).run())
    assert question.answers[question.right] in told(at)
    assert question.why in told(at)
    sound(at.radio(key=f"guess senet {number}").set_value(question.right).run())
    assert "Right." in told(at)


def test_a_link_to_a_step_that_is_not_there_gives_the_first_with_a_note() -> None:
    at = opened("senet", guide="senet", **{guide.STEP: "99"})
    assert guide_text.read("senet", i18n.DEFAULT).steps[0].title in told(at)
    assert guide.STEP in at.warning[0].value


def test_another_lessons_path_is_not_walked() -> None:
    at = opened("senet", guide="dncnn")
    assert not [each for each in at.button if each.label == "Next"]

"""Find the bug: networks with one planted mistake each. One sees what its author saw, picks the
cause, and gets the explanation with the mended network beside.
"""

import streamlit as st

from cnnviz.lessons import LESSONS
from dashboard import address, bug_text, controls, frame, guide, i18n
from dashboard.i18n import _, lesson_text
from dashboard.lessons.bugs_pictures import EXERCISES

EXERCISE, CAUSE = "bug", "cause"  # parameters of the address
BEFORE = "exercise that is shown"


def chosen(exercises: dict[str, bug_text.Exercise]) -> str:
    """The code of the exercise; another one begins with its cause hidden."""
    titles = {lesson.name: lesson.title for lesson in LESSONS}
    names = {
        code: f"{titles[EXERCISES[code][1]]}: {each.title}" for code, each in exercises.items()
    }
    with st.container(horizontal=True, vertical_alignment="bottom", key="bug_choice"):
        code = controls.select(_("Exercise"), names, key=EXERCISE)
        codes = list(exercises)
        following = codes[(codes.index(code) + 1) % len(codes)]
        st.button(
            _("Next exercise"), icon=":material/arrow_forward:", on_click=_go, args=(following,)
        )  # fmt: skip
    before, st.session_state[BEFORE] = st.session_state.get(BEFORE), code
    if before not in (None, code) and not address.history_moved():
        st.session_state[CAUSE] = False
    return code


def _go(code: str) -> None:
    st.session_state[EXERCISE] = code
    address.set_by_hand(EXERCISE)


@frame.guard()
def asked(code: str, exercise: bug_text.Exercise) -> None:
    """The causes, and what there is to say to the one that is picked."""
    guess = guide.ask(f"bug {code}", exercise.question)
    if guess is None:
        return
    right = guess == exercise.question.right
    icon, word = ("check_circle", _("Right.")) if right else ("cancel", _("Not this one."))
    st.markdown(f":material/{icon}: **{word}** {exercise.replies[guess]}")


def explained(code: str, exercise: bug_text.Exercise) -> None:
    """The cause, the lines of code, and where it is done here."""
    question = exercise.question
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        st.markdown(f"**{question.answers[question.right]}** {question.why}")
    with right:
        for title, icon, lines in (
            (_("Wrong"), "cancel", exercise.wrong), (_("Mended"), "check_circle", exercise.mended)
        ):  # fmt: skip
            st.markdown(f":material/{icon}: {title}")
            st.code(lines, language="python", wrap_lines=True)
    frame.code_panel(EXERCISES[code][2], key=f"code: {code}")


def page() -> None:
    """The whole page."""
    exercises = bug_text.read(i18n.language())
    code = chosen(exercises)
    exercise = exercises[code]
    left, right = st.columns([1.25, 1], gap="medium")
    with right:
        st.fragment(asked, run_every=guide.looks())(code, exercise)
        revealed = controls.toggle(_("Show the cause"), key=CAUSE)
    with left:
        st.markdown(exercise.seen)
        with frame.guard():
            EXERCISES[code][0](revealed)
    if revealed:
        explained(code, exercise)


st.title(_("Find the bug"), anchor=False)
st.markdown(lesson_text(bug_text.TEXT, "intro"))
with frame.guard():
    page()

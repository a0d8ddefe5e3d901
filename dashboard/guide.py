"""Guided paths: a lesson step by step, each step with its controls set, a text, and a question.

Their texts are read by ``dashboard.guide_text``.
"""

import streamlit as st

from dashboard import address, controls, frame, i18n, room_panel
from dashboard.components.bars import bars
from dashboard.components.guide_keys import guide_keys
from dashboard.guide_text import Guide, Question, Step, names_of, read
from dashboard.i18n import _

# Parameters of the address: a lesson may have a control called "step".
GUIDE, STEP = "guide", "guide_step"
_SECONDS = 1.0  # between two looks at what the room guesses
_SHOWN, _GUESSES = "guided path that is shown", "guesses"


def choice(page: str) -> None:
    """The control: which path of this page is walked, if any. It stands in the sidebar."""
    names = names_of(page)
    if not names:
        return
    titles = {name: read(name, i18n.language()).title for name in names}
    chosen = controls.select(_("Guided path"), {"": _("none")} | titles, key=GUIDE, default="")
    before = st.session_state.get(_SHOWN)
    st.session_state[_SHOWN] = chosen
    # A link has its own values; who chooses a path begins it.
    if chosen and before is not None and before != chosen and not address.history_moved():
        _go(chosen, 1)
        st.rerun()


def panel(page: str) -> None:
    """The present step, at the lower edge of the window; nothing where no path is walked."""
    name = st.query_params.get(GUIDE)
    if name not in names_of(page):
        st.query_params.pop(STEP, None)
        return
    found = read(name, i18n.language())
    count = len(found.steps)
    number = address.number_from_url(STEP, 1, 1, count, 1)
    address.number_to_url(STEP, number, 1)
    step = found.steps[number - 1]

    def moved(by: int) -> None:
        _go(name, min(max(number + by, 1), count))

    with st.container(key="path_step"):
        _head(found, number)
        every = looks() if step.question is not None else None
        st.fragment(_body, run_every=every)(f"{name} {number}", step)
    guide_keys(f"{name} {number}", place=step.place, on_move=moved)


def _head(found: Guide, number: int) -> None:
    """Where one is, and the ways back, on and out."""
    count = len(found.steps)
    with st.container(key="path_head", horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{found.steps[number - 1].title}**", width="stretch")
        place = _("Step {number} of {count}").format(number=number, count=count)
        st.caption(place, width="content")
        st.button(
            _("Back"), icon=":material/arrow_back:", on_click=_go, args=(found.name, number - 1),
            disabled=number == 1, help=_("Also with the arrow keys, left and right"),
        )  # fmt: skip
        st.button(
            _("Next"), icon=":material/arrow_forward:", on_click=_go,
            args=(found.name, number + 1), disabled=number == count, type="primary",
        )  # fmt: skip
        st.button(
            _("Set again"), icon=":material/replay:", on_click=_go, args=(found.name, number),
            help=_("Gives the controls this step's values once more"),
        )  # fmt: skip
        st.button(_("Leave"), icon=":material/close:", on_click=_leave)


@frame.guard()
def _body(key: str, step: Step) -> None:
    """What is told and asked, side by side; below, over both, what there is to say to a guess."""
    left, right = st.columns(2, gap="medium")
    heading = _("Look:")
    look = f":material/visibility: **{heading}** {step.look}" if step.look else ""
    with left:
        st.markdown(step.text)
    if step.question is None:
        right.markdown(look)
        return
    left.markdown(look)
    with right:
        guess = ask(key, step.question)
    if guess is not None:
        st.markdown(f"{_verdict(step.question, guess)} {step.question.why}")


def looks() -> float | None:
    """Seconds between two looks at what the room guesses; None where the page is in no room."""
    return None if room_panel.code() is None else _SECONDS


def ask(key: str, question: Question) -> int | None:
    """A question, and what the room has guessed; returns the visitor's guess.

    Args:
        key: tells it from all other questions of the dashboard.
        question: what is asked.
    """
    mine: dict[str, int] = st.session_state.setdefault(_GUESSES, {})
    guess = st.radio(
        question.asked, range(len(question.answers)), index=mine.get(key),
        format_func=question.answers.__getitem__, key=f"guess {key}",
    )  # fmt: skip
    if guess is not None:
        if mine.get(key) != guess:
            room_panel.share_guess(key, guess)
        mine[key] = guess
    if guess is not None or room_panel.leads():
        _guesses_of_room(key, question)
    return guess


def _verdict(question: Question, guess: int) -> str:
    if guess == question.right:
        icon, text = "check_circle", _("Right.")
    else:
        icon, text = "cancel", _("It is another one: {answer}.")
    return f":material/{icon}: **{text.format(answer=question.answers[question.right])}**"


def _guesses_of_room(key: str, question: Question) -> None:
    """A bar for each answer, where the page is in a room."""
    found = room_panel.guesses(key)
    if found is None:
        return
    most = max(found.values(), default=1)
    rows = [(text, found[at] / most, str(found[at])) for at, text in enumerate(question.answers)]
    bars(_("What the room guesses: {count}").format(count=found.total()), rows)


def _go(name: str, number: int) -> None:
    """Have the page's controls take a step's values, when the page runs next."""
    found = read(name, i18n.DEFAULT)
    kept = {key: text for key in found.keep if (text := st.query_params.get(key)) is not None}
    at = {GUIDE: name} | ({STEP: str(number)} if number > 1 else {})
    address.go_to(kept | dict(found.steps[number - 1].settings) | at)


def _leave() -> None:
    """The path is left; controls stay as they are."""
    st.session_state[GUIDE] = ""
    st.query_params.pop(STEP, None)

"""Guided paths: a lesson step by step, each step with its controls set, a text, and a question.

A path is a Markdown file for each language, ``text/<language>/guide_<name>.md``. Its steps are the
sections of it. The English file begins with the values that each step's controls have, as they
stand in a link; they are the same in every language:

    ---
    keep: photo
    narrow: tab=r&r=16
    ---
    # The path's title

    ## The step's title {#narrow}

    Text.

    > What to look at.

    ### A question?

    - [ ] An answer.
    - [x] The right one.

    What there is to say to it.

What a visitor chose under ``keep`` (a photo of their own) stays from step to step.

The page is scrolled to what a step is about: to the lesson's questions, or to the element whose key
follows the values, ``narrow: tab=r&r=16 > cost_row``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

import streamlit as st

from dashboard import address, controls, frame, i18n, room_panel
from dashboard.components.bars import bars
from dashboard.components.guide_keys import guide_keys
from dashboard.i18n import _

# Parameters of the address: a lesson may have a control called "step".
GUIDE, STEP = "guide", "guide_step"
_PREFIX, _QUESTIONS = "guide_", "tab_row"
_SECONDS = 1.0  # between two looks at what the room guesses
_SHOWN, _GUESSES = "guided path that is shown", "guesses"
_FRONT = re.compile(r"\A---\n(?P<values>.*?)^---\n", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"^# (?P<title>.+)$", re.MULTILINE)
_ANSWER = re.compile(r"^- \[(?P<right>[ x])\] (?P<text>.+)$", re.MULTILINE)
_LOOK = re.compile(r"^> ?", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """A guess that is asked for.

    Attributes:
        asked: the question.
        answers: to choose from.
        right: which of them is.
        why: what there is to say to it.
    """

    asked: str
    answers: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True)
class Step:
    """A step of a path; its texts are Markdown, in one language.

    Attributes:
        title, text: what it is about.
        look: what to look at, and what to do.
        settings: the values of the page's controls, as in its address; those that are left out
            have their defaults.
        place: key of the element that the page is scrolled to.
        question: None where nothing is asked.
    """

    title: str
    text: str
    look: str
    settings: Mapping[str, str]
    place: str
    question: Question | None


@dataclass(frozen=True)
class Guide:
    """A path.

    Attributes:
        name: of its file, without the prefix.
        title: in one language.
        keep: parameters of the address that no step changes.
        steps: in their order.
    """

    name: str
    title: str
    keep: tuple[str, ...]
    steps: tuple[Step, ...]


@lru_cache(maxsize=8)
def names_of(page: str) -> tuple[str, ...]:
    """The paths of a lesson: the one with its name, then those of single questions."""
    files = (i18n.TEXT / i18n.DEFAULT).glob(f"{_PREFIX}{page}*.md") if page else ()
    names = (file.stem.removeprefix(_PREFIX) for file in files)
    return tuple(sorted(name for name in names if name == page or name.startswith(f"{page}_")))


@lru_cache(maxsize=64)
def read(name: str, language: str) -> Guide:
    """A path in one language.

    Raises:
        KeyError: where a step has no values, or values belong to no step.
        FileNotFoundError: no such path.
    """
    text = (i18n.TEXT / language / f"{_PREFIX}{name}.md").read_text(encoding="utf-8")
    values = _values(name)
    sections = i18n.split_sections(text)
    intro, headings = sections.pop("intro"), i18n.headings(text)
    title = _TITLE.search(intro)
    if title is None or list(values)[1:] != list(sections):
        raise KeyError(f"{name}: steps {list(sections)}, values of {list(values)[1:]}")
    steps = (
        _step(headings[anchor], section, values[anchor]) for anchor, section in sections.items()
    )
    return Guide(name, title["title"], tuple(values["keep"].split()), tuple(steps))


@lru_cache(maxsize=64)
def _values(name: str) -> dict[str, str]:
    """What stands before the English text: ``keep``, and each step's values."""
    file = i18n.TEXT / i18n.DEFAULT / f"{_PREFIX}{name}.md"
    front = _FRONT.match(file.read_text(encoding="utf-8"))
    if front is None:
        raise KeyError(f"{name}: no values of its steps")
    pairs = (line.partition(":") for line in front["values"].splitlines())
    return {"keep": ""} | {anchor.strip(): values.strip() for anchor, _colon, values in pairs}


def _step(title: str, section: str, values: str) -> Step:
    settings, _mark, place = (part.strip() for part in values.partition(">"))
    told, _mark, asked = section.partition("\n### ")
    blocks = told.split("\n\n")
    look = [block for block in blocks if block.startswith(">")]
    return Step(
        title=title,
        text="\n\n".join(block for block in blocks if block not in look),
        look="\n\n".join(_LOOK.sub("", block) for block in look),
        settings=dict(parse_qsl(settings, strict_parsing=bool(settings))),
        place=place or _QUESTIONS,
        question=_question(asked) if asked else None,
    )


def _question(text: str) -> Question:
    asked, _line, rest = text.partition("\n")
    answers = list(_ANSWER.finditer(rest))
    right = [at for at, answer in enumerate(answers) if answer["right"] == "x"]
    if len(right) != 1:
        raise ValueError(f"not one right answer: {asked}")
    texts = tuple(answer["text"] for answer in answers)
    return Question(asked, texts, right[0], rest[answers[-1].end() :].strip())


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
        asked_in_room = step.question is not None and room_panel.code() is not None
        every = _SECONDS if asked_in_room else None
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
        guess = _ask(key, step.question)
    if guess is not None:
        st.markdown(f"{_verdict(step.question, guess)} {step.question.why}")


def _ask(key: str, question: Question) -> int | None:
    """A question, and what the room has guessed; returns the visitor's guess."""
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

"""The texts of guided paths: a lesson step by step, with settings, what to look at, and questions.

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

from dashboard import i18n

_PREFIX, _QUESTIONS = "guide_", "tab_row"
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

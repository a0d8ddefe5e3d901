"""The texts of the page "Find the bug": what is seen, the causes to choose from, and the answer.

They are sections of ``text/<language>/bugs.md``, one an exercise, in one order in every language:

    ## A title that gives nothing away {#code}

    What is seen.

    ### A question?

    - [ ] A cause.
      What would be seen then.
    - [x] The right one.
      What gives it away.

    The explanation, and then two pieces of code: the wrong one and the mended one.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from dashboard import i18n
from dashboard.guide_text import Question

TEXT = "bugs"
_CAUSE = re.compile(r"^- \[(?P<right>[ x])\] (?P<text>.+)\n  (?P<reply>.+)$", re.MULTILINE)
_CODE = re.compile(r"^```python\n(?P<code>.*?)\n```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Exercise:
    """A planted mistake in words, in one language; Markdown but for the code.

    Attributes:
        title: gives nothing away.
        seen: what there is to see.
        question: with the causes to choose from.
        replies: what there is to say to each of them.
        wrong, mended: the lines of code.
    """

    title: str
    seen: str
    question: Question
    replies: tuple[str, ...]
    wrong: str
    mended: str


@lru_cache(maxsize=len(i18n.LANGUAGES))
def read(language: str) -> dict[str, Exercise]:
    """All exercises by their codes, in their order.

    Raises:
        ValueError: where one has not one right cause and two pieces of code.
    """
    text = (i18n.TEXT / language / f"{TEXT}.md").read_text(encoding="utf-8")
    titles = i18n.headings(text)
    sections = i18n.split_sections(text)
    return {code: _exercise(title, sections[code]) for code, title in titles.items()}


def _exercise(title: str, section: str) -> Exercise:
    seen, _mark, rest = section.partition("\n### ")
    asked, _line, rest = rest.partition("\n")
    causes = list(_CAUSE.finditer(rest))
    code = [found["code"] for found in _CODE.finditer(rest)]
    right = [at for at, cause in enumerate(causes) if cause["right"] == "x"]
    if len(right) != 1 or len(code) != 2:
        raise ValueError(f"{title}: {len(right)} right causes, {len(code)} pieces of code")
    why = _CODE.sub("", rest[causes[-1].end() :]).strip()
    question = Question(asked, tuple(cause["text"] for cause in causes), right[0], why)
    replies = tuple(cause["reply"] for cause in causes)
    return Exercise(title, seen.strip(), question, replies, *code)

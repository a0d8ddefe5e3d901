"""The end of each lesson: what of the paper and the course comes out here, and what does not."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import unbroken
from cnnviz.text import N_
from dashboard import frame
from dashboard.cache import results as cached
from dashboard.i18n import _, lesson_heading, lesson_text
from dashboard.run_settings import data_title
from dashboard.run_words import NONE

if TYPE_CHECKING:
    from cnnviz.papers import Published
    from cnnviz.results.rows import Row

#: The section of each lesson's text.
SECTION = "reproduces"
# Measures that have a word in each language; others are called the same in both.
_WORDS = {"accuracy": N_("accuracy"), "PSNR, ten damages": N_("PSNR, mean of ten damages"),
          "mAP, image → text": N_("mAP, image → text"),
          "mAP, text → image": N_("mAP, text → image")}  # fmt: skip


@st.fragment
@frame.guard()
def statement(lesson: str) -> None:
    """What reproduces: the lesson's numbers in a table, and in words why they are so. Folded away.

    Args:
        lesson: its name.
    """
    with frame.unfolded(lesson_heading(lesson, SECTION), SECTION) as opened:
        if not opened:
            return
        found = cached.statement(lesson)
        st.markdown(_table(found.rows))
        st.caption(_how(found.rows))
        st.markdown(lesson_text(lesson, SECTION).format_map(found.fields))
        if cited := _cited(found.rows):
            frame.cite(*cited)


def _table(rows: "tuple[Row, ...]") -> str:
    """In Markdown: a column in which nothing stands is left out, a single gap is a dash."""
    names = (_("checkpoint"), _("test data"), _("measure"), _("the course"), _("the paper"),
             _("here"), _("over seeds"))  # fmt: skip
    lines = [_line(row) for row in rows]
    kept = [place for place in range(len(names)) if any(line[place] for line in lines)]
    rule = ("---", "---", "---", *["---:"] * 4)
    return "\n".join(
        f"| {' | '.join(line[place] or NONE for place in kept)} |" for line in (names, rule, *lines)
    )


def _line(row: "Row") -> tuple[str, ...]:
    """A row's cells; "" where there is nothing."""
    measure = row.measure
    label = _(_WORDS[measure.label]) if measure.label in _WORDS else measure.label
    data = data_title(row.data) + ("" if row.verified else " \\*")
    numbers = (row.course and row.course.value, row.paper and row.paper.value, row.ours)
    shown = ("" if value is None else unbroken(measure.text(value)) for value in numbers)
    return (f"`{row.checkpoint}`", data, label, *shown, _spread(row))


def _spread(row: "Row") -> str:
    seeds, measure = row.seeds, row.measure
    if seeds is None:
        return ""
    spread = unbroken(measure.spread_text(seeds))
    if not seeds.epochs:
        return spread
    return _("{spread}, {epochs} epochs").format(spread=spread, epochs=seeds.epochs)


def _how(rows: "tuple[Row, ...]") -> str:
    """How the numbers came about, and how to get them again."""
    parts = [_("On test data, in evaluation mode, as the card of each checkpoint tells it.")]
    seeds = [row.seeds for row in rows if row.seeds is not None]
    if seeds:
        text = _("Over seeds: mean and standard deviation of {count} trainings.")
        parts.append(text.format(count=min(each.count for each in seeds)))
    if any(not row.verified for row in rows):
        parts.append(_("\\*: a copy whose files no checksum vouches for."))
    text = _("Measure again: `{results}`; train again: `{reproduce}`.")
    names = " ".join(dict.fromkeys(row.checkpoint for row in rows))
    again = text.format(
        results="python -m cnnviz results", reproduce=f"python -m cnnviz reproduce {names}"
    )
    return "  \n".join([" ".join(parts), again])


def _cited(rows: "tuple[Row, ...]") -> "list[Published]":
    return [row.paper for row in rows if row.paper is not None]

"""What each lesson says of its results: numbers from the cards, and others beside."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz import checkpoints

if TYPE_CHECKING:
    from cnnviz.results.statements import Statement


def statement(lesson: str) -> "Statement":
    """The numbers of a lesson, from the cards as they are."""
    files = ((name, checkpoints.locate(name).with_suffix(".json")) for name in checkpoints.names())
    return _statement(lesson, tuple((name, file.stat().st_mtime_ns) for name, file in files))


@st.cache_resource(max_entries=16, show_spinner=False)
def _statement(lesson: str, cards: tuple[tuple[str, int], ...]) -> "Statement":
    from cnnviz.results.statements import statement as made

    return made(lesson)

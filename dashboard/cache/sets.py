"""The data sets of the course: what is here, and the fetches that run."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.data import finding, folders, jobs, table
from cnnviz.data.progress import readable
from cnnviz.figures.numbers import unbroken
from dashboard.i18n import TEXT

if TYPE_CHECKING:
    from cnnviz.data.finding import State
    from cnnviz.data.jobs import Job
    from cnnviz.data.table_rows import DataSet


def data_sets() -> "tuple[DataSet, ...]":
    """The data sets of the course."""
    return table.DATASETS


def data_state(name: str) -> "State":
    """What there is of a data set; not cached: files come and go."""
    return finding.state(table.data_set(name))


@st.cache_data(ttl=1.0, max_entries=32, show_spinner=False)
def data_word(name: str) -> str:
    """``State.word``, for a second: some sets have hundreds of files, and a class opens the home
    page together.
    """
    return data_state(name).word


@st.cache_data(max_entries=32, show_spinner=False)
def card_picture(name: str, alt: str) -> None:
    """Draw a lesson's picture, if there is one; once, for st.image decodes it each time."""
    file = TEXT / "images" / f"{name}.webp"
    if file.is_file():
        st.image(file, alt=alt, width="stretch")


def data_job(name: str) -> "Job | None":
    """The fetch of a data set that runs, or was the last to run, for all visitors together."""
    return jobs.latest(table.data_set(name))


def start_fetch(name: str) -> None:
    """Fetch a data set in the background, if nobody does so already."""
    jobs.start(table.data_set(name))


def data_folders() -> tuple[Path, ...]:
    """Where data is looked for, in order."""
    return folders.data_folders()


def size_in_words(size: int) -> str:
    """A number of bytes, as "26.6 MB"."""
    return unbroken(readable(size))

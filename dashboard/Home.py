"""The dashboard's entry: ``streamlit run dashboard/Home.py``, and its home page.

Every rerun passes here first: path, page settings, language, the lessons that there are; then the
page that is asked for. Nothing here imports torch: a lesson loads what it needs when it opens.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The one place that does this: Streamlit puts only this file's own folder on the path.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from cnnviz import checkpoints
from cnnviz.data import table
from cnnviz.lessons import Lesson
from dashboard import frame, maintenance, shell
from dashboard.cache import sets
from dashboard.i18n import _, lesson_heading, lesson_text


def main() -> None:
    """Draw what surrounds all pages, and the page that is asked for."""
    st.set_page_config(layout="wide", initial_sidebar_state=shell.SIDEBAR)
    maintenance.start()
    frame.style()
    shell.language_switch()
    pages = shell.pages(home)
    page = st.navigation(list(pages.values()), position="hidden")
    shell.follow_short_link(pages)
    st.set_page_config(page_title=f"{page.title} · cnnviz")
    shell.run(page, pages)


def home() -> None:
    """The home page: what the course is, and a card for each lesson."""
    st.title(_("Look inside convolutional networks"), anchor=False)
    st.markdown(lesson_text("home", "intro"))
    lessons = shell.lessons()
    pages = shell.pages(home)
    cells: list[Callable[[], None]] = [
        partial(card, lesson, pages[lesson.name]) for lesson in lessons
    ]
    cells.append(in_the_lecture_hall)
    for start in range(0, len(cells), 2):
        for place, cell in zip(st.columns(2), cells[start : start + 2], strict=False):
            with place:
                cell()


def card(lesson: Lesson, page: StreamlitPage) -> None:
    """One lesson: its picture, its finding, what is ready for it, and the way in."""
    with st.container(border=True, height="stretch"):
        alt = _("A picture from the lesson {title}").format(title=lesson.title)
        sets.card_picture(lesson.name, alt)
        st.subheader(lesson.title, anchor=False)
        st.markdown(_(lesson.finding))
        weights = [weights_state(lesson)] if lesson.checkpoints else []
        st.caption("  \n".join([*weights, *map(data_state, lesson.datasets)]))
        shell.link(page, _("Open the lesson"), icon=":material/arrow_forward:")


def in_the_lecture_hall() -> None:
    """How to use the dashboard before an audience."""
    st.subheader(lesson_heading("home", "lecture"), anchor=False)
    st.markdown(lesson_text("home", "lecture"))


def weights_state(lesson: Lesson) -> str:
    """In words, which of a lesson's trained networks are here."""
    here = set(checkpoints.names())
    missing = [name for name in lesson.checkpoints if name not in here]
    if not missing:
        names = ", ".join(lesson.checkpoints)
        return ":material/check_circle: " + _("Trained weights ready: {names}").format(names=names)
    text = _("Trained weights missing: {names}").format(names=", ".join(missing))
    return ":material/cancel: " + text


def data_state(name: str) -> str:
    """In words, whether a dataset is here, and whether its files are the published ones."""
    row, state = table.data_set(name), sets.data_word(name)
    if state not in ("here", "unverified"):
        text = _("{data} is not here; the lesson works without it").format(data=row.title)
        return ":material/radio_button_unchecked: " + text
    if state == "here":
        return ":material/check_circle: " + _("{data} ready").format(data=row.title)
    text = _("{data} ready, an unverified copy").format(data=row.title)
    return ":material/check_circle: " + text


main()

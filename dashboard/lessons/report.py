"""Report: what a visitor has added in the lessons, in their order and words, as one file."""

from pathlib import Path

import streamlit as st

from cnnviz.lessons import LESSONS
from dashboard import library
from dashboard.components.report import report
from dashboard.i18n import _, lesson_heading, lesson_text

TEXT = "report"
STYLE = Path(__file__).with_suffix(".css")


def notebook() -> None:
    """What a report's notebook needs, and the file that it takes where there is no address."""
    st.subheader(lesson_heading(TEXT, "notebook"), anchor=False)
    st.markdown(lesson_text(TEXT, "notebook"))
    st.markdown(lesson_text(TEXT, "fetched" if library.source() else "zip"))
    st.download_button(
        _("Save {file}").format(file=library.NAME), library.zipped, file_name=library.NAME,
        mime="application/zip", on_click="ignore", icon=":material/folder_zip:",
    )  # fmt: skip


with st.container(key="report_head"):
    st.title(_("Report"), anchor=False)
    st.html(STYLE)
    st.markdown(lesson_text(TEXT, "intro"))
first = LESSONS[0]
report(lesson=first.name, title=first.title, setup=library.first_cell())
with st.container(key="report_foot"):
    notebook()

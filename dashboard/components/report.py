"""The lab report, as the visitor's browser keeps it: shown, put in order, written on, and saved.

All of it happens in the browser (report_store.js and the scripts beside it): the server sends the
words, and sees nothing of the report.
"""

import streamlit as st

from dashboard.components.browser import in_browser, source
from dashboard.components.report_words import report_words
from dashboard.i18n import language

_component = st.components.v2.component(
    "cnnviz_report",
    html="<div class='report'>\n</div>",
    css=source("report.css"),
    js=source(
        "wire.js", "report_store.js", "save_file.js", "page_link.js", "report_make.js",
        "report_html.js", "report_notebook.js", "report_item.js", "report_drag.js", "report.js",
    ),
)  # fmt: skip


def report(*, lesson: str, title: str, setup: str, key: str = "report") -> None:
    """Draw the report.

    Args:
        lesson: name of the page to which an empty report points.
        title: of that lesson.
        setup: code of the notebook's first cell.
        key: the component's.
    """
    if not in_browser():
        return
    data = {
        "words": report_words(), "lang": language(), "lesson": {"page": lesson, "title": title},
        "setup": setup, "style": source("report_file.css"),
    }  # fmt: skip
    _component(key=key, data=data)

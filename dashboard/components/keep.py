"""Two buttons under a section: save its pictures, or put them into the visitor's report.

A picture is found and drawn in the browser, as it is there; the server adds the code. What does it
is a script that comes with the answer to a press: before that, a page has two buttons and no more.
"""

import json
import secrets
import time
from collections.abc import Callable

import streamlit as st

from dashboard import address, i18n
from dashboard.components.browser import in_browser, source
from dashboard.i18n import _

_SCRIPTS = (
    "keep_text.js", "keep_svg.js", "keep_draw.js", "keep_pen.js", "keep_plotly.js", "keep_rows.js",
    "keep_find.js", "keep_file.js", "keep_panel.js", "report_store.js", "save_file.js",
    "page_link.js", "keep.js",
)  # fmt: skip
_FILL = "wire.js"  # its words are filled in there
_SECONDS = 10.0  # after a press until which its answer is sent again

_component = st.components.v2.component(
    "cnnviz_keep",
    js=f"const KEEP_STYLE = {json.dumps(source('keep.css'))};\n" + source(_FILL, *_SCRIPTS),
    isolate_styles=False,
)


def keep(section: str, *, page: str, heading: str, code: Callable[[], str | None]) -> None:
    """The buttons, in a row of folds: what is drawn between the row before it and this one is kept.

    Args:
        section: names the row on its page, and the files.
        page: the page's title.
        heading: the section's, translated.
        code: makes the code that computes the section's pictures, None where there is none; called
            when somebody asks.
    """
    if not in_browser():
        return  # where nothing is drawn, there is nothing to keep
    save = st.button(_("Save …"), key=f"keep_save: {section}", icon=":material/download:")
    report = st.button(
        _("Add to my report"), key=f"keep_report: {section}", icon=":material/note_add:"
    )
    asked = f"{section} (kept)"
    if save or report:
        lesson = address.present_page()
        st.session_state[asked] = time.monotonic(), {
            "turn": secrets.token_hex(8), "report": report, "lesson": lesson, "page": page,
            "heading": heading, "file": f"{lesson}-{section}", "whose": f"cnnviz · {page}",
            "lang": i18n.language(), "code": code() or "", "words": _words(),
            "passing": [address.STAGE, address.SHOW, address.ROOM],
        }  # fmt: skip
    began, data = st.session_state.get(asked, (0.0, None))
    # Not in this run alone: what a run has not delivered yet is lost where the whole page runs
    # next. The browser answers each turn once.
    if data and time.monotonic() - began < _SECONDS:
        _component(key=f"keep: {section}", data=data)
    else:
        st.session_state.pop(asked, None)


def _words() -> dict[str, str]:
    return {
        "title": _("Save: {section}"),
        "close": _("Close"),
        "pictures": _("Pictures of this section"),
        "none": _("There is no picture here that can be saved."),
        "width": _("Width in pixels"),
        "size": _("{width} × {height} pixels"),
        "png": _("Picture (PNG)"),
        "svg": _("Drawing (SVG)"),
        "csv": _("Numbers (CSV)"),
        "digits": _("The numbers have three significant digits, as many as the page has."),
        "noNumbers": _("This picture has no numbers to save."),
        "code": _("Python code of this section, with the page's present values"),
        "noCode": _("There is no code for this section yet."),
        "copy": _("Copy"),
        "copied": _("Copied."),
        "python": _("Save as .py"),
        "saved": _("Saved: {name}"),
        "kept": _("Added to your report. Pictures: {count}."),
        "full": _("The browser's storage is full: your report has it until this tab is closed. "
                  "Pictures: {count}."),
        "refused": _("This browser keeps nothing: your report has it until this tab is closed. "
                     "Pictures: {count}."),
        "waiting": _("The pictures are being taken …"),
        "failed": _("The pictures could not be taken. Reload the page and try again."),
        "open": _("Open the report"),
    }  # fmt: skip

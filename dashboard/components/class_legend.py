"""The classes of a scene in the colours that they have in every picture."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from cnnviz.figures.classes import COLOURS, class_colour
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

_STYLE = Path(__file__).with_suffix(".css")


def class_legend(label: str, rows: Sequence[tuple[str, str]], *, compact: bool = False) -> None:
    """A list of classes, the first one being class 1.

    Args:
        label: what it is, for screen readers.
        rows: of each class its name and its number as written.
        compact: one narrow column of close lines, to stand beside a picture.
    """
    lines = "\n".join(
        f"<div role='listitem'><i style='background:{class_colour(number)}'></i>"
        f"<span>{escape(name)}</span>{escape(count)}</div>"
        for number, (name, count) in enumerate(rows, start=1)
    )
    st.html(_STYLE)
    name = escape(label, quote=True)
    written = kept_rows((_("class"), _("number")), rows)
    kind = "classes compact" if compact else "classes"
    st.html(f"<div class='{kind}' role='list' aria-label='{name}' {written}>\n{lines}\n</div>")
    if len(rows) > len(COLOURS):
        text = _("There are {count} colours: from class {first} on they are used again.")
        st.caption(text.format(count=len(COLOURS), first=len(COLOURS) + 1))

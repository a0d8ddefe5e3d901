"""What several methods make of one picture: a column each with numbers, picture and difference.

All pictures have one zoom: what is enlarged or moved in one is so in all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.components.browser import in_browser, pack, source
from dashboard.components.colours import SCRIPT
from dashboard.i18n import _

Pixels = NDArray[np.uint8]

_component = st.components.v2.component(
    "cnnviz_compared_pictures",
    html="<div class='board'>\n</div>",
    css=source("denoising_board.css", "compared_pictures.css"),
    js=SCRIPT
    + source("wire.js", "map_paint.js", "denoising_views.js", "compared_pictures.js")
    + "\nexport default mounted(ComparedPictures);\n",
)


@dataclass(frozen=True, slots=True)
class Column:
    """A method.

    Attributes:
        name: of it, translated.
        numbers: as written, one for each row of the table; none while it is at work.
        best: rows in which no other is better.
        picture: what it makes, (h, w) or (h, w, 3).
        difference: to the clean picture: (h, w) places in the colours of signed numbers, 0 to 254,
            127 for none; in colour (h, w, 3), as it is painted.
    """

    name: str
    numbers: Sequence[str] = ()
    best: frozenset[int] = frozenset()
    picture: Pixels | None = None
    difference: Pixels | None = None


def compared_pictures(
    columns: Sequence[Column], rows: Sequence[str], *, key: str, label: str, clean: Pixels,
    noisy: Pixels, limit: float, shows: str,
) -> None:  # fmt: skip
    """Show the methods side by side.

    Args:
        columns: from left to right.
        rows: what their numbers are, translated.
        key: the component's.
        label: what is compared, translated, for screen readers.
        clean, noisy: what the pictures are to be, and are made of.
        limit: grey levels at the ends of the differences' colours.
        shows: what the pictures are of, for tests.
    """
    if not in_browser():
        _in_words(columns, rows)
        return
    parts = [clean, noisy]
    for column in columns:
        if column.picture is not None and column.difference is not None:
            parts += [column.picture, column.difference]
    header = {
        "shape": list(clean.shape[:2]), "channels": clean.shape[2] if clean.ndim == 3 else 1,
        "columns": [
            {"name": column.name, "numbers": list(column.numbers), "best": sorted(column.best),
             "there": column.picture is not None}
            for column in columns
        ],
        "rows": list(rows), "label": label, "limit": limit, "shows": shows, "words": _words(),
    }  # fmt: skip
    _component(key=key, data=pack(header, *(part.tobytes() for part in parts)))


def _in_words(columns: Sequence[Column], rows: Sequence[str]) -> None:
    """The numbers where there is no browser."""
    for column in columns:
        numbers = zip(rows, column.numbers, strict=False)
        best = ", ".join(rows[row] for row in sorted(column.best))
        said = ", ".join(f"{row} {number}" for row, number in numbers)
        st.markdown(f"{column.name}: {said}" + (f" ({best})" if best else ""))


def _words() -> dict[str, str]:
    """The sentences of the browser's part, with places for what it fills in."""
    return {
        "clean": _("Clean"),
        "noisy": _("Noisy"),
        "picture": _("{name}: denoised"),
        "difference": _("{name}: difference to the clean picture"),
        "atWork": _("at work …"),
        "zoom": _("Zoom"),
        "zoomKeys": _("Keys + and \N{MINUS SIGN}; drag a picture, or use the arrow keys here"),
        "smaller": _("Smaller"),
        "larger": _("Larger"),
        "scale": _("difference, grey levels"),
        "hint": _("Lower row: denoised minus clean. A double click enlarges all pictures."),
        "pixel": _("row {row}, column {column}: {values}"),
        "comma": _(", "),
    }

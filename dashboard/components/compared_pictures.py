"""What several methods make of one picture: a table of pictures, with numbers.

All pictures have one zoom: what is enlarged or moved in one is so in all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.components.browser import in_browser, pack, source
from dashboard.components.colours import SCRIPT
from dashboard.i18n import _

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]

_component = st.components.v2.component(
    "cnnviz_compared_pictures",
    html="<div class='board'>\n</div>",
    css=source("denoising_board.css", "compared_pictures.css"),
    js=SCRIPT
    + source(
        "wire.js", "map_paint.js", "denoising_views.js", "zoomed_views.js", "compared_pictures.js"
    )
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


@dataclass(frozen=True, slots=True)
class Line:
    """A method, and the pictures of it.

    Attributes:
        name: of it, translated.
        numbers: as written, behind the name.
        mended: (h, w), what it makes of the damaged picture.
        taken, error: what it took away, and what the mended picture is off by: (h, w) places in the
            colours of signed numbers, 0 to 254, 127 for none.
    """

    name: str
    numbers: str
    mended: Pixels
    taken: Pixels
    error: Pixels


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
    first, second = _("Clean"), _("Noisy")
    picture, difference = _("{name}: denoised"), _("{name}: difference to the clean picture")
    views = [
        [_view(clean, first, first)]
        + [_view(c.picture, picture.format(name=c.name)) for c in columns],
        [_view(noisy, second, second)]
        + [_view(c.difference, difference.format(name=c.name), signed=True) for c in columns],
    ]
    told = [(len(columns) + 1, second), (0, first)]
    told += [(at, column.name) for at, column in enumerate(columns, 1)]
    waiting = [_("at work …"), *("" for _row in rows[1:])]
    numbers = [
        {"name": row, "best": [at for at, column in enumerate(columns) if i in column.best],
         "texts": [(column.numbers or waiting)[i] for column in columns]}
        for i, row in enumerate(rows)
    ]  # fmt: skip
    hint = _("Lower row: denoised minus clean. A double click enlarges all pictures.")
    header = {
        "heads": ["", *(column.name for column in columns)], "numbers": numbers, "told": told,
        "label": label, "limit": limit, "shows": shows,
        "words": _words(hint, _("difference, grey levels")),
    }  # fmt: skip
    _show(key, header, [("", line) for line in views], clean)


def compared_lines(
    lines: Sequence[Line], *, key: str, label: str, clean: Pixels, damaged: Pixels, box: Box,
    limit: float, shows: str,
) -> None:  # fmt: skip
    """Show the methods one below the other, each with what it took away.

    Args:
        lines: two, from top to bottom.
        key: the component's.
        label: what is compared, translated, for screen readers.
        clean, damaged: (H, W), what the pictures are to be, and are made of.
        box: where in them the lines' pictures lie, as (top, left, bottom, right), the last rows
            and columns not included.
        limit: grey levels at the ends of signed colours.
        shows: what the pictures are of, for tests.
    """
    if not in_browser():
        for line in lines:
            st.markdown(_("{name}: {what}").format(name=line.name, what=line.numbers))
        return
    heads, named = (_("Mended"), _("Taken away"), _("Error")), _("{name}: {what}")
    views = []
    for line, known in zip(
        lines, ((_("Damaged"), damaged), (_("Clean"), clean)), strict=True
    ):  # fmt: skip
        made = zip(heads, (line.mended, line.taken, line.error), (False, True, True), strict=True)
        views.append((
            named.format(name=line.name, what=line.numbers),
            [_view(known[1], known[0], known[0])] + [
                _view(pixels, named.format(name=line.name, what=head), signed=signed, box=box)
                for head, pixels, signed in made
            ],
        ))  # fmt: skip
    each, whole = 1 + len(heads), box == (0, 0, *clean.shape)
    told = [(0, _("Damaged")), (each, _("Clean"))]
    told += [(each * i + 1, line.name) for i, line in enumerate(lines)]
    hint = (
        _("Error: mended minus clean. A double click enlarges all pictures.")
        if whole
        else _("Only the middle while the hand moves; all of it after that.")
    )
    header = {
        "heads": ["", *heads], "numbers": [], "told": told, "label": label, "limit": limit,
        "shows": shows, "whole": whole, "words": _words(hint, _("grey levels")),
    }  # fmt: skip
    _show(key, header, views, clean)


# A picture of the table: what the browser is told of it, and its pixels.
_View = tuple[dict[str, Any], Pixels | None]


def _view(
    pixels: Pixels | None, said: str, title: str = "", *, signed: bool = False,
    box: Box | None = None,
) -> _View:  # fmt: skip
    header = {"said": said, "title": title, "signed": signed, "there": pixels is not None}
    return header | {"box": box}, pixels


def _show(
    key: str, header: Mapping[str, Any], lines: Sequence[tuple[str, Sequence[_View]]],
    clean: Pixels,
) -> None:  # fmt: skip
    height, width = clean.shape[:2]
    views = [view for _title, line in lines for view in line]
    for view, _pixels in views:
        view["box"] = view["box"] or (0, 0, height, width)
    sent = [{"title": title, "views": [view for view, _pixels in line]} for title, line in lines]
    known = {
        "shape": [height, width], "channels": clean.shape[2] if clean.ndim == 3 else 1,
        "whole": True, "lines": sent,
    }  # fmt: skip
    parts = (pixels.tobytes() for _view, pixels in views if pixels is not None)
    _component(key=key, data=pack(known | header, *parts))


def _in_words(columns: Sequence[Column], rows: Sequence[str]) -> None:
    """The numbers where there is no browser."""
    for column in columns:
        numbers = zip(rows, column.numbers, strict=False)
        best = ", ".join(rows[row] for row in sorted(column.best))
        said = ", ".join(f"{row} {number}" for row, number in numbers)
        st.markdown(f"{column.name}: {said}" + (f" ({best})" if best else ""))


def _words(hint: str, scale: str) -> dict[str, str]:
    """The sentences of the browser's part, with places for what it fills in.

    Args:
        hint: under the pictures, while the pointer is elsewhere.
        scale: what the signed colours are.
    """
    return {
        "zoom": _("Zoom"),
        "zoomKeys": _("Keys + and \N{MINUS SIGN}; drag a picture, or use the arrow keys here"),
        "smaller": _("Smaller"),
        "larger": _("Larger"),
        "scale": scale,
        "hint": hint,
        "pixel": _("row {row}, column {column}: {values}"),
        "comma": _(", "),
    }

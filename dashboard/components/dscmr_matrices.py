"""Matrices of similarities in rows and columns, one scale for all, as plain HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz.figures.dscmr_losses import Pixels, matrix_picture, scale_picture
from dashboard.components.board_cells import image
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

_STYLE = Path(__file__).with_suffix(".css")


@dataclass(frozen=True, slots=True)
class Row:
    """Matrices side by side.

    Attributes:
        name: of the row.
        values: (n, n) each, from -1 to 1.
        below: a line under each.
        means: (K, K) of its classes, of the matrices from the left that have such.
    """

    name: str
    values: Sequence[NDArray[np.float32]]
    below: Sequence[str]
    means: Sequence[NDArray[np.float32]]


def style() -> None:
    """The look of the matrices."""
    st.html(_STYLE)


def matrices(
    label: str, heads: Sequence[str], rows: Sequence[Row], classes: Sequence[tuple[str, int]]
) -> None:
    """The matrices, blue below zero and red above.

    Args:
        label: what they are, for screen readers.
        heads: over the columns.
        rows: from top to bottom.
        classes: from top to bottom of each matrix: names, and how many rows each has.
    """
    cells = ["<span></span>", *(f"<span class='head'>{escape(head)}</span>" for head in heads)]
    names = "".join(f"<span style='flex:{count}'>{escape(name)}</span>" for name, count in classes)
    for row in rows:
        cells.append(f"<div class='classes' aria-hidden='true'>{names}</div>")
        cells += [image(matrix_picture(values)) for values in row.values]
        cells.append(f"<span class='below'>{escape(row.name)}</span>")
        cells += [f"<span class='below'>{escape(text)}</span>" for text in row.below]
    st.html(
        f"<div class='matrices' role='img' aria-label='{escape(label, quote=True)}' "
        f"{_means(heads, rows, classes)}>\n"
        f"{''.join(cells)}</div>\n{_scale(scale_picture())}"
    )


def _means(heads: Sequence[str], rows: Sequence[Row], classes: Sequence[tuple[str, int]]) -> str:
    """Class by class, to be saved: tens of thousands of single numbers would burden the page."""
    names = [name for name, _count in classes]
    told = [
        (row.name, head, name, *(None if np.isnan(mean) else float(mean) for mean in line))
        for row in rows
        for head, means in zip(heads, row.means, strict=False)  # the labels have none
        for name, line in zip(names, means, strict=True)
    ]
    return kept_rows((_("state"), _("cosines"), _("class"), *names), told)


def _scale(strip: Pixels) -> str:
    return f"<div class='matrices-scale' aria-hidden='true'>\u22121 {image(strip)} +1</div>"

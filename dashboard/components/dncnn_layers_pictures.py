"""Views of a board: what a pixel of a layer looks at, enlarged, and what its maps tell."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dashboard.components.bars import Bar, bars_html
from dashboard.components.board import Cell
from dashboard.components.board_cells import html_cell, image

STYLE = Path(__file__).with_name("dncnn_layers.css")


def field_cell(
    window: NDArray[np.uint8], squares: Sequence[tuple[str, int, str]], *, label: str
) -> Cell:
    """The surroundings of a pixel, enlarged, with squares around it.

    Args:
        window: (s, s, 4), the pixel in the middle.
        squares: of each its class in the style sheet ("all" or "effective"), its side in pixels,
            and what it is, translated.
        label: what is shown, translated.
    """
    side = len(window)
    frames = "".join(
        f"<i class='{kind}' style='inset:{50 * (side - size) / side:.3f}%'></i>"
        for kind, size, _said in squares
    )
    keys = "\n".join(
        f"<p><i class='{kind}'></i>{escape(said)}</p>" for kind, _size, said in squares
    )
    html = (
        f"<div class='field'><div>{escape(label)}</div>\n<div class='zoom'>{image(window)}"
        f"{frames}</div>\n{keys}</div>"
    )
    return html_cell(html, STYLE)


def shares_cell(*tables: tuple[str, Sequence[Bar]]) -> Cell:
    """Tables of bars, one below the other; each as of ``bars``."""
    html = "\n".join(bars_html(label, rows) for label, rows in tables)
    return html_cell(f"<div class='shares'>{html}</div>", STYLE)

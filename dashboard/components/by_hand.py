"""One pixel of a convolution as the multiplications that it is, in tables one can read aloud."""

import math
from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz.figures.numbers import written
from cnnviz.figures.scales import coloured
from dashboard.i18n import _

Numbers = NDArray[np.floating]

#: So many products of a pointwise sum are written out; the others are one row.
WRITTEN_OUT = 8


def kernel_sum(
    names: Sequence[str], patch: Numbers, weights: Numbers, products: Numbers
) -> None:  # fmt: skip
    """For each input channel: its patch times its kernel, and what the products sum up to.

    Args:
        names: of the input channels, m of them.
        patch, weights, products: (m, kh, kw).
    """
    most = [float(np.abs(part).max()) for part in (patch, weights, products)]
    lines = []
    for name, *parts in zip(names, patch, weights, products, strict=True):
        grids = [_grid(part, top) for part, top in zip(parts, most, strict=True)]
        total = _fixed(float(parts[-1].sum()), most[-1])
        lines.append(
            f"<div class='hand'><span class='name'>{escape(name)}</span>{grids[0]}<b>×</b>"
            f"{grids[1]}<b>=</b>{grids[2]}<b>Σ\u2009=\u2009{total}</b></div>"
        )
    heads = (_("input"), _("kernel"), _("products"))
    legend = " × ".join(heads[:2]) + f" = {heads[2]}"
    st.html(
        f"<div class='hands' aria-label='{escape(legend, quote=True)}'>\n"
        + "\n".join(lines)
        + "\n</div>"
    )


def channel_sum(
    channels: Sequence[int], values: Numbers, weights: Numbers, products: Numbers
) -> None:  # fmt: skip
    """A pointwise pixel: the largest products written out, the others summed in one row.

    Args:
        channels, values, weights, products: (m,) each.
    """
    order = np.argsort(-np.abs(products), kind="stable")
    most = float(np.abs(products).max())
    rows = [
        _row(str(channels[i]), written(values[i]), written(weights[i]), products[i], most)
        for i in order[:WRITTEN_OUT]
    ]
    rest = order[WRITTEN_OUT:]
    if len(rest):
        name = _("{count} others").format(count=len(rest))
        rows.append(_row(name, "", "", float(products[rest].sum()), most))
    heads = (_("channel"), _("input"), _("weight"), _("product"))
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in heads)
    st.html(f"<table class='products'>\n<tr>{head}</tr>\n" + "\n".join(rows) + "\n</table>")


def _row(name: str, value: str, weight: str, product: float, most: float) -> str:
    return (
        f"<tr><th scope='row'>{escape(name)}</th><td>{value}</td><td>{weight}</td>"
        f"{_cell(product, most, written(product))}</tr>"
    )


def _fixed(value: float, most: float) -> str:
    """With as many decimals as give the largest of its kind three significant digits."""
    decimals = max(2 - math.floor(math.log10(most)), 0) if most else 0
    text = f"{value:.{decimals}f}".replace("-", "\u2212")
    return text if text.strip("\u22120.") else "0"


def _grid(values: Numbers, most: float) -> str:
    rows = "".join(
        "<tr>" + "".join(_cell(float(value), most, _fixed(value, most)) for value in row) + "</tr>"
        for row in values
    )
    return f"<table class='numbers'>{rows}</table>"


def _cell(value: float, most: float, text: str) -> str:
    red, green, blue = (int(part) for part in coloured(np.array([[value]]), most, True)[0, 0])
    ink = "#000" if 299 * red + 587 * green + 114 * blue > 140_000 else "#fff"
    style = f"background:rgb({red},{green},{blue});color:{ink}"
    return f"<td style='{style}'>{text}</td>"

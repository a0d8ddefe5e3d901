"""Maps of what a network says of a scene, as pictures to lay over it, and the confusion matrix."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import hex_to_rgb

from cnnviz.figures.layout import laid_out
from cnnviz.figures.scales import SEQUENTIAL, coloured
from cnnviz.text import N_

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

# Of Okabe and Ito's palette: what is right recedes, what is wrong stands out.
RIGHT, WRONG = "#56B4E9", "#D55E00"

#: Of each part of a scene as ``cnnviz.explain.hybridsn_results.parts_map`` numbers it: its colour
#: and its name. Number 0, no part, has no colour.
PARTS = (
    ("", ""),
    ("#E69F00", N_("training")),
    ("#009E73", N_("validation")),
    ("#56B4E9", N_("test")),
    ("#7F7F7F", N_("guard band")),
)
#: Of what two networks say of a pixel, as ``compare`` there numbers it.
DIFFERENCES = (
    ("", ""),
    ("#E69F00", N_("only the first is right")),
    ("#0072B2", N_("only the second is right")),
    ("#7F7F7F", N_("they differ, neither is known to be right")),
)


def in_colours(numbers: NDArray[np.integer[Any]], colours: Sequence[str]) -> Pixels:
    """A map of few kinds in their colours.

    Args:
        numbers: (H, W) places in ``colours``.
        colours: hexadecimal RGB; "" is transparent.

    Returns:
        (H, W, 4) RGBA.
    """
    palette = np.array(
        [(*hex_to_rgb(colour), 255) if colour else (0, 0, 0, 0) for colour in colours],
        dtype=np.uint8,
    )
    picture: Pixels = palette[numbers]
    return picture


def errors_picture(predicted: NDArray[np.integer[Any]], labels: NDArray[np.int64]) -> Pixels:
    """Where a map is right and where it is wrong.

    Args:
        predicted: (H, W) classes, counted from 1.
        labels: (H, W) truth, 0 where nothing is known: transparent.

    Returns:
        (H, W, 4) RGBA.
    """
    kinds = np.where(labels == 0, 0, np.where(predicted == labels, 1, 2))
    return in_colours(kinds, ("", RIGHT, WRONG))


def confidence_picture(probability: NDArray[np.floating[Any]]) -> Pixels:
    """How sure a network is: dark at 0, light at 1.

    Args:
        probability: (H, W) of the likeliest class, 0 to 1.

    Returns:
        (H, W, 4) RGBA.
    """
    rgb = coloured(probability.astype(np.float64), 1.0, signed=False)
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, dtype=np.uint8)])


def restricted(picture: Pixels, chosen: Mask) -> Pixels:
    """A picture with some of its pixels alone; the others become transparent.

    Args:
        picture: (H, W, 4) RGBA.
        chosen: (H, W).
    """
    alone = picture.copy()
    alone[~chosen] = 0
    return alone


def confusion_figure(
    confusion: NDArray[np.int64], names: Sequence[str], words: Mapping[str, str], *, height: int
) -> go.Figure:
    """The confusion matrix: each cell's colour is its share of the row, so that rare classes are
    seen, too; cells without a pixel are empty.

    Args:
        confusion: (K, K) pixels by their class (row) and what the network says (column).
        names: of the classes.
        words: "truth" and "said" for the axes; "hover", a sentence with the places ``{count}``,
            ``{of}``, ``{truth}`` and ``{said}``.
        height: pixels.
    """
    totals = confusion.sum(axis=1, keepdims=True)
    shares = np.where(confusion > 0, confusion / np.maximum(totals, 1), np.nan)
    numbers = [str(k) for k in range(1, len(names) + 1)]
    told = [
        [
            words["hover"].format(count=count, of=total[0], truth=names[i], said=names[j])
            for j, count in enumerate(row)
        ]
        for i, (row, total) in enumerate(zip(confusion.tolist(), totals.tolist(), strict=True))
    ]
    figure = go.Figure(
        go.Heatmap(
            z=shares, x=numbers, y=numbers, zmin=0, zmax=1, xgap=1, ygap=1,
            text=np.where(confusion > 0, confusion.astype(str), "").tolist(),
            texttemplate="%{text}", textfont={"size": 14}, showscale=False,
            customdata=told, hovertemplate="%{customdata}<extra></extra>", hoverongaps=False,
            colorscale=[[i / (len(SEQUENTIAL) - 1), f"rgb{c}"] for i, c in enumerate(SEQUENTIAL)],
        )
    )  # fmt: skip
    laid_out(figure, height)
    rows = [f"{number} {name}" for number, name in zip(numbers, names, strict=True)]
    grid = {"showgrid": False, "zeroline": False, "type": "category", "tickvals": numbers}
    figure.update_yaxes(**grid, autorange="reversed", title=words["truth"], ticktext=rows)
    figure.update_xaxes(**grid, side="top", title=words["said"], ticktext=numbers)
    return figure

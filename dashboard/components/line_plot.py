"""Lines over a common axis on a canvas: spectra, loadings, curves. They follow a hand on a slider,
where plotly takes 200 ms; the browser reads out all lines under the pointer or at an arrow key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.components.browser import in_browser, pack, source
from dashboard.i18n import _

Values = NDArray[np.floating[Any]]
Dash = Literal["solid", "dashed", "dotted", "mixed"]
#: The scripts of a plot, also where it is a part of another component.
SCRIPTS = ("line_axes.js", "line_drawing.js", "line_plot.js")

_component = st.components.v2.component(
    "cnnviz_line_plot",
    html="<div class='maps'>\n</div>",
    css=source("line_plot.css"),
    js=source("wire.js", *SCRIPTS) + "\nexport default mounted(LinePlot);\n",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plot.

    Attributes:
        name: in the legend and the readout, translated.
        values: (N,); NaN where there is none.
        colour: hexadecimal; "" for that of the page's text.
        dash: how it is drawn.
        letter: stands at its end and before its name.
        spread: (N,) half height of a band around it, in the line's colour; None for no band.
        ends: (2, N) the lowest and the highest of such a band instead, where it is not even;
            it is not read out.
        points: whether its values are marked by points.
        ground: colour behind its sample in the legend: of the band that belongs to it.
        listed: whether it is in the legend.
    """

    name: str
    values: Values
    colour: str = ""
    dash: Dash = "solid"
    letter: str = ""
    spread: Values | None = None
    ends: Values | None = None
    points: bool = False
    ground: str = ""
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Axes:
    """What a plot's axes are.

    Attributes:
        x: (N,) places of the values.
        x_label, y_label: with the unit, translated.
        x_names: what the readout calls each place; the number where left out.
        breaks: indices before which every line is interrupted.
        gaps: intervals of x that are shaded, and what the shading means.
        gap_label: translated; needed where there are gaps.
        log: whether the y axis is logarithmic.
        y_range: lowest and highest value; the lines' own where left out.
        percent: whether values are shares that are written in percent.
    """

    x: Values
    x_label: str
    y_label: str
    x_names: Sequence[str] = ()
    breaks: Sequence[int] = ()
    gaps: Sequence[tuple[float, float]] = ()
    gap_label: str = ""
    log: bool = False
    y_range: tuple[float, float] | None = None
    percent: bool = False


def line_plot(
    lines: Sequence[Line], axes: Axes, *, key: str, label: str, height: int = 260,
    markers: Sequence[tuple[float, str, str]] = (), shows: str = "",
) -> None:  # fmt: skip
    """Draw lines.

    Args:
        lines: in the order of the legend; later ones lie over earlier ones.
        axes: theirs.
        key: the component's.
        label: what the plot is, for screen readers, translated.
        height: of legend and plot together, in CSS pixels.
        markers: vertical lines: place, a short text, a colour.
        shows: what the plot is of; written beside the canvas (``data-shows``) for tests.

    Raises:
        ValueError: a line has another number of values than the axis.
    """
    data = plot_data(lines, axes, label=label, height=height, markers=markers, shows=shows)
    if not in_browser():
        st.markdown("\n".join(f"- {line.letter} {line.name}" for line in lines))
        return
    _component(key=key, data=data)


def plot_data(
    lines: Sequence[Line], axes: Axes, *, label: str, height: int,
    markers: Sequence[tuple[float, str, str]] = (), shows: str = "",
) -> bytes:  # fmt: skip
    """What the browser gets of a plot, also where it is a part of another component.

    Args, raises: as of ``line_plot``.
    """
    for line in lines:
        if line.values.shape != axes.x.shape:
            raise ValueError(f"{line.name} has {line.values.shape} values for {axes.x.shape}")
    parts = [_floats(axes.x)]
    told = []
    for line in lines:
        places = {"values": len(parts)}
        parts.append(_floats(line.values))
        if line.spread is not None:
            places["spread"] = len(parts)
            parts.append(_floats(line.spread))
        if line.ends is not None:
            places["ends"] = len(parts)
            parts.append(_floats(line.ends))
        told.append({
            "name": line.name, "colour": line.colour, "dash": line.dash, "letter": line.letter,
            "points": line.points, "ground": line.ground, "listed": line.listed, **places,
        })  # fmt: skip
    header = {
        "label": label, "lines": told, "height": height, "markers": [list(m) for m in markers],
        "xLabel": axes.x_label, "yLabel": axes.y_label, "xNames": list(axes.x_names),
        "breaks": list(axes.breaks), "gaps": [list(gap) for gap in axes.gaps],
        "gapLabel": axes.gap_label, "log": axes.log, "yRange": axes.y_range,
        "percent": axes.percent, "shows": shows, "words": {
            "keys": _("Arrow keys read out the values."), "spread": _("{value} ± {spread}"),
            "comma": _(", "),
        },
    }  # fmt: skip
    return pack(header, *parts)


def _floats(values: Values) -> bytes:
    return np.ascontiguousarray(values, dtype=np.float32).tobytes()

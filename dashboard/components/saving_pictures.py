"""One layer, standard against separable: bars, and a point on the curve of what splitting saves.

Plain HTML, as cost_pictures.py, whose style sheet these need, too.
"""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

import streamlit as st

from cnnviz.figures.colours import KIND_NAMES, KINDS
from cnnviz.figures.numbers import THIN
from cnnviz.figures.saving import KERNELS, OUTPUTS, place, saving_lines, separable_share
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

_LEVELS = (0.0, 0.05, 0.1, 0.15, 0.2)


def work(rows: Sequence[tuple[str, Sequence[tuple[str, float]], str]], most: float) -> None:
    """Multiply-adds as bars from left to right, of parts by kind.

    Args:
        rows: for each its name, (kind, multiply-adds) of its parts, and its number as written.
        most: the multiply-adds that are as long as there is room.
    """
    lines, told = [], []
    for name, parts, number in rows:
        told += [(name, _(KIND_NAMES[kind]), value) for kind, value in parts]
        boxes = "".join(
            f"<i style='background:{KINDS[kind]};width:{100 * value / most:.2f}%'></i>"
            for kind, value in parts
        )
        lines.append(
            f"<span>{escape(name)}</span><span class='bar' aria-hidden='true'>{boxes}</span>"
            f"<span>{escape(number)}</span>"
        )
    written = kept_rows(("", _("kind"), "MAdds"), told)
    st.html(f"<div class='cost-work' {written}>\n" + "\n".join(lines) + "\n</div>")


def saving(number: str, text: str) -> None:
    """A large number, and the sentence that goes on from it."""
    st.html(f"<div class='cost-saving'><b>{escape(number)}</b>\n{escape(text)}</div>")


def curve(
    outputs: int, kernel_size: int, ratio: float, *, label: str, axis: str, height: int
) -> None:
    """The lines of ``figures.saving`` with a point on them.

    Args:
        outputs, kernel_size: where the point is.
        ratio: how high it is, as counted.
        label: what the lines say; stands over them.
        axis: what the marks along it are.
        height: pixels.
    """
    picture = b64encode(saving_lines(kernel_size).encode()).decode()
    levels = "".join(
        f"<div class='cost-level' style='{_at(0, place(OUTPUTS[0], level)[1])}'>"
        f"<span>{100 * level:g}{THIN}%</span></div>"
        for level in _LEVELS
    )
    marks = "".join(
        f"<span class='step' style='left:{100 * place(each, 0)[0]:.2f}%'>{each}</span>"
        for each in OUTPUTS
    )
    for each in KERNELS:
        style = _at(*place(OUTPUTS[-1], separable_share(OUTPUTS[-1], each)))
        marks += f"<span class='mark' style='{style}'>{each} × {each}</span>"
    known = [(_("chosen"), outputs, kernel_size, 100 * ratio)]
    known += [("", n, k, 100 * separable_share(n, k)) for k in KERNELS for n in OUTPUTS]
    st.html(
        f"<figure class='cost-curve' aria-label='{escape(label, quote=True)}' "
        f"{kept_rows(('', axis, 'K', label), known)}>\n"
        f"<p class='cost-hint'>{escape(label)}</p>"
        f"<div class='cost-plot' style='height:{height}px'>{levels}"
        f"<img alt='' src='data:image/svg+xml;base64,{picture}'>{marks}"
        f"<i class='point' style='{_at(*place(outputs, ratio))}'></i></div>"
        f"<div class='cost-axis'>{escape(axis)}</div>\n</figure>"
    )


def _at(left: float, up: float) -> str:
    return f"left:{100 * left:.2f}%;bottom:{100 * up:.2f}%"

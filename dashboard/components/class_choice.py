"""The legend of a scene's classes, each with a bar; clicked, it chooses which of them are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from cnnviz.figures.classes import class_colour
from dashboard.address import code_from_url, code_to_url
from dashboard.components.browser import follows_link, in_browser, pack, sent_state, source
from dashboard.i18n import _

_component = st.components.v2.component(
    "cnnviz_class_choice",
    html="<div class='maps choice' role='group'>\n</div>",
    css=source("class_choice.css"),
    js=source("wire.js", "class_choice.js") + "\nexport default mounted(ClassChoice);\n",
)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of the legend.

    Attributes:
        name: as it is read.
        share: of its bar, 0 to 1.
        number: the bar's number as written.
        count: another number, behind it.
        tells: what it says when it is pointed at.
    """

    name: str
    share: float
    number: str
    count: str
    tells: str


def class_choice(
    label: str, rows: Sequence[ClassRow], *, key: str, total: ClassRow
) -> tuple[int, ...]:
    """Choose classes; it stands in an ``st.fragment`` with what it changes.

    Args:
        label: what the legend is, translated.
        rows: the classes, the first one being class 1.
        key: the component's key, and the parameter's name in the address: ``key=2.7``.
        total: the row above them, which chooses all.

    Returns:
        The chosen classes' numbers, rising; empty means all.
    """
    count = len(rows)
    if not in_browser():
        return _stock_choice(label, key, rows)
    sent = sent_state(key)
    if follows_link(key, sent["turn"]):
        chosen = _numbers(code_from_url(key, "", lambda text: _code(text, count)))
    else:
        value = sent.get("value")
        known = value if isinstance(value, list) else []
        chosen = tuple(sorted({n for n in known if isinstance(n, int) and 1 <= n <= count}))
        code_to_url(key, _text(chosen), "")
    header = {"label": label, "html": _html(rows, total), "chosen": chosen, "turn": sent["turn"]}
    _component(key=key, data=pack(header))
    return chosen


def _html(rows: Sequence[ClassRow], total: ClassRow) -> str:
    lines = [_row(0, total, ""), *(_row(n, row, class_colour(n)) for n, row in enumerate(rows, 1))]
    return "\n".join(lines)


def _row(number: int, row: ClassRow, colour: str) -> str:
    swatch = f" style='background:{colour}'" if colour else ""
    kind = "" if number else " class='all'"
    return (
        f"<button type='button'{kind} data-number='{number}' title='{escape(row.tells)}'>"
        f"<i{swatch}></i><span class='name'>{escape(row.name)}</span>"
        f"<span class='track'><b style='width:{100 * min(max(row.share, 0), 1):.2f}%'></b></span>"
        f"<span class='number'>{escape(row.number)}</span>"
        f"<span class='count'>{escape(row.count)}</span></button>"
    )


def _stock_choice(label: str, key: str, rows: Sequence[ClassRow]) -> tuple[int, ...]:
    """The same choice and link where there is no browser: tests drive ``st.multiselect``."""
    numbers = range(1, len(rows) + 1)
    if key not in st.session_state:
        linked = code_from_url(key, "", lambda text: _code(text, len(rows)))
        st.session_state[key] = list(_numbers(linked))
    st.session_state[key] = [n for n in st.session_state[key] if n in numbers]
    chosen = st.multiselect(
        label, numbers, key=key, format_func=lambda number: rows[number - 1].name,
        placeholder=_("all classes"),
    )  # fmt: skip
    found = tuple(sorted(chosen))
    code_to_url(key, _text(found), "")
    return found


def _text(numbers: Sequence[int]) -> str:
    return ".".join(map(str, numbers))


def _code(text: str, count: int) -> str | None:
    """The code that a link means; None where it means none of ``count`` classes."""
    parts = text.split(".") if len(text) <= 4 * count else []
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    numbers = sorted({int(part) for part in parts})
    return _text(numbers) if 1 <= numbers[0] <= numbers[-1] <= count else None


def _numbers(code: str) -> tuple[int, ...]:
    return tuple(map(int, code.split("."))) if code else ()

"""Controls whose values are in the address, so that a link shows what its sender saw.

Streamlit can bind a widget to the address itself (``bind="query-params"``), but it writes the
*label* of a choice, which changes with the language, takes a slider's value between two steps, and
drops an unusable value without a word. So these controls do it, all in one way:

- when a control first appears, and when the visitor goes back in the browser's history, its value
  is read from the address; after that the widget has the value and the address follows it;
- choices are written as stable codes (``photo=astronaut``), numbers as digits, switches as 0 or 1;
- a default is not written;
- an unusable value gives the default, and one note at the top of the page (``show_notes``).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from dashboard.address import Number, is_shown, parse_number, seed, set_by_hand, written


def select(
    label: str, options: Mapping[str, str], *, key: str, default: str | None = None,
    help: str | None = None, hidden_label: bool = False,
) -> str:  # fmt: skip
    """A choice from a list that folds away.

    Args:
        label: what is chosen, translated.
        options: what can be chosen: stable codes, and their labels, translated.
        key: the parameter's name in the address.
        default: a code; the first where it is left out.
        help: a sentence behind a question mark.
        hidden_label: the label is left to screen readers.

    Returns:
        The code chosen.
    """
    default = next(iter(options)) if default is None else default
    return _drawn(
        st.selectbox, label, list(options), key=key, default=default, read=_code_in(options),
        format_func=options.__getitem__, help=help, label_visibility=_visibility(hidden_label),
    )  # fmt: skip


def segmented(
    label: str, options: Mapping[str, str], *, key: str, default: str | None = None,
    help: str | None = None, hidden_label: bool = False,
) -> str:  # fmt: skip
    """A choice of few, all in sight. Arguments and result as of ``select``."""
    default = next(iter(options)) if default is None else default
    return _drawn(
        st.segmented_control, label, list(options), key=key, default=default,
        read=_code_in(options), format_func=options.__getitem__, help=help, required=True,
        label_visibility=_visibility(hidden_label),
    )  # fmt: skip


def toggle(label: str, *, key: str, default: bool = False, help: str | None = None) -> bool:
    """A switch: ``key=1`` or ``key=0`` in the address."""
    read = {"1": True, "0": False}.get
    return _drawn(st.toggle, label, key=key, default=default, read=read, help=help)


def number(
    label: str, *, key: str, min_value: Number, max_value: Number, default: Number, step: Number,
    help: str | None = None,
) -> Number:  # fmt: skip
    """A number to type. Values are ``min_value`` plus a whole number of steps."""
    return _drawn(
        st.number_input, label, min_value, max_value, key=key, default=default,
        read=_number_in(min_value, max_value, step), step=step, help=help,
    )  # fmt: skip


def slider(
    label: str, *, key: str, min_value: Number, max_value: Number, default: Number, step: Number,
    help: str | None = None,
) -> Number:  # fmt: skip
    """A slider that answers when it is let go; one that moves a picture is a ``live_slider``."""
    return _drawn(
        st.slider, label, min_value, max_value, key=key, default=default,
        read=_number_in(min_value, max_value, step), step=step, help=help,
    )  # fmt: skip


def steps(
    label: str, options: Mapping[str, str], *, key: str, default: str, help: str | None = None
) -> str:
    """A slider with a place for each choice, from left to right. Arguments and result as of
    ``select``.
    """
    return _drawn(
        st.select_slider, label, list(options), key=key, default=default, read=_code_in(options),
        format_func=options.__getitem__, help=help,
    )  # fmt: skip


def text(
    label: str, *, key: str, placeholder: str = "", max_chars: int = 200, hidden_label: bool = False
) -> str:  # fmt: skip
    """A line to type, empty at first.

    Args:
        label: what is asked for, translated.
        key: the parameter's name in the address.
        placeholder: stands in the empty line, translated.
        max_chars: a longer one is not taken from the address.
        hidden_label: the label is left to screen readers.
    """
    return _drawn(
        st.text_input, label, key=key, default="",
        read=lambda typed: typed if len(typed) <= max_chars else None, tidied=str.strip,
        placeholder=placeholder, max_chars=max_chars, label_visibility=_visibility(hidden_label),
    )  # fmt: skip


def questions(label: str, options: Mapping[str, str], *, key: str = "tab") -> str:
    """The questions of a lesson, one of them open; it looks like tabs (frame.css).

    Streamlit's own tabs are drawn anew whenever anything on the page moves: measured on 2 cores, an
    empty row of six makes each picture behind a live slider 13 ms later, these make it 1 ms later.

    Args:
        label: what is chosen, for screen readers.
        options: codes and their labels, translated.
        key: the parameter's name in the address.

    Returns:
        The open question's code.
    """
    with st.container(key=f"{key}_row"):
        return segmented(label, options, key=key, hidden_label=True)


def _drawn(
    widget: Callable[..., Any], label: str, *arguments: Any, key: str, default: Any,
    read: Callable[[str], Any], tidied: Callable[[Any], Any] = lambda value: value, **options: Any,
) -> Any:  # fmt: skip
    """A widget of Streamlit's with its value in the address; where a stage hides it, its value.

    Args:
        widget: draws it.
        label, arguments, options: of the widget.
        key: the parameter's name in the address.
        default: the usual value, which the address leaves out.
        read: the value of a text in the address; None where it is none.
        tidied: makes of what the widget has the value that is written and returned.
    """
    seed(key, default, read)
    if not is_shown(key, label):
        return st.session_state[key]
    value = widget(label, *arguments, key=key, on_change=set_by_hand, args=(key,), **options)
    return written(key, default if value is None else tidied(value), default)


def _number_in(least: Number, most: Number, step: Number) -> Callable[[str], Number | None]:
    return lambda text: parse_number(text, least, most, step)


def _code_in(options: Sequence[str] | Mapping[str, str]) -> Callable[[str], str | None]:
    return lambda text: text if text in options else None


def _visibility(hidden: bool) -> Literal["visible", "collapsed"]:
    return "collapsed" if hidden else "visible"

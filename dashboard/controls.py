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

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.i18n import _

Number = TypeVar("Number", int, float)
Value = TypeVar("Value", str, int, float, bool)

# The share of a step that rounding may cost: 0.1 + 0.2 is 0.30000000000000004.
_TOLERANCE = 1e-6
_DECIMALS = 10
_UNUSABLE = "parameters of the link that cannot be used"
_PAGE, _SETTINGS = "page that is shown", "settings by page"


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
    _seed(key, default, _code_in(options))
    value = st.selectbox(
        label, list(options), key=key, format_func=options.__getitem__, help=help,
        on_change=_set_by_hand, args=(key,), label_visibility=_visibility(hidden_label),
    )  # fmt: skip
    return _written(key, value, default)


def segmented(
    label: str, options: Mapping[str, str], *, key: str, default: str | None = None,
    help: str | None = None, hidden_label: bool = False,
) -> str:  # fmt: skip
    """A choice of few, all in sight. Arguments and result as of ``select``."""
    default = next(iter(options)) if default is None else default
    _seed(key, default, _code_in(options))
    value = st.segmented_control(
        label, list(options), key=key, format_func=options.__getitem__, help=help,
        required=True, on_change=_set_by_hand, args=(key,),
        label_visibility=_visibility(hidden_label),
    )  # fmt: skip
    return _written(key, default if value is None else value, default)


def toggle(label: str, *, key: str, default: bool = False, help: str | None = None) -> bool:
    """A switch: ``key=1`` or ``key=0`` in the address."""
    _seed(key, default, {"1": True, "0": False}.get)
    value = st.toggle(label, key=key, help=help, on_change=_set_by_hand, args=(key,))
    return _written(key, value, default)


def number(
    label: str, *, key: str, min_value: Number, max_value: Number, default: Number, step: Number,
    help: str | None = None,
) -> Number:  # fmt: skip
    """A number to type. Values are ``min_value`` plus a whole number of steps."""
    _seed(key, default, lambda text: parse_number(text, min_value, max_value, step))
    value = st.number_input(
        label, min_value, max_value, step=step, key=key, help=help,
        on_change=_set_by_hand, args=(key,),
    )  # fmt: skip
    return _written(key, value, default)


def slider(
    label: str, *, key: str, min_value: Number, max_value: Number, default: Number, step: Number,
    help: str | None = None,
) -> Number:  # fmt: skip
    """A slider that answers when it is let go; one that moves a picture is a ``live_slider``."""
    _seed(key, default, lambda text: parse_number(text, min_value, max_value, step))
    value = st.slider(
        label, min_value, max_value, step=step, key=key, help=help,
        on_change=_set_by_hand, args=(key,),
    )  # fmt: skip
    return _written(key, value, default)


def steps(
    label: str, options: Mapping[str, str], *, key: str, default: str, help: str | None = None
) -> str:
    """A slider with a place for each choice, from left to right. Arguments and result as of
    ``select``.
    """
    _seed(key, default, _code_in(options))
    value = st.select_slider(
        label, list(options), key=key, format_func=options.__getitem__, help=help,
        on_change=_set_by_hand, args=(key,),
    )  # fmt: skip
    return _written(key, value, default)


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
    _seed(key, "", lambda typed: typed if len(typed) <= max_chars else None)
    value = st.text_input(
        label, key=key, placeholder=placeholder, max_chars=max_chars, on_change=_set_by_hand,
        args=(key,), label_visibility=_visibility(hidden_label),
    )  # fmt: skip
    return _written(key, value.strip(), "")


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


def number_from_url(
    key: str, default: Number, min_value: Number, max_value: Number, step: Number
) -> Number:
    """The number that the address gives for a control, or the default.

    For the first value of controls that are not Streamlit's own, such as ``live_slider``.

    Args:
        key: the parameter's name in the address.
        default: returned where the address says nothing, or nothing usable (then noted).
        min_value: the smallest usable value.
        max_value: the largest usable value.
        step: values are ``min_value`` plus a whole number of steps.

    Returns:
        An int where default, bounds and step are ints, else a float.
    """
    return _read(key, default, lambda text: parse_number(text, min_value, max_value, step))


def number_to_url(key: str, value: Number, default: Number) -> None:
    """Let the address follow a control; call it when a drag ends, not while it lasts.

    Each new value is an entry in the browser's history, and browsers refuse more than a few a
    second.
    """
    _written(key, value, default)


def code_from_url(key: str, default: str, parse: Callable[[str], str | None]) -> str:
    """The code that the address gives for a control, or the default; as ``number_from_url``.

    Args:
        key: the parameter's name in the address.
        default: returned where the address says nothing, or nothing usable (then noted).
        parse: the code that a text means, or None where it means none.
    """
    return _read(key, default, parse)


def code_to_url(key: str, code: str, default: str) -> None:
    """Let the address follow a control, as ``number_to_url``."""
    _written(key, code, default)


def parse_number(text: str, min_value: Number, max_value: Number, step: Number) -> Number | None:
    """The number that a text means, or None where no position of the control has it."""
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number) or not min_value <= number <= max_value:
        return None
    steps = (number - min_value) / step
    if abs(steps - round(steps)) > _TOLERANCE:
        return None
    value = min_value + round(steps) * step
    return value if isinstance(value, int) else min(round(value, _DECIMALS), max_value)


def note_bad_value(key: str) -> None:
    """Remember that the link's value for ``key`` cannot be used, and take it out of the address."""
    st.session_state[_UNUSABLE] = {**st.session_state.get(_UNUSABLE, {}), key: True}
    st.query_params.pop(key, None)


def page_begins(name: str) -> None:
    """From here on, what controls write belongs to the page of this name."""
    if st.session_state.get(_PAGE) not in (None, name):
        forget_bad_values()
    st.session_state[_PAGE] = name


def settings_of(name: str) -> dict[str, str]:
    """The settings with which this visitor left a page, as in its address: the way back to it."""
    pages: dict[str, dict[str, str]] = st.session_state.setdefault(_SETTINGS, {})
    return pages.setdefault(name, {})


def present_settings() -> dict[str, str]:
    """The settings of the page that is shown, as in its address; a copy."""
    return dict(settings_of(st.session_state.get(_PAGE, "")))


def forget_bad_values() -> None:
    """Another page begins: the notes about the last one's link are gone."""
    st.session_state.pop(_UNUSABLE, None)


def show_notes() -> None:
    """One plain note naming the parameters of the link that could not be used, if there are any."""
    names = ", ".join(st.session_state.get(_UNUSABLE, {}))
    if names:
        text = _("The link gives a value that cannot be used for {names}; the default is shown.")
        st.warning(text.format(names=names))


def _seed(key: str, default: Value, parse: Callable[[str], Value | None]) -> None:
    if key not in st.session_state or history_moved():
        st.session_state[key] = _read(key, default, parse)
    elif parse(_as_text(st.session_state[key])) is None:
        # Another control has changed what can be chosen here.
        st.session_state[key] = default


def _read(key: str, default: Value, parse: Callable[[str], Value | None]) -> Value:
    text = st.query_params.get(key)
    if text is None:
        return default
    value = parse(text)
    if value is None:
        note_bad_value(key)
        return default
    return value


def _written(key: str, value: Value, default: Value) -> Value:
    text = _as_text(value)
    settings = settings_of(st.session_state.get(_PAGE, ""))
    if value == default:
        st.query_params.pop(key, None)
        settings.pop(key, None)
        return value
    settings[key] = text
    if st.query_params.get(key) != text:
        st.query_params[key] = text
    return value


def _as_text(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"{round(value, _DECIMALS):.{_DECIMALS}g}" if isinstance(value, float) else str(value)


def history_moved() -> bool:
    """The visitor pressed Back or Forward: the address has changed under the widgets."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def _set_by_hand(key: str) -> None:
    """A control was moved: what its link said is of no interest any more."""
    noted = st.session_state.get(_UNUSABLE, {})
    st.session_state[_UNUSABLE] = {name: True for name in noted if name != key}


def _code_in(options: Sequence[str] | Mapping[str, str]) -> Callable[[str], str | None]:
    return lambda text: text if text in options else None


def _visibility(hidden: bool) -> Literal["visible", "collapsed"]:
    return "collapsed" if hidden else "visible"

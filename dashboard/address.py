"""What stands in the page's address: read when a page opens, followed by its controls.

A value of a control is read from the address when the control first appears, and when the visitor
goes back in the browser's history; after that the address follows the control. A default is not
written. A value that cannot be used gives the default, and one note at the top of the page.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import fragments
from dashboard.i18n import PARAMETER, _, language

Number = TypeVar("Number", int, float)
Value = TypeVar("Value", str, int, float, bool)

# The share of a step that rounding may cost: 0.1 + 0.2 is 0.30000000000000004.
_TOLERANCE = 1e-6
_DECIMALS = 10
_UNUSABLE = "parameters of the link that cannot be used"
_PAGE, _SETTINGS = "page that is shown", "settings by page"
_GONE_TO = "the address was changed for the controls"
_LABELS = "labels of the page's controls"
_DRAWN_IN = "language in which a control was drawn"

#: Parameters that are no settings of a page: whether it is on a stage, and which controls it has
#: there (their names, with commas between them; all, where it is not said); the room it is in.
STAGE, SHOW, ROOM = "stage", "show", "room"
_DIVIDER = ","  # of the controls' names
_OF_NO_PAGE = (PARAMETER, STAGE, SHOW, ROOM)


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
    written(key, value, default)


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
    written(key, code, default)


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
    st.session_state.pop(_LABELS, None)
    fragments.page_begins()
    context = get_script_run_ctx()
    if st.session_state.pop(_GONE_TO, False) and context is not None:
        context.is_history_navigation = True  # of this run alone


def go_to(settings: Mapping[str, str]) -> None:
    """Give the page's controls other values, as going back in the browser's history does.

    Call it in a callback: the run that follows reads the address anew.

    Args:
        settings: as in an address; controls that are left out get their defaults. The
            language, the stage and the room stay.
    """
    _replace(settings)
    read_anew()


def went_to(settings: Mapping[str, str]) -> bool:
    """As ``go_to``, but at once, and only the fragments run in which something changes.

    Returns:
        False, and nothing is done, where a control that changes stands in no fragment.
    """
    now = present_settings()
    changed = [key for key in now.keys() | settings if now.get(key) != settings.get(key)]
    places = fragments.of(changed)
    if places is None:
        return False
    _replace(settings)
    fragments.run_again(places)
    return True


def _replace(settings: Mapping[str, str]) -> None:
    kept = {key: st.query_params[key] for key in _OF_NO_PAGE if key in st.query_params}
    st.query_params.from_dict({**settings, **kept})
    page = settings_of(present_page())
    page.clear()
    page.update(settings)
    forget_bad_values()


def read_anew() -> None:
    """Have the controls of the page that runs next take their values from its address."""
    st.session_state[_GONE_TO] = True


def settings_of(name: str) -> dict[str, str]:
    """The settings with which this visitor left a page, as in its address: the way back to it."""
    pages: dict[str, dict[str, str]] = st.session_state.setdefault(_SETTINGS, {})
    return pages.setdefault(name, {})


def present_page() -> str:
    """The name of the page that is shown."""
    return str(st.session_state.get(_PAGE, ""))


def is_shown(key: str, label: str) -> bool:
    """Whether a control is there; on a stage the link may say which are.

    Args:
        key: the parameter's name in the address.
        label: of the control, translated: it is remembered for those who choose.
    """
    if st.query_params.get(STAGE) != "1" or key in _OF_NO_PAGE:
        return True
    st.session_state.setdefault(_LABELS, {})[key] = label
    chosen = chosen_controls()
    return not chosen or key in chosen


def chosen_controls() -> list[str]:
    """The controls that the link wants on the stage, by their parameters; none: all of them."""
    return [key for key in st.query_params.get(SHOW, "").split(_DIVIDER) if key]


def choose_controls(keys: Sequence[str]) -> None:
    """Let the link say which controls there are on the stage; none: all of them."""
    if keys:
        st.query_params[SHOW] = _DIVIDER.join(keys)
    else:
        st.query_params.pop(SHOW, None)


def labels_of_page() -> dict[str, str]:
    """The labels of the controls of the page that is shown on a stage, by their parameters."""
    return dict(st.session_state.get(_LABELS, {}))


def present_settings() -> dict[str, str]:
    """The settings of the page that is shown, as in its address; a copy."""
    settings = settings_of(present_page())
    return {key: text for key, text in settings.items() if key not in _OF_NO_PAGE}


def forget_bad_values() -> None:
    """Another page begins: the notes about the last one's link are gone."""
    st.session_state.pop(_UNUSABLE, None)


def show_notes() -> None:
    """One plain note naming the parameters of the link that could not be used, if there are any."""
    names = ", ".join(st.session_state.get(_UNUSABLE, {}))
    if names:
        text = _("The link gives a value that cannot be used for {names}; the default is shown.")
        st.warning(text.format(names=names))


def seed(key: str, default: Value, parse: Callable[[str], Value | None]) -> None:
    if key not in st.session_state or history_moved():
        st.session_state[key] = _read(key, default, parse)
    elif parse(_as_text(st.session_state[key])) is None:
        # Another control has changed what can be chosen here.
        st.session_state[key] = default
    elif st.session_state.get(_DRAWN_IN, {}).get(key, language()) != language():
        # Set anew, or a browser goes on showing the choice's label in the other language.
        st.session_state[key] = st.session_state[key]
    st.session_state.setdefault(_DRAWN_IN, {})[key] = language()


def _read(key: str, default: Value, parse: Callable[[str], Value | None]) -> Value:
    fragments.note(key)
    text = st.query_params.get(key)
    settings = settings_of(present_page())
    settings.pop(key, None)
    if text is None:
        return default
    value = parse(text)
    if value is None:
        note_bad_value(key)
        return default
    # A control of the browser's own writes nothing before it is moved.
    settings[key] = text
    return value


def written(key: str, value: Value, default: Value) -> Value:
    fragments.note(key)
    text = _as_text(value)
    settings = settings_of(present_page())
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


def set_by_hand(key: str) -> None:
    """A control was moved: what its link said is of no interest any more."""
    noted = st.session_state.get(_UNUSABLE, {})
    st.session_state[_UNUSABLE] = {name: True for name in noted if name != key}

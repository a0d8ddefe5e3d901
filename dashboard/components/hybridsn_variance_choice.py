"""A choice of several things at once, in the link as their codes joined by points."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import address


def several(
    label: str, options: Mapping[str, str], *, key: str, default: Sequence[str],
    help: str | None = None,
) -> tuple[str, ...]:  # fmt: skip
    """The control.

    Args:
        label: what is chosen, translated.
        options: codes, without points, and their labels, translated.
        key: the parameter's name in the address.
        default: codes.
        help: a sentence behind a question mark.

    Returns:
        The chosen codes, in the order of the options; it may be none.
    """

    def parsed(text: str) -> str | None:
        codes = text.split(".") if text != "0" else []
        return text if set(codes) <= set(options) else None

    usual = _code([code for code in options if code in default])
    if key not in st.session_state or address.history_moved():
        text = address.code_from_url(key, usual, parsed)
        st.session_state[key] = [code for code in options if code in text.split(".")]
    chosen = st.pills(
        label, list(options), selection_mode="multi", key=key, format_func=options.__getitem__,
        help=help,
    )  # fmt: skip
    found = tuple(code for code in options if code in chosen)
    address.code_to_url(key, _code(found), usual)
    return found


def _code(codes: Sequence[str]) -> str:
    return ".".join(codes) or "0"

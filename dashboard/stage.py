"""Stage mode (``?stage=1``): a lesson before an audience.

Type is larger and the sidebar is gone. The link can say which controls there are, by their names in
the address (``show=block,tab``); all others keep their values. A QR code and a short link give the
room the present state; keys do what a lecturer does most (components/stage_keys.js).
"""

from pathlib import Path

import streamlit as st

from dashboard import address, room_link, room_panel, short_links
from dashboard.address import SHOW, STAGE
from dashboard.components.stage_keys import stage_keys
from dashboard.i18n import _

STYLE = Path(__file__).with_name("stage.css")

_CHOICE = "stage_show"
_OF_STAGE = (STAGE, SHOW)


def is_on() -> bool:
    """Whether this page is shown on a stage."""
    return st.query_params.get(STAGE) == "1"


def way_in() -> None:
    """The button in the sidebar that begins it."""
    st.button(
        _("On stage"), icon=":material/present_to_all:", width="stretch", on_click=_begin,
        help=_("Larger type, no sidebar, a link for the room"),
    )  # fmt: skip


def bar() -> None:
    """What the lecturer has at hand, at the top of the page."""
    st.html(STYLE)
    with (
        st.container(key="stage_some" if address.chosen_controls() else "stage_all"),
        st.container(key="stage_bar", horizontal=True, gap="small"),
    ):
        with st.popover(_("Controls"), icon=":material/tune:"):
            _choice()
        with st.popover(_("Room"), icon=":material/groups:"):
            if room_panel.code() is None:
                room_panel.way_in()
            else:
                room_panel.present()
        if st.button(_("Link"), icon=":material/qr_code_2:"):
            _for_the_room()
        # The browser answers it (stage_keys.js).
        st.button(_("Keys"), icon=":material/keyboard:", key="stage_keys_list")
        st.button(_("Leave the stage"), icon=":material/close:", on_click=_end)
    stage_keys()


def _choice() -> None:
    """Which controls there are; none chosen means all of them."""
    labels = address.labels_of_page()
    shown = [key for key in address.chosen_controls() if key in labels]
    st.multiselect(
        _("Only these are shown"), labels, default=shown, format_func=labels.__getitem__,
        placeholder=_("all"), key=_CHOICE,
        on_change=lambda: address.choose_controls(st.session_state[_CHOICE]),
    )  # fmt: skip


@st.dialog("\u200b", width="large")  # without a title: the code is as large as it can be
def _for_the_room() -> None:
    """The present state of the page as a QR code, and as a link to type."""
    room_link.show(link_to_state())


def link_to_state() -> str:
    """A short link to the page as it is, for other machines."""
    code = short_links.keep(address.present_page(), address.present_settings())
    return room_link.link({short_links.PARAMETER: code})


def _begin() -> None:
    st.query_params[STAGE] = "1"


def _end() -> None:
    for key in _OF_STAGE:
        st.query_params.pop(key, None)

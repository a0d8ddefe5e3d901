"""Rooms on the page: a lecturer's is opened, shown and closed, a student's is followed.

``?room=CODE`` joins one, and stays in the address, so that a reload comes back to it.
"""

from collections import Counter

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from cnnviz.text import N_
from dashboard import address, frame, room_link, rooms
from dashboard.address import ROOM
from dashboard.i18n import _
from dashboard.visitor import is_known, owns, visitor

#: Seconds between two looks: a lecturer's change is at the students' pages within one second.
LECTURER, STUDENT = 0.4, 0.5
_SEEN, _TAKEN, _FOLLOWS = "room: seen", "room: to be taken over", "room_follows"
_ENDED = N_("This room has ended, or there was none of this code.")


def code() -> str | None:
    """The room that this page is in, as the address says."""
    return st.query_params.get(ROOM)


def take_over(page: StreamlitPage, listed: dict[str, StreamlitPage]) -> None:
    """Give this page what the lecturer shows, if it has just been seen; before the page runs."""
    taken = st.session_state.pop(_TAKEN, None)
    if taken is None:
        return
    name, settings = taken
    if name == page.url_path or name not in listed:
        address.go_to(settings)
        return
    address.read_anew()
    st.switch_page(listed[name], query_params={**settings, ROOM: code() or ""})


def present() -> None:
    """The room that the page is in, for its lecturer or for a student."""
    if leads():
        st.fragment(_lead, run_every=LECTURER)()
        _lecturers_buttons()
    else:
        st.fragment(_student)()
        st.fragment(_look, run_every=STUDENT)()


@st.fragment
@frame.guard()
def way_in() -> None:
    """The button that opens a room for this page."""
    visitor()  # asked of the browser before a room is opened: its owner is known after a reload
    if st.button(
        _("Open a room"), icon=":material/groups:", width="stretch",
        help=_("Students' pages follow this one"),
    ):  # fmt: skip
        st.query_params[ROOM] = rooms.open_room(
            visitor(), address.present_page(), address.present_settings()
        )
        st.rerun()


@frame.guard()
def _lead() -> None:
    """The lecturer's view: what the page shows is shown to all."""
    name = code() or ""
    room = _own()
    if room is None:
        st.rerun()  # four hours are over
    rooms.show(name, room.owner, address.present_page(), address.present_settings())
    st.markdown(f":material/groups: **{written(name)}**")
    st.caption(_("In the room: {count}").format(count=rooms.joined(name)))


@st.fragment
@frame.guard()
def _lecturers_buttons() -> None:
    """Apart from what is drawn again by itself: that would close the code at once."""
    name = code() or ""
    if st.button(_("Show the code"), icon=":material/qr_code_2:", width="stretch"):
        _for_the_room(name)
    if st.button(_("Close the room"), icon=":material/close:", width="stretch"):
        if (room := _own()) is not None:
            rooms.close(name, room.owner)
        _leave()


@frame.guard()
def _student() -> None:
    """A student's view: the page follows, as long as they want it to."""
    name = code() or ""
    who, room = visitor(), rooms.look(name)
    if room is None:
        st.caption(_(_ENDED))
    elif owns(room.owner):
        st.rerun()  # the browser has answered: it is the lecturer, after a reload
    else:
        st.markdown(f":material/groups: {written(name)}")
        st.toggle(_("Follow the lecturer"), value=True, key=_FOLLOWS, on_change=_forget_seen)
        if is_known():
            rooms.join(name, who)
    if st.button(_("Leave the room"), icon=":material/logout:", width="stretch"):
        _leave()


@frame.guard()
def _look() -> None:
    """Whether there is something new to take over. Nothing is drawn: a hundred pages look."""
    name = code() or ""
    room = rooms.look(name)
    seen = None if room is None else (name, room.number)
    follows = st.session_state.get(_FOLLOWS, True) or room is None
    if follows and st.session_state.get(_SEEN) != seen:
        st.session_state[_SEEN] = seen
        if room is not None:
            if room.page == address.present_page() and address.went_to(room.settings):
                return
            st.session_state[_TAKEN] = (room.page, dict(room.settings))
        st.rerun()


def share_guess(question: str, answer: int) -> None:
    """Tell the room, where the page is in one, what this visitor guesses.

    Args:
        question: its name.
        answer: its place among the answers.
    """
    if (name := code()) is not None:
        rooms.guess(name, visitor(), question, answer)


def guesses(question: str) -> Counter[int] | None:
    """How many of the room have guessed each answer; None where the page is in no room."""
    name = code()
    return None if name is None else rooms.guesses(name, question)


def leads() -> bool:
    """Whether this visitor is the lecturer of the room that the page is in."""
    return _own() is not None


def _own() -> rooms.Room | None:
    """The room that the page is in, where it is this visitor's."""
    room = rooms.look(code() or "")
    return room if room is not None and owns(room.owner) else None


def written(name: str) -> str:
    """A code as people read it."""
    return f"{name[:4]}-{name[4:]}"


@st.dialog("\u200b", width="large")
def _for_the_room(name: str) -> None:
    """The way into the room."""
    room_link.show(room_link.link({ROOM: name}), written(name))


def _leave() -> None:
    st.query_params.pop(ROOM, None)
    st.session_state.pop(_SEEN, None)
    st.rerun()


def _forget_seen() -> None:
    """Who comes back takes what is shown now."""
    st.session_state.pop(_SEEN, None)

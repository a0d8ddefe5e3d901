"""Rooms: a lecturer's page, and those who follow it. All of what is known of them, and who may
change it.

A room is known by its code, which nobody guesses; it ends after four hours.
"""

import secrets
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from cnnviz.errors import UserError
from dashboard import shared_state
from dashboard.short_links import LETTERS

SECONDS = 4 * 60 * 60  # that a room lasts
MOST = 200  # rooms at once
ANSWERS = 10  # at most, to a question

_ROOMS = "rooms"
_LENGTH = 8
# What belongs to a visitor alone, or to a run of theirs, is not for others.
_PRIVATE = {"photo": ("upload", "webcam"), "other": ("upload", "webcam")}
_opening = Lock()


@dataclass(frozen=True)
class Room:
    """What a room shows.

    Attributes:
        code: its name.
        owner: who opened it, as ``dashboard.visitor`` names them.
        opened: seconds since 1970.
        page: the name of the page.
        settings: of its controls, as in its address.
        number: of changes so far.
    """

    code: str
    owner: str
    opened: float
    page: str
    settings: Mapping[str, str]
    number: int


def open_room(owner: str, page: str, settings: Mapping[str, str]) -> str:
    """Open a room, and close the one that its owner had; returns its code.

    Raises:
        UserError: where there are too many.
    """
    with _opening:
        for room in _all():
            if room.owner == owner:
                _end(room.code)
        if len(_all()) >= MOST:
            raise UserError("There are {count} rooms already; one has to end first.", count=MOST)
        code = "".join(secrets.choice(LETTERS) for _place in range(_LENGTH))
        _write(Room(code, owner, time.time(), page, _public(settings), 1))
    return code


def look(code: str) -> Room | None:
    """A room as it is now; None where there is none of this code, or it has ended."""
    kept = shared_state.get(_ROOMS, _plain(code), "shows")
    room = None if kept is None else Room(**kept)
    if room is None or time.time() - room.opened > SECONDS:
        return None
    return room


def show(code: str, owner: str, page: str, settings: Mapping[str, str]) -> None:
    """Have the room see another page or other settings.

    Raises:
        PermissionError: of another's room.
    """
    room = _own(code, owner)
    settings = _public(settings)
    if room is not None and (room.page, room.settings) != (page, settings):
        _write(Room(room.code, owner, room.opened, page, settings, room.number + 1))


def close(code: str, owner: str) -> None:
    """End a room.

    Raises:
        PermissionError: of another's room.
    """
    if (room := _own(code, owner)) is not None:
        _end(room.code)


def join(code: str, visitor: str) -> None:
    """Count a visitor as one of the room."""
    if look(code) is not None:
        shared_state.put(1, _ROOMS, _plain(code), "joined", visitor)


def joined(code: str) -> int:
    """How many visitors have come so far."""
    return len(shared_state.get(_ROOMS, _plain(code), "joined") or {})


def guess(code: str, visitor: str, question: str, answer: int) -> None:
    """A visitor's answer to a question; a later one replaces it.

    Args:
        code: of the room.
        visitor: who guesses.
        question: its name.
        answer: its place among the answers.
    """
    if look(code) is not None and 0 <= answer < ANSWERS:
        shared_state.put(answer, _ROOMS, _plain(code), "guesses", question, visitor)


def guesses(code: str, question: str) -> Counter[int]:
    """How many have guessed each answer, by its place."""
    found = shared_state.get(_ROOMS, _plain(code), "guesses", question) or {}
    return Counter(found.values())


def _own(code: str, owner: str) -> Room | None:
    room = look(code)
    if room is not None and room.owner != owner:
        raise PermissionError("only who opened a room leads it")
    return room


def _all() -> list[Room]:
    """The rooms that there are; those that have ended are taken away."""
    rooms = {code: look(code) for code, kept in (shared_state.get(_ROOMS) or {}).items() if kept}
    for code, room in rooms.items():
        if room is None:
            _end(code)
    return [room for room in rooms.values() if room is not None]


def _write(room: Room) -> None:
    shared_state.put({**vars(room), "settings": dict(room.settings)}, _ROOMS, room.code, "shows")


def _end(code: str) -> None:
    shared_state.put(None, _ROOMS, code)


def _plain(code: str) -> str:
    """As it is kept: people type capitals, and the hyphen that it is shown with."""
    return code.replace("-", "").lower()


def _public(settings: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in settings.items() if text not in _PRIVATE.get(key, ())}

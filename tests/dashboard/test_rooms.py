"""Rooms: who may change them, what they show, and pages that follow, by Streamlit's test runner."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client, LocalCluster
from streamlit.testing.v1 import AppTest

from cnnviz.errors import UserError
from cnnviz.training import cluster
from dashboard import guide, guide_text, rooms, shared_state
from dashboard.cache import training
from tests.dashboard import pages
from tests.dashboard.pages import sound, told

LESSON = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "senet.py"
LECTURER, STUDENT = "lecturer", "student"
SHOWN = {"tab": "hands", "block": "3"}


@pytest.fixture(autouse=True)
def no_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNNVIZ_SCHEDULER", raising=False)
    monkeypatch.setattr(shared_state, "_kept", {})


@pytest.fixture
def code() -> str:
    return rooms.open_room(LECTURER, "senet", SHOWN)


@pytest.fixture(params=["memory", "scheduler"])
def anywhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Rooms in this process, and with a scheduler."""
    if request.param == "memory":
        yield
        return
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=None) as scheduler,
        Client(scheduler, set_as_default=False) as client,
    ):
        monkeypatch.setattr(cluster, "address", lambda: scheduler.scheduler_address)
        engine = type("Engine", (), {"client": lambda _self: client})()
        monkeypatch.setattr(training, "engine", lambda: engine)
        yield


@pytest.mark.usefixtures("anywhere")
def test_a_room_shows_what_its_lecturer_shows() -> None:
    code = rooms.open_room(LECTURER, "senet", SHOWN)
    first = rooms.look(code)
    assert first
    assert (first.page, first.settings, first.number) == ("senet", SHOWN, 1)
    rooms.show(code, LECTURER, "senet", SHOWN)
    assert rooms.look(code) == first, "nothing has changed"
    rooms.show(code, LECTURER, "dncnn", {})
    then = rooms.look(code)
    assert then
    assert (then.page, then.settings, then.number) == ("dncnn", {}, 2)
    rooms.close(code, LECTURER)
    assert rooms.look(code) is None


@pytest.mark.usefixtures("anywhere")
def test_guesses_are_counted_once_a_visitor() -> None:
    code = rooms.open_room(LECTURER, "senet", SHOWN)
    for visitor, answer in [("a", 0), ("b", 1), ("c", 1), ("a", 1)]:
        rooms.join(code, visitor)
        rooms.guess(code, visitor, "senet 1", answer)
    assert rooms.guesses(code, "senet 1") == {1: 3}
    assert rooms.guesses(code, "senet 2") == {}
    assert rooms.joined(code) == 3


def test_a_student_cannot_steer(code: str) -> None:
    with pytest.raises(PermissionError):
        rooms.show(code, STUDENT, "dncnn", {})
    with pytest.raises(PermissionError):
        rooms.close(code, STUDENT)
    room = rooms.look(code)
    assert room
    assert room.page == "senet"


def test_a_guess_that_is_no_answer_is_not_kept(code: str) -> None:
    for answer in (-1, rooms.ANSWERS):
        rooms.guess(code, STUDENT, "senet 1", answer)
    assert rooms.guesses(code, "senet 1") == {}


def test_codes_are_read_as_people_type_them(code: str) -> None:
    assert rooms.look(f"{code[:4]}-{code[4:]}".upper()) == rooms.look(code)


def test_codes_are_too_many_to_be_guessed(code: str) -> None:
    assert len(rooms.LETTERS) ** rooms._LENGTH > 5e11
    assert rooms.open_room("another", "senet", {}) != code


def test_a_lecturer_has_one_room(code: str) -> None:
    new = rooms.open_room(LECTURER, "dncnn", {})
    assert rooms.look(code) is None
    assert rooms.look(new)


def test_rooms_end_after_four_hours(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = rooms.time.time()
    monkeypatch.setattr(rooms.time, "time", lambda: now + rooms.SECONDS - 60)
    assert rooms.look(code)
    monkeypatch.setattr(rooms.time, "time", lambda: now + rooms.SECONDS + 60)
    assert rooms.look(code) is None
    rooms.open_room("another", "senet", {})
    assert shared_state.get("rooms", code) is None, "what has ended is taken away"


def test_too_many_rooms_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MOST", 2)
    for owner in "ab":
        rooms.open_room(owner, "senet", {})
    with pytest.raises(UserError):
        rooms.open_room("c", "senet", {})
    assert rooms.open_room("a", "senet", {})


def test_a_lecturers_own_picture_is_not_for_the_room() -> None:
    code = rooms.open_room(LECTURER, "senet", {"photo": "upload", "other": "webcam", "block": "2"})
    room = rooms.look(code)
    assert room
    assert room.settings == {"block": "2"}


def page(file: str) -> None:
    """A lesson in a room, as the dashboard shows it."""
    import runpy
    from pathlib import Path
    from types import SimpleNamespace

    import streamlit as st

    from dashboard import address, guide, room_panel

    name = Path(file).stem
    here = SimpleNamespace(url_path=name)
    room_panel.take_over(here, {name: here})
    address.page_begins(name)
    with st.sidebar:
        guide.choice(name)
        room_panel.way_in() if room_panel.code() is None else room_panel.present()
    runpy.run_path(file)
    guide.panel(name)


def opened(file: Path = LESSON, **link: str) -> AppTest:
    return pages.opened(page, str(file), **link)


def press(at: AppTest, label: str) -> None:
    sound(next(each for each in at.button if each.label == label).click().run())


def test_a_students_page_follows_lets_go_and_comes_back() -> None:
    lecturer = opened(block="3")
    press(lecturer, "Open a room")
    code = lecturer.query_params["room"]
    student = opened(room=code, lang="zh")
    assert student.slider(key="block").value == 3
    assert student.query_params["lang"] == "zh"
    sound(lecturer.slider(key="block").set_value(5).run())
    sound(lecturer.run())  # as its fragment does by itself
    sound(student.run())
    assert student.slider(key="block").value == 5
    sound(student.toggle(key="room_follows").set_value(False).run())
    sound(student.slider(key="block").set_value(1).run())
    sound(lecturer.slider(key="block").set_value(6).run())
    sound(lecturer.run())
    sound(student.run())
    assert student.slider(key="block").value == 1, "who has let go is left alone"
    assert lecturer.slider(key="block").value == 6, "a student does not steer"
    sound(student.toggle(key="room_follows").set_value(True).run())
    assert student.slider(key="block").value == 6
    press(lecturer, "Close the room")
    sound(student.run())
    assert "This room has ended" in told(student) or "这个课堂" in told(student)
    assert student.slider(key="block").value == 6, "nothing is lost"


def test_a_room_that_is_not_there_says_so() -> None:
    at = opened(room="nothere2")
    assert "This room has ended" in told(at)
    press(at, "Leave the room")
    assert "room" not in at.query_params


def test_what_the_room_guesses_is_shown_to_those_who_have_guessed() -> None:
    steps = guide_text.read("senet", "en").steps
    number, question = next((n, s.question) for n, s in enumerate(steps, 1) if s.question)
    lecturer = opened(guide="senet", **{guide.STEP: str(number)})
    press(lecturer, "Open a room")
    code = lecturer.query_params["room"]
    for visitor, answer in [("b", 0), ("c", 1), ("d", 1)]:
        rooms.guess(code, visitor, f"senet {number}", answer)
    sound(lecturer.run())
    assert "What the room guesses: 3" in pages.html(lecturer)
    student = opened(room=code)
    assert "What the room guesses" not in pages.html(student)
    sound(student.radio(key=f"guess senet {number}").set_value(0).run())
    assert "What the room guesses: 4" in pages.html(student)
    assert question
    assert question.answers[0] in pages.html(student)
    assert rooms.guesses(code, f"senet {number}") == {0: 2, 1: 2}


def test_a_room_looks_for_a_bug_together() -> None:
    file = LESSON.with_name("bugs.py")
    lecturer = opened(file, bug="gates")
    press(lecturer, "Open a room")
    code = lecturer.query_params["room"]
    student = opened(file, room=code, lang="zh")
    assert student.query_params["bug"] == "gates"
    assert "课堂的猜测" not in pages.html(student)
    sound(student.radio(key="guess bug gates").set_value(2).run())
    sound(lecturer.run())
    assert "What the room guesses: 1" in pages.html(lecturer)
    sound(lecturer.selectbox(key="bug").set_value("depth").run())
    sound(lecturer.run())
    sound(student.run())
    assert student.query_params["bug"] == "depth"
    assert student.radio(key="guess bug depth").value is None
    assert rooms.guesses(code, "bug depth") == {}

"""Stage mode and short links, by Streamlit's own test runner."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import address, room_link, short_links, stage
from tests.dashboard import pages
from tests.dashboard.pages import sound

LESSON = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "senet.py"


def on_stage(file: str) -> None:
    """A lesson with the stage's bar, as the dashboard shows it."""
    import runpy

    from dashboard import address, stage

    address.page_begins("senet")
    runpy.run_path(file)
    stage.bar()


def opened(**link: str) -> AppTest:
    return pages.opened(on_stage, str(LESSON), stage="1", **link)


def keys_of_sliders(at: AppTest) -> set[str]:
    return {slider.key for slider in at.slider}


def test_without_a_list_all_controls_are_there() -> None:
    at = opened()
    assert {"block", "mix", "steps_block"} <= keys_of_sliders(at)
    assert at.selectbox(key="photo").label


def test_the_link_says_which_controls_there_are_and_the_others_keep_their_values() -> None:
    at = opened(show="block", mix="20", tab="hands", hands_block="2")
    assert keys_of_sliders(at) == {"block"}
    assert not at.selectbox
    assert at.session_state["mix"] == 20
    assert at.session_state["hands_block"] == 2
    assert at.session_state["tab"] == "hands"
    sound(at.slider(key="block").set_value(3).run())
    assert at.session_state["mix"] == 20


def test_the_lecturer_chooses_the_controls_by_their_labels() -> None:
    at = opened(show="block")
    choice = at.multiselect(key="stage_show")
    assert choice.value == ["block"]
    sound(choice.select("photo").run())
    assert at.query_params["show"] == "block,photo"
    assert at.selectbox(key="photo").value == "chelsea"
    sound(at.multiselect(key="stage_show").set_value([]).run())
    assert "show" not in at.query_params
    assert {"block", "mix"} <= keys_of_sliders(at)


def test_leaving_the_stage_leaves_everything_else_as_it_is() -> None:
    at = opened(show="block", block="3")
    sound(next(each for each in at.button if each.label == "Leave the stage").click().run())
    assert dict(at.query_params) == {"block": "3"}


def test_a_state_has_one_short_link_and_the_link_has_the_state() -> None:
    settings = {"tab": "hands", "block": "3"}
    code = short_links.keep("senet", settings)
    assert code == short_links.keep("senet", dict(reversed(settings.items())))
    assert code != short_links.keep("senet", {"tab": "hands"})
    assert code != short_links.keep("dncnn", settings)
    assert short_links.found(code) == ("senet", settings)
    assert short_links.found(code.upper()) == ("senet", settings)
    assert short_links.found("nothing") is None


def test_old_short_links_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short_links, "_MOST", 2)
    codes = [short_links.keep("senet", {"block": str(block)}) for block in (1, 2, 3)]
    assert [short_links.found(code) is None for code in codes] == [True, False, False]


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ("http://localhost:8501/senet?block=3", "http://10.1.2.3:8501/"),
        ("http://127.0.0.1:8501/senet", "http://10.1.2.3:8501/"),
        ("http://[::1]:8501/senet", "http://10.1.2.3:8501/"),
        ("https://lab.example.org/senet", "https://lab.example.org/"),
        ("http://192.168.0.7:8000/senet", "http://192.168.0.7:8000/"),
    ],
)
def test_a_link_for_the_room_names_a_machine_that_others_reach(
    monkeypatch: pytest.MonkeyPatch, seen: str, told: str
) -> None:
    monkeypatch.setattr(st, "context", type("Context", (), {"url": seen})())
    monkeypatch.setattr(address, "present_settings", lambda: {"block": "3"})
    monkeypatch.setattr(address, "present_page", lambda: "senet")
    monkeypatch.setattr(room_link.net_util, "get_internal_ip", lambda: "10.1.2.3")
    link = stage.link_to_state()
    assert link.startswith(told)
    code = dict(parse_qsl(urlsplit(link).query))[short_links.PARAMETER]
    assert short_links.found(code) == ("senet", {"block": "3"})

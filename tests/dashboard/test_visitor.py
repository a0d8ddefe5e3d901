"""Who looks at the page: what is made of the browser's answer, and what is done without one."""

import hashlib
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import visitor_token

KEY = visitor_token._KEY
TOKEN = "0123456789abcdef" * 2


def page() -> None:
    import streamlit as st

    from dashboard.visitor import owns, visitor

    name = visitor()
    first = st.session_state.setdefault("first", name)
    st.text(name)
    st.text([owns(first), owns(visitor()), owns(name.upper()), owns(""), owns("0" * 64)])


def opened(**state: Any) -> AppTest:
    at = AppTest.from_function(page)
    for key, value in state.items():
        at.session_state[key] = value
    return ran(at)


def ran(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def name_on(at: AppTest) -> str:
    return at.text[0].value


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys under which a browser is asked; it does not answer by itself."""
    keys: list[str] = []
    monkeypatch.setattr(visitor_token, "in_browser", lambda: True)
    monkeypatch.setattr(visitor_token, "_component", lambda key: keys.append(key))
    return keys


def test_without_a_browser_a_session_has_a_name_of_its_own_and_keeps_it() -> None:
    one, other = opened(), opened()
    name = name_on(one)
    assert re.fullmatch("[0-9a-f]{64}", name)
    assert name_on(other) != name
    assert name_on(ran(one)) == name
    assert one.text[1].value == "[True, True, False, False, False]"


def test_the_browsers_name_is_the_hash_of_its_token(asked: list[str]) -> None:
    at = opened(**{KEY: {"token": TOKEN}})
    assert name_on(at) == hashlib.sha256(TOKEN.encode()).hexdigest()
    assert asked == []


def test_once_it_has_answered_a_browser_is_not_asked_again(asked: list[str]) -> None:
    at = opened()
    assert set(asked) == {KEY}
    at.session_state[KEY] = {"token": TOKEN}
    asked.clear()
    name = name_on(ran(at))
    del at.session_state[KEY]  # as Streamlit does with what is not drawn any more
    assert name_on(ran(at)) == name
    at.session_state[KEY] = {"token": TOKEN[::-1]}
    assert name_on(ran(at)) == name
    assert asked == []


def test_what_was_begun_before_the_answer_stays_the_visitors(asked: list[str]) -> None:
    at = opened()
    before = name_on(at)
    at.session_state[KEY] = {"token": TOKEN}
    assert name_on(ran(at)) != before
    assert at.text[1].value == "[True, True, False, False, False]"


def test_owns_alone_finds_out_who_looks(asked: list[str]) -> None:
    def listing() -> None:
        import hashlib

        import streamlit as st

        from dashboard.visitor import owns

        st.text(owns(hashlib.sha256(b"0123456789abcdef" * 2).hexdigest()))

    at = ran(AppTest.from_function(listing))
    assert (at.text[0].value, asked) == ("False", [KEY])
    at.session_state[KEY] = {"token": TOKEN}
    assert ran(at).text[0].value == "True"


@pytest.mark.parametrize(
    "answer",
    [
        None, TOKEN, [TOKEN], {}, {"token": None}, {"token": [TOKEN]}, {"token": int(TOKEN, 16)},
        {"token": ""}, {"token": TOKEN[1:]}, {"token": TOKEN + "0"}, {"token": TOKEN + "\n"},
        {"token": TOKEN.upper()}, {"token": "١" * 32}, {"token": "../" * 10 + "ab"},
        {"token": "f" * 1_000_000}, {"other": TOKEN},
    ],
)  # fmt: skip
def test_an_answer_that_is_no_token_is_no_answer(asked: list[str], answer: Any) -> None:
    at = opened(**{KEY: answer})
    name = name_on(at)
    assert KEY in asked
    assert name_on(ran(at)) == name
    at.session_state[KEY] = {"token": TOKEN}
    assert name_on(ran(at)) == hashlib.sha256(TOKEN.encode()).hexdigest()


def test_the_token_itself_is_neither_kept_nor_shown(asked: list[str]) -> None:
    at = opened(**{KEY: {"token": TOKEN}})
    del at.session_state[KEY]
    assert name_on(ran(at)) == hashlib.sha256(TOKEN.encode()).hexdigest()
    for place in (at.session_state, at.main, at.query_params):
        assert TOKEN not in repr(place)

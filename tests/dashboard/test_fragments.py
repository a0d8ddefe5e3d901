"""A change that others make runs those fragments alone in which the changed controls stand."""

import pytest
from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from dashboard import address, controls

    address.page_begins("page")
    runs = st.session_state.setdefault("runs", {"page": 0, "part": 0})
    runs["page"] += 1
    controls.segmented("Outside", {"a": "A", "b": "B"}, key="outside")

    @st.fragment
    def part() -> None:
        runs["part"] += 1
        controls.segmented("Inside", {"a": "A", "b": "B"}, key="inside")

    part()
    settings = st.session_state.pop("shown by others", None)
    if settings is not None:
        # Another run may begin as soon as Streamlit is called: a list is no call.
        answers = st.session_state.setdefault("went", [])
        answers.append(address.went_to(settings))


def opened(settings: dict[str, str]) -> AppTest:
    page = AppTest.from_function(_page)
    page.run()
    page.session_state["shown by others"] = settings
    return page.run()


def test_only_the_fragment_of_the_changed_control_runs() -> None:
    page = opened({"inside": "b"})
    assert not page.exception
    assert page.session_state["went"] == [True]
    assert page.session_state["inside"] == "b"
    assert page.session_state["runs"] == {"page": 2, "part": 3}
    assert page.query_params["inside"] == "b"


@pytest.mark.parametrize("settings", [{"outside": "b"}, {"outside": "b", "inside": "b"}])
def test_nothing_is_done_where_a_control_stands_in_no_fragment(settings: dict[str, str]) -> None:
    page = opened(settings)
    assert page.session_state["went"] == [False]
    assert page.session_state["inside"] == page.session_state["outside"] == "a"
    assert not page.query_params


def test_nothing_runs_where_nothing_changes() -> None:
    page = opened({})
    assert page.session_state["went"] == [True]
    assert page.session_state["runs"] == {"page": 2, "part": 2}

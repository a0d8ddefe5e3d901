"""Controls: what they show is in the address, and what the address says they show."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.address import parse_number

DEFAULTS = {
    "photo": "astronaut", "scale": "unit", "alpha": 1.0, "kernel": 3, "channels": 32,
    "flops": False, "live": 0.5, "weight": "0.1", "tab": "cost",
}  # fmt: skip


def page() -> None:
    import streamlit as st

    from dashboard import address, controls
    from dashboard.i18n import language

    chinese = language() == "zh"
    photos = {"astronaut": "宇航员" if chinese else "Astronaut", "cat": "猫" if chinese else "Cat"}
    scales = {"unit": "逐图" if chinese else "Each map", "module": "整层" if chinese else "Layer"}
    names = {"cost": "开销" if chinese else "Cost", "pixel": "像素" if chinese else "Pixel"}
    notes = st.empty()
    values = {
        "photo": controls.select("Photo", photos, key="photo"),
        "scale": controls.segmented("Scale", scales, key="scale"),
        "alpha": controls.slider(
            "alpha", key="alpha", min_value=0.25, max_value=1.0, default=1.0, step=0.25
        ),
        "kernel": controls.slider(
            "Kernel", key="kernel", min_value=1, max_value=7, default=3, step=2
        ),
        "channels": controls.number(
            "Channels", key="channels", min_value=1, max_value=64, default=32, step=1
        ),
        "flops": controls.toggle("FLOPs", key="flops"),
        "live": address.number_from_url("live", 0.5, 0.0, 1.0, 0.1),
        "weight": controls.steps(
            "Weight",
            {text: text for text in ("0", "0.01", "0.1", "1")},
            key="weight",
            default="0.1",
        ),
    }
    values["tab"] = controls.questions("Question", names)
    with notes:
        address.show_notes()
    st.session_state["values"] = values


def on_a_page() -> None:
    """A control of the browser's own, which writes nothing before it is moved."""
    import streamlit as st

    from dashboard import address

    address.page_begins("senet")
    address.number_from_url("live", 0.5, 0.0, 1.0, 0.1)
    st.session_state["present"] = address.present_settings()


def test_what_a_link_gives_is_a_setting_before_anything_is_moved() -> None:
    at = AppTest.from_function(on_a_page, default_timeout=10)
    at.query_params["live"] = "0.7"
    for key, text in (("lang", "zh"), ("room", "abcdefgh"), ("stage", "1"), ("show", "live")):
        at.query_params[key] = text
    assert at.run().session_state["present"] == {"live": "0.7"}
    del at.query_params["live"]
    assert at.run().session_state["present"] == {}


def opened(**parameters: str) -> AppTest:
    at = AppTest.from_function(page, default_timeout=10)
    for key, text in parameters.items():
        at.query_params[key] = text
    at.run()
    assert not at.exception
    return at


def address(at: AppTest) -> dict[str, str]:
    return {
        key: text[-1] if isinstance(text, list) else text for key, text in at.query_params.items()
    }


def notes(at: AppTest) -> list[str]:
    return [note.value for note in at.warning]


def test_without_parameters_controls_show_their_defaults_and_leave_the_address_alone() -> None:
    at = opened()
    assert at.session_state["values"] == DEFAULTS
    assert address(at) == {}
    assert notes(at) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_link_sets_every_control_in_either_language(lang: str) -> None:
    link = {
        "photo": "cat", "scale": "module", "alpha": "0.5", "kernel": "7", "channels": "64",
        "flops": "1", "live": "0.3", "weight": "0.01", "tab": "pixel",
    }  # fmt: skip
    at = opened(lang=lang, **link)
    assert at.session_state["values"] == {
        "photo": "cat", "scale": "module", "alpha": 0.5, "kernel": 7, "channels": 64,
        "flops": True, "live": 0.3, "weight": "0.01", "tab": "pixel",
    }  # fmt: skip
    assert address(at) == {"lang": lang, **link}
    assert notes(at) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_moved_controls_write_the_same_codes_in_either_language(lang: str) -> None:
    at = opened(lang=lang)
    at.selectbox(key="photo").set_value("cat")
    at.segmented_control(key="scale").set_value("module")
    at.slider(key="alpha").set_value(0.75)
    at.slider(key="kernel").set_value(5)
    at.number_input(key="channels").set_value(16)
    at.toggle(key="flops").set_value(True)
    at.select_slider(key="weight").set_value("1")
    at.run()
    assert address(at) == {
        "lang": lang, "photo": "cat", "scale": "module", "alpha": "0.75", "kernel": "5",
        "channels": "16", "flops": "1", "weight": "1",
    }  # fmt: skip


def test_a_control_moved_back_to_its_default_leaves_the_address() -> None:
    at = opened(photo="cat", alpha="0.5")
    at.selectbox(key="photo").set_value("astronaut")
    at.slider(key="alpha").set_value(1.0).run()
    assert address(at) == {}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("photo", "dog"), ("photo", ""), ("photo", "Cat"), ("scale", "universe"),
        ("alpha", "0.6"), ("alpha", "nan"), ("alpha", "inf"), ("alpha", "2"), ("alpha", "x"),
        ("kernel", "4"), ("kernel", "3.5"), ("kernel", "-1"), ("channels", "65"),
        ("channels", "1e400"), ("flops", "yes"), ("live", "0.35"), ("live", "--"), ("tab", "Cost"),
        ("weight", "0.3"),
    ],
)  # fmt: skip
def test_an_unusable_value_gives_the_default_and_a_note(key: str, text: str) -> None:
    at = opened(**{key: text})
    assert at.session_state["values"] == DEFAULTS
    assert address(at) == {}
    assert notes(at) == [
        f"The link gives a value that cannot be used for {key}; the default is shown."
    ]


def test_several_unusable_values_give_one_note() -> None:
    at = opened(photo="dog", kernel="4", tab="x", alpha="0.5")
    [note] = notes(at)
    assert "photo, kernel, tab;" in note
    assert address(at) == {"alpha": "0.5"}


def test_the_note_stays_until_the_control_is_moved() -> None:
    at = opened(photo="dog")
    at.toggle(key="flops").set_value(True).run()
    assert len(notes(at)) == 1
    at.selectbox(key="photo").set_value("cat").run()
    assert notes(at) == []


def test_a_choice_that_is_gone_gives_way_to_the_default() -> None:
    def changing() -> None:
        import streamlit as st

        from dashboard import controls

        small = st.session_state.get("small", False)
        blocks = {"b1": "1"} if small else {"b1": "1", "b9": "9"}
        largest = 3 if small else 9
        controls.select("Block", blocks, key="block")
        controls.slider("Map", key="map", min_value=1, max_value=largest, default=1, step=1)

    at = AppTest.from_function(changing)
    at.query_params["block"], at.query_params["map"] = "b9", "9"
    at.run()
    at.session_state["small"] = True
    at.run()
    assert not at.exception
    assert (at.selectbox(key="block").value, at.slider(key="map").value) == ("b1", 1)
    assert address(at) == {}


def test_the_open_tab_stays_open_when_the_language_changes() -> None:
    at = opened(tab="pixel")
    at.query_params["lang"] = "zh"
    at.run()
    assert at.session_state["values"]["tab"] == "pixel"
    assert address(at) == {"tab": "pixel", "lang": "zh"}


def test_going_back_in_the_history_sets_the_controls_from_the_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = opened(photo="cat", tab="pixel")
    del at.query_params["photo"]
    at.query_params["tab"] = "cost"
    monkeypatch.setattr("dashboard.address.history_moved", lambda: True)
    at.run()
    assert at.session_state["values"] == DEFAULTS


@pytest.mark.parametrize(
    ("text", "arguments", "value"),
    [
        ("3", (1, 7, 2), 3), ("3.0", (1, 7, 2), 3), ("4", (1, 7, 2), None),
        ("0.3", (0.0, 1.0, 0.1), 0.3), ("0.30000000000000004", (0.0, 1.0, 0.1), 0.3),
        ("1", (0.0, 1.0, 0.3), None), ("1e0", (0.0, 1.0, 0.25), 1.0), ("", (0, 1, 1), None),
    ],
)  # fmt: skip
def test_numbers_are_read_only_at_the_positions_of_their_control(
    text: str, arguments: tuple[float, float, float], value: float | None
) -> None:
    found = parse_number(text, *arguments)
    assert found == value
    assert found is None or type(found) is type(arguments[0])


def test_a_dragged_number_goes_to_the_address_and_leaves_it_at_its_default() -> None:
    def dragged() -> None:
        import streamlit as st

        from dashboard import address

        address.number_to_url("threshold", st.session_state["dragged"], 0.1)

    at = AppTest.from_function(dragged)
    at.session_state["dragged"] = 0.1 + 0.2
    assert address(at.run()) == {"threshold": "0.3"}
    at.session_state["dragged"] = 0.1
    assert address(at.run()) == {}

"""The components' Python side: what is sent, what comes back, and how they are driven by tests."""

import json
import os
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import frames, map_grid
from dashboard.components.browser import pack
from dashboard.components.frames import carried_frames, check_frames, frames_name
from dashboard.components.live_slider import nearest, slider_positions
from dashboard.components.map_grid import (
    MOST_VALUES,
    block_means,
    block_side,
    encoded_maps,
    summaries,
)
from dashboard.components.no_delay import send_at_once
from dashboard.components.three_digits import decode, encode

# ---- numbers of three digits


def test_numbers_keep_exactly_three_significant_digits() -> None:
    draw = np.random.default_rng(0)
    size = 10.0 ** draw.uniform(-12, 12, 20_000)
    values = (draw.choice([-1, 1], 20_000) * size).astype(np.float32)
    wanted = np.array([float(f"{value:.2e}") for value in values.astype(float)])
    np.testing.assert_allclose(decode(encode(values)), wanted, rtol=1e-12)


@pytest.mark.parametrize("value", [9.994, 9.996, 99.95, 0.99951, 1.0, 10.0, 999.4, 999.6, 1e-30])
def test_numbers_next_to_a_power_of_ten_are_rounded_as_written(value: float) -> None:
    assert f"{decode(encode(np.array([value])))[0]:.2e}" == f"{value:.2e}"


def test_what_is_no_number_stays_what_it_is() -> None:
    values = np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 2.5], dtype=np.float32)
    np.testing.assert_array_equal(decode(encode(values)), values)


def test_zeros_alone_and_empty_differences_survive() -> None:
    np.testing.assert_array_equal(decode(encode(np.zeros((2, 3)))), np.zeros((2, 3)))
    assert decode(encode(np.array([1.0, 1e-38])))[1] == 0


# ---- payload


def test_a_payload_gives_back_its_header_and_aligned_parts() -> None:
    payload = pack({"label": "深度", "turn": 3}, b"abc", b"", b"0123456789")
    start = 4 + int.from_bytes(payload[:4], "little")
    header = json.loads(payload[4:start])
    assert header == {"label": "深度", "turn": 3, "sizes": [3, 0, 10]}
    assert start % 8 == 0
    assert payload[start : start + 3] == b"abc"
    assert payload[start + 8 : start + 18] == b"0123456789"


def test_maps_travel_as_codes_and_summaries() -> None:
    maps = np.array([[[1.0, 2.0], [3.0, 4.0]], [[-1.0, 0.5], [0.0, 0.125]]], dtype=np.float32)
    header, (codes, numbers) = encoded_maps(maps)
    assert header["shape"] == header["full"] == [2, 2, 2]
    assert len(codes) == 2 * maps.size
    assert np.frombuffer(numbers, np.float32).tolist() == [2.5, 1, 4, -0.09375, -1, 0.5]


@pytest.mark.parametrize(
    ("shape", "side"),
    [((64, 64, 64), 1), ((65, 64, 64), 2), ((32, 192, 192), 3), ((1024, 2, 2), 1)],
)
def test_more_values_than_a_screen_has_are_averaged(shape: tuple[int, int, int], side: int) -> None:
    assert block_side(shape) == side
    header, (codes, _) = encoded_maps(np.ones(shape, dtype=np.float32))
    assert header["factor"] == side
    assert header["full"] == list(shape)
    assert len(codes) <= 2 * MOST_VALUES


def test_blocks_at_the_far_edges_average_what_there_is() -> None:
    maps = np.arange(15, dtype=np.float32).reshape(1, 3, 5)
    # rows 0-1 and 2, columns 0-1, 2-3 and 4, by hand
    assert block_means(maps, 2).tolist() == [[[3.0, 5.0, 6.5], [10.5, 12.5, 14.0]]]


def test_summaries_leave_out_what_is_no_number() -> None:
    maps = np.array([[[np.nan, 1.0, 3.0]], [[np.nan, np.nan, np.inf]]], dtype=np.float32)
    first, second = summaries(maps).tolist()
    assert first == [2.0, 1.0, 3.0]
    assert np.isnan(second).all()


def test_a_mean_that_is_but_rounding_is_nothing() -> None:
    maps = np.array([[[1e4, 0.0, -1e4, 1e-4]], [[1.0, 0.0, -1.0, 1e-4]]], dtype=np.float32)
    first, second = summaries(maps).tolist()
    assert first == [0, -1e4, 1e4]
    assert second[0] == pytest.approx(2.5e-5)


MAPS = np.zeros((2, 3, 3), dtype=np.float32)


@pytest.mark.parametrize(
    ("maps", "wrong", "message"),
    [
        (MAPS[0], {}, "expected"),
        (MAPS[:0], {}, "expected"),
        (MAPS, {"scale": "global"}, "global_range"),
        (MAPS, {"names": ["one"]}, "1 names for 2 maps"),
        (MAPS, {"marked": [2], "marked_label": "empty"}, "not among the maps"),
        (MAPS, {"marked": [1]}, "marked_label"),
    ],
)
def test_maps_that_do_not_fit_are_refused(
    maps: np.ndarray, wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        map_grid(maps, key="maps", label="Maps", **wrong)


# ---- positions


def test_positions_are_counted_in_decimals() -> None:
    assert slider_positions(0.1, 0.5, 0.1) == (0.1, 0.2, 0.3, 0.4, 0.5)
    assert slider_positions(1, 10, 4) == (1, 5, 9)
    assert [type(value) for value in slider_positions(0, 1, 1)] == [int, int]
    assert [type(value) for value in slider_positions(0.0, 1.0, 1.0)] == [float, float]


@pytest.mark.parametrize(("least", "most", "step"), [(0, 5, 0), (5, 0, 1), (0, 1_000_000, 1)])
def test_positions_that_make_no_slider_are_refused(least: int, most: int, step: int) -> None:
    with pytest.raises(ValueError, match=r"step|positions"):
        slider_positions(least, most, step)


def test_a_value_from_other_bounds_moves_to_the_nearest_position() -> None:
    assert nearest((0, 2, 4), 7) == 4
    assert nearest((0, 2, 4), 2.9) == 2
    assert nearest((0, 2, 4), None) == 0
    assert nearest((0, 2, 4), "4") == 0


# ---- frames

PICTURES = [b"zero", b"one", b"two"]


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    state: dict[str, Any] = {}
    monkeypatch.setattr(frames.st, "session_state", state)
    return state


def test_the_first_message_carries_the_present_picture_only(session: dict[str, Any]) -> None:
    assert carried_frames(PICTURES, "set", {"turn": 0}, "key", range(3), 1) == {1: b"one"}


def test_all_pictures_follow_once_for_each_asking(session: dict[str, Any]) -> None:
    asking = {"turn": 4, "want": "set"}
    everything = dict(enumerate(PICTURES))
    assert carried_frames(PICTURES, "set", asking, "key", range(3), 1) == everything
    assert carried_frames(PICTURES, "set", asking, "key", range(3), 1) == {1: b"one"}
    asking_again = {"turn": 5, "want": "set"}
    assert carried_frames(PICTURES, "set", asking_again, "key", range(3), 1) == everything


def test_a_browser_that_has_the_set_gets_nothing(session: dict[str, Any]) -> None:
    sent = {"turn": 9, "have": "set"}
    assert carried_frames(PICTURES, "set", sent, "key", range(3), 1) == {}
    assert carried_frames(PICTURES, "another set", sent, "key", range(3), 1) == {1: b"one"}


def test_sets_are_told_apart_by_their_pictures() -> None:
    assert frames_name(PICTURES, "") == frames_name(list(PICTURES), "")
    assert frames_name(PICTURES, "") != frames_name(PICTURES[::-1], "")
    assert frames_name(PICTURES, "cat") == "cat"


def test_frames_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="3 frames for 4 positions"):
        check_frames(PICTURES, "", 4)
    with pytest.raises(ValueError, match="frames_key"):
        check_frames(lambda value: PICTURES[value], "", 3)


# ---- without a browser


def page() -> None:
    import numpy as np
    import streamlit as st

    from dashboard.address import show_notes
    from dashboard.components import live_slider, map_grid

    @st.fragment
    def hero() -> None:
        depth = live_slider("Depth", key="depth", min_value=0, max_value=10, value=4, step=2)
        maps = np.full((8, 4, 4), depth, dtype=np.float32)
        channel = map_grid(maps, key="channel", label="Maps", marked=[1], marked_label="empty")
        st.text(f"depth {depth!r}, channel {channel!r}")

    hero()
    show_notes()
    nothing = map_grid(np.ones((1, 1, 1)), key="still", label="Still", selectable=False)
    one = live_slider("One", key="one", min_value=1, max_value=1, value=1)
    st.text(f"{nothing}, {one}")


def app(**link: str) -> AppTest:
    test = AppTest.from_function(page, default_timeout=20)
    for key, value in link.items():
        test.query_params[key] = value
    return test.run()


def test_apptest_drives_both_components_and_the_link_follows() -> None:
    test = app()
    assert not test.exception
    assert [text.value for text in test.text] == ["depth 4, channel 0", "None, 1"]
    test.slider(key="depth").set_value(8).run()
    test.number_input(key="channel").set_value(5).run()
    assert test.text[0].value == "depth 8, channel 5"
    assert dict(test.query_params) == {"depth": "8", "channel": "5"}
    test.slider(key="depth").set_value(4).run()
    assert dict(test.query_params) == {"channel": "5"}


def test_apptest_opens_a_link() -> None:
    assert app(depth="6", channel="7").text[0].value == "depth 6, channel 7"


@pytest.mark.parametrize("link", [{"depth": "5"}, {"depth": "x"}, {"channel": "8"}])
def test_a_link_that_names_no_position_gives_the_default_and_a_note(link: dict[str, str]) -> None:
    test = app(**link)
    assert test.text[0].value == "depth 4, channel 0"
    assert next(iter(link)) in test.warning[0].value


# ---- the server's sockets


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="this system does not list open files")
def test_open_and_later_connections_send_at_once_and_no_file_stays_open() -> None:
    def waits(connection: socket.socket) -> bool:
        return not connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    with socket.socket() as listening:  # as Streamlit opens it: without a protocol
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        address = listening.getsockname()
        with socket.create_connection(address), listening.accept()[0] as early:
            assert waits(early)
            open_files = len(os.listdir("/dev/fd"))
            send_at_once.__wrapped__()
            assert len(os.listdir("/dev/fd")) == open_files
            assert not waits(early)
            with socket.create_connection(address), listening.accept()[0] as late:
                assert not waits(late)

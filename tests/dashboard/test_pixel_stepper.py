"""The chosen pixel's Python side: what is sent, what is refused, how tests drive it."""

import json
import sys
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import picture, pixel_stepper
from dashboard.components.map_grid import MOST_VALUES

MODULE = sys.modules["dashboard.components.pixel_stepper"]
MAP = np.zeros((4, 6), dtype=np.float32)
PHOTO = np.arange(72, dtype=np.uint8).reshape(4, 6, 3)


# ---- what is sent


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The payloads that a browser would get."""
    payloads: list[bytes] = []
    monkeypatch.setattr(MODULE, "in_browser", lambda: True)
    for component in ("_still", "_picture"):
        monkeypatch.setattr(MODULE, component, lambda key, data: payloads.append(data))
    return payloads


def header(payload: bytes) -> dict[str, Any]:
    return json.loads(payload[4 : 4 + int.from_bytes(payload[:4], "little")])


def test_a_picture_travels_as_its_bytes(sent: list[bytes]) -> None:
    picture(PHOTO[:, ::-1], key="photo", label="照片")
    assert header(sent[0])["shape"] == [1, 4, 6]
    assert header(sent[0])["label"] == "照片"
    assert header(sent[0])["outline"] is None
    assert sent[0].endswith(PHOTO[:, ::-1].tobytes())


@pytest.mark.parametrize(
    ("outline", "clipped"),
    [
        ((1, 2, 3, 4), [1, 2, 3, 4]),
        ((-5, -1, 2, 3), [0, 0, 2, 3]),
        ((2, 3, 99, 99), [2, 3, 4, 6]),
        ((-9, -9, 99, 99), [0, 0, 4, 6]),
        ((4, 0, 8, 3), None),
        ((0, -4, 4, 0), None),
        (tuple(np.array([0, 1, 2, 3])), [0, 1, 2, 3]),
    ],
)
def test_an_outline_ends_where_the_map_does(
    sent: list[bytes], outline: tuple[int, int, int, int], clipped: list[int] | None
) -> None:
    picture(PHOTO, key="photo", label="Photo", outline=outline)
    assert pixel_stepper(MAP, key="map", label="Map", outline=outline, selectable=False) is None
    assert [header(payload)["outline"] for payload in sent] == [clipped, clipped]


def test_the_span_of_the_colours_may_come_from_an_array(sent: list[bytes]) -> None:
    span = (np.float32(-0.5), np.float32(2))
    pixel_stepper(MAP, key="map", label="Map", span=span, selectable=False)
    pixel_stepper(MAP, key="map", label="Map", selectable=False)
    assert [header(payload)["span"] for payload in sent] == [[-0.5, 2.0], None]


# ---- what is refused


@pytest.mark.parametrize(
    ("values", "wrong", "message"),
    [
        (MAP[0], {}, r"shape \(6,\)"),
        (MAP[None], {}, "expected"),
        (MAP[:0], {}, "expected"),
        (np.zeros((1, MOST_VALUES + 1), dtype=np.float32), {}, "expected"),
        (MAP, {"outline": (2, 0, 2, 4)}, "no box"),
        (MAP, {"outline": (0, 4, 2, 1)}, "no box"),
    ],
)
def test_maps_that_do_not_fit_are_refused(
    values: np.ndarray, wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        pixel_stepper(values, key="map", label="Map", **wrong)


@pytest.mark.parametrize(
    "pixels",
    [PHOTO[..., 0], PHOTO[..., :2], PHOTO[:0], PHOTO[None], PHOTO[0, 0], PHOTO.astype(np.float32)],
    ids=["grey", "two colours", "empty", "four axes", "one axis", "fractions"],
)
def test_pictures_that_do_not_fit_are_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"expected uint8 \(H, W, 3\)"):
        picture(pixels, key="photo", label="Photo")


# ---- without a browser


def page() -> None:
    import numpy as np
    import streamlit as st

    from dashboard.address import show_notes
    from dashboard.components import live_slider, picture, pixel_stepper

    rows = live_slider("Rows", key="rows", min_value=1, max_value=9, value=8)
    maps = np.zeros((rows, 10), dtype=np.float32)
    pixel = pixel_stepper(maps, key="pixel", label="Map")
    corner = pixel_stepper(maps, key="corner", label="Corner", selected=(99, -1))
    still = pixel_stepper(maps, key="still", label="Still", selectable=False)
    picture(np.zeros((2, 2, 3), dtype=np.uint8), key="photo", label="Photo")
    st.text(f"{pixel}, {corner}, {still}")
    show_notes()


def app(**link: str) -> AppTest:
    test = AppTest.from_function(page, default_timeout=20)
    for key, value in link.items():
        test.query_params[key] = value
    test.run()
    assert not test.exception
    return test


def test_apptest_chooses_a_pixel_and_the_link_follows() -> None:
    test = app()
    assert test.text[0].value == "(4, 5), (7, 0), None"
    test.number_input(key="pixel row").set_value(0).run()
    test.number_input(key="pixel column").set_value(9).run()
    assert test.text[0].value == "(0, 9), (7, 0), None"
    assert dict(test.query_params) == {"pixel": "0.9"}
    test.number_input(key="pixel row").set_value(4).run()
    test.number_input(key="pixel column").set_value(5).run()
    assert dict(test.query_params) == {}


def test_apptest_opens_a_link() -> None:
    assert app(pixel="7.0", corner="0.3").text[0].value == "(7, 0), (0, 3), None"
    assert app(pixel="007.03", corner="999.999").text[0].value == "(7, 3), (7, 9), None"


@pytest.mark.parametrize("link", ["", "7", "7.", ".7", "-1.0", "1.-1", "1.2.3", "1e1.0", "٣.4"])
def test_a_link_that_names_no_pixel_gives_the_default_and_a_note(link: str) -> None:
    test = app(pixel=link)
    assert test.text[0].value == "(4, 5), (7, 0), None"
    assert "pixel" in test.warning[0].value


def test_another_map_moves_the_choice_only_where_it_must() -> None:
    test = app(pixel="6.2")
    for rows, pixel in ((9, (6, 2)), (3, (2, 2)), (1, (0, 2))):
        test.slider(key="rows").set_value(rows).run()
        assert not test.exception
        assert test.text[0].value.startswith(f"{pixel}, ")


def test_the_default_is_each_maps_own_until_another_pixel_is_chosen() -> None:
    test = app()
    test.slider(key="rows").set_value(2).run()
    assert test.text[0].value == "(1, 5), (1, 0), None"
    assert dict(test.query_params) == {"rows": "2"}

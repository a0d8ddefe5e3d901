"""The map of a scene without a browser, and what it would send."""

import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from dashboard.components.scene_layers import layers
from dashboard.components.scene_map import _carried, _encoded, code, scene_map


def page() -> None:
    import numpy as np
    import streamlit as st

    from dashboard.components.scene_map import scene_map

    most = int(st.query_params.get("most", "1"))
    picture = np.zeros((20, 30, 3), np.uint8)
    st.session_state["chosen"] = scene_map(picture, key="at", label="Map", most=most)


def opened(**parameters: str) -> AppTest:
    at = AppTest.from_function(page)
    for key, text in parameters.items():
        at.query_params[key] = text
    at.run()
    assert not at.exception
    return at


def test_the_centre_is_chosen_where_nothing_is_said() -> None:
    at = opened()
    assert at.session_state["chosen"] == ((10, 15),)
    assert "at" not in at.query_params


def test_a_link_chooses_several_pixels() -> None:
    at = opened(at="3.4-19.29", most="4")
    assert at.session_state["chosen"] == ((3, 4), (19, 29))


def test_what_lies_beyond_the_scene_becomes_its_nearest_pixel() -> None:
    assert opened(at="99.7").session_state["chosen"] == ((19, 7),)


def test_where_one_pixel_may_be_chosen_the_last_counts() -> None:
    assert opened(at="3.4-5.6").session_state["chosen"] == ((5, 6),)


@pytest.mark.parametrize("text", ["x", "3", "3.4-", "1.1-2.2-3.3-4.4-5.5", "-1.2"])
def test_a_link_without_meaning_gives_the_default(text: str) -> None:
    assert opened(at=text, most="4").session_state["chosen"] == ((10, 15),)


def test_the_link_follows_the_choice() -> None:
    at = opened(most="4")
    at.text_input(key="at code").set_value("1.2-3.4").run()
    assert at.session_state["chosen"] == ((1, 2), (3, 4))
    assert at.query_params["at"] in ("1.2-3.4", ["1.2-3.4"])


def decoded(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def test_layers_are_sent_without_loss() -> None:
    draw = np.random.default_rng(0)
    truth = draw.integers(0, 17, (6, 5))
    top = draw.integers(0, 17, (6, 5, 3))
    overlay = draw.integers(0, 256, (6, 5, 4)).astype(np.uint8)
    probabilities = draw.random((6, 5, 3))
    made = layers("made", overlay=overlay, truth=truth, top=top, probabilities=probabilities)
    assert made.shape == (6, 5)
    np.testing.assert_array_equal(decoded(made.parts["truth"]), truth)
    np.testing.assert_array_equal(decoded(made.parts["top"]), top)
    np.testing.assert_array_equal(decoded(made.parts["overlay"]), overlay)
    np.testing.assert_allclose(decoded(made.parts["shares"]) / 200, probabilities, atol=1 / 400)


def test_layers_that_the_browser_has_stay_here() -> None:
    one = layers("one", truth=np.ones((2, 2), int))
    two = layers("two", marks=np.ones((2, 2), int), prediction=np.ones((2, 2), int))
    said, parts = _carried([one, two], {"turn": 3, "have": ["one"]})
    assert said == [
        {"name": "one", "places": None},
        {"name": "two", "places": {"marks": 1, "prediction": 2}},
    ]
    assert parts == list(two.parts.values())
    assert len(_carried([one, two], {"turn": 0})[1]) == 3


def test_a_small_picture_is_sent_without_loss_and_a_large_one_small() -> None:
    draw = np.random.default_rng(0)
    small = draw.integers(0, 256, (40, 30, 3)).astype(np.uint8)
    np.testing.assert_array_equal(decoded(_encoded(small, exact=True)), small)
    assert len(_encoded(small, exact=False)) < len(_encoded(small, exact=True))
    down, right = np.mgrid[0:610, 0:340]
    large = np.stack([down % 256, right % 256, (down + right) % 256], axis=-1).astype(np.uint8)
    sent = _encoded(large, exact=True)
    assert len(sent) < large.size / 4
    assert np.abs(decoded(sent).astype(int) - large).mean() < 3


@pytest.mark.parametrize(
    "wrong", [np.zeros((3, 3, 3)), np.zeros((3, 3), np.uint8), np.zeros((0, 3, 3), np.uint8)]
)
def test_what_is_no_picture_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="the picture is"):
        scene_map(wrong, key="at", label="Map")


def test_layers_of_another_size_are_refused() -> None:
    over = layers("other", truth=np.ones((4, 3), int))
    with pytest.raises(ValueError, match="other has the size"):
        scene_map(np.zeros((3, 3, 3), np.uint8), key="at", label="Map", over=(over,))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"truth": np.ones((3, 3), int), "marks": np.ones((4, 3), int)},
        {"overlay": np.ones((3, 3, 3), np.uint8)},
        {"top": np.ones((3, 3, 2), int)},
    ],
)
def test_layers_that_do_not_fit_each_other_are_refused(given: dict[str, np.ndarray]) -> None:
    with pytest.raises(ValueError, match="layers of the shapes"):
        layers("wrong", **given)


def test_pixels_are_written_as_in_the_link() -> None:
    assert code([(3, 4), (10, 0)]) == "3.4-10.0"

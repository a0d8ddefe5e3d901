"""A scene in words, and the room that its map takes."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.data.scene import Scene
from dashboard.scene_words import class_names, is_narrow, longer_side

NAMES = ("Woods", "Corn_senesced_green_weeds")


def made(height: int, width: int, name: str = "salinas") -> Scene:
    labels = np.zeros((height, width), np.int64)
    cube = np.zeros((height, width, 2))
    return Scene(name, cube, labels, NAMES, None, (0, 1, 1), False, "made")


def page() -> None:
    import streamlit as st

    from cnnviz.data.synthetic_scene import cached_scene
    from dashboard.scene_words import class_names

    st.write(class_names(cached_scene())[0])


@pytest.mark.parametrize(("lang", "name"), [("en", "Alfalfa"), ("zh", "苜蓿")])
def test_classes_of_the_generated_scene_are_translated(lang: str, name: str) -> None:
    at = AppTest.from_function(page)
    at.query_params["lang"] = lang
    assert at.run().markdown[0].value == name


def test_names_of_a_published_scene_stay_and_may_break_at_their_underscores() -> None:
    scene = made(4, 4)
    assert class_names(scene) == ("Woods", "Corn senesced green weeds")
    assert scene.class_names == NAMES, "they are what networks are found by"


@pytest.mark.parametrize(
    ("height", "width", "side"),
    [(145, 145, 300), (610, 340, 400), (512, 217, 400), (512, 614, 359), (300, 250, 360)],
)
def test_a_map_is_the_longer_the_narrower_its_scene(height: int, width: int, side: int) -> None:
    assert longer_side(made(height, width), 300, 400) == side


@pytest.mark.parametrize(("height", "narrow"), [(145, False), (217, True), (90, False)])
def test_beside_a_narrow_map_there_is_room(height: int, narrow: bool) -> None:
    assert is_narrow(made(height, 145)) is narrow

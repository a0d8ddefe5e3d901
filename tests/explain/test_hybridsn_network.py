"""Trained HybridSNs and a scene: which know it, what they read of it, what they say of it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from cnnviz import checkpoints
from cnnviz.data.scene import Scene
from cnnviz.data.synthetic_scene import cached_scene
from cnnviz.errors import UserError
from cnnviz.explain.hybridsn_map import classified_scene, parts_of, split_of
from cnnviz.explain.hybridsn_network import components, scene_at, shipped_for, window_at

NETWORK = "hybridsn_synthetic_quick"
CUBE = np.arange(2 * 7 * 9, dtype=np.float32).reshape(2, 7, 9)


@pytest.fixture(scope="module")
def corner() -> Scene:
    """The generated scene's corner."""
    scene = cached_scene()
    return replace(scene, cube=scene.cube[:30, :24], labels=scene.labels[:30, :24])


def test_the_shipped_networks_are_those_of_the_scene_s_classes(corner: Scene) -> None:
    assert NETWORK in shipped_for(corner)
    with pytest.raises(UserError, match="knows the classes"):
        shipped_for(replace(corner, class_names=("one", "two")))


@pytest.mark.parametrize(("row", "column"), [(3, 4), (0, 0), (6, 8), (1, 7)])
def test_beyond_the_edge_a_window_has_zeros(row: int, column: int) -> None:
    padded = np.pad(CUBE, ((0, 0), (2, 2), (2, 2)))
    window = window_at(CUBE, row, column, 5)
    assert np.array_equal(window, padded[:, row : row + 5, column : column + 5])


def test_the_part_of_a_scene_stays_inside_it() -> None:
    assert np.array_equal(scene_at(CUBE, 0, 8, 5), CUBE[:, :5, 4:])
    assert np.array_equal(scene_at(CUBE, 3, 4, 5), CUBE[:, 1:6, 2:7])
    assert np.array_equal(scene_at(CUBE, 3, 4), CUBE)


def test_a_pixel_s_class_is_that_of_its_window(corner: Scene) -> None:
    shares: list[float] = []
    found = classified_scene(NETWORK, corner, shares.append)
    assert shares[-1] == 1
    model, _card = checkpoints.load(NETWORK)
    cube = components(NETWORK, corner)
    for row, column in ((0, 0), (11, 23), (29, 5)):
        window = torch.tensor(window_at(cube, row, column, 13))[None, None]
        with torch.inference_mode():
            assert found.predicted[row, column] == model(window).argmax() + 1


def test_another_scene_s_split_is_not_known(corner: Scene) -> None:
    card = checkpoints.read_card(NETWORK)
    assert split_of(card, corner) is None
    parts, measured = parts_of(None, corner)
    assert not parts.any()
    assert np.array_equal(measured, corner.labels > 0)
    split = split_of(card, cached_scene())
    assert split is not None
    parts, measured = parts_of(split, cached_scene())
    assert np.array_equal(np.flatnonzero(measured), split.test)
    assert parts.any()

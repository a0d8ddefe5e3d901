"""The colours of classes are told apart by every eye."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000, rgb2lab

from cnnviz.figures.classes import COLOURS, class_colour

# Machado, Oliveira and Fernandes (2009), severity 1, for linear RGB.
EYES = {
    "full sight": np.eye(3),
    "no red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no blue": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
OKABE_ITO = 8


def seen(colours: tuple[str, ...], eye: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3) in CIELAB as such an eye sees them."""
    rgb = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in colours]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    dim = (linear @ eye.T).clip(0, 1)
    back = np.where(dim <= 0.0031308, 12.92 * dim, 1.055 * dim ** (1 / 2.4) - 0.055)
    return np.asarray(rgb2lab(back[None])[0])


def closest(colours: tuple[str, ...], eye: NDArray[np.float64]) -> float:
    lab = seen(colours, eye)
    pairs = np.array(list(combinations(range(len(colours)), 2)))
    return float(deltaE_ciede2000(lab[pairs[:, 0]], lab[pairs[:, 1]]).min())


def test_the_simulation_leaves_greys_grey_and_takes_red_from_green() -> None:
    for eye in EYES.values():
        assert np.abs(seen(("#808080",), eye)[0, 1:]).max() < 0.5
    assert closest(("#AA5500", "#6E6E00"), EYES["no green"]) < 8
    assert closest(("#AA5500", "#6E6E00"), EYES["full sight"]) > 25


def test_the_first_eight_are_okabe_and_ito_s() -> None:
    assert set(COLOURS[:OKABE_ITO]) == {
        "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
    }  # fmt: skip


@pytest.mark.parametrize("eye", EYES)
def test_no_two_colours_are_closer_than_okabe_and_ito_s_closest_to_any_eye(eye: str) -> None:
    theirs = min(closest(COLOURS[:OKABE_ITO], each) for each in EYES.values())
    assert theirs == pytest.approx(10.9, abs=0.05)
    assert closest(COLOURS, EYES[eye]) >= theirs


def test_full_sight_sees_them_twice_as_far_apart() -> None:
    assert len(set(COLOURS)) == 16
    assert closest(COLOURS, EYES["full sight"]) > 20


def test_a_class_has_its_colour_whatever_other_classes_there_are() -> None:
    assert [class_colour(number) for number in (1, 16, 17, 33)] == [
        COLOURS[0], COLOURS[15], COLOURS[0], COLOURS[0],
    ]  # fmt: skip

"""Denoised pictures and their differences as bytes, and short times in words."""

import numpy as np
import pytest

from cnnviz.figures.dncnn_classics import ZERO, best, decibels, difference, limit, seconds, shown


def test_a_picture_is_shown_rounded_and_within_black_and_white() -> None:
    levels = np.array([[-30.2, 0.4, 127.6], [254.5, 255.4, 300.0]], dtype=np.float32)
    assert shown(levels).tolist() == [[0, 0, 128], [254, 255, 255]]


def test_no_difference_has_the_middle_of_the_colours() -> None:
    error = np.array([[0.0, 25.0, -25.0], [12.5, 80.0, -80.0]], dtype=np.float32)
    places = difference(error, 25)
    assert places.tolist() == [[ZERO, 254, 0], [190, 254, 0]]
    assert places.dtype == np.uint8


def test_the_colours_span_the_noise_but_never_next_to_nothing() -> None:
    assert [limit(sigma) for sigma in (1, 5, 25, 75)] == [5, 5, 25, 75]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00213, "2.1 ms"),
        (0.0237, "24 ms"),
        (0.312, "312 ms"),
        (1.316, "1.32 s"),
        (12.34, "12.3 s"),
    ],
)
def test_a_time_has_the_unit_that_fits(value: float, text: str) -> None:
    assert seconds(value) == text.replace(" ", "\u202f")


def test_decibels_have_two_digits_as_papers_print_them() -> None:
    assert decibels(29.226) == "29.23\u202fdB"


def test_the_best_is_the_largest() -> None:
    assert best([3.0, 5.0, 4.0]) == 1

"""Crops of photos."""

import numpy as np
import pytest

from cnnviz.data.crops import CENTRES, crop, crop_box, grey, usual_centre

PHOTO = np.arange(40 * 60, dtype=np.uint16).reshape(40, 60).astype(np.uint8)


@pytest.mark.parametrize(
    ("centre", "box"),
    [((20, 30), (15, 25, 25, 35)), ((0, 0), (0, 0, 10, 10)), ((39, 59), (30, 50, 40, 60))],
)
def test_a_square_is_moved_into_the_picture(
    centre: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    assert crop_box(PHOTO.shape, centre, 10) == box


def test_a_square_is_no_larger_than_the_picture() -> None:
    assert crop_box((40, 60, 3), (5, 5), 50) == (0, 0, 40, 50)


def test_a_crop_is_around_its_place_or_where_a_photo_is_seen_first() -> None:
    assert np.array_equal(crop(PHOTO, "horse", 10, "8.9"), PHOTO[3:13, 4:14])
    assert np.array_equal(crop(PHOTO, "horse", 10), PHOTO[15:25, 25:35])
    assert usual_centre("camera", (512, 512)) == CENTRES["camera"]


def test_grey_weighs_the_colours() -> None:
    colours = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [90, 90, 90]]], dtype=np.uint8)
    assert grey(colours).tolist() == [[76, 150, 29, 90]]

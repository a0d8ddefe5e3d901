"""Pictures of a scene's results, and the files that other programs read."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from plotly.colors import hex_to_rgb
from scipy.io import loadmat
from spectral.io import envi

from cnnviz.explain.hybridsn_results import compare, scene_map, scores
from cnnviz.figures import hybridsn_results as figures
from cnnviz.figures import hybridsn_results_files as files
from cnnviz.figures.classes import class_colour

NAMES = ("Corn, no till", "Woods {old}", "草地")
LABELS = np.array([[0, 1, 2, 3], [3, 2, 1, 0]])
LOGITS = np.random.default_rng(1).normal(size=(2, 4, 3))
MAP = scene_map(LOGITS)
SCORES = scores(MAP.predicted, LABELS, LABELS > 0, 3)
WORDS = {"truth": "truth", "said": "said", "hover": "{count} of {of}: {truth} as {said}"}


def test_right_and_wrong_have_their_colours_and_the_unknown_none() -> None:
    picture = figures.errors_picture(MAP.predicted, LABELS)
    known = LABELS > 0
    assert (picture[~known] == 0).all()
    right = MAP.predicted == LABELS
    assert (picture[known & right] == (*hex_to_rgb(figures.RIGHT), 255)).all()
    assert (picture[known & ~right] == (*hex_to_rgb(figures.WRONG), 255)).all()


def test_the_surer_the_lighter() -> None:
    picture = figures.confidence_picture(np.linspace(0, 1, 11, dtype=np.float16)[None])
    lightness = picture[0, :, :3].astype(float) @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(lightness) > 0).all()
    assert (picture[:, :, 3] == 255).all()


def test_kinds_have_the_colours_of_their_numbers() -> None:
    kinds = compare(MAP.predicted, LABELS, LABELS, LABELS > 0).kinds
    colours = [colour for colour, _name in figures.DIFFERENCES]
    picture = figures.in_colours(kinds, colours)
    assert (picture[kinds == 0] == 0).all()
    assert (picture[kinds == 2] == (*hex_to_rgb(colours[2]), 255)).all()
    assert (kinds == 2).any()


def test_what_is_left_out_of_a_picture_is_transparent_in_a_copy() -> None:
    picture = figures.confidence_picture(np.ones((2, 4)))
    alone = figures.restricted(picture, LABELS == 1)
    assert (alone[LABELS == 1] == picture[LABELS == 1]).all()
    assert (alone[LABELS != 1] == 0).all()
    assert (picture[:, :, 3] == 255).all()


def test_the_confusion_matrix_shows_each_rows_shares_and_tells_counts() -> None:
    confusion = np.array([[3, 1, 0], [0, 5, 0], [0, 0, 0]])
    figure = figures.confusion_figure(confusion, NAMES, WORDS, height=400)
    [heat] = figure.data
    np.testing.assert_array_equal(heat.z[0], [0.75, 0.25, np.nan])
    assert np.isnan(heat.z[2]).all()
    assert heat.customdata[0][1] == "1 of 4: Corn, no till as Woods {old}"
    assert heat.text[0] == ["3", "1", ""] or tuple(heat.text[0]) == ("3", "1", "")
    assert figure.layout.yaxis.ticktext[2] == "3 草地"
    assert figure.layout.yaxis.autorange == "reversed"


def test_a_png_is_the_picture_enlarged() -> None:
    picture = figures.errors_picture(MAP.predicted, LABELS)
    read = np.asarray(Image.open(io.BytesIO(files.png(picture))))
    times = read.shape[0] // 2
    assert read.shape == (2 * times, 4 * times, 4)
    np.testing.assert_array_equal(read[times // 2 :: times, times // 2 :: times], picture)


def test_spectral_reads_the_envi_classification(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(files.envi(MAP.predicted, NAMES, "scene"))) as zipped:
        assert sorted(zipped.namelist()) == ["scene.hdr", "scene.img"]
        zipped.extractall(tmp_path)
    read = envi.open(str(tmp_path / "scene.hdr"))
    np.testing.assert_array_equal(read.read_band(0), MAP.predicted)
    assert read.metadata["file type"] == "ENVI Classification"
    assert int(read.metadata["classes"]) == 4
    names = [name.strip() for name in read.metadata["class names"]]
    assert names == ["Unclassified", "Corn; no till", "Woods ;old;", "草地"]
    colours = np.array([int(each) for each in read.metadata["class lookup"]]).reshape(-1, 3)
    np.testing.assert_array_equal(colours[2], hex_to_rgb(class_colour(2)))


@pytest.mark.parametrize("parts", [None, np.array([[0, 1, 2, 3], [3, 2, 1, 0]], dtype=np.uint8)])
def test_scipy_reads_the_mat_file(parts: np.ndarray | None) -> None:
    content = files.mat(MAP, LABELS, parts, NAMES, {"network": "net-1", "scene": "fields"})
    read = loadmat(io.BytesIO(content))
    np.testing.assert_array_equal(read["map"], MAP.predicted)
    np.testing.assert_array_equal(read["classes"], MAP.classes)
    np.testing.assert_allclose(read["probabilities"], MAP.probabilities)
    np.testing.assert_array_equal(read["truth"], LABELS)
    assert [str(name[0]) for name in read["class_names"].ravel()] == list(NAMES)
    assert read["network"][0] == "net-1"
    assert ("part" in read) == (parts is not None)
    if parts is not None:
        np.testing.assert_array_equal(read["part"], parts)


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_tables_have_each_class_and_the_three_numbers() -> None:
    head, *of_classes, oa, aa, kappa = rows(files.classes_csv(SCORES, NAMES))
    assert head[:3] == ["class", "name", "pixels"]
    assert [row[1] for row in of_classes] == list(NAMES)
    assert [int(row[2]) for row in of_classes] == SCORES.counts.tolist() == [2, 2, 2]
    for row, name in ((oa, "oa"), (aa, "aa"), (kappa, "kappa")):
        assert row[1].lower() == name
        assert float(row[4]) == pytest.approx(getattr(SCORES, name), abs=1e-6)


def test_a_class_without_pixels_has_empty_cells() -> None:
    one = scores(np.full_like(LABELS, 1), LABELS, LABELS == 1, 3)
    table = rows(files.classes_csv(one, NAMES))
    assert table[1][4:] == ["1.000000", "1.000000"]
    assert table[2][2:] == ["0", "0", "", ""]
    assert table[-1][4] == "", "one class alone has no kappa"


def test_the_confusion_table_is_the_matrix() -> None:
    head, *body = rows(files.confusion_csv(SCORES, NAMES))
    assert head[1:] == list(NAMES)
    np.testing.assert_array_equal([[int(n) for n in row[1:]] for row in body], SCORES.confusion)

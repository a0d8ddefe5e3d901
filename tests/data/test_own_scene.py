"""A scene from a user's files: found by shape, checked, each fault said in one sentence."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io
import spectral
from numpy.typing import NDArray

from cnnviz.data import cube_envi, own_scene
from cnnviz.data.cube_arrays import ArrayInfo
from cnnviz.data.cube_checks import inspect, pieces
from cnnviz.data.label_checks import listed
from cnnviz.data.own_scene import build, candidates, check, false_colour_bands
from cnnviz.data.scene_match import Match
from cnnviz.errors import UserError
from tests.data import array_files

SHAPE = (7, 9, 11)
AXES = list(permutations(range(3)))


def cube(dtype: Any = np.uint16) -> NDArray[Any]:
    return array_files.cube().astype(dtype) + 1


def truth() -> NDArray[np.uint8]:
    """(7, 9): three classes and nothing else, no two rows or columns alike."""
    return np.random.default_rng(5).integers(0, 4, SHAPE[:2]).astype(np.uint8)


def saved(folder: Path, **arrays: Any) -> Path:
    np.savez(folder / "a.npz", **arrays)
    return folder / "a.npz"


def checked(folder: Path, **arrays: Any) -> own_scene.Checked:
    return check(candidates([saved(folder, **arrays)])[0])


def said(error: UserError) -> str:
    text = str(error)
    assert text.count(". ") == 0
    assert text.endswith(".")
    assert not set("{}\n") & set(text)
    return text


def refused(folder: Path, **arrays: Any) -> str:
    with pytest.raises(UserError) as error:
        build(checked(folder, **arrays))
    return said(error.value)


# What is what


@pytest.mark.parametrize("axes", AXES)
@pytest.mark.parametrize("turned", [False, True])
def test_cube_and_ground_truth_are_found_however_they_lie(
    axes: tuple[int, ...], turned: bool, tmp_path: Path
) -> None:
    labels = truth().T if turned else truth()
    path = saved(tmp_path, x=cube().transpose(axes), y=labels, spectrum=np.arange(11))
    [match] = candidates([path])
    assert (match.cube.info.name, match.labels.info.name) == ("x", "y")
    scene = build(check(match))
    np.testing.assert_array_equal(scene.labels, labels)
    upright = cube().transpose(1, 0, 2) if turned else cube()
    np.testing.assert_array_equal(scene.cube, upright)


def test_two_files_are_as_good_as_one(tmp_path: Path) -> None:
    np.save(tmp_path / "cube.npy", cube())
    scipy.io.savemat(tmp_path / "truth.mat", {"gt": truth().astype(float)})
    [match] = candidates([tmp_path / "cube.npy", tmp_path / "truth.mat"])
    assert match.cube.file.name == "cube.npy"
    np.testing.assert_array_equal(build(check(match)).labels, truth())


def test_where_there_is_a_choice_the_likeliest_comes_first(tmp_path: Path) -> None:
    path = saved(
        tmp_path, a=cube(), shade=truth() / 7, gt=truth(), other=truth() + 1, b=cube(float)
    )
    names = [(match.cube.info.name, match.labels.info.name) for match in candidates([path])]
    assert names == [
        ("a", "gt"), ("a", "other"), ("b", "gt"), ("b", "other"), ("a", "shade"), ("b", "shade"),
    ]  # fmt: skip


def test_equal_sides_leave_a_choice_of_orientations(tmp_path: Path) -> None:
    path = saved(tmp_path, cube=np.arange(6 * 6 * 9).reshape(6, 6, 9), gt=np.eye(6, dtype=int))
    assert [match.axes for match in candidates([path])] == [(0, 1, 2), (1, 0, 2)]
    path = saved(tmp_path, cube=np.arange(6**3).reshape(6, 6, 6), gt=np.eye(6, dtype=int))
    axes = [match.axes for match in candidates([path])]
    assert axes == [(0, 1, 2), (1, 0, 2), (1, 2, 0), (2, 1, 0), (0, 2, 1), (2, 0, 1)]


def test_where_the_file_says_which_axis_the_bands_are_nothing_else_is_tried(
    tmp_path: Path,
) -> None:
    header = array_files.envi(tmp_path, np.arange(11**3, dtype="u2").reshape(11, 11, 11))
    np.save(tmp_path / "gt.npy", np.eye(11, dtype=int))
    axes = [match.axes for match in candidates([header, tmp_path / "gt.npy"])]
    assert axes == [(0, 1, 2), (1, 0, 2)]


def test_sides_of_one_do_not_count(tmp_path: Path) -> None:
    path = saved(tmp_path, cube=cube()[None], gt=truth()[:, :, None])
    [match] = candidates([path])
    scene = build(check(match))
    assert scene.cube.shape == SHAPE
    np.testing.assert_array_equal(scene.labels, truth())


def test_envi_classifications_bring_the_names_of_their_classes(tmp_path: Path) -> None:
    header = array_files.envi(tmp_path, cube())
    names = ["nothing", "Corn", "", "Woods"]
    spectral.envi.save_classification(str(tmp_path / "gt.hdr"), truth(), class_names=names)
    files = [header, header.with_suffix(".img"), tmp_path / "gt.hdr", tmp_path / "gt.img"]
    [match] = candidates(files)
    scene = build(check(match))
    assert scene.class_names == ("Corn", "class 2", "Woods")
    np.testing.assert_allclose(scene.wavelengths, array_files.WAVELENGTHS)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"text": np.array("a text"), "objects": np.array([None])}, "no array of numbers in a.npz"),
        ({"gt": truth(), "x": np.arange(3)}, r"only gt \(7 × 9\), x \(3\)"),
        ({"cube": cube()}, r"no ground truth in a.npz.* cube \(7 × 9 × 11\)"),
        ({"cube": cube(), "gt": truth()[:6]}, r"sides of cube \(7 × 9 × 11\) .* gt \(6 × 9\)"),
        ({"cube": cube(), **{f"g{i}": truth()[i + 1 :] for i in range(5)}}, r", …"),
    ],
)
def test_what_is_missing_is_said(arrays: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", allow_pickle=True, **arrays)
    with pytest.raises(UserError, match=sentence) as error:
        candidates([tmp_path / "a.npz"])
    said(error.value)


def test_the_published_scene_is_found(shared_data: Callable[[str], str]) -> None:
    files = [
        shared_data("indian_pines/Indian_pines_corrected.mat"),
        shared_data("indian_pines/Indian_pines_gt.mat"),
    ]
    found = candidates(files)
    assert [match.axes for match in found] == [(0, 1, 2), (1, 0, 2)]
    done = check(found[0])
    assert done.report.faults() == done.report.notes() == ()
    scene = build(done)
    assert scene.cube.shape == (145, 145, 200)
    assert scene.counts.tolist() == [
        46, 1428, 830, 237, 483, 730, 28, 478, 20, 972, 2455, 593, 205, 1265, 386, 93,
    ]  # fmt: skip
    assert scene.class_names[:2] == ("class 1", "class 2")
    assert not scene.verified
    assert "Indian_pines_corrected.mat" in scene.source


# Ground truths


def one_at(value: Any, dtype: Any = None) -> NDArray[Any]:
    labels = truth().astype(dtype or np.asarray(value).dtype)
    labels[3, 4] = value
    return labels


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (np.zeros(SHAPE[:2], int), "gt is 0 everywhere"),
        (np.full(SHAPE[:2], 7), "single class, 7: it takes two or more"),
        (np.eye(7, 9), "single class, 1"),
        (np.arange(63).reshape(7, 9) * 2 + 1, None),
        (one_at(-1, int), "negative values, down to -1"),
        (one_at(2.5), "not whole numbers, such as 2.5"),
        (one_at(np.nan), "not whole numbers, such as nan"),
        (one_at(np.inf), "values up to inf"),
        (one_at(2**63, np.uint64), "values up to 9.22337e\\+18"),
        (one_at(1j), "complex numbers"),
    ],
)
def test_a_ground_truth_that_cannot_be_used_says_why(
    labels: NDArray[Any], sentence: str | None, tmp_path: Path
) -> None:
    if sentence is None:
        assert len(build(checked(tmp_path, cube=cube(), gt=labels)).class_names) == 63
        return
    with pytest.raises(UserError, match=sentence) as error:
        checked(tmp_path, cube=cube(), gt=labels)
    said(error.value)


def test_more_classes_than_a_hundred_are_a_picture(tmp_path: Path) -> None:
    picture = np.arange(20 * 30).reshape(20, 30)
    with pytest.raises(UserError, match="has 599 classes, and up to 100 are read"):
        checked(tmp_path, cube=np.arange(20 * 30 * 4).reshape(20, 30, 4), gt=picture)
    picture = picture % 101
    assert len(checked(tmp_path, cube=np.ones((20, 30, 4)), gt=picture).ids) == 100


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, np.float64, ">i2"])
def test_any_type_of_whole_numbers_will_do(dtype: Any, tmp_path: Path) -> None:
    scene = build(checked(tmp_path, cube=cube(), gt=truth().astype(dtype)))
    assert scene.labels.dtype == np.int64
    np.testing.assert_array_equal(scene.labels, truth())


def test_numbers_with_holes_become_classes_without_and_keep_their_names(tmp_path: Path) -> None:
    ids = np.array([0, 1, 10, 14])
    done = checked(tmp_path, cube=cube(), gt=ids[truth()])
    [note] = done.report.notes()
    assert "The 3 classes are numbered 1, 10, 14 in the file and 1 to 3 here" in said(note)
    scene = build(done, class_name="Klasse {id}")
    assert scene.class_names == ("Klasse 1", "Klasse 10", "Klasse 14")
    np.testing.assert_array_equal(scene.labels, truth())
    np.testing.assert_array_equal(scene.counts, np.bincount(truth().ravel())[1:])


def test_a_scene_may_be_labelled_all_over(tmp_path: Path) -> None:
    scene = build(checked(tmp_path, cube=cube(), gt=truth() + 1))
    np.testing.assert_array_equal(scene.labels, truth() + 1)
    assert len(scene.class_names) == 4


# Cubes


@pytest.mark.parametrize("shape", [(4, 9, 11), (7, 4, 11), (7, 9, 2)])
def test_a_cube_that_is_too_small_says_what_it_takes(
    shape: tuple[int, int, int], tmp_path: Path
) -> None:
    rows, columns, bands = shape
    sentence = f"{rows} × {columns} pixels and {bands} bands: it takes 5 × 5 pixels and 3 bands"
    values = np.arange(np.prod(shape)).reshape(shape)
    assert sentence in refused(tmp_path, cube=values, gt=truth()[:rows, :columns])


def test_a_cube_of_complex_numbers_is_refused(tmp_path: Path) -> None:
    assert "cube has complex numbers" in refused(tmp_path, cube=cube(complex), gt=truth())


def faulty_cube() -> NDArray[np.float32]:
    faulty = cube(np.float32)
    faulty[2, 3, 0] = faulty[4, 5, 0] = np.nan
    faulty[:, :, 4:7] = np.nan
    faulty[0, 0, 8] = np.inf
    faulty[1, 1, 9] = -np.inf
    faulty[:, :, 2] = 5
    faulty[6, 8, 10] = -3
    return faulty


@pytest.mark.parametrize("axes", AXES)
def test_faulty_bands_are_counted_and_dropped(axes: tuple[int, ...], tmp_path: Path) -> None:
    done = checked(tmp_path, cube=faulty_cube().transpose(axes), gt=truth())
    report = done.report
    nan, infinite = (said(fault) for fault in report.faults())
    assert "NaN (not a number) in 4 of 11 bands (1, 5–7), 191 in all: drop these bands" in nan
    assert "infinite values in 2 of 11 bands (9–10), 2 in all" in infinite
    constant, negative = (said(note) for note in report.notes())
    assert "In 1 of 11 bands all pixels have one value (3)" in constant
    assert "In 1 of 11 bands there are values below 0 (11), down to −3" in negative
    assert report.droppable == (0, 2, 4, 5, 6, 8, 9)
    with pytest.raises(UserError, match="NaN"):
        build(done)
    scene = build(done, report.droppable)
    np.testing.assert_array_equal(scene.cube, faulty_cube()[:, :, [1, 3, 7, 10]])
    assert report.faults(report.droppable) == ()
    assert len(report.notes(report.droppable)) == 1


def test_where_too_few_bands_would_be_left_the_values_have_to_be_replaced(tmp_path: Path) -> None:
    faulty = cube(np.float64)
    faulty[0, 0] = np.nan
    faulty[0, 1, :9] = np.inf
    done = checked(tmp_path, cube=faulty, gt=truth())
    assert done.report.droppable == ()
    nan, infinite = (said(fault) for fault in done.report.faults())
    assert "in 11 of 11 bands, 11 in all: too many bands to drop" in nan
    assert "in 9 of 11 bands, 9 in all: too many bands to drop" in infinite
    with pytest.raises(UserError, match="1 are left, and it takes 3 or more"):
        build(checked(tmp_path, cube=cube(), gt=truth()), range(10))


def test_bands_that_do_not_fit_into_memory_are_not_copied(tmp_path: Path) -> None:
    [match] = candidates([saved(tmp_path, cube=cube(), gt=truth())])
    assert build(check(match, 7 * 9 * 10 * 2), [0]).cube.shape == (7, 9, 10)
    with pytest.raises(UserError, match="save it without them"):
        build(check(match, 7 * 9 * 10 * 2 - 1), [0])


def test_cube_and_labels_share_what_they_may_take(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", cube=cube(), gt=truth())
    [match] = candidates([tmp_path / "a.npz"])
    together = cube().nbytes + truth().size * 8
    assert check(match, together).labels.nbytes == truth().size * 8
    with pytest.raises(UserError, match=r"cube in a\.npz takes 1\.4 kB unpacked"):
        check(match, together - 1)


def test_a_path_that_cannot_be_looked_at_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match="There is no file"):
        candidates([tmp_path / ("a" * 300)])

    def locked(path: Path) -> bool:
        raise PermissionError(path)

    monkeypatch.setattr(cube_envi, "is_header", locked)
    with pytest.raises(UserError, match="cannot be opened as a file"):
        candidates([saved(tmp_path, cube=cube(), gt=truth())])


def test_a_name_that_leaves_no_room_for_an_ending_has_no_header(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 253)
    saved(tmp_path, cube=cube(), gt=truth()).rename(path)
    assert len(candidates([path])) == 1


@pytest.mark.parametrize("dtype", ["u1", "i2", ">u2", "f2", "f4", ">f8", "?"])
@pytest.mark.parametrize("at_once", [1, 200, 1 << 24])
def test_pieces_of_any_size_find_the_same(
    dtype: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cnnviz.data import cube_checks

    monkeypatch.setattr(cube_checks, "_PIECE", at_once)
    values = np.random.default_rng(0).normal(0, 50, SHAPE).clip(0 if "u" in dtype else -99, 99)
    whole = values.astype(dtype)
    for axes in AXES:
        view = whole.transpose(axes)
        report = inspect(view)
        np.testing.assert_array_equal(report.low, view.min(axis=(0, 1)).astype(float))
        np.testing.assert_array_equal(report.high, view.max(axis=(0, 1)).astype(float))
        assert sum(view[place].size for place in pieces(view)) == view.size


BIG = """
import sys
import numpy as np
from cnnviz.data.own_scene import build, candidates, check
done = check(candidates(sys.argv[1:])[0])
assert done.cube.shape == (1000, 1000, 150), done.cube.shape
assert done.report.high.tolist() == [0] * 149 + [7]
assert build(done).cube.base is not None
"""


@pytest.mark.parametrize("interleave", ["bsq", "bip"])
def test_a_cube_larger_than_its_share_of_the_memory_is_checked_in_pieces(
    interleave: str, tmp_path: Path
) -> None:
    header = array_files.sparse_envi(tmp_path, (1000, 1000, 150), interleave)
    labels = np.zeros((1000, 1000), dtype=np.uint8)
    labels[0, :3] = 0, 1, 2
    np.save(tmp_path / "gt.npy", labels)
    assert array_files.peak_megabytes(BIG, header, tmp_path / "gt.npy") < 170  # of 300


# Scenes


def test_the_name_is_another_one_for_everything_that_makes_another_scene(tmp_path: Path) -> None:
    first = checked(tmp_path, cube=cube(), gt=truth())
    names = {build(first).name, build(first, [0]).name, build(first, [1]).name}
    assert build(first).name in names
    turned = Match(first.match.cube, first.match.labels, (1, 0, 2))
    names.add(own_scene._name(turned, range(11)))
    names.add(build(checked(tmp_path, cube=cube() + 1, gt=truth(), more=np.ones(2))).name)
    assert len(names) == 5
    assert all(name.startswith("own.") for name in names)


@pytest.mark.parametrize(
    ("wavelengths", "count", "bands"),
    [
        (np.linspace(400, 2500, 211), 211, (25, 15, 5)),
        (np.linspace(2500, 400, 211), 211, (185, 195, 205)),
        (np.linspace(1000, 2500, 151), 151, (125, 75, 25)),
        (np.array([400.0, 900.0, 1500.0]), 3, (2, 1, 0)),
        (None, 200, (166, 100, 33)),
        (None, 3, (2, 1, 0)),
        (None, 4, (3, 2, 0)),
    ],
)
def test_false_colours_are_the_bands_of_red_green_and_blue_light_or_spread(
    wavelengths: NDArray[np.float64] | None, count: int, bands: tuple[int, int, int]
) -> None:
    assert false_colour_bands(wavelengths, count) == bands


def test_wavelengths_that_do_not_rise_choose_colours_and_are_not_kept(tmp_path: Path) -> None:
    import dataclasses

    falling = np.linspace(900, 400, 11)
    done = dataclasses.replace(checked(tmp_path, cube=cube(), gt=truth()), wavelengths=falling)
    scene = build(done)
    assert scene.wavelengths is None
    assert scene.rgb == (5, 7, 9)


def test_runs_of_numbers_are_drawn_together() -> None:
    assert listed([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"
    assert listed(range(1, 40, 2)) == "1, 3, 5, 7, 9, 11, …"


def test_arrays_know_their_bands_without_sides_of_one() -> None:
    from cnnviz.data.scene_match import Variable

    info = ArrayInfo("a", (1, 5, 1, 7, 9), np.dtype("u1"), bands=3)
    assert Variable(Path("a"), info).bands == 1
    assert Variable(Path("a"), ArrayInfo("a", (5, 7, 1), np.dtype("u1"), bands=2)).bands is None

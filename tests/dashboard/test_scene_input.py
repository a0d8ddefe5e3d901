"""A visitor's own scene: files in, questions where there are any, a preview or a sentence."""

import gc
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import scipy.io
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from dashboard import cache, scene_input, uploads
from dashboard.cache import scenes

SHAPE = (7, 9, 11)


def page() -> None:
    import streamlit as st

    from dashboard.scene_input import own_scene

    st.session_state["scene"] = own_scene()


def cube() -> NDArray[Any]:
    return np.arange(np.prod(SHAPE), dtype=np.float32).reshape(SHAPE) + 1


def truth() -> NDArray[Any]:
    return np.arange(63, dtype=np.uint8).reshape(SHAPE[:2]) % 4


def mat(**arrays: Any) -> bytes:
    file = io.BytesIO()
    scipy.io.savemat(file, arrays, do_compression=True)
    return file.getvalue()


def opened(**parameters: str) -> AppTest:
    at = AppTest.from_function(page, default_timeout=30)
    for key, text in parameters.items():
        at.query_params[key] = text
    at.run()
    assert not at.exception
    return at


def upload(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    at.get("file_uploader")[0].set_value([(name, content, "") for name, content in files])
    at.run()
    assert not at.exception
    assert not at.error
    return at


def told(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.markdown, *at.caption, *at.warning))


def pictures(at: AppTest) -> int:
    # Streamlit's own name for them has changed.
    return len(at.get("imgs")) + len(at.get("image"))


def html(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


# A good one


def test_before_there_is_a_file_there_is_no_scene_and_no_complaint() -> None:
    at = opened()
    assert at.session_state["scene"] is None
    assert not at.warning
    assert pictures(at) == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_scene_is_shown_with_its_classes_and_their_counts(lang: str) -> None:
    at = upload(opened(lang=lang), ("a.mat", mat(cube=cube(), gt=truth())))
    scene = at.session_state["scene"]
    np.testing.assert_array_equal(scene.cube, cube())
    np.testing.assert_array_equal(scene.labels, truth())
    assert scene.counts.tolist() == [16, 16, 15]
    assert pictures(at) == 2
    assert not at.selectbox
    assert not at.warning
    assert "7 × 9" in told(at)
    legend = html(at)
    assert [legend.count(f"{name}</span>{count}<") for name, count in zip(
        scene.class_names, scene.counts, strict=True)] == [1, 1, 1]  # fmt: skip
    assert scene.class_names[0] == ("class 1" if lang == "en" else "类别 1")


def test_what_was_read_is_not_read_again_at_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    at = upload(opened(), ("a.mat", mat(cube=cube(), gt=truth())))
    scene = at.session_state["scene"]

    def refuse(*_: object) -> None:
        raise AssertionError("reads again")

    for name in ("scene_candidates", "checked_scene", "built_scene"):
        monkeypatch.setattr(cache, name, refuse)
    at.run()
    assert not at.error
    assert at.session_state["scene"] is scene


def test_several_files_make_one_scene(tmp_path: Path) -> None:
    for name, array in (("cube", cube()), ("truth", truth())):
        np.save(tmp_path / f"{name}.npy", array)
    files = [(path.name, path.read_bytes()) for path in tmp_path.iterdir()]
    at = upload(opened(), files[0])
    assert at.session_state["scene"] is None
    assert len(at.warning) == 1
    assert upload(at, *files).session_state["scene"] is not None
    assert not at.warning


def test_two_files_of_one_name_are_both_read(tmp_path: Path) -> None:
    at = upload(opened(), ("a.mat", mat(cube=cube())), ("a.mat", mat(gt=truth())))
    assert at.session_state["scene"] is not None


@pytest.mark.parametrize(
    "name",
    ["../../evil.mat", "..", ".mat", "", "a" * 300 + ".mat", "中 文", "中" * 200 + ".dat.hdr"],
)
def test_no_name_leads_out_of_the_sessions_folder(name: str) -> None:
    content = SimpleNamespace(name=name, getbuffer=lambda: b"content")
    folder = uploads.Folder([content, content])
    one, two = folder.files
    assert one != two
    assert one.parent == two.parent
    assert one.parent.name.startswith("cnnviz_")
    assert one.read_bytes() == two.read_bytes() == b"content"
    assert sorted(one.parent.iterdir()) == sorted(folder.files)


@pytest.mark.parametrize("stem", ["a" * 55, "ab.c" * 50, "高光谱" * 70])
@pytest.mark.parametrize(("data", "header"), [(".dat", ".dat.hdr"), (".IMG", ".HDR"), ("", ".hdr")])
def test_envis_files_still_belong_together_when_their_names_are_cut(
    stem: str, data: str, header: str
) -> None:
    one, two = (uploads.safe_name(stem + ending) for ending in (data, header))
    assert one.removesuffix(data) == two.removesuffix(header)
    assert two.endswith(header)
    assert stem.startswith(one.removesuffix(data))
    assert (one == stem + data) == (len(stem.encode()) <= 150)


def test_what_is_made_is_kept_even_where_another_run_has_cleared_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept: dict[str, Any] = {"checked": ("old", 1)}
    monkeypatch.setattr(scene_input, "_kept", lambda: kept)

    def make() -> int:
        assert kept["checked"] == ("old", 1)  # another run may be using it
        kept["checked"] = ("of another run", 3)
        return 2

    assert scene_input._once("checked", "new", make) == 2
    assert scene_input._once("checked", "new", lambda: 4) == 2


def test_the_folder_goes_with_its_session() -> None:
    folder = uploads.Folder([SimpleNamespace(name="a", getbuffer=lambda: b"")])
    place = folder.files[0].parent
    assert place.is_dir()
    del folder
    gc.collect()
    assert not place.exists()


# What has to be asked, what has to be dropped


def test_where_two_arrays_fit_the_visitor_chooses() -> None:
    other = truth()[::-1]
    at = upload(opened(), ("a.mat", mat(cube=cube(), gt=truth(), other=other)))
    [choice] = at.selectbox
    assert [option.split()[0] for option in choice.options] == ["gt", "other"]
    choice.select(choice.options[1]).run()
    np.testing.assert_array_equal(at.session_state["scene"].labels, other)


def test_the_likeliest_cube_is_offered_first() -> None:
    likely, other = np.arange(216).reshape(6, 6, 6), np.arange(396).reshape(11, 6, 6)
    content = mat(likely=likely, other=other, gt=truth()[:6, :6])
    choice = upload(opened(), ("a.mat", content)).selectbox[0]
    assert [option.split()[0] for option in choice.options] == ["likely", "other"]
    assert choice.index == 0


def test_uploads_may_take_less_memory_than_files_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(scene_input.ALLOW_PATHS, "1")
    monkeypatch.setattr(scenes, "MAX_UPLOADED", cube().nbytes)
    at = upload(opened(), ("a.mat", mat(cube=cube(), gt=truth())))
    assert "are allowed here" in at.warning[0].value
    (tmp_path / "a.mat").write_bytes(mat(cube=cube(), gt=truth()))
    at = opened(scene_from="path")
    at.text_input(key="scene_cube").set_value(f"{tmp_path}/a.mat").run()
    assert not at.warning
    assert at.session_state["scene"].cube.shape == SHAPE


def test_a_scene_of_any_sides_is_shown() -> None:
    for sides in ((2400, 5), (5, 2400)):
        labels = np.arange(12_000).reshape(sides) % 3
        at = upload(opened(), ("a.mat", mat(cube=np.ones((*sides, 3)), gt=labels)))
        assert at.session_state["scene"] is not None
        assert pictures(at) == 2


def test_a_picture_that_fails_does_not_take_the_page_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cache, "scene_pictures", broken)
    at = opened()
    at.get("file_uploader")[0].set_value([("a.mat", mat(cube=cube(), gt=truth()), "")])
    at.run()
    assert not at.exception
    assert "log tells more" in at.error[0].value
    assert at.session_state["scene"] is not None


def test_where_sides_are_equal_the_visitor_turns_the_cube() -> None:
    values = cube()[:, :7]
    at = upload(opened(), ("a.mat", mat(cube=np.moveaxis(values, 2, 0), gt=truth()[:, :7])))
    np.testing.assert_array_equal(at.session_state["scene"].cube, values)
    [choice] = at.selectbox
    assert choice.options == [
        "bands first, rows and columns as stored",
        "bands first, rows and columns swapped",
    ]
    choice.select(choice.options[1]).run()
    np.testing.assert_array_equal(at.session_state["scene"].cube, values.transpose(1, 0, 2))


def faulty() -> bytes:
    values = cube()
    values[:, :, 2] = np.nan
    values[3, 4, 5] = np.inf
    values[:, :, 7] = 1
    return mat(cube=values, gt=truth())


def test_faulty_bands_go_at_one_click_and_come_back_at_another() -> None:
    at = upload(opened(), ("a.mat", faulty()))
    assert at.session_state["scene"] is None
    assert ["NaN" in at.warning[0].value, "infinite" in at.warning[1].value] == [True, True]
    assert "all pixels have one value (8)" in told(at)
    [drop] = at.toggle
    assert drop.label == "Drop the faulty and constant bands: 3 of 11"
    drop.set_value(True).run()
    assert at.session_state["scene"].cube.shape == (7, 9, 8)
    assert not at.warning
    at.toggle[0].set_value(False).run()
    assert len(at.warning) == 2
    assert "Shown is the last scene that could be used." in told(at)
    assert at.session_state["scene"].cube.shape == (7, 9, 8)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"\0" * 999, "is no MATLAB"), (mat(cube=cube()), "no ground truth"), (b"", "is empty")],
)
def test_what_cannot_be_used_is_one_sentence_and_the_last_good_scene_stays(
    content: bytes, sentence: str
) -> None:
    at = upload(opened(), ("a.mat", mat(cube=cube(), gt=truth())))
    good = at.session_state["scene"]
    upload(at, ("b.dat", content))
    [warning] = at.warning
    assert sentence in warning.value
    assert at.session_state["scene"] is good
    assert pictures(at) == 2


def test_two_visitors_have_their_own_scenes() -> None:
    one, two = opened(), opened()
    upload(one, ("a.mat", mat(cube=cube(), gt=truth())))
    two.run()
    assert two.session_state["scene"] is None
    upload(two, ("a.mat", mat(cube=cube() + 1, gt=truth())))
    assert one.session_state["scene"].name != two.session_state["scene"].name


# Paths


def context(
    *, url: str | None = "http://localhost:8501/", host: str = "localhost:8501",
    origin: str | None = "http://localhost:8501", address: str | None = None, **more: str,
) -> SimpleNamespace:  # fmt: skip
    headers = {"Host": host} | ({"Origin": origin} if origin else {})
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    return SimpleNamespace(url=url, headers=headers, ip_address=address)


@pytest.mark.parametrize(
    ("visit", "allowed"),
    [
        (context(), True),
        (context(url="http://127.0.0.1/", host="127.0.0.1", origin="http://[::1]:80"), True),
        (context(url="https://viz.example.org/"), False),
        (context(host="viz.example.org"), False),
        (context(origin="http://evil.example.org"), False),
        (context(origin=None), False),
        (context(url=None), False),
        (context(address="192.168.0.7"), False),
        (context(url="http://localhost.example.org/"), False),
        (context(X_Forwarded_For="10.0.0.1"), False),
    ],
)
def test_paths_are_for_visitors_on_the_servers_own_machine(
    visit: SimpleNamespace, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(scene_input.ALLOW_PATHS, raising=False)
    monkeypatch.setattr(scene_input, "st", SimpleNamespace(context=visit))
    assert scene_input.paths_allowed() == allowed
    for told, expected in (("1", True), ("0", False), ("maybe", allowed)):
        monkeypatch.setenv(scene_input.ALLOW_PATHS, told)
        assert scene_input.paths_allowed() == expected


def test_other_visitors_are_told_why_they_can_give_no_path() -> None:
    at = opened(scene_from="path")
    assert not at.text_input
    assert "files that are not theirs" in at.get("file_uploader")[0].help


def test_files_are_named_by_their_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(scene_input.ALLOW_PATHS, "1")
    np.save(tmp_path / "cube.npy", cube())
    np.save(tmp_path / "truth.npy", truth())
    at = opened(scene_from="path")
    assert not at.get("file_uploader")
    at.text_input(key="scene_cube").set_value(f' "{tmp_path}/cube.npy" ').run()
    assert "no ground truth" in at.warning[0].value
    at.text_input(key="scene_truth").set_value(f"{tmp_path}/truth.npy").run()
    assert not at.warning
    assert at.session_state["scene"].cube.shape == SHAPE
    assert isinstance(at.session_state["scene"].cube.base, np.memmap)
    np.save(tmp_path / "truth.npy", np.zeros(SHAPE[:2], int))
    at.run()
    assert "is 0 everywhere" in at.warning[0].value
    at.text_input(key="scene_cube").set_value(f"{tmp_path}/none.npy").run()
    assert "There is no file" in at.warning[0].value
    assert at.session_state["scene"].cube.shape == SHAPE
    assert dict(at.query_params) == {"scene_from": "path"}


# The legend


def many_classes() -> None:
    from dashboard.components.class_legend import class_legend

    class_legend("Classes", [(f"<i>{number}</i>", str(number)) for number in range(1, 19)])


def test_a_legend_says_that_colours_are_used_again_and_shows_names_as_they_are() -> None:
    at = AppTest.from_function(many_classes).run()
    assert not at.exception
    body = html(at)
    assert "&lt;i&gt;18&lt;/i&gt;" in body
    assert body.count("#E69F00") == body.count("#56B4E9") == 2
    assert at.caption[0].value == "There are 16 colours: from class 17 on they are used again."

"""A visitor's own features: a file in, a sentence or pairs; trained on, and seen in the space."""

import io
import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.io import savemat
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.training import run_files
from cnnviz.training.execution import carry_out
from cnnviz.training.run_files import Record
from dashboard import cache, run_settings
from dashboard.cache import dscmr as cached
from dashboard.cache import dscmr_measured, dscmr_train
from tests.dashboard.pages import html, sound, told

LESSON = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "dscmr.py"
RANDOM = np.random.default_rng(0)
LABELS = np.repeat([3, 7, 11], 30)
IMAGES = (RANDOM.normal(size=(90, 5)) + 3 * np.eye(3, 5)[LABELS // 4]).astype(np.float32)
TEXTS = (RANDOM.normal(size=(90, 4)) + 3 * np.eye(3, 4)[LABELS // 4]).astype(np.float32)


@pytest.fixture(autouse=True)
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No runs but those of a test; none is started by a page."""
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(cache, "prepare_runs", lambda: None)
    monkeypatch.setattr(dscmr_train, "_seconds_a_step", lambda given, batch: 0.01)
    return tmp_path / "runs"


def page() -> None:
    import streamlit as st

    from dashboard import address
    from dashboard.lessons.dscmr_shared import looked

    address.page_begins("dscmr")
    st.session_state["looked"] = looked()


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def good(**changes: NDArray[Any]) -> bytes:
    return npz(**{"img": IMAGES, "txt": TEXTS, "labels": LABELS} | changes)


def opened(content: Any = page, **link: str) -> AppTest:
    if isinstance(content, Path):
        at = AppTest.from_file(str(content), default_timeout=60)
    else:
        at = AppTest.from_function(content, default_timeout=60)
    for key, text in ({"pairs": "own"} | link).items():
        at.query_params[key] = text
    return sound(at.run())


def upload(at: AppTest, content: bytes, name: str = "mine.npz") -> AppTest:
    at.get("file_uploader")[0].set_value([(name, content, "")])
    return sound(at.run())


def test_until_there_is_a_file_the_digits_are_looked_at() -> None:
    at = opened()
    assert at.session_state["looked"] == cached.Looked(cached.DIGITS, "dscmr_captioned_digits")
    assert "Until there is a file" in told(at)
    assert not at.warning


@pytest.mark.parametrize("kind", ["npz", "mat"])
def test_a_file_is_told_and_looked_at(kind: str) -> None:
    content = good()
    if kind == "mat":
        file = io.BytesIO()
        savemat(file, {"I_img": IMAGES, "T": TEXTS, "L": LABELS})
        content = file.getvalue()
    at = upload(opened(), content, f"mine.{kind}")
    looked = at.session_state["looked"]
    assert (Path(looked.data).name, looked.network) == (f"mine.{kind}", "")
    assert "90 pairs, 5 and 4 features, 3 classes; 18 are for the test." in told(at)
    assert len(cached.test_pairs(looked.data)) == 18


class Harm:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("it was unpickled",))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"nothing of the kind", "no MATLAB"),
        (good()[:600], "damaged"),
        (pickle.dumps(Harm()), "no MATLAB"),
        (npz(img=IMAGES, txt=TEXTS), "three arrays"),
        (good(labels=LABELS + 0.5), "whole numbers"),
        (good(img=np.full_like(IMAGES, np.nan)), "no numbers"),
    ],
)
def test_what_is_no_pairs_is_one_sentence_and_what_was_usable_stays(
    content: bytes, said: str
) -> None:
    at = upload(opened(), content)
    [warning] = at.warning
    assert said in warning.value
    assert at.session_state["looked"].data == cached.DIGITS
    at = upload(at, good(), "good.npz")
    assert not at.warning
    at = upload(at, content)
    assert said in at.warning[0].value
    assert Path(at.session_state["looked"].data).name == "good.npz"
    assert "the last pairs that could be used" in told(at)


def test_objects_in_an_npz_are_never_unpickled() -> None:
    file = io.BytesIO()
    np.savez(file, img=IMAGES, txt=TEXTS, labels=np.array([Harm()] * 90, dtype=object))
    assert "three arrays" in upload(opened(), file.getvalue()).warning[0].value


def test_more_than_a_page_takes_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cached, "OWN_PAIRS", 89)
    assert "up to 89" in upload(opened(), good()).warning[0].value
    monkeypatch.setattr(cached, "OWN_PAIRS", 90)
    monkeypatch.setattr(cached, "OWN_BYTES", IMAGES.nbytes - 1)
    assert "img in mine.npz takes 1 MB" in upload(opened(), good()).warning[0].value


def test_the_link_names_no_file_of_the_server(tmp_path: Path) -> None:
    (tmp_path / "theirs.npz").write_bytes(good())
    for name in ("pairs", "train_data_captioned_digits"):
        at = opened(LESSON, tab="train", **{name: str(tmp_path / "theirs.npz")})
        assert at.selectbox(key="train_data_captioned_digits").value == "captioned_digits"
        assert "theirs" not in told(at)


def trained(data: str, run: str = "mine") -> Record:
    """A run on these pairs, to its end, in this process."""
    spec = dscmr_train.recipe(data).with_settings(
        {"hidden": 16, "common": 8, "epochs": 6, "batch_size": 25, "learning_rate": 0.01}
    )
    run_files.write(Record(id=run, group=run, spec=spec, lesson="dscmr", state="queued"))
    record = carry_out(run)
    assert record.state == "done", record.reason
    return record


def test_own_pairs_are_trained_on_and_the_runs_network_is_shown_in_the_space() -> None:
    at = upload(opened(LESSON, tab="train"), good())
    assert "No network has been trained on these pairs yet" in at.info[0].value
    assert at.selectbox(key="train_data_own").value == "own"
    assert at.selectbox(key="train_batch").options == ["25", "50"]
    data = str(at.session_state["own pairs"]["folder"].files[0])
    record = trained(data)
    assert run_settings.data_title(record.spec.data) == "mine.npz"
    sound(at.run())
    assert not at.info
    assert "mAP on these pairs" in told(at)
    for tab in ("branches", "losses", "measured"):
        at.segmented_control(key="tab").set_value(tab)
        sound(at.run())
        assert not at.warning
    network = dscmr_measured.by_network(cached.Looked(data, "mine"))
    assert network is not None
    assert network.map == pytest.approx(record.metrics["test"]["map"], abs=1e-3)
    assert f"{network.map:.3f}" in html(at)


def test_of_several_networks_one_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    at = upload(opened(), good())
    data = at.session_state["looked"].data
    for run in ("first", "second"):
        trained(data, run)
    sound(at.run())
    box = at.selectbox(key="net")
    assert all(re.fullmatch(r"\d\d:\d\d · 0\.\d+|\d\d:\d\d · 1\.00", o) for o in box.options)
    sound(box.set_value("first").run())
    assert at.session_state["looked"] == cached.Looked(data, "first")
    at = opened(pairs="captioned_digits")
    assert at.session_state["looked"].shipped


def test_a_file_that_has_gone_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(cached.UserError, match="gone"):
        cached.test_pairs(str(tmp_path / "gone.npz"))


def test_of_very_many_test_pairs_some_have_points(tmp_path: Path) -> None:
    count = 6000
    labels = np.arange(count) % 3
    features = RANDOM.normal(size=(count, 2)).astype(np.float32)
    (tmp_path / "many.npz").write_bytes(npz(img=features, txt=features, y=labels))
    data = str(tmp_path / "many.npz")
    assert len(cached.test_pairs(data)) == 1200
    assert len(cached.shown_pairs(data)) == 1000
    assert np.array_equal(cached.shown_pairs(data).images, cached.shown_pairs(data).images)

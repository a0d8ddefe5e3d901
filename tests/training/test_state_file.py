"""The file that keeps a run: written now and then, whole or not at all, refused where wrong."""

import errno
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from cnnviz.data import load_images
from cnnviz.errors import UserError
from cnnviz.training import batches, state_file
from cnnviz.training import fit as fitting
from cnnviz.training.fit import fit
from cnnviz.training.spec import RunSpec, Steering
from tests.training.dropping import DROPPING, EPOCH, header, last, outcome, prepare


@pytest.fixture(autouse=True)
def _prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(monkeypatch)


def writes(monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[int]:
    """The steps after which a run of four epochs is kept, each step taking so many seconds."""
    now, kept_at = [100.0], []

    def save(state: Any, file: Path) -> None:
        kept_at.append(state.step)

    monkeypatch.setattr(fitting, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(fitting, "save", save)
    step = 0
    for progress in fit(replace(DROPPING, epochs=4), keep=Path("never-written")):
        now[0] += seconds * (progress.step - step)
        step = progress.step
    return kept_at


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(1.0, [1, 2, 3, 4]), (0.6 / EPOCH, [2, 4]), (0.0, [4])],
)
def test_the_state_is_kept_after_an_epoch_once_a_second_at_most_and_at_the_end(
    seconds: float, expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert writes(monkeypatch, seconds) == [EPOCH * epoch for epoch in expected]


DAMAGES = {
    "empty": lambda content: b"",
    "cut": lambda content: content[:-100],
    "a header alone": lambda content: content[:50],
    "another file": lambda content: b"step,loss\n" * 100,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_state_is_one_sentence(damage: Any, tmp_path: Path) -> None:
    keep = tmp_path / "run"
    last(DROPPING, keep, steering=Steering(steps=2))
    keep.write_bytes(damage(keep.read_bytes()))
    with pytest.raises(UserError, match="is damaged"):
        next(fit(DROPPING, keep=keep))


def test_a_folder_in_place_of_the_state_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is damaged"):
        next(fit(DROPPING, keep=tmp_path))


@pytest.mark.parametrize(
    "change",
    [
        lambda run, tensors: run.pop("step"),
        lambda run, tensors: run.pop("changes"),
        lambda run, tensors: run.update(spec={}),
        lambda run, tensors: tensors.pop("model.linear.weight"),
        lambda run, tensors: tensors.update({"model.linear.bias": torch.zeros(3)}),
        lambda run, tensors: tensors.pop("random"),
        lambda run, tensors: tensors.update({"optimizer.momentum_buffer.other": torch.zeros(3)}),
    ],
)
def test_a_state_that_lacks_something_is_one_sentence(change: Any, tmp_path: Path) -> None:
    keep = tmp_path / "run"
    last(DROPPING, keep, steering=Steering(steps=2))
    run, tensors = header(keep), load_file(keep)
    change(run, tensors)
    save_file(tensors, keep, {"run": json.dumps(run)})
    with pytest.raises(UserError, match="is damaged"):
        next(fit(DROPPING, keep=keep))


def test_weights_without_a_state_are_one_sentence(tmp_path: Path) -> None:
    save_file({"weight": torch.zeros(3)}, tmp_path / "run")
    with pytest.raises(UserError, match="is damaged"):
        next(fit(DROPPING, keep=tmp_path / "run"))


@pytest.mark.parametrize(
    "settings",
    [{"seed": 1}, {"epochs": 3}, {"learning_rate": 0.2}, {"images": 700}, {"batch_size": 32}],
)
def test_the_state_of_another_run_is_refused(settings: dict[str, Any], tmp_path: Path) -> None:
    last(DROPPING, tmp_path / "run", steering=Steering(steps=2))
    before = (tmp_path / "run").read_bytes()
    with pytest.raises(UserError, match="state of another run"):
        next(fit(DROPPING.with_settings(settings), keep=tmp_path / "run"))
    assert (tmp_path / "run").read_bytes() == before


def test_the_state_of_a_run_on_other_images_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last(DROPPING, tmp_path / "run", steering=Steering(steps=2))
    data = load_images("digits", "train")
    darker = replace(data, images=data.images // 2)
    monkeypatch.setattr(batches, "load_images", lambda *_: darker)
    with pytest.raises(UserError, match="of other data"):
        next(fit(DROPPING, keep=tmp_path / "run"))


def test_a_run_that_diverges_leaves_its_last_state_as_it_was(tmp_path: Path) -> None:
    keep = tmp_path / "run"
    last(DROPPING, keep, steering=Steering(steps=5))
    before = keep.read_bytes()
    # A rate that no setting admits: at once, not only after steps with a smaller one.
    diverging = replace(DROPPING, changes=((5, "learning_rate", 1e60),))
    with pytest.raises(UserError, match="no longer a number"):
        last(diverging, keep)
    with pytest.raises(UserError, match="no longer a number"):
        # Stopped when the weights are no numbers and no loss has told yet.
        last(diverging, keep, steering=Steering(steps=1))
    assert keep.read_bytes() == before
    assert outcome(last(DROPPING, keep)) == outcome(last(DROPPING))


def test_a_full_disk_leaves_the_last_state_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = tmp_path / "run"
    last(DROPPING, keep, steering=Steering(steps=5))
    before = keep.read_bytes()
    with monkeypatch.context() as full:

        def write_half(file: Path, content: bytes) -> None:
            with file.open("wb") as stream:
                stream.write(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")

        full.setattr(Path, "write_bytes", write_half)
        with pytest.raises(OSError, match="No space left"):
            last(DROPPING, keep, steering=Steering(steps=5))
    assert [file.name for file in tmp_path.iterdir()] == ["run"]
    assert keep.read_bytes() == before


def test_a_state_holds_no_pickle_and_is_read_by_safetensors_alone(tmp_path: Path) -> None:
    last(DROPPING, tmp_path / "run")
    tensors = load_file(tmp_path / "run")
    parts = {name.partition(".")[0] for name in tensors}
    assert parts == {"model", "optimizer", "best", "random"}
    run = header(tmp_path / "run")
    assert RunSpec.from_json(run["spec"]) == DROPPING
    assert run["step"] == 2 * EPOCH


def test_nothing_is_kept_where_no_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_file, "serialized", lambda *_: pytest.fail("written"))
    assert last(DROPPING).result is not None

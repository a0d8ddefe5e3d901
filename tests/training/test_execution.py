"""A run that is carried out leaves what it was asked for, and says plainly why it did not."""

import csv
import errno
import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from filelock import FileLock
from PIL import Image

from cnnviz import checkpoints
from cnnviz.data import cifar10
from cnnviz.errors import UserError
from cnnviz.training import execution, orders, run_files
from cnnviz.training import fit as fitting
from cnnviz.training.execution import carry_out
from cnnviz.training.fit import fit
from cnnviz.training.recipes import BASES
from cnnviz.training.run_files import Limits, Record
from cnnviz.training.setting_types import RATE
from cnnviz.training.spec import Progress
from tests.training.conftest import SMALL, Write

LONG = replace(SMALL, epochs=100)


def told(run: str, what: str, value: float | bool | None = None, *, at: int) -> Callable[..., None]:
    """Gives a run an order once it has come to a step."""

    def announce(record: Record, progress: Progress | None) -> None:
        if progress is not None and progress.step >= at:
            assert orders.order(run, what, value)

    return announce


class AtTest:
    """Gives a run an order at the second sign that its test data are being measured.

    Attributes:
        told: the records with which it was said that they are.
    """

    def __init__(self, what: str = "") -> None:
        self.what = what
        self.told: list[Record] = []

    def __call__(self, record: Record, progress: Progress | None) -> None:
        if "testing" in record.progress:
            self.told.append(record)
            if self.what and len(self.told) == 2:
                assert orders.order(record.id, self.what)


def weights(run: str) -> dict[str, torch.Tensor]:
    return checkpoints.load(run)[0].state_dict()


def test_a_run_ends_with_a_checkpoint_measured_on_both_splits(queued: Write, runs: Path) -> None:
    queued()
    record = carry_out("one")
    assert record == run_files.read("one")
    assert (record.state, record.reason) == ("done", None)
    assert set(record.metrics) == {"validation", "test"}
    model, card = checkpoints.load("one")
    assert card.metrics == record.metrics
    assert card.epoch == record.epoch
    assert not model.training
    # Nothing is left of what was needed on the way.
    left = {file.name for file in (runs / "one").iterdir()} - {"run.lock"}
    assert left == {"run.json", "curves.csv", "checkpoint.safetensors", "checkpoint.json"}


def test_the_curves_are_a_plain_table_with_every_epoch_measured(queued: Write, runs: Path) -> None:
    queued()
    record = carry_out("one")
    with (runs / "one" / "curves.csv").open() as file:
        rows = list(csv.DictReader(file))
    measured = [float(row["validation_accuracy"]) for row in rows if row["validation_accuracy"]]
    assert len(measured) == 2
    assert max(measured) == pytest.approx(
        max(entry["accuracy"] for entry in checkpoints.read_card("one").history)
    )
    assert float(rows[-1]["step"]) == record.progress["steps"]


def test_everything_new_is_announced_to_whoever_waits(queued: Write) -> None:
    queued()
    heard: list[tuple[Record, Progress | None]] = []
    carry_out("one", announce=lambda *news: heard.append(news))
    assert heard[0][0].state == "running"
    assert heard[-1][0].state == "done"
    steps = [progress.step for _, progress in heard if progress is not None]
    assert steps[0] == 0
    assert steps == sorted(steps)


def test_a_paused_run_goes_on_to_the_same_bits_as_one_that_was_not(queued: Write) -> None:
    queued()
    queued(run="two")
    carry_out("two")
    assert carry_out("one", steps=3).state == "paused"
    assert run_files.read("one").progress["step"] == 3
    queued(**{"attempt": 1})
    assert carry_out("one", steps=1).progress["step"] == 4
    queued(**{"attempt": 2})
    assert carry_out("one").state == "done"
    for name, tensor in weights("two").items():
        assert torch.equal(tensor, weights("one")[name]), name


def test_no_step_at_all_leaves_the_seeds_own_initial_weights(queued: Write) -> None:
    from cnnviz.training.state_file import kept_model

    kept = []
    for run, seed in (("one", 0), ("two", 0), ("three", 1)):
        record = queued(replace(SMALL, seed=seed), run=run)
        assert carry_out(run, steps=0).state == "paused"
        kept.append(kept_model(record.folder / run_files.STATE).state_dict()["stem.weight"])
    first, again, other = kept
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize(("what", "state"), [("pause", "paused"), ("stop", "stopped")])
def test_a_run_ends_at_the_next_step_when_it_is_told_to(
    what: str, state: str, queued: Write
) -> None:
    queued(LONG)
    record = carry_out("one", announce=told("one", what, at=20))
    assert record.state == state
    assert 20 <= record.progress["step"] < record.progress["steps"]
    assert record.reason is None
    # The best epoch so far is a checkpoint like any other, but never saw the test images.
    _model, card = checkpoints.load("one")
    assert set(card.metrics) == {"validation"}


@pytest.mark.parametrize(
    ("what", "state"), [("pause", "paused"), ("stop", "stopped"), ("leave", "running")]
)
def test_a_run_ends_between_two_parts_of_its_test(
    what: str, state: str, queued: Write, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "TELL_SECONDS", 0.0)
    queued(run="two")
    whole = carry_out("two")
    queued()
    announce = AtTest(what)
    record = carry_out("one", announce=announce)
    assert len(announce.told) == 2  # of a dozen parts, none was measured after the order
    assert record.state == run_files.read("one").state == state
    assert record.reason is None
    assert "testing" not in record.progress
    # All is trained, and the best epoch is kept as such; nothing says what the test came to.
    assert record.progress["measured"] == SMALL.epochs
    _model, card = checkpoints.load("one")
    assert set(card.metrics) == set(record.metrics) == {"validation"}
    assert (card.epoch, card.weights) == (record.epoch, "float32")
    assert not list((runs / "one").glob(".*"))
    # And it goes on to what the other has come to, without another step.
    queued(**{"attempt": 1})
    steps: list[int] = []
    again = carry_out("one", announce=lambda _, p: steps.append(p.step) if p else None)
    assert steps == [record.progress["steps"]]
    assert (again.state, again.metrics) == ("done", whole.metrics)


def test_a_run_that_is_being_tested_gives_signs_of_it(
    queued: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(execution, "KEEP_SECONDS", 0.0)
    queued()
    written: list[Record] = []
    monkeypatch.setattr(run_files, "write", written.append)
    announce = AtTest()
    record = carry_out("one", announce=announce)
    assert len(announce.told) > 5
    seconds = [told.progress["testing"] for told in announce.told]
    assert seconds == sorted(seconds)
    assert seconds[0] == 0.0
    for told in announce.told:
        assert told.state == "running"
        assert told.progress | record.progress == told.progress  # and else as it was left
        assert told in written
    assert "testing" not in record.progress


def test_a_limit_of_training_that_the_last_epoch_meets_spares_the_test(queued: Write) -> None:
    def slow(record: Record, progress: Progress | None) -> None:
        if progress is not None and progress.metrics and progress.epoch == progress.epochs:
            limit = UserError("Stopped.")
            orders.GOING["one"].limit = limit

    queued()
    assert carry_out("one", announce=slow).state == "done"


def test_a_step_takes_as_long_as_its_part_of_the_pace(queued: Write) -> None:
    queued()
    record = carry_out("one")
    seconds = record.progress["step_seconds"]
    columns = run_files.curves("one").columns()[0]
    slowest, fastest = (f(columns["examples_per_second"]) for f in (min, max))
    assert SMALL.batch_size / fastest <= seconds <= SMALL.batch_size / slowest


@pytest.mark.parametrize("steps", [0, 3])
def test_a_rate_that_a_run_is_given_while_it_waits_holds_from_where_it_goes_on(
    steps: int, queued: Write
) -> None:
    queued()
    left = carry_out("one", steps=steps)
    assert left.state == "paused"
    run_files.write(
        replace(left, state="queued").with_change(RATE, 0.02, run_files.kept_step("one"))
    )
    record = carry_out("one")
    assert record.spec.changes == ((steps, RATE, 0.02),)
    *_, again = fit(replace(SMALL, changes=((steps, RATE, 0.02),)))
    assert again.result is not None
    history = checkpoints.read_card("one").history
    assert history[-1]["cross_entropy"] == again.result.history[-1]["cross_entropy"]


def test_a_changed_learning_rate_is_part_of_what_the_run_is(queued: Write) -> None:
    queued()
    record = carry_out("one", announce=told("one", RATE, 0.01, at=5))
    ((step, _setting, rate),) = record.spec.changes[:1]
    assert (step >= 5, rate) == (True, 0.01)
    *_, again = fit(record.spec)
    assert again.result is not None
    history = checkpoints.read_card("one").history
    for entry, repeated in zip(history, again.result.history, strict=True):
        assert entry["cross_entropy"] == repeated["cross_entropy"]
    assert json.loads(json.dumps(record.to_json()))["spec"]["changes"]


def test_an_order_to_a_run_that_does_not_go_here_is_not_taken() -> None:
    assert not orders.order("nobody", "stop")


@pytest.mark.parametrize("state", ["stopped", "paused", "done", "failed"])
def test_a_run_that_is_not_to_be_done_is_not_begun(state: str, queued: Write) -> None:
    queued(state=state)  # told to stop or pause while it waited; done by another process
    record = carry_out("one")
    assert (record.state, record.progress) == (state, {})


@pytest.mark.parametrize("silent", [0.0, 2 * run_files.SILENCE])
def test_a_run_whose_process_died_is_taken_over_and_goes_on_to_the_same_bits(
    silent: float, queued: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "KEEP_SECONDS", 0.0)
    queued(run="two")
    carry_out("two")

    def killed(record: Record, progress: Progress | None) -> None:
        if progress is not None and progress.metrics:
            raise KeyboardInterrupt  # as little is caught and kept as where a process is killed

    queued()
    with pytest.raises(KeyboardInterrupt):
        carry_out("one", announce=killed)
    assert run_files.kept_step("one") == run_files.read("one").progress["steps"] / 2
    file = run_files.read("one").folder / run_files.RECORD
    then = time.time() - silent
    os.utime(file, (then, then))
    assert run_files.read("one").state == ("interrupted" if silent else "running")
    steps: list[int] = []
    carry_out("one", announce=lambda _, progress: steps.append(progress.step if progress else 0))
    assert run_files.read("one").state == "done"
    assert steps[1] > 0  # the first epoch was not trained again
    for name, tensor in weights("two").items():
        assert torch.equal(tensor, weights("one")[name]), name


def test_a_run_is_left_at_any_step_for_another_process_to_go_on(queued: Write) -> None:
    queued(run="two")
    carry_out("two")
    queued()
    left = carry_out("one", announce=told("one", "leave", at=3))
    assert left.state == run_files.read("one").state == "running"
    assert 3 <= left.progress["step"] < left.progress["steps"]
    steps: list[int] = []
    carry_out("one", announce=lambda _, progress: steps.append(progress.step if progress else 0))
    assert steps[1] == left.progress["step"]
    for name, tensor in weights("two").items():
        assert torch.equal(tensor, weights("one")[name]), name


def test_a_run_is_carried_out_by_one_process_at_a_time(
    queued: Write, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "SECONDS_TO_LEAVE", 0.1)
    queued()
    with (
        FileLock(runs / "one" / "run.lock"),
        pytest.raises(UserError, match="going already"),
    ):
        carry_out("one")
    assert run_files.read("one").state == "queued"
    assert carry_out("one").state == "done"


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(seconds=0), "had trained for 0 s"),
        (Limits(epochs=3), "had trained for 3 epochs"),
        (Limits(memory=1 << 20), "more memory than its limit of 0.0 GB"),
    ],
)
def test_a_run_that_outlives_a_limit_is_stopped(limits: Limits, words: str, queued: Write) -> None:
    queued(LONG, limits=limits)
    record = carry_out("one")
    assert record.state == "stopped"
    assert words in str(record.error)
    assert record.progress["step"] < record.progress["steps"]
    if limits.epochs:
        assert record.progress["measured"] == 3
        assert checkpoints.read_card("one").epoch <= 3


def test_a_run_within_its_limits_is_not_stopped(queued: Write) -> None:
    queued(limits=Limits(seconds=1000, epochs=2, memory=1 << 40))
    assert carry_out("one").state == "done"


def test_a_loss_that_is_no_number_fails_and_keeps_the_last_checkpoint(queued: Write) -> None:
    queued(LONG)
    record = carry_out("one", announce=told("one", "learning_rate", 1e9, at=40))
    assert record.state == "failed"
    assert "lower the learning rate" in str(record.error)
    model, card = checkpoints.load("one")
    assert card.epoch >= 1
    assert all(torch.isfinite(p).all() for p in model.parameters())


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception, after: int) -> None:
    """Keeping a checkpoint fails from the second time on."""
    kept = checkpoints.save
    count = 0

    def save(*arguments: object) -> None:
        nonlocal count
        count += 1
        if count > after:
            raise error
        kept(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(checkpoints, "save", save)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "is full"),
        (OSError(errno.EROFS, os.strerror(errno.EROFS)), "cannot be written to"),
        (MemoryError(), "not enough memory"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), "not enough"),
        (RuntimeError("something else"), "under the id"),
    ],
)
def test_what_the_machine_refuses_is_said_and_the_last_checkpoint_kept(
    error: Exception, words: str, queued: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, error, after=1)
    monkeypatch.setattr(execution, "KEEP_SECONDS", 0.0)
    queued(replace(SMALL, epochs=20))
    record = carry_out("one")
    assert record.state == "failed"
    assert words in str(record.error)
    assert checkpoints.load("one")[1].epoch >= 1


def test_a_disk_that_takes_nothing_at_all_is_still_told(
    queued: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued()

    def full(record: Record) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(run_files, "write", full)
    heard: list[Record] = []
    record = carry_out("one", announce=lambda record, _progress: heard.append(record))
    assert record.state == "failed"
    assert "is full" in str(record.error)
    assert heard[-1] == record


def test_a_folder_that_takes_no_lock_is_said(queued: Write, runs: Path) -> None:
    queued()
    (runs / "one" / "run.lock").mkdir()
    with pytest.raises(UserError, match="cannot be written to"):
        carry_out("one")


@pytest.fixture
def few_photos(tmp_path: Path) -> Path:
    """CIFAR-10's folders with a handful of images in each."""
    random = np.random.default_rng(0)
    for split, count in (("train", 8), ("test", 2)):
        for name in cifar10.CLASSES:
            folder = tmp_path / "few" / "cifar10" / split / name
            folder.mkdir(parents=True)
            for number in range(count):
                pixels = random.integers(0, 256, (32, 32, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{number:04}.png")
    return tmp_path / "few"


def test_data_that_goes_during_the_run_fails_it_and_keeps_the_last_checkpoint(
    queued: Write, few_photos: Path
) -> None:
    spec = replace(SMALL, data="cifar10", validation=20, batch_size=30)
    queued(spec, source=str(few_photos))

    def gone(record: Record, progress: Progress | None) -> None:
        if progress is not None and progress.step == 1:
            shutil.rmtree(few_photos)

    record = carry_out("one", announce=gone)
    assert record.state == "failed"
    assert "CIFAR-10" in str(record.error)
    assert checkpoints.load("one")[1].epoch >= 1


def test_weights_of_losses_that_were_ordered_are_part_of_what_the_run_is(queued: Write) -> None:
    pairs = BASES["dscmr", "captioned_digits"].with_settings(
        {"hidden": 16, "common": 8, "epochs": 3}
    )
    queued(pairs)
    record = carry_out("one", announce=told("one", "discriminate", False, at=5))
    step, setting, value = record.spec.changes[0]
    assert (step >= 5, setting, value) == (True, "discriminate", False)
    *_, again = fit(record.spec)
    assert again.result is not None
    history = checkpoints.read_card("one").history
    names = ("j1", "alpha_j2", "beta_j3", "unweighted_j1", "map")
    for entry, repeated in zip(history, again.result.history, strict=True):
        assert [entry[name] for name in names] == [repeated[name] for name in names]
    assert history[-1]["j1"] == 0 < history[-1]["unweighted_j1"]

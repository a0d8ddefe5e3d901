"""``train`` keeps its names, its JSON and its exit codes; what is interrupted can go on."""

import errno
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cnnviz import checkpoints
from cnnviz.cli import app
from cnnviz.errors import UserError
from cnnviz.training import execution, orders, run_files
from cnnviz.training.finish import command
from cnnviz.training.recipes import BASES
from cnnviz.training.run_files import Record
from cnnviz.training.spec import RunSpec
from cnnviz.training.task_settings import settings_of
from tests.training.readme_cluster import Cluster

DIGITS = ("mobilenet_v1", "--data", "digits")
#: Some ten epochs a second.
SMALL = (*DIGITS, "--set", "alpha=0.25", "--set", "batch_size=64", "--out", "small")
LONG = (*SMALL, "--epochs", "200")
SECONDS = 240  # until a test gives up


def train(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["train", *arguments])


def result(trained: Result) -> dict[str, Any]:
    """What is printed last."""
    assert trained.exit_code == 0, trained.output
    found: dict[str, Any] = json.loads(trained.stdout.splitlines()[-1])
    return found


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "runs"
    monkeypatch.setattr(checkpoints, "RUNS", folder)
    monkeypatch.setenv("CNNVIZ_RUNS", str(folder))  # for the programs that are started
    return folder


Program = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def program(runs: Path) -> Iterator[Program]:
    """Starts ``train`` as a program of its own."""
    started = []

    def start(*arguments: str) -> "subprocess.Popen[str]":
        line = [sys.executable, "-m", "cnnviz", "train", *arguments]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(line, stdout=pipe, stderr=pipe, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def record(run: str = "small") -> Record | None:
    try:
        return run_files.read(run)
    except UserError:
        return None


def has_kept(epochs: int) -> bool:
    found = record()
    return found is not None and found.epoch >= epochs


def interrupted(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """What a program that gets Ctrl-C still writes."""
    process.send_signal(signal.SIGINT)
    written = process.communicate(timeout=SECONDS)
    assert process.returncode == 1, written
    return written


def test_train_then_evaluate(runs: Path) -> None:
    trained = train(*DIGITS, "--epochs", "1", "--seed", "3", "--set", "alpha=0.125", "--out", "one")
    found = result(trained)
    assert set(found) == {
        "checkpoint", "data", "epoch", "seconds", "verified", "metrics", "validation",
    }  # fmt: skip
    assert found["checkpoint"] == str(runs / "one" / "checkpoint.safetensors")
    card = checkpoints.read_card("one")
    assert (card.seed, card.model_args["alpha"]) == (3, 0.125)

    evaluated = CliRunner().invoke(app, ["evaluate", "one", "--json"])
    measured = json.loads(evaluated.stdout)
    assert set(measured) == {"checkpoint", "data", "split", "n", "seconds", "verified", "metrics"}
    assert measured["metrics"] == found["metrics"]
    assert (measured["n"], measured["split"], measured["verified"]) == (500, "test", True)
    others = CliRunner().invoke(app, ["evaluate", "one", "--split", "train", "--json"])
    assert json.loads(others.stdout)["n"] == 1297


def test_progress_is_one_line_an_epoch_with_the_time_left_and_one_of_the_test(runs: Path) -> None:
    shown = train(*SMALL, "--epochs", "3").stderr
    assert "s left" in shown
    *lines, test = [line for line in shown.split("\n") if line]
    assert "\rmeasuring on the test data: 0 s" in test
    assert len(lines) == 3
    for epoch, line in enumerate(lines, start=1):
        *_, last = line.split("\r")
        assert f"epoch {epoch}/3" in last
        assert "validation accuracy 0." in last


def test_with_json_the_result_is_all_that_is_printed(program: Program) -> None:
    out, err = program(*SMALL, "--epochs", "1", "--json").communicate(timeout=SECONDS)
    (line,) = out.splitlines()
    assert set(json.loads(line)["metrics"]) >= {"accuracy", "kappa"}
    assert err == ""


def test_ctrl_c_keeps_the_best_epoch_and_the_run_goes_on_to_the_same_bits(
    program: Program, tmp_path: Path
) -> None:
    process = program(*SMALL, "--epochs", "25", "--json")
    until(lambda: has_kept(1))
    out, err = interrupted(process)
    assert out == ""
    (line,) = err.splitlines()
    left = run_files.read("small")
    assert left.state == "stopped"
    assert (
        line == f"Stopped. The checkpoint of epoch {left.epoch} is kept as small. --resume goes on."
    )
    evaluated = CliRunner().invoke(app, ["evaluate", "small", "--split", "train", "--json"])
    assert json.loads(evaluated.stdout)["metrics"]["accuracy"] > 0.1

    resumed = result(train(*SMALL, "--epochs", "25", "--resume"))
    assert run_files.curves("small").columns()[1]["epoch"][-1] == 25
    history, weights = checkpoints.read_card("small").history, checkpoints.load("small")[0]
    in_one_go = result(train(*SMALL[:-1], str(tmp_path / "other"), "--epochs", "25"))
    for what in ("epoch", "metrics", "validation"):
        assert resumed[what] == in_one_go[what]
    whole = checkpoints.read_card(in_one_go["checkpoint"])
    assert [e["cross_entropy"] for e in history] == [e["cross_entropy"] for e in whole.history]
    other = checkpoints.load(in_one_go["checkpoint"])[0].state_dict()
    assert all(bool((tensor == other[name]).all()) for name, tensor in weights.state_dict().items())


def test_a_second_ctrl_c_ends_the_program_at_once(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(*_: object) -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return True

    def pressed(run: str, **_: object) -> Record:
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(500):  # the second one, sent meanwhile, arrives when it arrives
            time.sleep(0.01)
        raise AssertionError("it was not ended")

    monkeypatch.setattr(orders, "order", deaf)
    monkeypatch.setattr(execution, "carry_out", pressed)
    ended = train(*SMALL)
    assert ended.exit_code == 1
    assert "Stopped at once" in ended.stderr
    assert run_files.read("small").state == "stopped"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_is_done_is_told_again(runs: Path) -> None:
    first = result(train(*SMALL, "--epochs", "1"))
    assert result(train(*SMALL, "--epochs", "1", "--resume")) == first
    # Without --resume it begins anew.
    created = run_files.read("small").created
    assert result(train(*SMALL, "--epochs", "1"))["metrics"] == first["metrics"]
    assert run_files.read("small").created > created


@pytest.mark.parametrize(
    "arguments",
    [
        ("no_such_model",),
        ("mobilenet_v1", "--data", "no_such_data"),
        (*DIGITS, "--set", "alpha"),
        (*DIGITS, "--set", "batch_size=abc"),
        (*DIGITS, "--epochs", "many"),
        (*DIGITS, "--seed", "-1"),
        (*DIGITS, "--out", "mobilenet_v1"),
        (*DIGITS, "--out", "two words"),
        (*DIGITS, "--resume"),
        (*SMALL, "--resume", "--epochs", "3"),
        (*SMALL, "--resume", "--set", "alpha=0.5"),
    ],
)
def test_wrong_usage_ends_with_2(runs: Path, arguments: tuple[str, ...]) -> None:
    spec = BASES["mobilenet_v1", "digits"].with_settings({"alpha": 0.25, "batch_size": 64})
    left = Record(id="small", group="small", spec=spec, state="stopped")
    run_files.write(left)
    failed = train(*arguments)
    assert failed.exit_code == 2
    assert failed.stdout == ""
    assert "Traceback" not in failed.output
    assert run_files.read("small") == left


def fails_with_one_sentence(failed: Result) -> str:
    assert failed.exit_code == 1, failed.output
    assert failed.stdout == ""
    (line,) = failed.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    ("setting", "words"),
    [("colour=red", "colour"), ("alpha=0", "alpha"), ("epochs=0", "one epoch")],
)
def test_what_cannot_be_trained_ends_with_1_and_one_sentence(
    runs: Path, setting: str, words: str
) -> None:
    assert words in fails_with_one_sentence(train(*DIGITS, "--set", setting, "--out", "x"))


def test_a_loss_that_is_no_number_says_what_is_kept(runs: Path) -> None:
    failed = train(*SMALL, "--epochs", "3", "--set", 'changes=[[40,"learning_rate",1e9]]', "--json")
    said = fails_with_one_sentence(failed)
    assert "lower the learning rate" in said
    assert "is kept as small. --resume goes on." in said


@pytest.mark.parametrize("more", [(), ("--resume",)])
def test_a_run_of_this_name_that_goes_elsewhere_is_let_alone(
    runs: Path, more: tuple[str, ...]
) -> None:
    spec = BASES["mobilenet_v1", "digits"].with_settings({"alpha": 0.25, "batch_size": 64})
    going = Record(id="small", group="small", spec=spec, state="running")
    run_files.write(going)
    assert "going already" in fails_with_one_sentence(train(*SMALL, *more))
    assert run_files.read("small") == going


def test_a_folder_that_cannot_be_written_to_is_said(runs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    out = ("--out", str(tmp_path / "file" / "mine"), "--epochs", "1")
    said = fails_with_one_sentence(train(*SMALL[:-2], *out, "--json"))
    assert str(tmp_path / "file") in said
    assert "cannot be written to" in said
    runs.rename(tmp_path / "moved")
    runs.touch()
    said = fails_with_one_sentence(train(*SMALL, "--json"))
    assert str(runs) in said
    assert "cannot be written to" in said


@pytest.mark.parametrize(
    ("module", "name", "after"),
    [(run_files, "write", 0), (run_files, "write", 1), (checkpoints, "save", 0)],
)
def test_a_full_disk_is_said(
    runs: Path, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, after: int
) -> None:
    written, count = getattr(module, name), 0

    def full(*arguments: object) -> None:
        nonlocal count
        count += 1
        if count > after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written(*arguments)

    monkeypatch.setattr(module, name, full)
    assert "is full" in fails_with_one_sentence(train(*SMALL, "--epochs", "2", "--json"))


@pytest.mark.parametrize("name", ["mine", "a.b", "mine.safetensors", "深 度"])
def test_a_path_gets_weights_and_card(runs: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "else where" / name
    found = result(train(*SMALL[:-1], str(out), "--epochs", "1"))
    file = out.with_name(name.removesuffix(".safetensors") + ".safetensors")
    assert found["checkpoint"] == str(file)
    assert sorted(out.parent.iterdir()) == sorted([file, file.with_suffix(".json")])
    assert checkpoints.load(str(file))[1].metrics["test"] == found["metrics"]
    # A run with its record, as any other.
    (record,) = run_files.listed()
    assert record.out == str(file.with_suffix(""))
    again = train(*SMALL[:-1], str(file), "--epochs", "1", "--resume")
    assert result(again) == found


@pytest.fixture
def order(runs: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Record]:
    """Gives the record of the run that a ``train`` command would carry out."""
    orders: list[Record] = []

    def carry_out(run: str, **_: object) -> Record:
        orders.append(run_files.read(run))
        return replace(orders[-1], state="failed").because(UserError("As far as it goes."))

    monkeypatch.setattr(execution, "carry_out", carry_out)

    def ordered(*arguments: str) -> Record:
        assert fails_with_one_sentence(train(*arguments)) == "As far as it goes."
        return orders.pop()

    return ordered


@pytest.mark.parametrize(
    ("arguments", "seed"),
    [
        ((), 0),
        (("--set", "seed=5"), 5),
        (("--seed", "4"), 4),
        (("--set", "seed=5", "--seed", "4"), 4),
    ],
)
def test_the_seed_is_an_option_or_a_setting_and_names_the_run(
    order: Callable[..., Record], arguments: tuple[str, ...], seed: int
) -> None:
    record = order(*DIGITS, *arguments)
    assert record.spec.seed == seed
    assert record.id == f"mobilenet_v1-digits-seed{seed}"


def test_a_run_of_the_command_line_has_no_limits_and_no_owner(order: Callable[..., Record]) -> None:
    record = order(*SMALL, "--source", "somewhere")
    assert record.limits == run_files.Limits()
    assert (record.owner, record.lesson, record.source) == ("", "", "somewhere")


@pytest.mark.parametrize(
    "changes",
    [{}, {"seed": 3, "augment": False, "alpha": 0.5, "note": "true"}, {"note": "two 'words', 中"}],
)
@pytest.mark.parametrize("base", BASES.values(), ids=map("-".join, BASES))
@pytest.mark.parametrize("place", ["mine", "checkpoints/new", "/else where/mine", "/else/a.b"])
def test_a_cards_command_trains_the_same_and_keeps_it_in_the_same_place(
    order: Callable[..., Record],
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, object],
    base: RunSpec,
    place: str,
) -> None:
    monkeypatch.chdir(checkpoints.SHIPPED.parent)
    known = {n: v for n, v in changes.items() if n not in settings_of(base.model).UNUSED}
    asked = base.with_settings(known)
    python, _, _, _, *arguments = shlex.split(command(asked, place))
    assert python == "python"
    record = order(*arguments)
    # As a card has it: tuples are lists in JSON.
    assert json.dumps(record.spec.to_json()) == json.dumps(asked.to_json())
    assert record.out == place


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and a worker."""
    found = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        found.start("scheduler", "worker 1")
        yield found
    finally:
        found.close()


def test_a_run_on_a_cluster_is_told_stopped_and_resumed_as_one_that_is_here(
    here: Cluster, runs: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "RUNS", here.runs)
    monkeypatch.setenv("CNNVIZ_RUNS", str(here.runs))
    there = ("--scheduler", here.address)
    process = program(*LONG, *there)
    until(lambda: has_kept(1))
    waiting = program(*LONG[:-3], "other", "--epochs", "2", *there, "--json")
    until(lambda: record("other") is not None)
    out, err = interrupted(process)
    assert out == ""
    *_, shown, said = err.splitlines()
    assert "/200" in shown
    assert "--resume goes on." in said
    assert run_files.read("small").state == "stopped"
    # The worker goes on to the next one.
    out, err = waiting.communicate(timeout=SECONDS)
    assert (waiting.returncode, err) == (0, "")
    assert json.loads(out)["metrics"] == checkpoints.read_card("other").metrics["test"]

    step = run_files.read("small").progress["step"]
    process = program(*LONG, *there, "--resume", "--json")
    until(
        lambda: (
            (found := run_files.read("small")).state == "running" and found.progress["step"] > step
        )
    )
    out, err = interrupted(process)
    assert (out, len(err.splitlines())) == ("", 1)


def test_a_scheduler_that_does_not_answer_is_said(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cnnviz.training import cluster

    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 1)
    said = fails_with_one_sentence(train(*SMALL, "--scheduler", "tcp://127.0.0.1:9", "--json"))
    assert "The scheduler at tcp://127.0.0.1:9 does not answer" in said

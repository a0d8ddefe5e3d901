"""The command line keeps its names, its JSON and its exit codes."""

import hashlib
import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from typer.testing import CliRunner, Result

from cnnviz import checkpoints, cli_data
from cnnviz.cli import app
from cnnviz.data import table
from cnnviz.data.fetching import Progress, State, state
from cnnviz.data.table_rows import DataSet, Remote
from cnnviz.errors import UserError
from cnnviz.papers import MOBILENET_V1
from cnnviz.training import finish as finishing
from cnnviz.training import fit as fitting
from cnnviz.training.recipes import BASES
from cnnviz.training.spec import Progress as TrainingProgress
from cnnviz.training.spec import RunSpec
from tests.data.faulty_server import faulty_server


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)
    return tmp_path


def test_lessons_lists_what_there_is() -> None:
    found = json.loads(call("lessons", "--json").stdout)
    lesson = found["lessons"][0]
    assert lesson["name"] == "mobilenet_v1"
    assert lesson["paper"] == MOBILENET_V1.key
    assert set(lesson["ready"]) <= set(lesson["checkpoints"])
    assert "MobileNetV1" in call("lessons").stdout


def test_train_then_evaluate(runs: Path) -> None:
    trained = call(
        "train", "mobilenet_v1", "--data", "digits", "--epochs", "1", "--seed", "3",
        "--set", "alpha=0.125", "--out", "small", "--json",
    )  # fmt: skip
    assert trained.exit_code == 0, trained.output
    metrics = json.loads(trained.stdout.splitlines()[-1])["metrics"]
    card = checkpoints.read_card("small")
    assert (card.seed, card.model_args["alpha"]) == (3, 0.125)

    evaluated = call("evaluate", "small", "--json")
    found = json.loads(evaluated.stdout)
    assert set(found) == {"checkpoint", "data", "split", "n", "seconds", "verified", "metrics"}
    assert found["metrics"] == metrics
    assert (found["n"], found["split"], found["verified"]) == (500, "test", True)
    assert json.loads(call("evaluate", "small", "--split", "train", "--json").stdout)["n"] == 1297


def test_progress_is_shown_with_the_time_left(runs: Path) -> None:
    shown = call("train", "mobilenet_v1", "--data", "digits", "--epochs", "1", "--out", "small")
    assert "epoch 1/1" in shown.stderr
    assert "s left" in shown.stderr
    assert "validation accuracy" in shown.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate",),
        ("nothing",),
        ("evaluate", "mobilenet_v1", "--split", "validation"),
        ("train", "no_such_model"),
        ("train", "mobilenet_v1", "--data", "no_such_data"),
        ("train", "mobilenet_v1", "--data", "digits", "--set", "alpha"),
        ("train", "mobilenet_v1", "--data", "digits", "--set", "batch_size=abc"),
        ("train", "mobilenet_v1", "--data", "digits", "--epochs", "many"),
        ("train", "mobilenet_v1", "--data", "digits", "--seed", "-1"),
        ("train", "mobilenet_v1", "--data", "digits", "--out", "mobilenet_v1"),
        ("data", "fetch"),
        ("data", "fetch", "no_such_set"),
        ("data", "list"),
    ],
)
def test_wrong_usage_ends_with_2(runs: Path, arguments: tuple[str, ...]) -> None:
    failed = call(*arguments)
    assert failed.exit_code == 2
    assert "Traceback" not in failed.output


Order = tuple[RunSpec, Path]


@pytest.fixture
def order(runs: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Order]:
    """Gives what a ``train`` command would train, and the file that it would keep it in."""
    orders: list[Order] = []

    def finish(spec: RunSpec, result: object, file: Path, source: str | None) -> None:
        orders.append((spec, file))
        raise UserError("This is as far as it goes.")

    done = TrainingProgress(1, 1, 1, 1, {}, {}, 0, 0, 0, result=Mock())
    monkeypatch.setattr(fitting, "fit", lambda spec, source: iter([done]))
    monkeypatch.setattr(finishing, "finish", finish)

    def ordered(*arguments: str) -> Order:
        found = call("train", *arguments)
        assert found.stderr.endswith("as far as it goes.\n"), found.output
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
    order: Callable[..., Order], arguments: tuple[str, ...], seed: int
) -> None:
    spec, file = order("mobilenet_v1", "--data", "digits", *arguments)
    assert spec.seed == seed
    assert file.name == f"mobilenet_v1-digits-seed{seed}.safetensors"


@pytest.mark.parametrize(
    "changes",
    [{}, {"seed": 3, "augment": False, "alpha": 0.5, "note": "true"}, {"note": "two 'words', 中"}],
)
@pytest.mark.parametrize("base", BASES.values(), ids=map("-".join, BASES))
@pytest.mark.parametrize(
    "place", ["run", "run named like a shipped one", "shipped", "elsewhere", "a.b"]
)
def test_a_cards_command_trains_the_same_into_the_same_file(
    order: Callable[..., Order],
    runs: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, object],
    base: RunSpec,
    place: str,
) -> None:
    monkeypatch.chdir(checkpoints.SHIPPED.parent)
    elsewhere = tmp_path_factory.mktemp("else where")
    file = {
        "run": runs / "mine.safetensors",
        "run named like a shipped one": runs / "mobilenet_v1.safetensors",
        "shipped": checkpoints.SHIPPED / "new.safetensors",
        "elsewhere": elsewhere / "mine.safetensors",
        "a.b": elsewhere / "a.b.safetensors",
    }[place]
    asked = base.with_settings(changes)
    python, _, _, _, *arguments = shlex.split(finishing.command(asked, file))
    assert python == "python"
    spec, target = order(*arguments)
    # As a card has it: tuples are lists in JSON.
    assert json.dumps(spec.to_json()) == json.dumps(asked.to_json())
    assert target == file


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "no_such_checkpoint"),
        ("evaluate", "mobilenet_v1", "--data", "digits"),
        ("evaluate", "mobilenet_v1", "--data", "/no/such/folder"),
        ("train", "mobilenet_v1", "--data", "digits", "--set", "colour=red", "--out", "x"),
        ("train", "mobilenet_v1", "--data", "digits", "--set", "alpha=0", "--out", "x"),
    ],
)
def test_what_fails_ends_with_1_and_one_sentence(runs: Path, arguments: tuple[str, ...]) -> None:
    failed = call(*arguments)
    assert failed.exit_code == 1
    assert len(failed.stderr.strip().splitlines()) == 1
    assert "Traceback" not in failed.output


CONTENT = b"the file of a data set"


@pytest.fixture
def row(monkeypatch: pytest.MonkeyPatch, no_data: Path) -> Iterator[DataSet]:
    """The only row of the table: one file, which a server on this machine has."""
    monkeypatch.setenv("NO_PROXY", "*")
    with faulty_server() as server:
        md5 = f"md5:{hashlib.md5(CONTENT).hexdigest()}"
        urls = (server.serve("file.bin", CONTENT),)
        file = Remote("made/file.bin", urls, md5, len(CONTENT))
        made = DataSet("made", "Made", "For tests.", "None.", "http://page", (file,), ())
        monkeypatch.setattr(table, "DATASETS", (made,))
        yield made


def test_data_lists_the_sets_and_their_states(row: DataSet, no_data: Path) -> None:
    listed = call("data")
    assert listed.exit_code == 0
    assert "not here" in listed.stdout
    assert "http://page" in listed.stdout
    [found] = json.loads(call("data", "--json").stdout)["datasets"]
    assert (found["name"], found["state"], found["verified"]) == ("made", "missing", False)
    assert (found["folder"], found["bytes"], found["fetchable"]) == (None, len(CONTENT), True)
    (no_data / "made").mkdir(parents=True)
    (no_data / "made" / "file.bin").write_bytes(b"another file")
    assert "an unverified copy" in call("data").stdout
    [found] = json.loads(call("data", "--json").stdout)["datasets"]
    assert (found["state"], found["unverified"]) == ("unverified", ["made/file.bin"])


def test_every_set_of_the_course_is_listed(no_data: Path) -> None:
    listed = call("data").stdout
    assert [each.name for each in table.DATASETS if each.name not in listed] == []


def test_data_fetch_brings_a_set_and_shows_how_far_it_is(row: DataSet, no_data: Path) -> None:
    fetched = call("data", "fetch", "made")
    assert fetched.exit_code == 0, fetched.output
    assert str(no_data / "made") in fetched.stdout
    assert "file.bin" in fetched.stderr
    assert "0.0 kB of 0.0 kB" in fetched.stderr
    assert state(row).verified


def test_data_fetch_prints_one_json_object(row: DataSet) -> None:
    for _ in range(2):  # what is here already is the same answer
        fetched = call("data", "fetch", "made", "--json")
        assert (fetched.exit_code, fetched.stderr) == (0, "")
        found = json.loads(fetched.stdout)
        assert (found["state"], found["verified"]) == ("here", True)
        assert found["seconds"] >= 0


def test_data_fetch_that_fails_ends_with_1_and_one_sentence(row: DataSet, no_data: Path) -> None:
    no_data.write_text("a file in the folder's place")
    failed = call("data", "fetch", "made")
    assert failed.exit_code == 1
    assert len(failed.stderr.strip().splitlines()) == 1
    assert "Traceback" not in failed.output


def test_data_fetch_interrupted_says_that_it_can_go_on(
    row: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_row: DataSet, progress: Callable[[Progress], None]) -> State:
        progress(Progress("fetching", "file.bin", 5_000_000, 10_000_000, 7.4))
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_data, "fetch", interrupted)
    stopped = call("data", "fetch", "made")
    assert stopped.exit_code == 1
    assert "5.0 MB of 10.0 MB, 7 s left" in stopped.stderr
    assert "goes on from there" in stopped.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (Progress("waiting", "a", 5, 10, None), "another process"),
        (Progress("unpacking", "a", 10, 10, None), "unpacking a"),
    ],
)
def test_data_fetch_tells_waiting_and_unpacking(
    row: DataSet, monkeypatch: pytest.MonkeyPatch, progress: Progress, said: str
) -> None:
    def told(row: DataSet, progress: Callable[[Progress], None]) -> State:
        progress(shown)
        return state(row)

    shown = progress
    monkeypatch.setattr(cli_data, "fetch", told)
    assert said in call("data", "fetch", "made").stderr

"""The command line keeps its names, its JSON and its exit codes."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cnnviz import checkpoints, cli_data
from cnnviz.cli import app
from cnnviz.data import table
from cnnviz.data.fetching import Progress, State, state
from cnnviz.data.table_rows import DataSet, Remote
from cnnviz.papers import MOBILENET_V1
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


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate",),
        ("nothing",),
        ("evaluate", "mobilenet_v1", "--split", "validation"),
        ("data", "fetch"),
        ("data", "fetch", "no_such_set"),
        ("data", "list"),
    ],
)
def test_wrong_usage_ends_with_2(runs: Path, arguments: tuple[str, ...]) -> None:
    failed = call(*arguments)
    assert failed.exit_code == 2
    assert "Traceback" not in failed.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "no_such_checkpoint"),
        ("evaluate", "mobilenet_v1", "--data", "digits"),
        ("evaluate", "mobilenet_v1", "--data", "/no/such/folder"),
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

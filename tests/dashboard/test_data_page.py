"""The Data page: a row a set, its state in words, and a fetch that can be watched and cancelled."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.data import jobs, table
from cnnviz.data.finding import state
from cnnviz.data.table_rows import DataSet, Remote
from tests.data.faulty_server import FaultyServer, faulty_server

PAGE = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "data.py"
CONTENT = bytes(2_000_000)  # more than comes in one piece

names = iter(range(1000))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, no_data: Path) -> Iterator[FaultyServer]:
    monkeypatch.setenv("NO_PROXY", "*")
    with faulty_server() as started:
        yield started


def made(monkeypatch: pytest.MonkeyPatch, *urls: str, files: int = 1) -> DataSet:
    """The only row of the table; jobs are told apart by the name."""
    name = f"made{next(names)}"
    md5 = f"md5:{hashlib.md5(CONTENT).hexdigest()}"
    remotes = tuple(Remote(f"{name}/file{i}.bin", urls, md5, len(CONTENT)) for i in range(files))
    row = DataSet(name, "Made", "Made for tests.", "No terms.", "http://page", remotes, ())
    monkeypatch.setattr(table, "DATASETS", (row,))
    return row


def opened() -> AppTest:
    at = AppTest.from_file(str(PAGE), default_timeout=20).run()
    assert not at.exception
    assert not at.error
    return at


def told(at: AppTest) -> str:
    return "\n".join(element.value for element in at.markdown)


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.usefixtures("no_data")
def test_every_set_of_the_course_has_a_row() -> None:
    text = told(opened())
    for row in table.DATASETS:
        assert f"**[{row.title}]({row.page})**" in text
        assert row.purpose in text
        assert row.terms in text
    assert "170\u202fMB" in text


def test_a_missing_set_is_not_here_and_can_be_fetched(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(monkeypatch, server.serve("file.bin", CONTENT))
    at = opened()
    assert "**not here**" in told(at)
    assert "2.0\u202fMB" in told(at)
    assert labels(at) == ["Fetch"]


def test_a_set_without_an_address_has_no_button(
    no_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(monkeypatch)
    at = opened()
    assert "No address known" in told(at)
    assert labels(at) == []


def test_published_files_are_told_from_an_unverified_copy_and_from_a_part(
    no_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = made(monkeypatch, "http://127.0.0.1/file.bin", files=2)
    folder = no_data / row.name
    folder.mkdir(parents=True)
    (folder / "file0.bin").write_bytes(CONTENT)
    at = opened()
    assert "1 of 2 files are here" in told(at)
    assert f"`{folder}`" in told(at)
    assert labels(at) == ["Fetch"]
    (folder / "file1.bin").write_bytes(CONTENT)
    at = opened()
    assert "**here, as published**" in told(at)
    assert labels(at) == []
    (folder / "file1.bin").write_bytes(b"mine")
    at = opened()
    assert "**here, an unverified copy**" in told(at)
    assert labels(at) == ["Fetch"]


def test_a_fetch_is_watched_cancelled_and_taken_up_again(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    row = made(monkeypatch, server.serve("file.bin", CONTENT, half=go_on))
    at = opened()
    at.button(key=f"fetch_{row.name}").click().run()
    wait_for(lambda: state(row).kept > 0)
    job = jobs.latest(row)
    assert job is not None
    wait_for(lambda: job.progress is not None and job.progress.done > 0)
    at.run()
    assert labels(at) == ["Cancel"]
    assert " of 2.0\u202fMB" in told(at)
    [bar] = at.get("progress")
    assert 0 < bar.proto.value < 100
    at.button(key=f"cancel_{row.name}").click().run()
    assert labels(at) == ["Stopping"]
    assert at.button[0].disabled
    go_on.set()
    assert job.wait(20)
    at.run()
    assert "are kept" in told(at)
    assert labels(at) == ["Go on"]
    at.button(key=f"fetch_{row.name}").click().run()
    again = jobs.latest(row)
    assert again is not None
    assert again.wait(20)
    at.run()
    assert "**here, as published**" in told(at)
    assert labels(at) == []
    assert server.asked[-1].range is not None


def test_two_visitors_see_the_same_fetch(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    row = made(monkeypatch, server.serve("file.bin", CONTENT, half=go_on))
    first, second = opened(), opened()
    first.button(key=f"fetch_{row.name}").click().run()
    second.button(key=f"fetch_{row.name}").click().run()
    assert labels(first) == labels(second) == ["Cancel"]
    go_on.set()
    job = jobs.latest(row)
    assert job is not None
    assert job.wait(20)
    assert len(server.asked) == 1


def test_what_goes_wrong_is_one_sentence_until_the_set_is_here(
    server: FaultyServer, no_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = made(monkeypatch, server.serve("file.bin", status=404))
    at = opened()
    at.button(key=f"fetch_{row.name}").click().run()
    job = jobs.latest(row)
    assert job is not None
    assert job.wait(20)
    at.run()
    [warning] = at.warning
    assert "status 404" in warning.value
    assert str(no_data / row.name) in warning.value
    assert labels(at) == ["Fetch"]
    assert job.error is not None
    assert job.error.__traceback__ is None  # shown and not raised: it would keep the session
    (no_data / row.name).mkdir(parents=True, exist_ok=True)
    (no_data / row.name / "file0.bin").write_bytes(CONTENT)
    assert not at.run().warning


def test_what_nobody_foresaw_is_logged_once_for_all_visitors(
    no_data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    row = made(monkeypatch, "http://127.0.0.1/file.bin")
    monkeypatch.setattr(jobs, "fetch", broken)
    job = jobs.start(row)
    assert job.wait(20)
    for _ in range(2):
        at = AppTest.from_file(str(PAGE), default_timeout=20).run()
        [error] = at.error
        assert str(job.log_id) in error.value
    assert [record.levelname for record in caplog.records].count("ERROR") == 1


def test_pickles_that_are_refused_are_named(no_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cifar = table.data_set("cifar10")
    monkeypatch.setattr(table, "DATASETS", (cifar,))
    meta = no_data / cifar.files[-1].path
    meta.parent.mkdir(parents=True)
    meta.write_bytes(b"another")
    text = told(opened())
    assert "**not here**" in text
    assert "not the published file, and not read: batches.meta" in text


@pytest.mark.parametrize(
    ("seconds", "said"), [(41.2, "41 s left"), (99.9, "100 s left"), (300.0, "5 min left")]
)
def test_the_time_left_is_said_in_seconds_or_minutes(seconds: float, said: str) -> None:
    from dashboard.lessons import data as page

    assert page._time_left(seconds) == said


def test_the_folders_are_listed_in_their_order(
    no_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNVIZ_DATA", "/first:/second")
    text = told(opened())
    assert f"- `/first`\n- `/second`\n- `{no_data}`" in text
    assert "`cifar-10-batches-py`" in text

"""A data set is fetched once, checked before it has its name, and gone on with after a break."""

import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from cnnviz.data import downloading, fetching, jobs
from cnnviz.data.fetching import Progress, fetch
from cnnviz.data.finding import SCRATCH, part_file, state
from cnnviz.data.table_rows import DataSet, Remote
from cnnviz.errors import UserError
from tests.data.faulty_server import FaultyServer, faulty_server

CONTENT = np.random.default_rng(0).bytes(400_000)
CUT = len(CONTENT) * 2 // 5


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    monkeypatch.setenv("NO_PROXY", "*")
    with faulty_server() as started:
        yield started


def remote(path: str, content: bytes, *urls: str) -> Remote:
    return Remote(path, urls, f"md5:{hashlib.md5(content).hexdigest()}", len(content))


def data_set(*files: Remote, name: str = "made", archive: Remote | None = None) -> DataSet:
    return DataSet(name, "Made", "For tests.", "None.", "http://page", files, (), archive)


def one(*urls: str, content: bytes = CONTENT) -> DataSet:
    return data_set(remote("made/file.bin", content, *urls))


@pytest.fixture
def target(no_data: Path) -> Path:
    """Where the file of ``one`` lands."""
    return no_data / "made" / "file.bin"


def failure(row: DataSet) -> str:
    with pytest.raises(UserError) as caught:
        fetch(row)
    return str(caught.value)


def left_over(folder: Path) -> list[str]:
    """Files that a fetch has left, locks apart."""
    return sorted(
        file.name for file in folder.rglob("*") if file.is_file() and file.suffix != ".lock"
    )


def wait_for(condition: Callable[[], bool]) -> None:
    """Until something is so that another thread brings about."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_set_is_fetched_into_its_place(server: FaultyServer, no_data: Path, target: Path) -> None:
    seen: list[Progress] = []
    found = fetch(one(server.serve("file.bin", CONTENT)), progress=seen.append)
    assert found.verified
    assert found.files == {"made/file.bin": target}
    assert target.read_bytes() == CONTENT
    assert left_over(no_data) == ["file.bin"]
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    last = seen[-1]
    assert (last.phase, last.done, last.total) == ("fetching", len(CONTENT), len(CONTENT))
    assert last.share == 1
    assert last.seconds_left == 0


def test_what_is_here_is_not_asked_for_again(server: FaultyServer, target: Path) -> None:
    second = b"the second file"
    row = data_set(
        remote("made/file.bin", CONTENT, server.serve("file.bin", CONTENT)),
        remote("made/second.bin", second, server.serve("second.bin", second)),
    )
    target.parent.mkdir(parents=True)
    target.write_bytes(CONTENT)
    assert fetch(row).verified
    assert fetch(row).verified
    assert [asked.path for asked in server.asked] == ["/second.bin"]


def test_a_connection_cut_at_40_percent_is_taken_up_where_it_broke(
    server: FaultyServer, target: Path
) -> None:
    assert fetch(one(server.serve("file.bin", CONTENT, cuts=[CUT]))).verified
    assert [asked.range for asked in server.asked] == [None, f"bytes={CUT}-"]
    assert server.asked[1].if_range == '"one"'
    assert target.read_bytes() == CONTENT


def test_a_connection_that_brings_nothing_more_ends_with_a_sentence_and_the_part_is_kept(
    server: FaultyServer, no_data: Path, target: Path
) -> None:
    row = one(server.serve("file.bin", CONTENT, cuts=[CUT, CUT]))
    text = failure(row)
    assert "broke off" in text
    assert str(target.parent) in text
    assert not target.exists()
    assert state(row).kept == CUT
    assert fetch(row).verified
    assert server.asked[-1].range == f"bytes={CUT}-"


def test_another_version_is_fetched_from_its_beginning(
    server: FaultyServer, no_data: Path, target: Path
) -> None:
    url = server.serve("file.bin", b"x" * len(CONTENT), cuts=[CUT, CUT], tag="old")
    failure(one(url))
    server.serve("file.bin", CONTENT, tag="new")
    assert fetch(one(url)).verified
    assert server.asked[-1].if_range == '"old"'
    assert target.read_bytes() == CONTENT


def test_pieces_that_do_not_fit_together_are_fetched_anew(
    server: FaultyServer, no_data: Path, target: Path
) -> None:
    row = one(server.serve("file.bin", CONTENT, tag=None))
    part = part_file(no_data, row.files[0])
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * CUT)
    assert fetch(row).verified
    assert [asked.range for asked in server.asked] == [f"bytes={CUT}-", None]
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("fault", [{"ranges": False}, {"from_zero": True}])
def test_a_server_that_cannot_send_a_part_is_asked_for_the_whole(
    server: FaultyServer, target: Path, fault: dict[str, bool]
) -> None:
    assert fetch(one(server.serve("file.bin", CONTENT, cuts=[CUT], **fault))).verified
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("size", [len(CONTENT), len(CONTENT) + 5])
def test_a_part_that_is_complete_or_too_long_needs_no_range(
    server: FaultyServer, no_data: Path, target: Path, size: int
) -> None:
    row = one(server.serve("file.bin", CONTENT))
    part = part_file(no_data, row.files[0])
    part.parent.mkdir(parents=True)
    part.write_bytes((CONTENT + b"extra")[:size])
    assert fetch(row).verified
    assert [asked.range for asked in server.asked] == ([] if size == len(CONTENT) else [None])
    assert left_over(no_data) == ["file.bin"]


def test_a_file_known_by_gits_name_is_checked_by_it(
    server: FaultyServer, no_data: Path, target: Path
) -> None:
    url = server.serve("file.bin", b"published\n")
    name = "git:7a85ea4df37734c24dc10ccd171c24e536735fa4"  # what git hash-object says
    row = data_set(Remote("made/file.bin", (url,), name, 12, exact=False))
    part = part_file(no_data, row.files[0])
    part.parent.mkdir(parents=True)
    part.write_bytes(b"published\nand more than that")  # the server has no such range
    assert fetch(row).verified
    target.unlink()
    server.serve("file.bin", b"publisheD\n")
    assert "not the published file" in failure(row)
    assert left_over(no_data) == []


@pytest.mark.parametrize("announced", [len(CONTENT) - 1, len(CONTENT) + 1, 0])
def test_a_file_of_another_length_is_refused(
    server: FaultyServer, no_data: Path, announced: int
) -> None:
    content = CONTENT if announced else CONTENT + b"more"
    text = failure(one(server.serve("file.bin", content, announced=announced)))
    assert f"instead of {len(CONTENT)}" in text
    assert "file.bin" not in left_over(no_data)


def test_a_file_with_another_checksum_is_deleted(
    server: FaultyServer, no_data: Path, target: Path
) -> None:
    url = server.serve("file.bin", CONTENT[::-1])
    text = failure(one(url))
    assert "not the published file and has been deleted" in text
    assert url in text
    assert left_over(no_data) == []


def test_an_unverified_file_steps_aside_for_the_published_one_only(
    server: FaultyServer, no_data: Path, target: Path
) -> None:
    target.parent.mkdir(parents=True)
    target.write_bytes(b"mine")
    row = one(server.serve("file.bin", status=404))
    failure(row)
    assert target.read_bytes() == b"mine"
    server.serve("file.bin", CONTENT)
    assert fetch(row).verified
    assert target.read_bytes() == CONTENT
    assert (target.parent / "file.bin.unverified").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"status": 404}, "refuses, with status 404"),
        ({"status": 503}, "refuses, with status 503"),
        ({"status": 302, "location": "/file.bin"}, "only leads in circles"),
    ],
)
def test_an_address_without_the_file_is_one_sentence(
    server: FaultyServer, target: Path, fault: dict[str, object], said: str
) -> None:
    url = server.serve("file.bin", **fault)
    text = failure(one(url))
    assert said in text
    assert url in text
    assert str(target.parent) in text
    assert not target.parent.exists()


def test_a_folder_that_was_there_stays(server: FaultyServer, target: Path) -> None:
    target.parent.mkdir(parents=True)
    failure(one(server.serve("file.bin", status=404)))
    assert target.parent.is_dir()


def test_no_network_is_one_sentence_with_the_address_and_the_folder(
    monkeypatch: pytest.MonkeyPatch, target: Path
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/file.bin"
    text = failure(one(url))
    assert text == (
        f"{url} does not answer: without a network, get the files of Made on another computer and "
        f"put them into {target.parent}."
    )


def test_a_server_that_falls_silent_is_too_slow(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch, target: Path
) -> None:
    monkeypatch.setattr(downloading, "PATIENCE_SECONDS", 0.2)
    row = one(server.serve("file.bin", CONTENT, half=threading.Event()))
    assert "sends too slowly" in failure(row)
    assert state(row).kept == len(CONTENT) // 2


def test_a_server_that_dribbles_is_too_slow(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch, target: Path
) -> None:
    monkeypatch.setattr(downloading, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(downloading, "LEAST_BYTES", 1_000)
    row = one(server.serve("file.bin", CONTENT, dribble=0.01))
    assert "sends too slowly" in failure(row)
    assert 0 < state(row).kept < 1_000


def test_a_mirror_helps_where_the_publisher_fails(server: FaultyServer, target: Path) -> None:
    first = server.serve("first/file.bin", status=403)
    mirror = server.serve("mirror/file.bin", CONTENT)
    assert fetch(one(first, mirror)).verified
    target.unlink()
    server.serve("mirror/file.bin", status=404)
    assert first in failure(one(first, mirror))


def test_a_file_has_its_name_only_once_it_is_right(
    server: FaultyServer, no_data: Path, target: Path
) -> None:
    go_on = threading.Event()
    job = jobs.start(one(server.serve("file.bin", CONTENT, half=go_on)))
    wait_for(lambda: job.progress is not None)
    names = left_over(no_data)
    assert "file.bin" not in names
    assert "made--file.bin.part" in names
    go_on.set()
    assert job.wait(20)
    assert job.state == "done"
    assert target.read_bytes() == CONTENT


def test_a_cancelled_fetch_keeps_what_has_arrived(
    server: FaultyServer, no_data: Path, target: Path
) -> None:
    row = one(server.serve("file.bin", CONTENT))
    found = fetch(row, should_stop=lambda: state(row).kept > 0)
    assert not found.complete
    assert 0 < found.kept < len(CONTENT)
    assert not target.exists()
    assert fetch(row).verified
    assert server.asked[-1].range == f"bytes={found.kept}-"


def test_an_interrupt_from_the_keyboard_keeps_what_has_arrived(
    server: FaultyServer, no_data: Path, target: Path
) -> None:
    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    row = one(server.serve("file.bin", CONTENT))
    with pytest.raises(KeyboardInterrupt):
        fetch(row, progress=interrupt)
    kept = state(row).kept
    assert 0 < kept < len(CONTENT)
    assert left_over(no_data) == ["made--file.bin.json", "made--file.bin.part"]
    assert fetch(row).verified
    assert server.asked[-1].range == f"bytes={kept}-"


def test_two_visitors_share_one_job(server: FaultyServer, target: Path) -> None:
    go_on = threading.Event()
    row = one(server.serve("file.bin", CONTENT, half=go_on))
    first = jobs.start(row)
    assert server.reached_half.wait(20)
    assert jobs.start(row) is first is jobs.latest(row)
    go_on.set()
    assert first.wait(20)
    assert first.progress is not None
    assert first.progress.share == 1
    assert len(server.asked) == 1
    again = jobs.start(row)
    assert again is not first
    assert again.wait(20)
    assert again.state == "done"
    assert len(server.asked) == 1


def test_a_job_is_cancelled_and_taken_up_again(server: FaultyServer, target: Path) -> None:
    go_on = threading.Event()
    row = one(server.serve("file.bin", CONTENT, half=go_on))
    job = jobs.start(row)
    assert server.reached_half.wait(20)
    wait_for(lambda: job.progress is not None)
    job.cancel()
    assert job.stopping
    go_on.set()
    assert job.wait(20)
    assert (job.state, job.error) == ("stopped", None)
    assert state(row).kept > 0
    second = jobs.start(row)
    assert second.wait(20)
    assert second.state == "done"


def test_a_job_that_fails_has_its_error(server: FaultyServer, target: Path) -> None:
    job = jobs.start(one(server.serve("file.bin", status=404)))
    assert job.wait(20)
    assert job.state == "failed"
    assert isinstance(job.error, UserError)
    assert "status 404" in str(job.error)
    assert (job.error.__traceback__, job.error.__cause__, job.error.__context__) == (None,) * 3
    assert job.log_id is None


def test_a_job_that_nobody_foresaw_failing_is_logged_once_under_an_id(
    no_data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "fetch", broken)
    job = jobs.start(one("http://127.0.0.1/file.bin"))
    assert job.wait(20)
    assert (job.state, job.error) == ("failed", None)
    [record] = caplog.records
    assert job.log_id is not None
    assert job.log_id in record.getMessage()
    assert record.exc_info is not None


def test_a_second_thread_waits_and_sees_how_far_the_first_is(
    server: FaultyServer, target: Path
) -> None:
    go_on = threading.Event()
    row = one(server.serve("file.bin", CONTENT, half=go_on))
    first = jobs.start(row)
    assert server.reached_half.wait(20)
    seen: list[Progress] = []

    def note(progress: Progress) -> None:
        seen.append(progress)
        if progress.done:
            go_on.set()

    assert fetch(row, progress=note).verified
    assert first.wait(20)
    assert first.state == "done"
    assert {progress.phase for progress in seen} == {"waiting"}
    assert 0 < seen[-1].done <= len(CONTENT)
    assert len(server.asked) == 1


def test_who_waits_can_be_stopped_too(server: FaultyServer, target: Path) -> None:
    go_on = threading.Event()
    row = one(server.serve("file.bin", CONTENT, half=go_on))
    first = jobs.start(row)
    assert server.reached_half.wait(20)
    assert not fetch(row, should_stop=lambda: True).complete
    go_on.set()
    assert first.wait(20)


ANOTHER_PROCESS = """
import json, sys
from cnnviz.data.fetching import fetch
from cnnviz.data.table_rows import DataSet, Remote

path, url, checksum, size = json.loads(sys.argv[1])
row = DataSet("made", "Made", "", "", "", (Remote(path, (url,), checksum, size),), ())
phases = set()
def progress(p):
    if p.phase not in phases:
        phases.add(p.phase)
        print(p.phase, flush=True)
print(fetch(row, progress=progress).word, flush=True)
"""


def test_two_processes_fetch_a_set_once(
    server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    file = remote("made/file.bin", CONTENT, server.serve("file.bin", CONTENT, half=go_on))
    told = json.dumps([file.path, file.urls[0], file.checksum, file.size])
    monkeypatch.setenv("CNNVIZ_DATA", str(tmp_path))

    def start() -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", ANOTHER_PROCESS, told], stdout=subprocess.PIPE, text=True
        )

    with start() as first:
        assert server.reached_half.wait(30)
        with start() as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "waiting\n"
            go_on.set()
            assert second.communicate(timeout=30)[0] == "here\n"
        assert first.communicate(timeout=30)[0] == "fetching\nhere\n"
    assert len(server.asked) == 1
    assert (tmp_path / file.path).read_bytes() == CONTENT


Usage = namedtuple("Usage", "total used free")


def test_room_is_looked_for_first_and_what_is_kept_counts(
    server: FaultyServer, no_data: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = one(server.serve("file.bin", CONTENT))
    part = part_file(no_data, row.files[0])
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[:CUT])
    needed = len(CONTENT) - CUT
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**6, 0, needed - 1))
    text = failure(row)
    assert "takes 240.0 kB more" in text
    assert str(no_data) in text
    assert server.asked == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**6, 0, needed))
    assert fetch(row).verified


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full disk to offer")
def test_a_disk_that_fills_up_meanwhile_is_one_sentence(
    server: FaultyServer, no_data: Path, target: Path
) -> None:
    row = one(server.serve("file.bin", CONTENT))
    part = part_file(no_data, row.files[0])
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    assert "is full" in failure(row)
    assert not target.exists()


def test_a_set_without_an_address_says_where_its_files_go(no_data: Path) -> None:
    text = failure(one())
    assert "http://page" in text
    assert str(no_data / "made") in text


def test_files_go_to_the_first_folder_that_may_be_written_to(
    server: FaultyServer, no_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, free = tmp_path / "kept", tmp_path / "free"
    kept.mkdir(mode=0o555)
    free.mkdir()
    folders = [tmp_path / "nowhere", kept, free]
    monkeypatch.setenv("CNNVIZ_DATA", os.pathsep.join(map(str, folders)))
    found = fetch(one(server.serve("file.bin", CONTENT)))
    assert found.folder == free / "made"
    assert not (tmp_path / "nowhere").exists()
    assert list(kept.iterdir()) == []


def test_no_folder_to_write_to_is_one_sentence(no_data: Path) -> None:
    no_data.write_text("a file in the folder's place")
    text = failure(one("http://127.0.0.1/file.bin"))
    assert f"{no_data} cannot be written to" in text


Add = Callable[[tarfile.TarFile], None]


def packed(path: Path, files: dict[str, bytes], *others: Add) -> bytes:
    """A compressed tar archive."""
    with tarfile.open(path, "w:gz") as tar:
        for add in others:
            add(tar)
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path.read_bytes()


def odd(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> Add:
    def add(tar: tarfile.TarFile) -> None:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, link
        member.size = 4 if kind == tarfile.REGTYPE else 0
        tar.addfile(member, io.BytesIO(b"evil"))

    return add


FILES = {"made/one": b"first", "made/two": b"second"}


def archived(server: FaultyServer, content: bytes) -> DataSet:
    archive = remote("made.tar.gz", content, server.serve("made.tar.gz", content))
    return data_set(*(remote(path, FILES[path]) for path in FILES), archive=archive)


def test_an_archive_is_unpacked_and_goes(
    server: FaultyServer, no_data: Path, tmp_path: Path
) -> None:
    seen: list[Progress] = []
    row = archived(server, packed(tmp_path / "packed", FILES))
    assert fetch(row, progress=seen.append).verified
    assert left_over(no_data) == ["one", "two"]
    assert seen[-1].phase == "unpacking"


def test_an_archive_put_there_by_hand_is_unpacked_without_a_network(
    server: FaultyServer, no_data: Path, tmp_path: Path
) -> None:
    content = packed(tmp_path / "packed", FILES)
    no_data.mkdir()
    (no_data / "made.tar.gz").write_bytes(content)
    assert fetch(archived(server, content)).verified
    assert server.asked == []
    assert left_over(no_data) == ["made.tar.gz", "one", "two"]


def test_an_unverified_file_steps_aside_for_the_one_in_an_archive(
    server: FaultyServer, no_data: Path, tmp_path: Path
) -> None:
    (no_data / "made").mkdir(parents=True)
    (no_data / "made/one").write_bytes(b"mine")
    (no_data / "made/two").write_bytes(FILES["made/two"])
    assert fetch(archived(server, packed(tmp_path / "packed", FILES))).verified
    assert left_over(no_data) == ["one", "one.unverified", "two"]
    assert (no_data / "made/one").read_bytes() == b"first"
    assert (no_data / "made/one.unverified").read_bytes() == b"mine"


def test_members_that_nobody_expects_are_passed_over(
    server: FaultyServer, no_data: Path, tmp_path: Path
) -> None:
    evil = (odd("../evil"), odd(str(tmp_path / "evil")), odd("made/../../evil"), odd("other"))
    row = archived(server, packed(tmp_path / "packed", FILES, *evil))
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert fetch(row).verified
    made = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert {path.name for path in made if path.suffix != ".lock"} == {"one", "two"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_a_link_in_a_files_place_is_refused(
    server: FaultyServer, no_data: Path, tmp_path: Path, kind: bytes
) -> None:
    content = packed(tmp_path / "packed", {"made/two": b"second"}, odd("made/one", kind, "two"))
    assert "not the archive that it should be" in failure(archived(server, content))
    assert not (no_data / "made").exists()


@pytest.mark.parametrize("content", [b"no archive at all", b"\x1f\x8b\x08 broken"])
def test_what_is_no_archive_is_refused(server: FaultyServer, no_data: Path, content: bytes) -> None:
    assert "not the archive that it should be" in failure(archived(server, content))


def test_a_truncated_archive_leaves_nothing_behind(
    server: FaultyServer, no_data: Path, tmp_path: Path
) -> None:
    content = packed(tmp_path / "packed", {"made/one": b"first", "made/two": CONTENT})
    row = archived(server, content[: len(content) // 2])
    assert "not the archive that it should be" in failure(row)
    assert not (no_data / "made").exists()
    assert sorted(file.suffix for file in (no_data / SCRATCH).iterdir()) == [".lock"]


def test_importing_what_finds_loads_nothing_that_fetches_or_reads() -> None:
    script = (
        "import sys, cnnviz.data.finding, cnnviz.data.table, cnnviz.data.fetching\n"
        "loaded = {'pooch', 'requests', 'filelock', 'scipy', 'h5py', 'torch'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_what_is_promised_is_there() -> None:
    assert set(fetching.__all__) == {"Progress", "State", "fetch", "find", "state"}

"""The table of data sets is complete, and agrees with torchvision and with published files."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlparse

import pytest
from torchvision.datasets import CIFAR10

from cnnviz.data.checksums import is_published
from cnnviz.data.table import DATASETS, DataSet, Remote, data_set
from cnnviz.errors import UserError
from cnnviz.lessons import LESSONS

FILES = [(row, remote) for row in DATASETS for remote in row.files]
DIGITS = {"md5": 32, "git": 40, "sha256": 64}

rows = pytest.mark.parametrize("row", DATASETS, ids=lambda row: row.name)


def test_the_course_has_its_sets() -> None:
    assert [row.name for row in DATASETS] == [
        "cifar10", "indian_pines", "pavia_university", "salinas", "salinas_a", "ksc", "botswana",
        "set12", "bsd68", "train400", "pascal", "wikipedia",
    ]  # fmt: skip


def test_every_set_of_a_lesson_is_in_the_table_and_knows_the_lesson() -> None:
    for lesson in LESSONS:
        assert [name for name in lesson.datasets if lesson.name not in data_set(name).lessons] == []


def test_an_unknown_name_is_refused_with_the_names_that_there_are() -> None:
    with pytest.raises(UserError, match=r"cifar11.*indian_pines"):
        data_set("cifar11")


@rows
def test_a_row_says_what_it_is(row: DataSet) -> None:
    for sentence in (row.purpose, row.terms):
        assert re.fullmatch(r"[A-Z0-9].*\.", sentence)
    assert urlparse(row.page).scheme in ("http", "https")
    assert row.lessons
    assert row.size > 0


@rows
def test_the_files_of_a_row_lie_in_one_folder_under_names_of_their_own(row: DataSet) -> None:
    assert {remote.path.partition("/")[0] for remote in row.files} == {row.folder}
    paths = [remote.path for remote in row.files]
    assert len(set(paths)) == len(paths)
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+", path) for path in paths)


@rows
def test_every_file_has_a_checksum_a_size_and_addresses_that_end_in_its_name(row: DataSet) -> None:
    for remote in (*row.files, *row.sources):
        algorithm, _, digits = remote.checksum.partition(":")
        assert re.fullmatch(f"[0-9a-f]{{{DIGITS[algorithm]}}}", digits)
        assert remote.size > 0
        for url in remote.urls:
            assert urlparse(url).scheme == "https"
            assert urlparse(url).path.endswith(f"/{remote.name}")
        assert len(set(remote.urls)) == len(remote.urls)


def test_only_the_wikipedia_set_has_no_address() -> None:
    assert [row.name for row in DATASETS if not row.fetchable] == ["wikipedia"]


def test_two_files_of_a_row_are_never_the_same() -> None:
    checksums = [remote.checksum for row, remote in FILES if row.name != "salinas_a"]
    assert len(set(checksums)) == len(checksums)


def test_cifar10_is_torchvisions() -> None:
    row = data_set("cifar10")
    assert row.archive is not None
    assert row.archive.urls[0] == CIFAR10.url
    assert row.archive.name == CIFAR10.filename
    assert row.archive.checksum == f"md5:{CIFAR10.tgz_md5}"
    assert row.folder == CIFAR10.base_folder
    listed = [*CIFAR10.train_list, *CIFAR10.test_list]
    published = {name: f"md5:{md5}" for name, md5 in listed}
    published[CIFAR10.meta["filename"]] = f"md5:{CIFAR10.meta['md5']}"
    assert {remote.name: remote.checksum for remote in row.files} == published
    # 3073 bytes an image, a label and three planes of 32 x 32, before names and brackets.
    assert sum(remote.size for remote in row.files) > 60_000 * 3073


def test_salinas_a_takes_the_files_of_salinas() -> None:
    assert data_set("salinas_a").files == data_set("salinas").files
    assert data_set("salinas_a").folder == "salinas"


@pytest.mark.parametrize(
    ("name", "files"), [("set12", 12), ("bsd68", 68), ("train400", 400), ("pascal", 6)]
)
def test_sets_of_many_files_have_them_all(name: str, files: int) -> None:
    assert len(data_set(name).files) == files


def published() -> list[Remote]:
    """Files of which a copy as published may be at hand."""
    sets = ("set12", "train400", "wikipedia")
    return [remote for row, remote in FILES if row.name in sets] + [
        remote for _, remote in FILES if remote.name == "Indian_pines_gt.mat"
    ]


@pytest.mark.parametrize("folder", sorted({remote.path.split("/")[0] for remote in published()}))
def test_published_files_have_the_sizes_and_checksums_of_the_table(
    shared_data: Callable[[str], Path], folder: str
) -> None:
    here = [remote for remote in published() if remote.path.startswith(f"{folder}/")]
    wrong = [r.path for r in here if not is_published(shared_data(r.path), r)]
    assert wrong == []

"""The home page, by Streamlit's own test runner."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.data import cifar10, table
from cnnviz.data.table_rows import Remote
from cnnviz.lessons import LESSONS
from dashboard import shell

HOME = Path(__file__).resolve().parents[2] / "dashboard" / "Home.py"
FIRST = LESSONS[0]
EMPTY_MD5 = "md5:d41d8cd98f00b204e9800998ecf8427e"


def opened(**parameters: str) -> AppTest:
    st.cache_data.clear()  # what was here a second ago is remembered
    at = AppTest.from_file(str(HOME), default_timeout=20)
    for key, text in parameters.items():
        at.query_params[key] = text
    at.run()
    assert not at.exception
    assert not at.error
    return at


def told(at: AppTest) -> str:
    return "\n".join(
        element.value for element in (*at.title, *at.subheader, *at.markdown, *at.caption)
    )


def links(at: AppTest) -> list[str]:
    return [link.proto.label for link in at.get("page_link")]


@pytest.fixture
def one_lesson(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One lesson has a page."""
    monkeypatch.setattr(shell, "FOLDER", tmp_path)
    (tmp_path / f"{FIRST.name}.py").write_text(
        "import streamlit\n\nstreamlit.write('the lesson')\n"
    )


@pytest.fixture
def no_lesson(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No lesson has a page."""
    monkeypatch.setattr(shell, "FOLDER", tmp_path)


def test_home_finds_its_own_package_and_loads_no_torch(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"at = AppTest.from_file({str(HOME)!r}, default_timeout=60).run()\n"
        "assert not at.exception and not at.error, (at.exception, at.error)\n"
        "assert at.title and 'dashboard.shell' in sys.modules\n"
        "loaded = {'torch', 'torchvision', 'skimage', 'sklearn', 'scipy', 'distributed', 'babel'}\n"
        "assert not loaded & set(sys.modules), loaded & set(sys.modules)\n"
    )
    # From another folder and without the tests' path: nothing but Home.py itself can find it.
    ran = subprocess.run(
        [sys.executable, "-I", "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.usefixtures("one_lesson")
def test_a_lesson_with_a_page_has_a_card_and_links() -> None:
    at = opened()
    assert FIRST.title in [title.value for title in at.subheader]
    assert FIRST.finding in told(at)
    assert links(at).count(FIRST.title) == 1  # in the sidebar
    assert links(at).count("Open the lesson") == 1


@pytest.mark.usefixtures("no_lesson")
def test_a_lesson_without_a_page_is_not_listed() -> None:
    at = opened()
    assert FIRST.title not in told(at)
    assert links(at) == ["Overview"]


def test_the_tools_follow_the_lessons_in_the_sidebar_and_have_no_card() -> None:
    at = opened()
    names = links(at)
    assert names.index("Data") > names.index(FIRST.title)
    assert names.count("Data") == 1
    assert "Data" not in [title.value for title in at.subheader]


@pytest.mark.usefixtures("one_lesson")
def test_a_card_opens_its_lesson() -> None:
    at = opened()
    [target] = {link.proto.page_script_hash for link in at.get("page_link")
                if link.proto.label == "Open the lesson"}  # fmt: skip
    at._page_hash = target
    at.run()
    assert not at.exception
    assert "the lesson" in told(at)


@pytest.mark.usefixtures("one_lesson", "no_data")
def test_a_card_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path)
    text = told(opened())
    assert f"Trained weights missing: {', '.join(FIRST.checkpoints)}" in text
    assert "CIFAR-10 is not here; the lesson works without it" in text


@pytest.mark.usefixtures("one_lesson")
def test_a_card_says_what_is_ready(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_data: Path
) -> None:
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path)
    for name in FIRST.checkpoints:
        (tmp_path / f"{name}.safetensors").touch()
        (tmp_path / f"{name}.json").touch()
    batches = Remote("cifar-10-batches-py/batches.meta", (), EMPTY_MD5, 0)
    row = dataclasses.replace(table.data_set("cifar10"), files=(batches,))
    monkeypatch.setattr(table, "DATASETS", (row,))
    (no_data / cifar10.BATCHES).mkdir(parents=True)
    (no_data / cifar10.BATCHES / "batches.meta").touch()
    text = told(opened())
    assert f"Trained weights ready: {', '.join(FIRST.checkpoints)}" in text
    assert "CIFAR-10 ready" in text
    assert "unverified" not in text


@pytest.mark.usefixtures("one_lesson")
def test_a_card_marks_data_that_no_checksum_vouches_for(no_data: Path) -> None:
    for name in cifar10.CLASSES:
        (no_data / cifar10.FOLDER / "test" / name).mkdir(parents=True)
    assert "CIFAR-10 ready, an unverified copy" in told(opened())


@pytest.mark.usefixtures("one_lesson")
def test_the_language_is_switched_and_stays_in_the_address() -> None:
    at = opened()
    at.segmented_control(key="lang").set_value("zh").run()
    assert at.title[0].value == "走进卷积网络的内部"
    assert "总览" in links(at)
    assert dict(at.query_params) == {"lang": "zh"}
    at.run()
    assert at.title[0].value == "走进卷积网络的内部"
    at.segmented_control(key="lang").set_value("en").run()
    assert at.title[0].value == "Look inside convolutional networks"
    assert dict(at.query_params) == {}


@pytest.mark.usefixtures("one_lesson")
def test_a_link_in_chinese_opens_in_chinese_and_its_links_stay_so() -> None:
    at = opened(lang="zh")
    assert at.title[0].value == "走进卷积网络的内部"
    assert {link.proto.query_string for link in at.get("page_link")} == {"lang=zh"}


@pytest.mark.usefixtures("one_lesson")
def test_the_language_survives_a_change_of_page_that_clears_the_address() -> None:
    at = opened(lang="zh")
    del at.query_params["lang"]
    at.run()
    assert at.title[0].value == "走进卷积网络的内部"
    assert dict(at.query_params) == {"lang": "zh"}


def test_an_unknown_language_is_english_with_a_note() -> None:
    at = opened(lang="xx")
    assert at.title[0].value == "Look inside convolutional networks"
    [note] = at.warning
    assert "lang" in note.value
    assert dict(at.query_params) == {}


def test_the_sidebar_says_what_computes() -> None:
    [machine] = [caption.value for caption in opened().sidebar.caption]
    assert "CPU, cores: " in machine or "NVIDIA GPU: " in machine
    assert "streamlit " in machine
    assert "Python " in machine


@pytest.mark.usefixtures("no_lesson")
def test_a_page_that_fails_leaves_the_frame_standing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no text")

    monkeypatch.setattr("dashboard.i18n.split_sections", fail)
    at = AppTest.from_file(str(HOME), default_timeout=20).run()
    assert not at.exception
    assert len(at.error) == 1
    assert at.sidebar.caption


def test_the_way_back_to_a_lesson_has_its_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shell, "FOLDER", tmp_path)
    (tmp_path / f"{FIRST.name}.py").write_text(
        "from dashboard import controls\n\n"
        "controls.toggle('Switch', key='switch')\ncontrols.toggle('Other', key='other')\n"
    )
    at = opened()
    pages = {link.proto.label: link.proto for link in at.get("page_link")}
    at._page_hash = pages[FIRST.title].page_script_hash
    at.run()
    at.toggle(key="switch").set_value(True).run()
    at._page_hash = pages["Overview"].page_script_hash
    at.query_params.clear()
    at.run()
    assert not at.exception
    ways = {link.proto.label: link.proto.query_string for link in at.get("page_link")}
    assert ways[FIRST.title] == ways["Open the lesson"] == "switch=1"
    assert ways["Overview"] == ""

"""The Runs page: the list and its filters, runs opened and compared, what a visitor may do."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.training import dispatch, run_files, runs
from dashboard import visitor
from tests.dashboard.made_runs import DIGITS, kept

PAGE = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "runs.py"
ME = "me"


@pytest.fixture(autouse=True)
def runs_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No runs but those that a test makes, and nothing told to Dask."""
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)
    monkeypatch.setattr(runs, "_engine", None)
    monkeypatch.setattr(dispatch.Dispatcher, "_tell", lambda *_: None)
    return tmp_path


def opened(**parameters: str) -> AppTest:
    at = AppTest.from_file(str(PAGE), default_timeout=20)
    at.session_state[visitor._SESSION] = ME
    for key, text in parameters.items():
        at.query_params[key] = text
    at.run()
    assert not at.exception
    assert not at.error
    return at


def listed(at: AppTest) -> list[str]:
    """The ids of the runs in the list, in its order."""
    keys = [button.key for button in at.button if button.key and button.key.startswith("open_")]
    return [key.removeprefix("open_") for key in keys]


def keys(at: AppTest) -> set[str]:
    return {button.key for button in at.button if button.key}


def linked(at: AppTest, key: str) -> str:
    """What the address says; AppTest gives it as text or as a list of it."""
    text = at.query_params[key]
    return text if isinstance(text, str) else text[0]


def told(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.markdown, *at.caption))


def html_of(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def links(at: AppTest) -> list[Any]:
    return [link.proto for link in at.get("page_link")]


def damage(folder: Path, run: str) -> None:
    """A run whose record was written by half."""
    record = kept(run).folder / run_files.RECORD
    record.write_text(record.read_text()[:200])


def made(count: int, **own: Any) -> list[str]:
    """Runs of which each is older than the one before it; their ids."""
    now = time.time()
    return [kept(f"run-{i:03}", created=now - 60 * i, **own).id for i in range(count)]


def test_without_runs_the_page_says_what_to_do() -> None:
    at = opened()
    assert "Start" in told(at)
    assert not at.button


def test_the_list_needs_no_torch(runs_folder: Path) -> None:
    kept("one")
    script = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"at = AppTest.from_file({str(PAGE)!r}, default_timeout=60).run()\n"
        "assert not at.exception and not at.error, (at.exception, at.error)\n"
        "assert any(button.key == 'open_one' for button in at.button)\n"
        "assert not {'torch', 'distributed'} & set(sys.modules)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=PAGE.parents[2], capture_output=True, text=True,
        env={**os.environ, "CNNVIZ_RUNS": str(runs_folder)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


def test_runs_are_listed_newest_first_with_state_result_and_time() -> None:
    kept("old", created=time.time() - 7200, spec=DIGITS.with_settings({"seed": 7}))
    kept("new", "failed", created=time.time() - 120)
    at = opened()
    assert listed(at) == ["new", "old"]
    new, old = html_of(at).split("<div class='run-row'>")[1:]
    assert "failed · epoch 5 of 12" in new
    assert "2 min ago" in new
    assert "test 97.2\u202f%" in old
    assert "validation 97.6\u202f% (epoch 11)" in old
    assert "seed 7" in old
    assert "4 s" in old


def test_the_filters_are_in_the_link() -> None:
    kept("mine-done")
    kept("mine-paused", "paused")
    kept("other-done", owner="another")
    kept("cli-done", owner="", lesson="")
    at = opened()
    assert len(listed(at)) == 4
    at.segmented_control(key="whose").set_value("mine").run()
    at.selectbox(key="runs_state").set_value("done").run()
    assert listed(at) == ["mine-done"]
    assert linked(at, "whose") == "mine"
    assert linked(at, "runs_state") == "done"
    assert listed(opened(whose="mine", runs_state="done")) == ["mine-done"]
    assert listed(opened(runs_lesson="cli")) == ["cli-done"]
    assert set(listed(opened(runs_lesson="mobilenet_v1", whose="all"))) == {
        "mine-done", "mine-paused", "other-done",
    }  # fmt: skip


def test_filters_that_leave_nothing_say_so_and_stay() -> None:
    kept("done")
    at = opened(runs_state="failed")
    assert "No run matches" in told(at)
    at.selectbox(key="runs_state").set_value("all").run()
    assert listed(at) == ["done"]


def test_long_lists_come_in_pages() -> None:
    ids = made(60)
    at = opened()
    assert listed(at) == ids[:25]
    at.number_input(key="runs_page").set_value(3).run()
    assert listed(at) == ids[50:]
    assert listed(opened(runs_page="2")) == ids[25:50]


def test_ticked_runs_are_compared_in_the_order_in_which_they_were_ticked() -> None:
    ids = made(30)
    at = opened()
    assert at.button(key="run_compare").disabled
    at.checkbox(key=f"tick_{ids[3]}").check().run()
    at.number_input(key="runs_page").set_value(2).run()
    at.checkbox(key=f"tick_{ids[27]}").check().run()
    assert at.button(key="run_compare").label == "Compare (2)"
    at.button(key="run_compare").click().run()
    assert linked(at, "run") == f"{ids[3]},{ids[27]}"
    assert "2 runs compared" in told(at)
    assert len(at.get("plotly_chart")) == 1
    assert html_of(at).count("<th scope='col'>") == 2
    at.button(key="run_back").click().run()
    assert "run" not in at.query_params
    assert at.button(key="run_compare").label == "Compare (2)"
    at.button(key="run_untick").click().run()
    assert at.button(key="run_compare").disabled


def test_a_run_is_opened_from_the_list_and_by_its_link() -> None:
    kept("one", weights=True)
    kept("two")
    at = opened()
    at.button(key="open_one").click().run()
    assert linked(at, "run") == "one"
    for page in (at, opened(run="one")):
        assert "test 97.2\u202f%" in told(page)
        assert len(page.get("plotly_chart")) == 1
        assert len(page.get("download_button")) == 4
        assert page.slider(key="run_layer").max == 3
        assert not listed(page)


def test_a_group_is_opened_by_its_link_and_from_one_of_its_runs() -> None:
    kept("g-A", group="g", label="A")
    kept("g-B", group="g", label="B", spec=DIGITS.with_settings({"separable": False}))
    at = opened(run="g-B")
    at.button(key="run_together").click().run()
    assert linked(at, "run") == "g"
    for page in (at, opened(run="g")):
        assert "A, B" in told(page)
        assert "<th scope='row'>convolution</th><td>separable</td><td>standard</td>" in html_of(
            page
        )


def test_runs_of_many_seeds_show_mean_and_deviation() -> None:
    for seed in (4, 5, 6):
        spec = DIGITS.with_settings({"seed": seed})
        kept(f"g-{seed}", group="g", label=str(seed), spec=spec)
    assert len(opened(run="g").get("plotly_chart")) == 2


@pytest.mark.parametrize(
    "run", ["gone", "../../etc/passwd", "<b>x</b>", "a,b," + "c" * 5000, "%00", "*", "one/../one"]
)
def test_a_link_to_no_run_is_one_sentence_over_the_list(run: str) -> None:
    kept("one")
    at = opened(run=run)
    [warning] = at.warning
    assert warning.value.startswith("There is no run ")
    assert len(warning.value) < 250
    assert listed(at) == ["one"]


def test_a_link_to_some_runs_shows_those_that_there_are() -> None:
    kept("one")
    kept("two")
    at = opened(run="one,gone,two,one")
    assert "gone" in at.warning[0].value
    assert "2 runs compared" in told(at)


def test_deleting_asks_first_and_says_what_is_deleted(runs_folder: Path) -> None:
    kept("g-A", group="g", label="A")
    kept("g-B", group="g", label="B")
    kept("rest")
    at = opened(run="g")
    assert "Delete **A, B** with weights and curves?" in told(at)
    assert (runs_folder / "g-A").is_dir()
    at.button(key="run_delete").click().run()
    assert [folder.name for folder in runs_folder.iterdir()] == ["rest"]
    assert "run" not in at.query_params
    assert listed(at) == ["rest"]
    assert not at.warning


def test_a_run_that_goes_can_be_stopped_and_not_deleted() -> None:
    kept("waits", "queued")
    at = opened(run="waits")
    [popover] = [each for each in at.get("popover") if each.proto.popover.label == "Delete"]
    assert popover.proto.popover.disabled
    assert "run_go_on" not in keys(at)
    at.button(key="run_stop").click().run()
    assert run_files.read("waits").state == "stopped"
    assert {"run_go_on", "run_delete"} <= keys(at)
    assert "run_stop" not in keys(at)


@pytest.mark.parametrize("state", run_files.CAN_GO_ON)
def test_a_run_that_was_left_goes_on(state: str) -> None:
    kept("left", state)
    at = opened(run="left")
    at.button(key="run_go_on").click().run()
    assert run_files.read("left").state == "queued"
    assert "run_stop" in keys(at)


@pytest.mark.parametrize(
    ("owner", "whose", "why"),
    [
        ("x", "another visitor's", "in the browser that it was started in"),
        ("", "command line", "where it was started"),
    ],
)
def test_runs_of_others_can_be_looked_at_and_not_touched(owner: str, whose: str, why: str) -> None:
    kept("theirs", "queued", owner=owner)
    at = opened(run="theirs")
    assert not {"run_stop", "run_go_on", "run_delete"} & keys(at)
    [note] = [each for each in at.markdown if whose in each.value]
    assert why in note.proto.help


def test_running_again_makes_a_new_run_of_this_visitor() -> None:
    own = {"source": "/somewhere", "limits": run_files.Limits(seconds=9, epochs=7)}
    spec = DIGITS.with_settings({"seed": 9})
    kept("theirs", owner="another", spec=spec, link={"alpha": "1"}, **own)
    at = opened(run="theirs")
    at.button(key="run_again").click().run()
    name = linked(at, "run")
    again = run_files.read(name)
    assert name != "theirs"
    assert (again.owner, again.state, again.link) == (ME, "queued", {"alpha": "1"})
    assert again.spec == spec
    assert {"source": again.source, "limits": again.limits} == own
    assert "waiting" in told(at)


def test_a_group_is_run_again_as_a_group() -> None:
    kept("g-A", group="g", label="A")
    kept("g-B", group="g", label="B", spec=DIGITS.with_settings({"seed": 1}))
    at = opened(run="g")
    at.button(key="run_again").click().run()
    group = linked(at, "run")
    assert [(r.label, r.spec.seed) for r in runs.engine().group(group)] == [("A", 0), ("B", 1)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_way_to_the_lesson_has_its_settings_the_run_and_the_language(lang: str) -> None:
    kept("g-A", group="g", label="A", link={"tab": "train", "alpha": "0.5 &x=1"})
    [link] = links(opened(run="g-A", lang=lang))
    assert link.page == "mobilenet_v1"
    language = "&lang=zh" if lang == "zh" else ""
    assert link.query_string == f"tab=train&alpha=0.5+%26x%3D1&run=g{language}"


def test_a_run_of_no_lesson_has_no_such_way() -> None:
    kept("cli", lesson="")
    assert not links(opened(run="cli"))


def test_damaged_runs_do_not_keep_the_others_from_being_listed(runs_folder: Path) -> None:
    kept("good")
    for name, text in (("half", '{"id": "half"'), ("empty", ""), ("other", "[1, 2]")):
        (runs_folder / name).mkdir()
        (runs_folder / name / run_files.RECORD).write_text(text)
    (runs_folder / "copy").mkdir()
    record = (runs_folder / "good" / run_files.RECORD).read_text()
    (runs_folder / "copy" / run_files.RECORD).write_text(record)
    at = opened()
    assert listed(at) == ["good"]
    names = ["other", "half", "empty", "copy"]
    assert [popover.proto.popover.label for popover in at.get("popover")] == names
    rows = html_of(at).split("<div class='run-row'>")[1:]
    assert all("<span>damaged</span>" in row for row in rows[:4])
    assert all(name in row for name, row in zip(names, rows, strict=False))


def test_a_link_to_a_damaged_run_says_what_is_wrong_with_it(runs_folder: Path) -> None:
    kept("good")
    damage(runs_folder, "half")
    at = opened(run="half")
    [warning] = at.warning
    assert warning.value.startswith("The record of run half is damaged: ")
    assert listed(at) == ["good"]


def test_of_a_group_the_damaged_runs_are_told_and_the_others_shown(runs_folder: Path) -> None:
    kept("g-A", group="g", label="A")
    kept("g-B", group="g", label="B")
    damage(runs_folder, "g-C")
    at = opened(run="g")
    [warning] = at.warning
    assert "g-C is damaged" in warning.value
    assert "A, B" in told(at)


@pytest.mark.parametrize("link", [{}, {"run": "half"}])
def test_a_damaged_run_can_be_deleted(runs_folder: Path, link: dict[str, str]) -> None:
    kept("good")
    damage(runs_folder, "half")
    at = opened(**link)
    at.button(key="delete_half").click().run()
    assert not at.exception
    assert [folder.name for folder in runs_folder.iterdir()] == ["good"]
    assert listed(at) == ["good"]
    assert not at.get("popover")
    assert not at.warning


def test_damaged_runs_alone_are_a_list_too(runs_folder: Path) -> None:
    damage(runs_folder, "half")
    at = opened()
    assert html_of(at).count("class='run-row'") == 1
    at.selectbox(key="runs_state").set_value("damaged").run()
    assert html_of(at).count("class='run-row'") == 1
    at.segmented_control(key="whose").set_value("mine").run()
    assert "No run matches" in told(at)


def test_a_run_that_waits_has_its_place_in_the_list() -> None:
    kept("first", "queued", owner="another", created=time.time() - 9)
    kept("second", "queued", created=time.time() - 5)
    rows = html_of(opened(whose="mine")).split("<div class='run-row'>")[1:]
    assert ["place 2 of 2 in the queue" in row for row in rows] == [True]


def test_a_record_with_something_else_in_it_costs_only_its_row() -> None:
    kept("good")
    kept("odd", progress={"step": "x", "steps": "y"}, metrics={"test": 5})
    at = AppTest.from_file(str(PAGE), default_timeout=20).run()
    assert not at.exception
    assert "good" in listed(at)
    assert html_of(at).count("class='run-row'") == 1
    assert len(at.error) == 1


def test_a_run_that_another_visitor_deletes_meanwhile_is_said_to_be_gone() -> None:
    kept("going", "queued")
    at = opened(run="going")
    run_files.delete("going")
    at.run()
    assert "There is no run going" in at.warning[0].value


def test_a_run_whose_program_ended_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    kept("lost", "running")
    monkeypatch.setattr(run_files, "SILENCE", -1.0)
    at = opened(run="lost")
    assert "The program ended before the run did." in told(at)
    assert "run_go_on" in keys(at)

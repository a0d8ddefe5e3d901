"""Training runs in words, tables and pictures."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.training import run_files, runs
from dashboard import cache, run_settings, run_views, run_words
from tests.dashboard.made_runs import DIGITS, kept, plain, progress, record

THIN = "\u202f"


@pytest.fixture(autouse=True)
def runs_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No runs but those that a test makes."""
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)
    monkeypatch.setattr(runs, "_engine", None)
    return tmp_path


def shown(view: Callable[..., None], *arguments: Any, **named: Any) -> AppTest:
    """A page with nothing but a view."""

    def page(view, arguments, named):  # type: ignore[no-untyped-def]
        view(*arguments, **named)

    at = AppTest.from_function(page, args=(view, arguments, named), default_timeout=20).run()
    assert not at.exception
    return at


def html_of(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def rows_of(html: str) -> dict[str, list[str]]:
    """The rows of all tables: what the header cell says, and the other cells."""
    rows = re.findall(r"<tr[^>]*><th scope='row'>(?:<i [^>]*></i>)?([^<]*)</th>(.*?)</tr>", html)
    return {name: re.findall(r"<td>([^<]*)</td>", cells) for name, cells in rows}


def test_every_state_has_an_icon_and_a_word_of_its_own() -> None:
    said = [run_words.state_words(state) for state in run_words.STATES]
    assert len(set(said)) == len(said) == 8
    of_records = {*run_files.CAN_GO_ON, *run_files.GOING, "done"}
    assert {*of_records, "damaged"} == set(run_words.STATES)


def test_a_run_that_waits_says_its_place() -> None:
    line = run_words.line(record(state="queued"), place=2, waiting=3)
    assert line.endswith("**waiting** · place 2 of 3 in the queue")


def test_a_run_that_goes_says_how_far_it_is_and_how_well_it_does() -> None:
    line = run_words.line(record(state="running"))
    assert line.endswith(
        "**running** · epoch 5 of 12 · loss 0.412 · validation 96.1\u202f% · "
        "3.12\u202fk examples/s · 8 s left"
    )


def test_before_its_first_step_it_says_so() -> None:
    assert "reading the data" in run_words.line(record(state="running", progress={}))


def test_while_it_is_measured_on_the_test_data_it_says_for_how_long() -> None:
    said = {**plain(progress(), accuracy=0.9), "testing": 7.2}
    line = run_words.line(record(state="running", progress=said))
    assert line.endswith("validation 90.0\u202f% · measuring on the test data: 7 s")


def test_during_validation_the_loss_keeps_its_place() -> None:
    said = plain(progress(losses={}), accuracy=0.9)
    assert "· loss … ·" in run_words.line(record(state="running", progress=said))


def test_several_terms_of_a_loss_have_their_names() -> None:
    said = plain(progress(losses={"cross_entropy": 1.5, "invariance": 0.25}))
    line = run_words.line(record(state="running", progress=said))
    assert "cross-entropy 1.50 · invariance 0.250" in line


def test_a_paused_run_says_its_step() -> None:
    assert "epoch 5 of 12 · step 124 of 372 · loss 0.412" in run_words.line(record(state="paused"))


def test_a_run_that_is_done_says_both_results_and_the_epoch_kept() -> None:
    line = run_words.line(record())
    assert line.endswith("validation 97.6\u202f% (epoch 11) · test 97.2\u202f%")


@pytest.mark.parametrize("state", ["stopped", "failed"])
def test_a_run_that_ended_early_says_why(state: str) -> None:
    why = UserError("The disk that holds {folder} is full: make room.", folder="/a*b*")
    line = run_words.line(record(state=state).because(why))
    assert line.endswith("The disk that holds /a\\*b\\* is full: make room.")
    assert "epoch 5 of 12" in line


def test_a_run_stopped_by_hand_needs_no_reason() -> None:
    assert run_words.line(record(state="stopped")).endswith("validation 96.1\u202f%")


def test_an_interrupted_run_says_what_happened() -> None:
    assert "The program ended before the run did." in run_words.line(
        record(state="interrupted", progress={})
    )


def test_runs_are_called_by_their_labels_or_by_what_they_are() -> None:
    assert run_words.name(record(label="A")) == "A"
    assert run_words.name(record(label="3")) == "seed 3"
    alone = run_words.name(record(created=time.time()))
    assert re.fullmatch(r"MobileNetV1, digits · \d\d:\d\d", alone)


def test_a_name_holds_nothing_but_a_name() -> None:
    called = run_words.name(record(label="<b>*x*</b> [y](z) $1$"))
    assert not set(called) & set("<>*[]()$`\\")


def test_compared_runs_of_several_groups_have_names_of_their_own() -> None:
    now = time.time()
    made = [
        record(f"{group}-{label}", group=group, label=label, created=now)
        for group in ("g", "h")
        for label in "AB"
    ]
    assert run_words.names(made[:2]) == ["A", "B"]
    names = run_words.names(made)
    assert len(set(names)) == 4
    assert names[0].startswith("A · ")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (99.4, "99 s"), (200.0, "3 min 20 s"), (7500.0, "2 h 5 min")],
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert run_words.duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3, "just now"), (200, "3 min ago"), (3 * 3600, "3 h ago"), (3 * 86400, "3 days ago"),
     (-50, "just now")],
)  # fmt: skip
def test_the_past_is_said_in_words(seconds: float, said: str) -> None:
    assert run_words.ago(time.time() - seconds) == said


def test_a_moment_of_another_day_has_its_date() -> None:
    assert re.fullmatch(r"\d\d:\d\d", run_words.clock(time.time()))
    assert re.fullmatch(r"\d\d:\d\d", run_words.clock(time.time() - 20 * 3600))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", run_words.clock(0))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", run_words.clock(0, brief=True))


def test_all_settings_are_written_readably() -> None:
    changes = [[1200, "learning_rate", 0.01]]
    spec = DIGITS.with_settings(
        {"alpha": 0.5, "separable": False, "changes": changes, "kernel_size": 5}
    )
    said = run_settings.settings(spec)
    assert said["network"] == "MobileNetV1"
    assert said["width α"] == "0.5"
    assert said["convolution"] == "standard"
    assert said["kernel size"] == "5 × 5"
    assert said["blocks (channels/stride)"] == "8, 8/2"
    assert said["learning rate"] == "0.1"
    assert said["changes while it went"] == f"learning rate 0.01 from step 1{THIN}200"
    assert said["training images"] == "all of them"
    assert said["weight decay on depthwise kernels"] == "yes"


def test_only_what_differs_is_compared() -> None:
    one = DIGITS.with_settings({"seed": 1, "separable": False})
    assert run_settings.differences([DIGITS, one]) == [
        ("convolution", ("separable", "standard")),
        ("seed", ("0", "1")),
    ]
    assert run_settings.differences([one, one]) == []


def test_a_setting_that_only_one_gives_is_compared_with_the_usual() -> None:
    assert run_settings.differences([DIGITS, DIGITS.with_settings({"alpha": 1.0})]) == []
    other = DIGITS.with_settings({"groups": 16})  # which no network has yet
    assert run_settings.differences([DIGITS, other]) == [("groups", ("default", "16"))]


def test_what_is_unusual_is_told_against_the_recipe() -> None:
    from cnnviz.training import recipes

    spec = recipes.base("mobilenet_v1", "digits").with_settings({"epochs": 3})
    assert run_settings.changed(spec) == {"epochs": "3"}
    assert run_settings.changed(spec.with_settings({"data": "mine"})) == {}


def test_a_long_value_is_cut() -> None:
    spec = DIGITS.with_settings({"text": "x" * 1000})
    assert len(run_settings.settings(spec)["text"]) == 60


def test_compared_runs_are_the_columns() -> None:
    pair = [
        kept("g-A", group="g", label="A", weights=True),
        kept("g-B", group="g", label="B", weights=True,
             spec=DIGITS.with_settings({"separable": False})),
    ]  # fmt: skip
    html = html_of(shown(run_views.table, pair))
    assert re.findall(r"<th scope='col'><i [^>]*></i>(\w)</th>", html) == ["A", "B"]
    rows = rows_of(html)
    assert rows["convolution"] == ["separable", "standard"]
    assert rows["state"] == ["done", "done"]
    assert rows["epochs done"] == ["12 of 12", "12 of 12"]
    assert rows["time a step"] == [f"10.0{THIN}ms"] * 2
    assert rows["validation: accuracy"] == [f"97.6{THIN}%"] * 2
    assert rows["best epoch"] == ["11", "11"]
    assert rows["test: accuracy"] == [f"97.2{THIN}%"] * 2
    assert "seed" not in rows
    separable, standard = (float(p.removesuffix(f"{THIN}M")) for p in rows["MAdds"])
    assert standard > separable > 0


def test_a_run_alone_has_its_settings_the_unusual_ones_first() -> None:
    html = html_of(shown(run_views.table, [kept(state="running", epoch=0)]))
    unusual, rest = html.split("<details")
    assert rows_of(unusual)["channels of the stem"] == ["4"]
    assert rows_of(rest)["batch size"] == ["32"]
    assert "channels of the stem" not in rows_of(rest)
    assert rows_of(unusual)["parameters"] == ["–"]
    assert rows_of(unusual)["test: accuracy"] == ["–"]


def test_many_runs_are_the_rows() -> None:
    many = [
        record(f"g-{s}", group="g", label=str(s), epoch=0,
               spec=DIGITS.with_settings({"seed": s}))
        for s in range(5)
    ]  # fmt: skip
    html = html_of(shown(run_views.table, many))
    assert list(rows_of(html)) == [f"seed {seed}" for seed in range(5)]
    assert {row[0] for row in rows_of(html).values()} == {"done"}
    assert "<th scope='col'>seed</th>" not in html
    assert "<th scope='col'>test: accuracy</th>" in html


def test_what_files_say_is_text() -> None:
    spec = DIGITS.with_settings({"<script>": "<img src=x>"})
    html = html_of(shown(run_views.table, [record(spec=spec, epoch=0)]))
    assert "<img" not in html
    assert "&lt;img" in html
    assert "<script" not in html


def test_a_damaged_card_costs_only_its_cells() -> None:
    made = kept("damaged", weights=True)
    made.folder.joinpath("checkpoint.json").write_text("{")
    rows = rows_of(html_of(shown(run_views.table, [made])))
    assert rows["parameters"] == ["–"]
    assert rows["state"] == ["done"]


def test_up_to_three_runs_have_a_line_and_a_bar_each() -> None:
    three = [record("g-A", "running", group="g", label="A"),
             record("g-B", "queued", group="g", label="B"),
             record("g-C", "done", group="g", label="C")]  # fmt: skip
    at = shown(run_views.status, three)
    assert [line.value[:5] for line in at.markdown] == ["**A**", "**B**", "**C**"]
    assert [bar.proto.value for bar in at.get("progress")] == [33, 0, 100]


def test_more_are_counted_over_one_bar() -> None:
    states = ["done", "done", "done", "running", *["queued"] * 4]
    eight = [record(f"g-{i}", s, group="g", label=str(i)) for i, s in enumerate(states)]
    at = shown(run_views.status, eight)
    assert [line.value for line in at.markdown] == ["**3 of 8** done · 4 waiting · 1 running"]
    [bar] = at.get("progress")
    assert bar.proto.value == 41


def test_the_place_in_the_queue_is_counted_over_all_visitors() -> None:
    kept("other", "queued", owner="other", created=time.time() - 5)
    at = shown(run_views.status, [kept("mine", "queued")])
    assert "place 2 of 2 in the queue" in at.markdown[0].value


def test_of_many_runs_that_wait_the_first_ones_place_is_said() -> None:
    now = time.time()
    kept("other", "queued", owner="other", created=now - 9)
    going = [kept("g-1", "running", group="g", label="1", created=now - 8)]
    waiting = [
        kept(f"g-{i}", "queued", group="g", label=str(i), created=now - 8 + i) for i in (2, 3, 4)
    ]
    kept("later", "queued", owner="other", created=now)
    at = shown(run_views.status, [*going, *waiting])
    assert at.markdown[0].value == (
        "**0 of 4** done · 3 waiting, the next one at place 2 of 5 in the queue · 1 running"
    )


def test_a_run_that_has_ended_has_no_bar() -> None:
    assert not shown(run_views.status, [record()]).get("progress")


def test_the_curves_of_all_runs_are_in_one_plot() -> None:
    pair = [kept(f"g-{label}", group="g", label=label) for label in "AB"]
    [plot] = shown(run_views.curves, pair, key="plot").get("plotly_chart")
    figure = json.loads(plot.proto.spec)
    assert {"A", "B"} <= {trace.get("name") for trace in figure["data"]}
    assert figure["layout"]["yaxis2"]["title"]["text"] == "accuracy on validation (%)"


def test_damaged_curves_are_told_beside_the_others() -> None:
    pair = [kept(f"g-{label}", group="g", label=label) for label in "AB"]
    pair[0].folder.joinpath(run_files.CURVES).write_text("step,loss\n1,x\n")
    at = shown(run_views.curves, pair, key="plot")
    [warning] = at.warning
    assert "damaged" in warning.value
    assert at.get("plotly_chart")


def test_kernels_of_compared_runs_share_one_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    grids: list[dict[str, Any]] = []
    monkeypatch.setattr(
        run_views, "map_grid", lambda maps, **named: grids.append({"maps": maps, **named})
    )
    pair = [
        kept("k-A", group="k", label="A", weights=True),
        kept("k-B", group="k", label="B", weights=True,
             spec=DIGITS.with_settings({"separable": False, "stem_channels": 16})),
    ]  # fmt: skip
    at = shown(run_views.kernels, pair, key="layer")
    at.slider(key="layer").set_value(2).run()
    first, second = grids[-2:]
    assert first["global_range"] == second["global_range"]
    largest = max(np.abs(grid["maps"]).max() for grid in (first, second))
    assert first["global_range"][1] == pytest.approx(largest)
    assert first["label"] == "A: blocks.0.depthwise"
    assert second["label"] == "B: blocks.0.conv, the first 64 of 128"
    assert second["names"][63] == "kernel 63"
    assert not first["selectable"]


def test_weights_that_go_away_meanwhile_are_looked_for_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = kept("just-done", weights=True)
    state = made.folder / run_files.STATE
    state.write_bytes(b"")

    def gone(*_: object) -> None:
        state.unlink()
        raise FileNotFoundError

    monkeypatch.setattr("cnnviz.training.state_file.kept_model", gone)
    assert cache.run_kernels(made)[0].name == "stem"


@pytest.mark.parametrize(
    ("state", "said"),
    [("running", "No weights are saved yet"), ("failed", "No weights were saved")],
)
def test_without_weights_one_sentence_stands_there(state: str, said: str) -> None:
    at = shown(run_views.kernels, [kept("no-weights", state)], key="layer")
    assert said in at.markdown[0].value
    assert not at.slider


def test_results_of_many_seeds_are_grouped_by_setting() -> None:
    made = [
        record(f"g-{i}", group="g", label=str(i),
               spec=DIGITS.with_settings({"seed": i % 3, "alpha": 0.5 + 0.5 * (i // 3)}))
        for i in range(6)
    ]  # fmt: skip
    unfinished = record("g-9", "running", group="g", label="9")
    [plot] = shown(run_views.seeds, [*made, unfinished]).get("plotly_chart")
    layout = json.loads(plot.proto.spec)["layout"]
    titles = layout["yaxis"]["ticktext"]
    assert [title.split("<br>")[0] for title in titles] == ["width α 0.5", "width α 1"]
    assert layout["xaxis"]["title"]["text"] == "accuracy on the test set (%)"


def test_before_a_run_is_done_there_are_no_results() -> None:
    at = shown(run_views.seeds, [record(state="running")])
    assert not at.get("plotly_chart")
    assert at.markdown


def test_there_is_a_button_for_each_file_that_there_is() -> None:
    at = shown(run_views.downloads, kept("few"))
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels == ["Curves (CSV)", "Record (JSON)"]
    at = shown(run_views.downloads, kept("many", weights=True))
    assert len(at.get("download_button")) == 4


def test_a_file_is_read_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made = kept("large", weights=True)

    def refuse(file: Path) -> bytes:
        raise AssertionError(file)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    buttons = shown(run_views.downloads, made).get("download_button")
    assert all(button.proto.deferred_file_id for button in buttons)

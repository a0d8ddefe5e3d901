"""Curves keep at most 500 points of a run, and say of it what a full record would."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from cnnviz.training.curves import AT_MOST, Curves
from cnnviz.training.spec import Progress

REPORT = Progress(
    step=0, steps=100_000, epoch=1, epochs=10, losses={"cross_entropy": 1.0}, metrics={},
    learning_rate=0.1, examples_per_second=100.0, seconds=0.0, seconds_left=1.0,
)  # fmt: skip


def curves(count: int) -> Curves:
    """A run of so many reports whose loss is the number of the report."""
    found = Curves()
    for step in range(1, count + 1):
        found.add(replace(REPORT, step=step, seconds=step / 2, losses={"loss": float(step)}))
    return found


@pytest.mark.parametrize("count", [0, 1, AT_MOST - 1, AT_MOST, AT_MOST + 1, 1777, 40_000])
def test_there_are_never_more_points_than_a_plot_takes(count: int) -> None:
    reports, _ = curves(count).columns()
    steps = reports.get("step", [])
    assert len(steps) <= AT_MOST
    assert len(steps) == count or len(steps) >= AT_MOST / 2
    assert steps[-1:] == [count][: len(steps)]
    assert steps == sorted(steps)


def test_a_point_that_stands_for_several_reports_has_their_mean_loss_and_the_last_ones_place() -> (
    None
):
    reports, _ = curves(AT_MOST).columns()
    assert reports["step"][:2] == [2, 4]
    assert reports["loss"][:2] == [1.5, 3.5]
    assert reports["seconds"][:2] == [1.0, 2.0]


def test_points_are_evenly_spaced_however_long_the_run_was() -> None:
    reports, _ = curves(40_000).columns()
    steps = reports["step"]
    gaps = {after - before for before, after in pairwise(steps[:-1])}
    assert len(gaps) == 1


@pytest.mark.parametrize("count", [100, 5_000])
def test_steps_that_are_reported_once_more_take_the_place_of_the_first_report(count: int) -> None:
    found = curves(count)
    kept = count // 2
    for step in range(kept + 1, count + 1):  # its process died, and another goes on
        found.add(replace(REPORT, step=step, losses={"loss": -1.0}))
    steps, losses = (found.columns()[0][name] for name in ("step", "loss"))
    assert steps == sorted(set(steps))
    assert steps[-1] == count
    assert all(loss > 0 for step, loss in zip(steps, losses, strict=True) if step <= kept)
    assert sum(loss < 0 for loss in losses) >= len(losses) / 2 - 1


def test_a_measured_point_is_one_measurement_never_a_mean_of_several() -> None:
    found = Curves()
    for epoch in range(1, 1201):
        found.add(replace(REPORT, step=epoch, steps=1200, epochs=1200, epoch=epoch,
                          metrics={"accuracy": epoch / 1200}))  # fmt: skip
    _, measured = found.columns()
    assert len(measured["step"]) <= AT_MOST
    for step, accuracy in zip(measured["step"], measured["accuracy"], strict=True):
        assert accuracy == step / 1200
    assert measured["step"][-1] == 1200


def test_a_report_before_the_first_step_is_no_point() -> None:
    found = Curves()
    found.add(replace(REPORT, losses={}))
    assert found.columns() == ({}, {})


def test_the_file_has_both_kinds_of_points_and_reads_back_as_they_were(tmp_path: Path) -> None:
    found = curves(20)
    # The metric has the name of a loss: the file tells them apart.
    found.add(replace(REPORT, step=20, metrics={"loss": 0.25, "accuracy": 0.5}))
    found.write(tmp_path / "curves.csv")
    header = (tmp_path / "curves.csv").read_text().splitlines()[0].split(",")
    assert {"loss", "validation_loss", "validation_accuracy"} <= set(header)
    assert Curves.read(tmp_path / "curves.csv").columns() == found.columns()


def test_curves_read_again_go_on_within_their_number_of_points(tmp_path: Path) -> None:
    curves(1777).write(tmp_path / "curves.csv")
    again = Curves.read(tmp_path / "curves.csv")
    for step in range(1778, 3000):
        again.add(replace(REPORT, step=step, losses={"loss": float(step)}))
    reports, _ = again.columns()
    assert len(reports["step"]) <= AT_MOST
    assert reports["step"][-1] == 2999


def test_no_file_is_no_points(tmp_path: Path) -> None:
    assert Curves.read(tmp_path / "none.csv").columns() == ({}, {})


HEAD = "step,epoch,seconds,learning_rate,examples_per_second,loss,validation_accuracy\n"
DAMAGES = {
    "empty": "",
    "no head": "1,0.5,1,0.1,100,2,\n",
    "a column twice": HEAD.replace("loss", "step") + "1,0.5,1,0.1,100,2,\n",
    "no place": HEAD.replace("seconds", "hours") + "1,0.5,1,0.1,100,2,\n",
    "a row without its place": HEAD + ",0.5,1,0.1,100,2,\n",
    "a place that is no number": HEAD + "nan,0.5,1,0.1,100,2,\n",
    "words": HEAD + "1,0.5,1,0.1,100,low,\n",
    "a long row": HEAD + "1,0.5,1,0.1,100,2,,3,4\n",
    "a short row": HEAD + "1,0.5,1\n",
    "a cut quote": HEAD + '1,0.5,1,0.1,100,"2\n',
    "no end of a field": HEAD + "1" * 200_000,
    "zeros": HEAD + "\0" * 50,
    "another file": "\x89PNG\r\n\x1a\n" * 20,
}


@pytest.mark.parametrize("content", DAMAGES.values(), ids=DAMAGES)
def test_what_is_no_table_of_curves_is_a_wrong_value(content: str, tmp_path: Path) -> None:
    file = tmp_path / "curves.csv"
    file.write_text(HEAD + "1,0.5,1,0.1,100,2,\n")
    assert Curves.read(file).columns()[0]["loss"] == [2.0]
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(ValueError, match=r"."):
        Curves.read(file)


def test_a_step_takes_the_mean_of_all_steps_without_what_is_between_them() -> None:
    found = Curves()
    assert found.seconds_a_step(32) is None
    # One slow step, then nine at five times its pace, and a validation of a minute.
    for step, pace, seconds in ((1, 16.0, 2.0), (4, 80.0, 3.2), (10, 80.0, 65.6)):
        found.add(replace(REPORT, step=step, examples_per_second=pace, seconds=seconds))
        found.add(replace(REPORT, step=step, metrics={"accuracy": 0.5}))
    assert found.seconds_a_step(32) == pytest.approx((1 * 2.0 + 9 * 0.4) / 10)


def test_the_time_of_a_step_is_the_same_however_long_the_run_was() -> None:
    assert curves(20_000).seconds_a_step(50) == pytest.approx(0.5)

"""The curves of runs while they go."""

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from numpy.testing import assert_allclose

from cnnviz.figures.numbers import THIN
from cnnviz.figures.training import RUN_COLOURS, RunCurves, curves_figure

LABELS = {
    "epoch": "Epoche", "step": "Schritt", "seconds": "Sekunden", "loss": "Verlust",
    "learning_rate": "Lernrate", "accuracy": "Genauigkeit", "kappa": "Kappa",
    "cross_entropy": "Kreuzentropie",
}  # fmt: skip


def curves(
    name: str = "a",
    *,
    steps: int = 4,
    last: float = 1.0,
    terms: tuple[str, ...] = (),
    ended: int = 2,
) -> RunCurves:
    """A run of 100 steps an epoch, reported every 50, whose loss falls from 2 to ``last``."""
    step = [50 * i for i in range(1, steps + 1)]
    losses = list(np.linspace(2, last, steps))
    reports: dict[str, list[float]] = {
        "step": step,
        "epoch": [s / 100 for s in step],
        "seconds": [s / 10 for s in step],
        "learning_rate": [0.1] * steps,
        "examples_per_second": [4000.0] * steps,
    }
    measured: dict[str, list[float]] = {
        "step": [100 * i for i in range(1, ended + 1)],
        "epoch": list(range(1, ended + 1)),
        "seconds": [10 * i for i in range(1, ended + 1)],
        "accuracy": [0.9 + 0.01 * i for i in range(ended)],
        "kappa": [0.8 + 0.01 * i for i in range(ended)],
    }
    return RunCurves(name, reports | dict.fromkeys(terms or ("cross_entropy",), losses), measured)


def drawn(figure: go.Figure, panel: int) -> list[Any]:
    """The traces of a panel that have points."""
    axis = {1: "x", 2: "x2"}[panel]
    return [t for t in figure.data if t.xaxis == axis and t.y[0] is not None]


def legend(figure: go.Figure, name: str = "legend") -> list[str]:
    if not figure.layout.showlegend:
        return []
    traces = [t for t in figure.data if t.showlegend and (t.legend or "legend") == name]
    return [t.name for t in traces]


def test_losses_stand_on_the_left_and_the_metric_in_percent_on_the_right() -> None:
    figure = curves_figure([curves()], LABELS)
    [loss], [accuracy] = drawn(figure, 1), drawn(figure, 2)
    assert_allclose(loss.x, [0.5, 1, 1.5, 2])
    assert_allclose(loss.y, np.linspace(2, 1, 4), rtol=1e-6)
    assert_allclose(accuracy.x, [1, 2])
    assert_allclose(accuracy.y, [90, 91], rtol=1e-6)
    assert {trace.type for trace in figure.data} == {"scatter"}
    titles = [figure.layout[f"{axis}axis{n}"].title.text for n in ("", 2) for axis in "xy"]
    assert titles == ["Epoche", "Verlust", "Epoche", "Genauigkeit (%)"]


def test_what_is_no_share_is_drawn_as_it_is() -> None:
    figure = curves_figure([curves()], LABELS, metric="kappa")
    assert_allclose(drawn(figure, 2)[0].y, [0.8, 0.81], rtol=1e-6)
    assert figure.layout.yaxis2.title.text == "Kappa"
    assert "%{y:.4~g}<br>" in drawn(figure, 2)[0].hovertemplate


@pytest.mark.parametrize(("x", "last"), [("epoch", 2), ("step", 200), ("seconds", 20)])
def test_the_axis_is_what_was_asked_for(x: Any, last: float) -> None:
    figure = curves_figure([curves()], LABELS, x=x)
    assert drawn(figure, 1)[0].x[-1] == drawn(figure, 2)[0].x[-1] == last
    assert figure.layout.xaxis.title.text == LABELS[x]
    # Zooming one panel zooms the other.
    assert figure.layout.xaxis2.matches == "x"


def test_a_run_has_one_colour_and_one_entry_in_the_legend() -> None:
    runs = [curves("first", steps=3, ended=1), curves("second", steps=9, ended=4)]
    figure = curves_figure(runs, LABELS)
    for panel in (1, 2):
        assert [t.line.color for t in drawn(figure, panel)] == list(RUN_COLOURS[:2])
        assert [len(t.x) for t in drawn(figure, panel)] == [[3, 9], [1, 4]][panel - 1]
    assert legend(figure) == ["first", "second"]
    # An entry shows and hides both of its run's curves, even where two runs have one name.
    groups = [t.legendgroup for t in drawn(figure, 1)]
    assert groups == [t.legendgroup for t in drawn(figure, 2)]
    same = curves_figure([curves("one"), curves("one")], LABELS)
    assert len({t.legendgroup for t in drawn(same, 2)}) == 2


def test_one_run_needs_no_legend_and_no_name_in_the_hover() -> None:
    figure = curves_figure([curves()], LABELS)
    assert legend(figure) == []
    assert not any("fullData.name" in t.hovertemplate for p in (1, 2) for t in drawn(figure, p))


def test_more_runs_than_colours_are_told_apart_by_width() -> None:
    runs = [curves(str(i)) for i in range(len(RUN_COLOURS) + 2)]
    looks = [(t.line.color, t.line.width) for t in drawn(curves_figure(runs, LABELS), 1)]
    assert len(set(looks)) == len(runs)


def test_terms_of_the_loss_are_told_apart_by_dash_and_named() -> None:
    runs = [curves("a", terms=("cross_entropy", "pair_loss")), curves("b", terms=("pair_loss",))]
    figure = curves_figure(runs, LABELS)
    losses = drawn(figure, 1)
    assert [(t.name, t.line.dash) for t in losses] == [("a", "solid"), ("a", "dot"), ("b", "dot")]
    assert "Kreuzentropie" in losses[0].hovertemplate
    assert "pair loss" in losses[1].hovertemplate  # no translation is known: its own name
    assert legend(figure) == ["a", "b"]
    assert legend(figure, "legend2") == ["Kreuzentropie", "pair loss"]
    assert legend(curves_figure([runs[0]], LABELS)) == []


def test_pointing_at_a_report_tells_when_it_was_and_how_fast_it_learned() -> None:
    figure = curves_figure([curves("a"), curves("b")], LABELS)
    loss, metric = drawn(figure, 1)[0], drawn(figure, 2)[0]
    assert_allclose(loss.customdata[-1], [200, 2, 20, 0.1], rtol=1e-6)
    assert_allclose(metric.customdata[-1], [200, 2, 20])
    told = ["%{fullData.name}", "Kreuzentropie", "Schritt", "Epoche", "Sekunden", "Lernrate"]
    lines = loss.hovertemplate.split("<br>")
    assert [line.partition(" ")[0].rstrip(":") for line in lines] == told
    assert [f"customdata[{i}]" in line for i, line in enumerate(lines[2:])] == [True] * 4
    assert f"%{{y:.1f}}{THIN}%" in metric.hovertemplate


@pytest.mark.parametrize(
    ("last", "kind", "step"),
    [(0.11, "linear", None), (0.09, "log", "D2"), (0.0001, "log", 1), (0, "linear", None)],
)
def test_a_loss_that_falls_far_has_a_logarithmic_axis(last: float, kind: str, step: Any) -> None:
    axis = curves_figure([curves(last=last)], LABELS).layout.yaxis
    assert (axis.type, axis.dtick) == (kind, step)
    assert axis.rangemode == "nonnegative"


def test_a_loss_below_zero_is_not_cut_off() -> None:
    axis = curves_figure([curves(last=-3)], LABELS).layout.yaxis
    assert (axis.type, axis.rangemode) == ("linear", "normal")


@pytest.mark.parametrize("lost", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_sets_no_scale(lost: float) -> None:
    run = curves()
    broken = RunCurves("a", {**run.reports, "cross_entropy": [2, 1, 1, lost]}, run.measured)
    figure = curves_figure([broken], LABELS)
    assert figure.layout.yaxis.type == "linear"
    json.loads(figure.to_json())


def test_points_have_markers_where_there_are_few() -> None:
    few = curves_figure([curves(steps=1, ended=3)], LABELS)
    assert [drawn(few, panel)[0].mode for panel in (1, 2)] == ["lines+markers"] * 2
    many = curves_figure([curves(steps=100, ended=50)], LABELS)
    assert [drawn(many, panel)[0].mode for panel in (1, 2)] == ["lines"] * 2


@pytest.mark.parametrize(
    "runs",
    [
        [],
        [RunCurves("a", {}, {}), RunCurves("b", {}, {})],
        [curves("a", steps=0, ended=0), curves("b", steps=0, ended=0)],
    ],
)
def test_before_the_first_report_there_are_the_axes_of_both_panels(runs: list[RunCurves]) -> None:
    figure = curves_figure(runs, LABELS)
    # Plotly draws no axes that no trace stands on.
    assert {trace.xaxis for trace in figure.data if len(trace.x)} == {"x", "x2"}
    assert drawn(figure, 1) == drawn(figure, 2) == []
    assert figure.layout.yaxis.range == (0, 1)
    assert figure.layout.yaxis2.range == (0, 100)
    assert figure.layout.yaxis.title.text == "Verlust"
    assert legend(figure) == [run.name for run in runs]
    assert figure.layout.height == curves_figure([curves()], LABELS).layout.height


def test_before_the_first_epoch_ends_the_losses_alone_set_the_axis_along() -> None:
    layout = curves_figure([curves(ended=0)], LABELS).layout
    assert layout.xaxis.range is None
    assert layout.yaxis.range is None
    assert layout.yaxis2.range == (0, 100)


def test_what_is_zoomed_stays_while_more_points_come_and_goes_with_the_axis() -> None:
    def kept(run: RunCurves, **arguments: Any) -> list[str]:
        """By which the browser knows figure, x, loss and metric axis again."""
        layout = curves_figure([run], LABELS, **arguments).layout
        return [p.uirevision for p in (layout, layout.xaxis, layout.yaxis, layout.yaxis2)]

    before = kept(curves())
    assert all(before)
    assert kept(curves(steps=20, ended=9)) == before
    changed = [kept(curves(), x="step"), kept(curves(last=0.001)), kept(curves(), metric="kappa")]
    for place, after in enumerate(changed, start=1):
        assert [i for i in range(4) if after[i] != before[i]] == [place]


def test_the_pages_own_colours_show_through_and_the_type_is_large() -> None:
    figure = curves_figure([curves("a", terms=("one", "two")), curves("b")], LABELS)
    layout = figure.layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert layout.font.color is None
    legends = [layout[t.legend or "legend"] for t in figure.data if t.showlegend]
    fonts = [layout.font, layout.hoverlabel.font, *(legend.font for legend in legends)]
    fonts += [axis.tickfont for axis in (layout.xaxis, layout.yaxis)]
    assert min(font.size for font in fonts) >= 14


WEIGHED = {**LABELS, "weighted": "mit Gewicht", "unweighted": "ohne", "other": "andere",
           "kappa_brief": "K", "other_brief": "A"}  # fmt: skip


def test_terms_without_their_weights_have_a_panel_of_their_own() -> None:
    run = curves(terms=("one", "two", "unweighted_one", "unweighted_two"))
    figure = curves_figure([run], WEIGHED)
    panels = [[t for t in figure.data if t.xaxis == axis and t.y[0] is not None]
              for axis in ("x", "x2", "x3")]  # fmt: skip
    assert [[t.line.dash for t in panel] for panel in panels] == [["solid", "dot"]] * 2 + [
        ["solid"]
    ]
    titles = [figure.layout[f"yaxis{n}"].title.text for n in ("", 2, 3)]
    assert titles == ["mit Gewicht", "ohne", "Genauigkeit (%)"]
    assert legend(figure, "legend3") == ["unweighted one", "unweighted two"]


def test_a_term_that_is_switched_off_is_not_drawn_and_sets_no_scale() -> None:
    run = curves(terms=("one", "two", "unweighted_two"), last=0.01)
    off = RunCurves("a", {**run.reports, "two": [0.0, 0.0, 2.0, 1.0]}, run.measured)
    figure = curves_figure([off], WEIGHED)
    [_one, two] = drawn(figure, 1)
    assert np.isnan(two.y).tolist() == [True, True, False, False]
    assert figure.layout.yaxis.type == "log"


def test_metrics_beside_the_first_are_told_apart_by_dash() -> None:
    run = curves()
    both = RunCurves("a", run.reports, {**run.measured, "other": [0.1, 0.2]})
    figure = curves_figure([both, both], WEIGHED, metric="kappa", also=("other",))
    assert [t.line.dash for t in drawn(figure, 2)] == ["solid", "dot"] * 2
    assert legend(figure, "legend3") == ["K", "A"]
    assert legend(figure) == ["a", "a"]

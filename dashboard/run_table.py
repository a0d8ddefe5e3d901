"""Runs in a table: what differs between them, and what has come of each."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.numbers import THIN, millions, si, significant
from cnnviz.figures.training import RUN_COLOURS
from dashboard import cache, run_settings, run_words
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.cache import Record

MOST_COLUMNS = 3  # runs side by side; more are rows
_STYLE = f"<style>{Path(__file__).with_suffix('.css').read_text(encoding='utf-8')}</style>"

Row = tuple[str, Sequence[str]]


def table(records: "Sequence[Record]") -> None:
    """The runs compared: what differs, epochs, time a step, size, result, state. One run alone:
    all its settings, too, those first in which it differs from its network's recipe.
    """
    if not records:
        return
    several = len(records) > 1
    names = run_words.names(records) if several else [_("this run")]
    rows = run_settings.differences([record.spec for record in records])
    if all(record.label.isdigit() for record in records):
        rows = [row for row in rows if row[0] != _("seed")]  # the names say it
    differing = len(rows)
    rows += _measured(records)
    label = _("The runs compared") if several else _("The run")
    if len(records) > MOST_COLUMNS:
        st.html(_across(names, rows, label))
        return
    st.html(_STYLE + _down(names, rows, label, differing=differing, headed=several))
    if not several:
        st.html(_settings(records[0]))


def _measured(records: "Sequence[Record]") -> list[Row]:
    """What there is to say of each run, whether it differs or not."""
    metric = run_words.metric_of(records)
    costs = [_cost(record) for record in records]
    said = run_words.metric_words(metric)
    return [
        (_("state"), [run_words.state_words(r.state)[1] for r in records]),
        (_("epochs done"), [_epochs(r) for r in records]),
        (_("time a step"), [_step_time(r) for r in records]),
        (_("training time"), [_training_time(r) for r in records]),
        (_("parameters"), [si(cost[0]) if cost else run_words.NONE for cost in costs]),
        (_("MAdds"), [millions(cost[1]) if cost else run_words.NONE for cost in costs]),
        (
            _("validation: {metric}").format(metric=said),
            [run_words.metric_text(metric, run_words.validation(r, metric)[0]) for r in records],
        ),
        (
            _("best epoch"),
            [str(run_words.validation(r, metric)[1] or run_words.NONE) for r in records],
        ),
        (
            _("test: {metric}").format(metric=said),
            [run_words.metric_text(metric, run_words.test(r, metric)) for r in records],
        ),
    ]


def _cost(record: "Record") -> tuple[int, int] | None:
    try:
        return cache.run_cost(record)
    except UserError:
        return None  # its card is gone or damaged; the rest of the table stands


def _epochs(record: "Record") -> str:
    measured, epochs = record.progress.get("measured", 0), record.spec.epochs
    return _("{number} of {count}").format(number=measured, count=epochs)


def _step_time(record: "Record") -> str:
    seconds = run_words.seconds_a_step(record)
    return run_words.NONE if seconds is None else f"{significant(1000 * seconds)}{THIN}ms"


def _training_time(record: "Record") -> str:
    seconds = record.progress.get("seconds")
    return run_words.NONE if seconds is None else run_words.duration(seconds)


def _down(
    names: Sequence[str], rows: Sequence[Row], label: str, *, differing: int, headed: bool
) -> str:
    """A table whose columns are the runs."""
    head = "".join(f"<th scope='col'>{_square(i)}{escape(n)}</th>" for i, n in enumerate(names))
    head = f"<thead><tr><td></td>{head}</tr></thead>\n" if headed else ""
    body = "\n".join(
        f"<tr{_mark(i < differing)}><th scope='row'>{escape(name)}</th>"
        f"{''.join(f'<td>{escape(value)}</td>' for value in values)}</tr>"
        for i, (name, values) in enumerate(rows)
    )
    return _wrapped(f"{head}<tbody>{body}</tbody>", label)


def _across(names: Sequence[str], rows: Sequence[Row], label: str) -> str:
    """A table whose rows are the runs: for many of them."""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name, _values in rows)
    body = "\n".join(
        f"<tr><th scope='row'>{_square(i)}{escape(name)}</th>"
        f"{''.join(f'<td>{escape(values[i])}</td>' for _name, values in rows)}</tr>"
        for i, name in enumerate(names)
    )
    head = f"<thead><tr><td></td>{head}</tr></thead>\n"
    return _STYLE + _wrapped(f"{head}<tbody>{body}</tbody>", label, kind=" across")


def _wrapped(content: str, label: str, *, kind: str = "") -> str:
    """A table that scrolls where it has no room, also by keys."""
    said = escape(label, quote=True)
    return (
        f"<div class='run-wide' tabindex='0' role='region' aria-label='{said}'>\n"
        f"<table class='run-table{kind}' aria-label='{said}'>\n{content}\n</table></div>"
    )


def _square(number: int) -> str:
    """The colour of a run's curve."""
    return f"<i style='background:{RUN_COLOURS[number % len(RUN_COLOURS)]}'></i>"


def _mark(differs: bool) -> str:
    return " class='differs'" if differs else ""


def _settings(record: "Record") -> str:
    """All settings of a run: those that its recipe has otherwise, and folded away, the rest."""
    changed, every = run_settings.changed(record.spec), run_settings.settings(record.spec)
    own = [(name, (value,)) for name, value in changed.items()]
    rest = [(name, (value,)) for name, value in every.items() if name not in changed]
    label = _("All other settings") if own else _("All settings")
    table = _down([""], own, _("Settings"), differing=len(own), headed=False) if own else ""
    return (
        f"{_STYLE}{table}\n<details class='run-rest'><summary>{escape(label)}</summary>\n"
        f"{_down([''], rest, label, differing=0, headed=False)}</details>"
    )

"""Training runs as pictures and tables: in a lesson's panel while they go, and on the Runs page.

Live views are drawn several times a second by a fragment: each is a few elements, and what does not
change is sent as it was.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.seeds import seeds_figure
from cnnviz.figures.training import RunCurves, curves_figure
from cnnviz.training.task_settings import PairSettings, settings_of
from dashboard import cache, frame, run_settings, run_words
from dashboard.cache.run_sets import share
from dashboard.components.live_slider import live_slider
from dashboard.components.map_grid import map_grid
from dashboard.i18n import _, translate_error
from dashboard.run_table import table

if TYPE_CHECKING:
    from cnnviz.explain.weights import LayerKernels
    from dashboard.cache import Record

__all__ = ["counts", "curves", "downloads", "have_kernels", "kernels", "seeds", "status", "table"]

FEW = 3  # runs that have a line each
MOST_KERNELS = 4  # runs whose kernels stand side by side
#: What of a run can be downloaded, and the ending of the file's name.
_ENDINGS = {
    "checkpoint": ".safetensors", "card": ".json", "curves": "-curves.csv", "record": "-run.json",
}  # fmt: skip


def status(records: "Sequence[Record]") -> None:
    """How runs stand: up to three with a line and a bar each, more in one line and one bar."""
    going = any(map(cache.is_going, records))
    with st.container(key="run_status"):
        if len(records) > FEW:
            st.markdown(counts(records))
            if going:
                st.progress(sum(map(share, records)) / len(records))
            return
        queue = _queue(records)
        for record, name in zip(records, run_words.names(records), strict=True):
            place = queue.index(record.id) + 1 if record.id in queue else 0
            line = run_words.line(record, place, len(queue))
            st.markdown(f"**{name}** {line}" if len(records) > 1 else line)
            if going or record.state == "paused":
                st.progress(share(record))


def curves(records: "Sequence[Record]", *, key: str) -> None:
    """Loss and metric of the runs as far as they have come.

    Args:
        records: in an order that stays: it gives the colours.
        key: the plot's.
    """
    drawn = []
    for record, name in zip(records, run_words.names(records), strict=True):
        try:
            drawn.append(cache.run_curves(record, name))
        except UserError as error:
            drawn.append(RunCurves(name, {}, {}))
            st.warning(translate_error(error))
    metric = run_words.metric_of(records)
    words, also = run_words.curve_words(metric), tuple(run_words.beside(metric))
    figure = curves_figure(drawn, words, metric=metric, also=also)
    st.plotly_chart(figure, config=frame.PLOT, key=key)


def have_kernels(records: "Sequence[Record]") -> bool:
    """Whether any of the networks has kernels: those of pairs have linear layers alone."""
    return any(settings_of(record.spec.model) is not PairSettings for record in records)


def kernels(records: "Sequence[Record]", *, key: str) -> None:
    """The spatial kernels of a layer of each run, side by side in one colour scale.

    Stands in a fragment: its slider moves the pictures while it is dragged.

    Args:
        records: the runs; of more than four, the first four are shown.
        key: of the slider, and its parameter in the address.
    """
    shown = records[:MOST_KERNELS]
    found = [cache.run_kernels(record) for record in shown]
    count = max(map(len, found), default=0)
    if not count:
        yet = any(map(cache.is_going, records))
        st.markdown(
            _("No weights are saved yet; the first will be at the end of the first epoch.")
            if yet
            else _("No weights were saved.")
        )
        return
    layer = 1
    if count > 1:
        layer = live_slider(
            _("Layer"), key=key, min_value=1, max_value=count, value=1,
            format=lambda number: _("{number} of {count}").format(number=number, count=count),
        )  # fmt: skip
    layers = [of_run[layer - 1] if layer <= len(of_run) else None for of_run in found]
    limit = cache.common_limit([each for each in layers if each is not None])
    names = run_words.names(records) if len(records) > 1 else [""]
    places = st.columns(len(shown)) if len(shown) > 1 else [st.container()]
    for i, (place, name, each) in enumerate(zip(places, names, layers, strict=False)):
        with place:
            _kernels(each, name, limit, key=f"{key}_{i}")
    if len(records) > len(shown):
        text = _("The kernels of the first {shown} of {count} runs.")
        st.caption(text.format(shown=len(shown), count=len(records)))


def seeds(records: "Sequence[Record]") -> None:
    """The results of the runs that are done: a strip for each setting, mean and deviation."""
    done = [record for record in records if record.state == "done"]
    if not done:
        st.markdown(_("The results appear here as soon as a run is done."))
        return
    metric = run_words.metric_of(done)
    names = dict(zip((r.id for r in records), run_words.names(records), strict=True))
    results = [
        (
            setting,
            [value for r in runs if (value := run_words.test(r, metric)) is not None],
            [names[r.id] for r in runs if run_words.test(r, metric) is not None],
        )
        for setting, runs in _by_setting(done)
    ]
    words = {
        "mean": _("mean"), "deviation": _("standard deviation"),
        metric: _("{metric} on the test set").format(metric=run_words.metric_words(metric)),
    }  # fmt: skip
    figure = seeds_figure(results, words, metric=metric)
    st.plotly_chart(figure, config=frame.PLOT, key=f"seeds_{records[0].group}")


def downloads(record: "Record") -> None:
    """A button for each of the run's files; a file is read when its button is pressed."""
    labels = {
        "checkpoint": _("Checkpoint (safetensors)"), "card": _("Model card (JSON)"),
        "curves": _("Curves (CSV)"), "record": _("Record (JSON)"),
    }  # fmt: skip
    for what, ending in _ENDINGS.items():
        read = cache.run_file(record, what)
        if read is not None:
            st.download_button(
                labels[what], read, file_name=f"{record.id}{ending}", key=f"download_{what}",
                on_click="ignore", icon=":material/download:", width="stretch",
            )  # fmt: skip


def counts(records: "Sequence[Record]", wanted: int | None = None) -> str:
    """How many runs are in which state, and where in the queue the first of them waits.

    Args:
        records: the runs.
        wanted: how many there are to be; None where these are all.
    """
    found, queue = Counter(record.state for record in records), _queue(records)
    done = found.pop("done", 0)
    parts = [_("**{count} of {all}** done").format(count=done, all=wanted or len(records))]
    told = {s: f"{found[s]} {run_words.state_words(s)[1]}" for s in run_words.STATES if found[s]}
    places = [queue.index(record.id) + 1 for record in records if record.id in queue]
    if places:
        text = _("{count} waiting, the next one at place {place} of {waiting} in the queue")
        told["queued"] = text.format(count=found["queued"], place=min(places), waiting=len(queue))
    return " · ".join([*parts, *told.values()])


def _queue(records: "Sequence[Record]") -> list[str]:
    """Who waits, the first one first, where one of these does."""
    return cache.queue() if any(record.state == "queued" for record in records) else []


def _kernels(layer: "LayerKernels | None", name: str, limit: float, *, key: str) -> None:
    """The kernels of one run's layer, under the layer's name in the network's code."""
    if layer is None:
        st.markdown(_("{run}: no such layer, or no weights saved yet").format(run=f"**{name}**"))
        return
    label = f"{name}: {layer.name}" if name else layer.name
    if layer.shown < layer.total:
        text = _("{layer}, the first {shown} of {total}")
        label = text.format(layer=label, shown=layer.shown, total=layer.total)
    text = _("kernel {number}")
    map_grid(
        layer.kernels, key=key, label=label, signed=True, scale="global",
        global_range=(-limit, limit), selectable=False, height=300, max_tile=72, count=0,
        names=[text.format(number=i) for i in range(layer.shown)],
    )  # fmt: skip


def _by_setting(records: "Sequence[Record]") -> "list[tuple[str, list[Record]]]":
    """Runs that differ in nothing but the seed together, by what tells the groups apart."""
    seedless = [{**record.spec.to_json(), "seed": 0} for record in records]
    kinds = [each for i, each in enumerate(seedless) if each not in seedless[:i]]
    groups = [
        [record for record, each in zip(records, seedless, strict=True) if each == kind]
        for kind in kinds
    ]
    rows = run_settings.differences([group[0].spec for group in groups])
    rows = [row for row in rows if row[0] != _("seed")]
    names = [
        _(", ").join(f"{name} {values[i]}" for name, values in rows) or run_words.what(group[0])
        for i, group in enumerate(groups)
    ]
    return list(zip(names, groups, strict=True))

"""2-D only, 3-D only and both, trained alike; and once more with the components shuffled."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.numbers import millions, percent
from cnnviz.figures.seeds import mean_text, summary
from dashboard import cache, controls, frame, run_words
from dashboard.cache import hybridsn_dimensions_runs as cached
from dashboard.cache import hybridsn_train as trained
from dashboard.components import cost_pictures
from dashboard.i18n import _, translate_error
from dashboard.lessons.hybridsn_train import OWN_SCENE
from dashboard.visitor import owns, visitor

if TYPE_CHECKING:
    from dashboard.cache import Record, RunSpec
    from dashboard.cache.hybridsn_dimensions_runs import Compared, Scene

SECONDS = 0.5  # between two looks at runs that go
MOST_SEEDS = 8
_REFUSED = "why no comparison was started"


def networks() -> dict[str, str]:
    """The networks compared, by their names in the registry."""
    return {"hybridsn": _("Hybrid"), "hybridsn_2d": _("2-D only"), "hybridsn_3d": _("3-D only")}


def comparison(scene: "Scene") -> None:
    """The whole part. What has been trained once is found again by its settings, in the link.

    Args:
        scene: that is trained on.
    """
    cost_pictures.style()
    _compared(scene)


@st.fragment
@frame.guard()
def _compared(scene: "Scene") -> None:
    if not trained.trainable(scene):
        raise UserError(OWN_SCENE)
    cache.prepare_runs()
    owner = visitor()  # asked of the browser before anything is started
    places = st.columns([2, 1.6, 1.4], vertical_alignment="bottom")
    with places[0]:
        splits = {"random": _("at random"), "blocks": _("blocks, guard band")}
        split = controls.segmented(_("Split"), splits, key="dims_split")
    with places[1]:
        seeds = controls.slider(
            _("Seeds"), key="dims_seeds", min_value=1, max_value=MOST_SEEDS, default=3, step=1,
            help=_("Each is the seed of a training and of the other order; the split is one."),
        )  # fmt: skip
    if (why := cached.refused(scene, split)) is not None:
        raise why
    wanted = cached.specs(scene, split, seeds)
    records = trained.found(wanted)
    _buttons(scene, wanted, records, owner)
    going = any(map(cache.is_going, records.values()))
    st.fragment(_live, run_every=SECONDS if going else None)(scene, wanted, going)


def _buttons(
    scene: "Scene", wanted: "Mapping[str, RunSpec]", records: "Mapping[str, Record]", owner: str
) -> None:  # fmt: skip
    missing = trained.missing(wanted, records)
    mine = [r for r in records.values() if cache.is_going(r) and owns(r.owner)]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Train them"), key="dims_start", type="primary", disabled=not missing,
            on_click=_start, args=(wanted, owner),
        )  # fmt: skip
        st.button(_("Stop"), key="dims_stop", disabled=not mine, on_click=_stop, args=(mine,))
        if missing:
            text = _("{count} trainings are missing: about {time}, one after the other (an "
                     "estimate).")  # fmt: skip
            time = run_words.duration(trained.total(missing.values(), scene))
            st.caption(text.format(count=len(missing), time=time))
    if refused := st.session_state.pop(_REFUSED, ""):
        st.warning(refused)


def _start(wanted: "Mapping[str, RunSpec]", owner: str) -> None:
    """Begin with what is not there yet."""
    missing = trained.missing(wanted, trained.found(wanted))
    if not missing:
        return
    try:
        link = controls.present_settings()
        cache.start_runs(missing, owner=owner, lesson=trained.MODEL, link=link)
    except UserError as error:
        st.session_state[_REFUSED] = translate_error(error)


def _stop(records: "Sequence[Record]") -> None:
    try:
        for record in records:
            cache.stop_run(record)
    except UserError as error:
        st.session_state[_REFUSED] = translate_error(error)


@frame.guard()
def _live(scene: "Scene", wanted: "Mapping[str, RunSpec]", watched: bool) -> None:
    """How far they are, and the table of what there is."""
    records = trained.found(wanted)
    if any(map(cache.is_going, records.values())) != watched:
        st.rerun()
    if watched:
        shares = [_share(record) for record in records.values()]
        done = sum(record.state == "done" for record in records.values())
        text = _("{done} of {all} done").format(done=done, all=len(wanted))
        st.progress(sum(shares) / len(wanted), text=text)
    for reason in {translate_error(r.error) for r in records.values() if r.error is not None}:
        st.warning(reason)
    _table(cached.compared(scene, wanted, records))


def _share(record: "Record") -> float:
    last = record.progress
    if record.state == "done":
        return 1.0
    return min(last["step"] / last["steps"], 1.0) if last.get("steps") else 0.0


def _table(rows: "Sequence[Compared]") -> None:
    """The networks, and of each what is known of it so far."""
    names, hybrid = networks(), rows[0]
    heads = [
        "", _("OA, own order"), _("against Hybrid (points)"), _("OA, shuffled"),
        _("the shuffle changes (points)"), _("parameters"), _("MAdds a window"), _("training"),
    ]  # fmt: skip
    cells = [
        [
            names[row.model].replace(" ", "\u00a0"), _told(row.own),
            run_words.NONE if row is hybrid else _points(row.against(hybrid)),
            _told(row.other), _points(row.shuffle), millions(row.parameters), millions(row.madds),
            run_words.NONE if row.seconds is None else run_words.duration(row.seconds),
        ]
        for row in rows
    ]  # fmt: skip
    cost_pictures.table(heads, cells, label=_("The networks compared"))
    st.caption(
        _(
            "Overall accuracy on test pixels; ± is the standard deviation over the seeds. "
            "Differences are taken seed by seed, on the same pixels of one split."
        )
    )


def _told(values: "Mapping[int, float]") -> str:
    if not values:
        return run_words.NONE
    if len(values) == 1:
        return percent(next(iter(values.values())), 1)
    return mean_text(*summary(list(values.values())), "oa")


def _points(changes: Sequence[float]) -> str:
    """A difference with its sign: +1.2 ± 0.3."""
    if not changes:
        return run_words.NONE
    mean, deviation = summary(changes)
    text = f"{mean:+.1f}" if deviation is None else f"{mean:+.1f} ± {deviation:.1f}"
    return text.replace("-", "\u2212")

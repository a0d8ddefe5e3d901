"""Why each test differs, one change at a time: how far each cause alone moves the accuracy."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.hybridsn_variance import causes_figure
from cnnviz.figures.numbers import percent
from cnnviz.text import N_
from dashboard import cache, controls, frame
from dashboard.cache import hybridsn_train as trained
from dashboard.cache import hybridsn_variance as cached
from dashboard.components.hybridsn_variance_choice import several
from dashboard.i18n import _, translate_error
from dashboard.lessons.hybridsn_train import OWN_SCENE, about
from dashboard.visitor import owns, visitor

if TYPE_CHECKING:
    from dashboard.cache import Record, RunSpec
    from dashboard.cache.hybridsn_train import Scene
    from dashboard.cache.hybridsn_variance_jobs import Job

SECONDS = 0.5  # between two looks at what goes
MOST_RUNS = 8
CAUSES = {
    "dropout": N_("dropout at the test"), "statistics": N_("statistics of the test batch"),
    "weights": N_("initial weights"), "order": N_("order of the batches"),
    "split": N_("split"),
}  # fmt: skip
_REFUSED = "why no run for a cause was started"


@st.fragment
@frame.guard()
def varied(scene: "Scene") -> None:
    """Which causes are varied, how often, and what came of it."""
    st.markdown(f"**{_('One cause at a time: how far does the OA move?')}**")
    if not trained.trainable(scene):
        raise UserError(OWN_SCENE)
    owner = visitor()
    names = {code: _(name) for code, name in CAUSES.items()}
    causes = several(_("Varied alone"), names, key="causes", default=list(CAUSES))
    left, right = st.columns([1.6, 3.4], vertical_alignment="bottom")
    with left:
        count = controls.slider(
            _("Trainings of each cause"), key="cause_runs", min_value=2, max_value=MOST_RUNS,
            default=3, step=1,
        )  # fmt: skip
    with right:
        norm = controls.toggle(
            _("With batch norm"), key="cause_norm", default=True,
            help=_("Without it, the statistics of the test batch can change nothing."),
        )  # fmt: skip
    specs = cached.specs(scene, causes, count, norm)
    records = trained.found(specs)
    _buttons(scene, specs, records, owner)
    going = _going(records, _tests_of_base(records, scene, causes))
    st.fragment(_live, run_every=SECONDS if going else None)(scene, causes, specs, going)


def _buttons(
    scene: "Scene", specs: "Mapping[str, RunSpec]", records: "Mapping[str, Record]", owner: str
) -> None:
    """Start what was not run yet; stop what this visitor has going."""
    missing = trained.missing(specs, records)
    mine = [r for r in records.values() if cache.is_going(r) and owns(r.owner)]
    with st.container(horizontal=True, vertical_alignment="center", key="cause_buttons"):
        st.button(
            _("Train what is missing: {count} of {all}").format(count=len(missing), all=len(specs)),
            key="cause_start", type="primary", disabled=not missing, on_click=_start,
            args=(missing, owner),
        )  # fmt: skip
        st.button(_("Stop"), key="cause_stop", disabled=not mine, on_click=_stop, args=(mine,))
        if missing:
            text = _("About {time}, one after the other (an estimate).")
            time = about(trained.total(missing.values(), scene))
            st.caption(text.format(time=time))
    if refused := st.session_state.pop(_REFUSED, ""):
        st.warning(refused)


def _start(specs: "Mapping[str, RunSpec]", owner: str) -> None:
    try:
        cache.start_runs(specs, owner=owner, lesson=trained.MODEL, link=controls.present_settings())
    except UserError as error:
        st.session_state[_REFUSED] = translate_error(error)


def _stop(records: "Sequence[Record]") -> None:
    try:
        for record in records:
            cache.stop_run(record)
    except UserError as error:
        st.session_state[_REFUSED] = translate_error(error)


def _tests_of_base(
    records: "Mapping[str, Record]", scene: "Scene", causes: Sequence[str]
) -> "dict[str, Job]":
    """The first network is tested as soon as it is trained."""
    base = records.get(cached.BASE)
    if base is None or base.state != "done":
        return {}
    return cached.start_base_tests(base, scene, causes)


def _going(records: "Mapping[str, Record]", jobs: "Mapping[str, Job]") -> bool:
    return any(map(cache.is_going, records.values())) or not all(j.done for j in jobs.values())


@frame.guard()
def _live(
    scene: "Scene", causes: Sequence[str], specs: "Mapping[str, RunSpec]", watched: bool
) -> None:
    """How the runs stand, and what they have given so far."""
    records = trained.found(specs)
    jobs = _tests_of_base(records, scene, causes)
    if _going(records, jobs) != watched:
        st.rerun()
    if watched:
        done = sum(record.state == "done" for record in records.values())
        shares = [_share(record) for record in records.values()]
        text = _("{done} of {all} trained").format(done=done, all=len(specs))
        st.progress(sum(shares) / len(specs), text=text)
    _failures(records)
    found = cached.measured(causes, records, jobs)
    if not any(cause.values for cause in found.values()):
        st.markdown(_("Nothing of this was run yet."))
        return
    words = {
        "oa": _("OA on test pixels (%)"), "deviation": _("standard deviation (points)"),
        "none": "…", "number": _("number {number}: {value}"),
    }  # fmt: skip
    figure = causes_figure([(_(CAUSES[code]), cause) for code, cause in found.items()], words)
    st.plotly_chart(figure, config=frame.PLOT, key="causes_figure")
    st.caption(_told(scene))


def _share(record: "Record") -> float:
    last = record.progress
    if record.state == "done":
        return 1.0
    return min(last["step"] / last["steps"], 1.0) if last.get("steps") else 0.0


def _failures(records: "Mapping[str, Record]") -> None:
    """Why runs failed, each reason once."""
    for text in {translate_error(r.error) for r in records.values() if r.error is not None}:
        st.warning(text)


def _told(scene: "Scene") -> str:
    base = trained.preset(trained.QUICK, scene.name)
    data = trained.data_settings(base)
    text = _(
        "Orange: one network tested up to {tests} times; blue: networks trained anew, tested with "
        "eval(). Window {window}, {components} components, {epochs} epochs, {share} for training. "
        "The epoch is chosen on validation pixels, nothing on test pixels."
    )
    return text.format(
        tests=cached.TESTS, window=data.window, components=data.components, epochs=base.epochs,
        share=percent(data.train_share, 0),
    )  # fmt: skip

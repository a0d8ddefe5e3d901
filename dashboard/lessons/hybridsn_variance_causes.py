"""Why each test differs, one change at a time: how far each cause alone moves the accuracy."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.hybridsn_variance import causes_figure
from cnnviz.figures.numbers import percent
from cnnviz.text import N_
from dashboard import controls, frame, run_set
from dashboard.cache import hybridsn_train as trained
from dashboard.cache import hybridsn_variance as cached
from dashboard.cache import run_sets
from dashboard.components.hybridsn_variance_choice import several
from dashboard.i18n import _
from dashboard.lessons.hybridsn_train import OWN_SCENE
from dashboard.visitor import visitor

if TYPE_CHECKING:
    from dashboard.cache import Record, RunSpec
    from dashboard.cache.hybridsn_train import Scene
    from dashboard.cache.jobs import Job

MOST_RUNS = 8
CAUSES = {
    "dropout": N_("dropout at the test"), "statistics": N_("statistics of the test batch"),
    "weights": N_("initial weights"), "order": N_("order of the batches"),
    "split": N_("split"),
}  # fmt: skip


@st.fragment
@frame.guard()
def varied(scene: "Scene") -> None:
    """Which causes are varied, how often, and what came of it."""
    title = _("One cause at a time: how far does the OA move?")
    st.markdown(f"**{title}**")
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
    records = run_sets.found(specs)
    run_set.buttons(
        _("Train what is missing"), specs, records, key="cause", owner=owner, lesson=trained.MODEL,
        seconds=lambda missing: trained.total(missing, scene),
    )  # fmt: skip
    going = _going(records, _tests_of_base(records, scene, causes))
    st.fragment(_live, run_every=run_set.SECONDS if going else None)(scene, causes, specs, going)


def _tests_of_base(
    records: "Mapping[str, Record]", scene: "Scene", causes: Sequence[str]
) -> "dict[str, Job]":
    """The first network is tested as soon as it is trained."""
    base = records.get(cached.BASE)
    if base is None or base.state != "done":
        return {}
    return cached.start_base_tests(base, scene, causes)


def _going(records: "Mapping[str, Record]", jobs: "Mapping[str, Job]") -> bool:
    return run_set.going(records) or not all(job.done for job in jobs.values())


@frame.guard()
def _live(
    scene: "Scene", causes: Sequence[str], specs: "Mapping[str, RunSpec]", watched: bool
) -> None:
    """How the runs stand, and what they have given so far."""
    records = run_sets.found(specs)
    jobs = _tests_of_base(records, scene, causes)
    if _going(records, jobs) != watched:
        st.rerun()
    if run_set.going(records):
        run_set.progress(specs, records)
    if testing := [job for job in jobs.values() if not job.done]:
        share = sum(job.share for job in testing) / len(testing)
        st.progress(share, text=_("The first network is tested again and again …"))
    run_set.failures(record.error for record in records.values())
    found = cached.measured(causes, records, jobs)
    if not any(cause.values for cause in found.values()):
        if not watched:
            st.markdown(_("Nothing of this was run yet."))
        return
    words = {
        "oa": _("OA on test pixels (%)"), "deviation": _("standard deviation (points)"),
        "none": "…", "number": _("number {number}: {value}"),
    }  # fmt: skip
    figure = causes_figure([(_(CAUSES[code]), cause) for code, cause in found.items()], words)
    st.plotly_chart(figure, config=frame.PLOT, key="causes_figure")
    st.caption(_told(scene))


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

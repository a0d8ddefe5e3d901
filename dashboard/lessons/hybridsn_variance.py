"""The question "Why different?" of the HybridSN lesson: one network tested many times, then one
change at a time.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.hybridsn_variance import ALIKE, STEPS, causes_figure, spread
from cnnviz.figures.numbers import percent, whole
from cnnviz.figures.training import mean_text
from cnnviz.text import N_
from dashboard import cache, controls, frame
from dashboard.cache import hybridsn_train as trained
from dashboard.cache import hybridsn_variance as cached
from dashboard.cache.hybridsn_leakage import grey
from dashboard.components import scene_numbers
from dashboard.components.hybridsn_variance_choice import several
from dashboard.components.scene_map import scene_map
from dashboard.i18n import _, translate_error
from dashboard.lessons.hybridsn_train import OWN_SCENE, about
from dashboard.visitor import owns, visitor

if TYPE_CHECKING:
    from dashboard.cache import Record, RunSpec
    from dashboard.cache.hybridsn_train import Scene
    from dashboard.cache.hybridsn_variance_jobs import Job

TEXT = "hybridsn_variance"
EXPLAIN = "cnnviz.explain.hybridsn_variance:"
SECONDS = 0.5  # between two looks at what goes
HEIGHT = 330  # pixels of a map's longer side at most
MOST_RUNS = 8
MODES = {"train": N_("Train mode, as the course tests"), "eval": N_("eval()")}
CAUSES = {
    "dropout": N_("dropout at the test"), "statistics": N_("statistics of the test batch"),
    "weights": N_("initial weights"), "order": N_("order of the batches"),
    "split": N_("split"),
}  # fmt: skip
_REFUSED = "why no run for a cause was started"


def why(network: str, scene: "Scene") -> None:
    """The whole question.

    Args:
        network: a checkpoint's name; "" where none knows the scene's classes.
        scene: that it is tested on.
    """
    scene_numbers.style()
    _tests(network, scene)
    frame.folded(TEXT, "tests", f"{EXPLAIN}repeated", f"{EXPLAIN}Repeated")
    _causes(scene)
    frame.folded(
        TEXT, "causes", "dashboard.cache.hybridsn_variance:specs", "cnnviz.training.state:State",
        f"{EXPLAIN}repeated",
    )  # fmt: skip


# One network, tested many times


@st.fragment
@frame.guard()
def _tests(network: str, scene: "Scene") -> None:
    st.markdown(f"**{_('One network, tested {count} times').format(count=cached.TESTS)}**")
    if not network:
        st.markdown(_("No trained network knows this scene: train one under “Train it”."))
        return
    jobs = {mode: cached.job_of(network, scene, mode) for mode in MODES}
    if any(job is None for job in jobs.values()):
        text = _(
            "The course's code never calls `eval()`: its dropout is still on when it tests. What "
            "does one and the same network say when it is asked {count} times?"
        )
        st.markdown(text.format(count=cached.TESTS))
        st.button(
            _("Test it {count} times").format(count=cached.TESTS), key="why_test", type="primary",
            on_click=_start_tests, args=(network, scene),
        )  # fmt: skip
        return
    going = not all(job.done for job in jobs.values() if job is not None)
    st.fragment(_tested, run_every=SECONDS if going else None)(network, scene, going)


def _start_tests(network: str, scene: "Scene") -> None:
    for mode in MODES:
        cached.start_tests(network, scene, mode)


@frame.guard()
def _tested(network: str, scene: "Scene", watched: bool) -> None:
    """Both modes side by side, as soon as each is there."""
    jobs = {mode: cached.job_of(network, scene, mode) for mode in MODES}
    if any(job is None or not job.done for job in jobs.values()) != watched:
        st.rerun()  # the looking ends
    for place, (mode, job) in zip(st.columns(2, gap="medium"), jobs.items(), strict=True):
        with place:
            st.markdown(f"**{_(MODES[mode])}**")
            if job is None or not job.done:
                st.progress(job.share if job else 0.0, text=_("Tests go on …"))
            else:
                _result(job.result(), scene, mode)
    if not watched:
        scene_numbers.colour_key(_key())


def _result(found: "cached.Tests", scene: "Scene", mode: str) -> None:
    least, most = (percent(value, 2) for value in (found.accuracy.min(), found.accuracy.max()))
    what = _("OA on {count} test pixels") if found.on_test else _("OA on {count} labelled pixels")
    oa = mean_text(float(found.accuracy.mean()), spread(found.accuracy.tolist()))
    scene_numbers.numbers([
        (what.format(count=whole(found.measured)), oa,
         _("from {least} to {most}").format(least=least, most=most)),
        (_("Pixels that changed class"), percent(found.differing, 1),
         _("{share} of all answers").format(share=percent(found.flipped, 1))),
    ])  # fmt: skip
    scene_map(
        grey(scene), key=f"why_{mode}", label=_("Where the tests differ: {mode}").format(
            mode=_(MODES[mode])), over=(cached.disagreement_layers(found, scene),),
        selectable=False, size=HEIGHT, titled=False, shows=found.name,
    )  # fmt: skip
    if not found.whole:
        st.caption(_("Tested: {count} pixels.").format(count=whole(len(found.repeated.pixels))))


def _key() -> list[tuple[str, str]]:
    """What the colours of the maps mean."""
    rows = [(ALIKE, _("all tests agree"))]
    for i, (least, colour) in enumerate(STEPS):
        start = percent(least, 0) if i else "0"
        if i + 1 < len(STEPS):
            text = _("{least} to {most} differ").format(
                least=start, most=percent(STEPS[i + 1][0], 0)
            )
        else:
            text = _("{least} or more differ").format(least=start)
        rows.append((colour, text))
    return rows


# One change at a time


@st.fragment
@frame.guard()
def _causes(scene: "Scene") -> None:
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

"""The question "How to do better?" of the HybridSN lesson: each thing tried by itself."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from dashboard import controls, frame, run_set
from dashboard.cache import hybridsn_better as cached
from dashboard.cache import hybridsn_train as trained
from dashboard.cache import run_sets
from dashboard.components import hybridsn_better_table as tables
from dashboard.components.hybridsn_variance_choice import several
from dashboard.i18n import _, translate_error
from dashboard.lessons.hybridsn_better_rows import NAMES, table
from dashboard.lessons.hybridsn_train import OWN_SCENE
from dashboard.visitor import visitor

if TYPE_CHECKING:
    from dashboard.cache import Record
    from dashboard.cache.hybridsn_better import Setting
    from dashboard.cache.hybridsn_train import Scene
    from dashboard.cache.jobs import Job

TEXT = "hybridsn_better"
MOST_SEEDS = 8
WINDOWS = {"13": "13 × 13", "15": "15 × 15", "19": "19 × 19", "25": "25 × 25"}
USUAL = ("norm", "turned", "majority", "svm", "svm_means")


def improvements(scene: "Scene") -> None:
    """The whole question."""
    tables.style()
    _tried(scene)
    frame.folded(
        TEXT, "better", "cnnviz.explain.hybridsn_better:classified",
        "cnnviz.explain.hybridsn_better:smoothed", "dashboard.cache.hybridsn_better:specs",
        "cnnviz.data.splits:blocks",
    )  # fmt: skip


@st.fragment
@frame.guard()
def _tried(scene: "Scene") -> None:
    if not trained.trainable(scene):
        raise UserError(OWN_SCENE)
    owner = visitor()
    setting = _setting()
    options = {code: _(NAMES[code][0]) for code in cached.CODES if code != cached.PLAIN}
    codes = several(_("What to try, each by itself"), options, key="try", default=USUAL)
    codes = _possible(codes, setting, scene)
    specs = cached.specs(codes, setting, scene)
    records = run_sets.found(specs)
    jobs = cached.computed(codes, setting, scene, records)
    lacking = cached.lacking(codes, setting, scene, records)

    def compute() -> None:
        cached.compute(codes, setting, scene, records)

    run_set.buttons(
        _("Run what is ticked"), specs, records, key="better", owner=owner, lesson=trained.MODEL,
        seconds=lambda missing: trained.total(missing, scene), also=compute if lacking else None,
    )  # fmt: skip
    going = _going(records, jobs)
    st.fragment(_live, run_every=run_set.SECONDS if going else None)(scene, codes, setting, going)


def _setting() -> "Setting":
    """Split, window and seeds of the table."""
    places = st.columns([2, 1.2, 1.6], vertical_alignment="bottom")
    with places[0]:
        splits = {"blocks": _("blocks, guard band"), "random": _("at random")}
        split = controls.segmented(_("Split"), splits, key="better_split")
    with places[1]:
        window = controls.select(_("Window"), WINDOWS, key="better_window")
    with places[2]:
        seeds = controls.slider(
            _("Seeds"), key="better_seeds", min_value=1, max_value=MOST_SEEDS, default=3, step=1,
            help=_("Each is the seed of the network and of the split."),
        )  # fmt: skip
    return cached.Setting(split, int(window), seeds)


def _possible(
    codes: Sequence[str], setting: "Setting", scene: "Scene"
) -> tuple[str, ...]:  # fmt: skip
    """Those that can be tried with these windows; why not, is said."""
    plain = cached.refused(cached.PLAIN, setting, scene)
    if plain is not None:
        raise plain
    refused = {code: cached.refused(code, setting, scene) for code in codes}
    for code, why in refused.items():
        if why is not None:
            st.caption(f"{_(NAMES[code][0])}: {translate_error(why)}")
    return tuple(code for code, why in refused.items() if why is None)


def _going(records: "Mapping[str, Record]", jobs: "Mapping[str, Job]") -> bool:
    return run_set.going(records) or not all(job.done for job in jobs.values())


@frame.guard()
def _live(scene: "Scene", codes: Sequence[str], setting: "Setting", watched: bool) -> None:
    """How far it is, and the table of what there is."""
    specs = cached.specs(codes, setting, scene)
    records = run_sets.found(specs)
    if watched and cached.FILTERED in codes:  # the maps to filter come one by one
        cached.compute([cached.FILTERED], setting, scene, records)
    jobs = cached.computed(codes, setting, scene, records)
    if _going(records, jobs) != watched:
        st.rerun()
    if run_set.going(records):
        run_set.progress(specs, records)
    if not all(job.done for job in jobs.values()):
        _computing(jobs)
    _failures(records, jobs)
    rows = cached.tried(codes, setting, scene, records, jobs)
    if not rows:
        if not watched:
            st.markdown(_("Nothing of this was run yet."))
        return
    table(rows)
    st.caption(
        _(
            "On test pixels. Difference: to HybridSN with the same seed, on the same pixels. ± is "
            "the standard deviation over the seeds, each of which has its own split; where it is "
            "larger than the difference, the bar is pale. The epoch is chosen on validation "
            "pixels, all else was fixed before: nothing is chosen on test pixels. MAdds: of one "
            "window."
        )
    )


def _computing(jobs: "Mapping[str, Job]") -> None:
    """How far what is computed without training is."""
    shares = [1.0 if job.done else job.share for job in jobs.values()]
    done = sum(job.done for job in jobs.values())
    text = _("Without training: {done} of {all} done").format(done=done, all=len(jobs))
    st.progress(sum(shares) / len(shares), text=text)


def _failures(records: "Mapping[str, Record]", jobs: "Mapping[str, Job]") -> None:
    """Why something gave nothing, each reason once."""
    errors = [record.error for record in records.values()] + [job.error for job in jobs.values()]
    for error in errors:
        if error is not None and not isinstance(error, UserError):
            raise error
    run_set.failures(error for error in errors if isinstance(error, UserError))

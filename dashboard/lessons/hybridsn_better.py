"""The question "How to do better?" of the HybridSN lesson: each thing tried by itself."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from dashboard import cache, controls, frame
from dashboard.cache import hybridsn_better as cached
from dashboard.cache import hybridsn_train as trained
from dashboard.components import hybridsn_better_table as tables
from dashboard.components.hybridsn_variance_choice import several
from dashboard.i18n import _, translate_error
from dashboard.lessons.hybridsn_better_rows import NAMES, table
from dashboard.lessons.hybridsn_train import OWN_SCENE, about
from dashboard.visitor import owns, visitor

if TYPE_CHECKING:
    from dashboard.cache import Record
    from dashboard.cache.hybridsn_better import Setting
    from dashboard.cache.hybridsn_train import Scene
    from dashboard.cache.hybridsn_variance_jobs import Job

TEXT = "hybridsn_better"
SECONDS = 0.5  # between two looks at what goes
MOST_SEEDS = 8
WINDOWS = {"13": "13 × 13", "15": "15 × 15", "19": "19 × 19", "25": "25 × 25"}
USUAL = ("norm", "turned", "majority", "svm", "svm_means")
_REFUSED = "why nothing better was started"


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
    records = trained.found(specs)
    jobs = cached.computed(codes, setting, scene, records)
    _buttons(scene, codes, setting, records, jobs, owner)
    going = _going(records, jobs)
    st.fragment(_live, run_every=SECONDS if going else None)(scene, codes, setting, going)


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


def _buttons(
    scene: "Scene", codes: Sequence[str], setting: "Setting", records: "Mapping[str, Record]",
    jobs: "Mapping[str, Job]", owner: str,
) -> None:  # fmt: skip
    specs = cached.specs(codes, setting, scene)
    missing = trained.missing(specs, records)
    wanted = [code for code in codes if code in (cached.FILTERED, *cached.CLASSIFIERS)]
    lacking = sum(f"{code}-{seed}" not in jobs for code in wanted for seed in range(setting.seeds))
    mine = [r for r in records.values() if cache.is_going(r) and owns(r.owner)]
    with st.container(horizontal=True, vertical_alignment="center", key="better_buttons"):
        st.button(
            _("Run what is ticked"), key="better_start", type="primary",
            disabled=not missing and not lacking, on_click=_start,
            args=(scene, codes, setting, owner),
        )  # fmt: skip
        st.button(_("Stop"), key="better_stop", disabled=not mine, on_click=_stop, args=(mine,))
        if missing:
            text = _("{count} trainings are missing: about {time}, one after the other (an "
                     "estimate).")  # fmt: skip
            time = about(trained.total(missing.values(), scene))
            st.caption(text.format(count=len(missing), time=time))
    if refused := st.session_state.pop(_REFUSED, ""):
        st.warning(refused)


def _start(scene: "Scene", codes: Sequence[str], setting: "Setting", owner: str) -> None:
    specs = cached.specs(codes, setting, scene)
    records = trained.found(specs)
    try:
        cached.compute(codes, setting, scene, records)
        if missing := trained.missing(specs, records):
            cache.start_runs(
                missing, owner=owner, lesson=trained.MODEL, link=controls.present_settings()
            )
    except UserError as error:
        st.session_state[_REFUSED] = translate_error(error)


def _stop(records: "Sequence[Record]") -> None:
    try:
        for record in records:
            cache.stop_run(record)
    except UserError as error:
        st.session_state[_REFUSED] = translate_error(error)


def _going(records: "Mapping[str, Record]", jobs: "Mapping[str, Job]") -> bool:
    return any(map(cache.is_going, records.values())) or not all(j.done for j in jobs.values())


@frame.guard()
def _live(scene: "Scene", codes: Sequence[str], setting: "Setting", watched: bool) -> None:
    """How far it is, and the table of what there is."""
    specs = cached.specs(codes, setting, scene)
    records = trained.found(specs)
    if watched and cached.FILTERED in codes:  # the maps to filter come one by one
        cached.compute([cached.FILTERED], setting, scene, records)
    jobs = cached.computed(codes, setting, scene, records)
    if _going(records, jobs) != watched:
        st.rerun()
    if watched:
        _progress(records, jobs)
    _failures(records, jobs)
    rows = cached.tried(codes, setting, scene, records, jobs)
    if not rows:
        st.markdown(_("Nothing of this was run yet."))
        return
    table(rows)
    st.caption(
        _(
            "On test pixels. Difference: to HybridSN with the same seed, on the same pixels. ± is "
            "the standard deviation over the seeds, each of which has its own split. The epoch is "
            "chosen on validation pixels, all else was fixed before: nothing is chosen on test "
            "pixels. MAdds: of one window."
        )
    )


def _progress(records: "Mapping[str, Record]", jobs: "Mapping[str, Job]") -> None:
    shares = [_share(r) for r in records.values()] + [
        1.0 if job.done else job.share for job in jobs.values()
    ]
    done = sum(share >= 1 for share in shares)
    text = _("{done} of {all} done").format(done=done, all=len(shares))
    st.progress(sum(shares) / max(len(shares), 1), text=text)


def _failures(records: "Mapping[str, Record]", jobs: "Mapping[str, Job]") -> None:
    """Why something gave nothing, each reason once."""
    errors = [record.error for record in records.values()] + [job.error for job in jobs.values()]
    for error in errors:
        if error is not None and not isinstance(error, UserError):
            raise error
    for text in {translate_error(error) for error in errors if isinstance(error, UserError)}:
        st.warning(text)


def _share(record: "Record") -> float:
    last = record.progress
    if record.state == "done":
        return 1.0
    return min(0.99 * last["step"] / last["steps"], 1.0) if last.get("steps") else 0.0

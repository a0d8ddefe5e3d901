"""The training panel of a lesson: what to train, the buttons, and the runs as they go.

A lesson gives the controls of its settings; all else is the same for every lesson. The runs shown
are in the link (``run=``), so that a page loaded anew, or opened by somebody else, finds them.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.numbers import significant
from dashboard import cache, controls, frame, run_live
from dashboard.i18n import _, translate_error
from dashboard.visitor import owns, visitor

if TYPE_CHECKING:
    from dashboard.cache.training import Record, RunSpec

    Common = Callable[[], RunSpec]
    Own = Callable[[RunSpec, str, str], RunSpec]

MOST_SEEDS = 8
SEEDS = 10_000
RUN, SEED = "run", "seed"  # in the link
# Learning rates that a run can be given, ten to a power of ten.
RATES = [float(f"{10 ** (tenth / 10):.2g}") for tenth in range(-40, 1)]
_REFUSED = "what could not be done with runs"


@st.fragment
@frame.guard()
def panel(lesson: str, common: "Common", own: "Own") -> None:
    """The whole panel.

    Args:
        lesson: its name.
        common: draws the controls that all runs of a comparison share, with the seed's (key
            ``SEED``), and returns the settings.
        own: draws the controls that may differ between "a" and "b", with a mark before their labels
            that tells which they are of, and returns the settings changed by them.
    """
    cache.prepare_runs()
    visitor()  # asked of the browser before anything is started: a button cannot wait for it
    modes = {"one": _("One run"), "ab": _("A against B"), "seeds": _("Many seeds")}
    mode = controls.segmented(_("What to train"), modes, key="train")
    specs = _specs(mode, common, own)
    records = cache.run_group(_shown())
    _buttons(lesson, specs, records)
    if records:
        run_live.live(records)
    else:
        st.markdown(_("Press Start: the curves are drawn while the network learns."))


def _specs(mode: str, common: "Common", own: "Own") -> "dict[str, RunSpec]":
    """What the controls say is to be trained, by label."""
    spec = common()
    if mode == "one":
        return {"": own(spec, "a", "")}
    if mode == "ab":
        return {side.upper(): own(spec, side, f"{side.upper()} · ") for side in ("a", "b")}
    spec = own(spec, "a", "")
    count = controls.slider(
        _("Runs, each with a seed of its own"), key="seeds", min_value=2, max_value=MOST_SEEDS,
        default=3, step=1,
    )  # fmt: skip
    return {str(s): replace(spec, seed=s) for s in range(spec.seed, spec.seed + count)}


def _shown() -> str:
    """The group of runs in the address, that is shown; "" for none."""
    group = controls.code_from_url(RUN, "", _known)
    controls.code_to_url(RUN, group, "")
    return group


def _known(group: str) -> str | None:
    return group if cache.run_group(group) else None


def _start(
    lesson: str, specs: "Mapping[str, RunSpec]", shown: "Sequence[Record]",
    steps: int | None = None,
) -> None:  # fmt: skip
    """Begin with what the controls say; this visitor's runs that are shown end."""
    ended = [record for record in shown if _can_be_stopped(record)]
    for record in ended:
        # One that has not taken a step is nothing to keep.
        begun = cache.is_going(record) or record.progress.get("step")
        (cache.stop_run if begun else cache.delete_run)(record)
    link = {n: text for n, text in controls.present_settings().items() if n != RUN}
    group = cache.start_runs(
        specs, owner=visitor(), lesson=lesson, link=link, steps=steps,
        instead_of=[record.id for record in ended],
    )  # fmt: skip
    controls.code_to_url(RUN, group, "")


def _start_with_new_seed(
    lesson: str, specs: "Mapping[str, RunSpec]", shown: "Sequence[Record]"
) -> None:
    """Begin before the first step, from another seed; many seeds follow on one another."""
    first = min(spec.seed for spec in specs.values())
    by = secrets.randbelow(SEEDS - MOST_SEEDS) - first
    labels = {label: str(s.seed + by) if label.isdigit() else label for label, s in specs.items()}
    moved = {labels[label]: replace(s, seed=s.seed + by) for label, s in specs.items()}
    st.session_state[SEED] = first + by
    controls.number_to_url(SEED, first + by, 0)  # the run's link is read from the address
    _start(lesson, moved, shown, steps=0)


def _each(records: "Sequence[Record]", act: "Callable[[Record], None]") -> None:
    for record in records:
        act(record)


def _asked(act: Callable[..., None], *arguments: object) -> None:
    """What a button does, before the panel is drawn again; a refusal is told in the panel."""
    try:
        act(*arguments)
    except UserError as error:
        st.session_state[_REFUSED] = translate_error(error)


def _buttons(lesson: str, specs: "Mapping[str, RunSpec]", shown: "list[Record]") -> None:
    """The row of buttons for the runs that are shown."""
    mine = [record for record in shown if owns(record.owner)]
    going = [record for record in mine if cache.is_going(record)]
    left = [record for record in mine if record.state in ("paused", "interrupted")]
    anew = (lesson, specs, shown)
    if going:
        word, first = _("Pause"), (_each, going, cache.pause_run)
    elif left:
        word, first = _("Go on"), (_each, left, cache.go_on_with_run)
    else:
        word, first = _("Start"), (_start, *anew)
    step = (_each, left, cache.step_run) if left else (_start, *anew, 1)
    with st.container(horizontal=True, vertical_alignment="bottom", key="run_buttons"):
        st.button(word, key="run_start", type="primary", width=120, on_click=_asked, args=first)
        st.button(
            _("One step"), key="run_step", disabled=bool(going), on_click=_asked, args=step,
            help=_("One batch, one change of the weights."),
        )  # fmt: skip
        st.button(
            _("Stop"), key="run_stop", disabled=not (going or left), on_click=_asked,
            args=(_each, [*going, *left], cache.stop_run),
        )  # fmt: skip
        st.button(
            _("Reset"), key="run_reset", on_click=_asked, args=(_start, *anew, 0),
            help=_("Back to step 0 with the same seed: the same initial weights."),
        )  # fmt: skip
        st.button(
            _("New seed"), key="run_seed", on_click=_asked, args=(_start_with_new_seed, *anew),
            help=_("Other initial weights and another order of the batches."),
        )  # fmt: skip
        if going or left:
            _rate_slider([*going, *left])
    if refused := st.session_state.pop(_REFUSED, ""):
        st.warning(refused)


def _rate_slider(records: "Sequence[Record]") -> None:
    """The highest learning rate of runs that are not at their end."""
    key = f"learning rate of {records[0].group}"
    spec = records[0].spec
    now = spec.rate_changes[-1][1] if spec.rate_changes else spec.learning_rate

    def change() -> None:
        for record in records:
            cache.change_learning_rate(record, st.session_state[key])

    st.select_slider(
        _("Learning rate from here on"), RATES, key=key, format_func=significant,
        value=min(RATES, key=lambda rate: abs(rate - now)), on_change=_asked,
        args=(change,), width=260,
        help=_("The highest of the schedule; it counts from the next step on."),
    )  # fmt: skip


def _can_be_stopped(record: "Record") -> bool:
    return owns(record.owner) and (cache.is_going(record) or record.state == "paused")

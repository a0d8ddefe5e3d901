"""The training panel of a lesson: what to train, the buttons, and the runs as they go.

A lesson gives the controls of its settings; all else is the same for every lesson. The runs shown
are in the link (``run=``), so that a page loaded anew, or opened by somebody else, finds them.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.numbers import significant
from cnnviz.training.setting_types import RATE
from dashboard import address, cache, controls, frame, run_live
from dashboard.i18n import _, translate_error
from dashboard.visitor import owns, visitor

if TYPE_CHECKING:
    from dashboard.cache.training import Record, RunSpec

    Common = Callable[[], RunSpec]
    Own = Callable[[RunSpec, str, str], RunSpec]
    Together = Callable[[RunSpec], dict[str, RunSpec]]
    Steer = Callable[[Sequence[Record], str], None]

STYLE = Path(__file__).with_suffix(".css")
MOST_SEEDS = 8
SEEDS = 10_000
RUN, SEED = "run", "seed"  # in the link
# Learning rates that a run can be given, ten to a power of ten.
RATES = [float(f"{10 ** (tenth / 10):.2g}") for tenth in range(-40, 1)]
_BEGIN, _REFUSED = "how to begin a run", "what could not be done with runs"
_NOTHING = "", None, False  # where no run is asked for: lesson, steps, another seed


@st.fragment
@frame.guard()
def panel(
    lesson: str, common: "Common", own: "Own",
    together: "Mapping[str, tuple[str, Together]] | None" = None, steer: "Steer | None" = None,
) -> None:  # fmt: skip
    """The whole panel.

    Args:
        lesson: its name.
        common: draws the controls that all runs of a comparison share, with the seed's (key
            ``SEED``), and returns the settings.
        own: draws the controls that may differ between "a" and "b", with a mark before their labels
            that tells which they are of, and returns the settings changed by them.
        together: other groups of runs to start at once, by code: what each is called, translated,
            and what draws its controls and returns the settings of each run by its label.
        steer: draws controls of what is changed (``change``) of runs that are not at their end and
            are to stay alike, with a mark before their labels; below that of the learning rate.
    """
    others = together or {}
    st.html(STYLE)
    cache.prepare_runs()
    _prepare_seed(lesson)
    modes = {"one": _("One run"), "ab": _("A against B"), "seeds": _("Many seeds")}
    modes |= {code: called for code, (called, _draws) in others.items()}
    mode = controls.segmented(_("What to train"), modes, key="train", hidden_label=True)
    try:
        with st.container(key="run_settings"):
            specs = others[mode][1](common()) if mode in others else _specs(mode, common, own)
    except UserError:
        st.session_state.pop(_BEGIN, None)  # what cannot be trained is not begun later either
        raise
    _begin(lesson, specs)
    _below(lesson, steer)


@st.fragment
@frame.guard()
def _below(lesson: str, steer: "Steer | None") -> None:
    """The buttons, and the runs as they go.

    Apart from the controls, for the browser's answer to who looks has this drawn again: controls
    that are sent twice before the browser has drawn them show their least values.
    """
    if _BEGIN in st.session_state:
        st.rerun()  # a button was pressed; the controls say what is to begin
    visitor()  # asked of the browser before anything is started: a button cannot wait for it
    records = cache.run_group(_shown())
    _buttons(lesson, records, steer)
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
    group = address.code_from_url(RUN, "", _known)
    address.code_to_url(RUN, group, "")
    return group


def _known(group: str) -> str | None:
    return group if cache.run_group(group) else None


def _ask_for(lesson: str, steps: int | None, new_seed: bool = False) -> None:
    """Have a run begin when the controls are drawn: a change of them may come with the click.

    Args:
        lesson: whose panel asks.
        steps: leave off after so many; None for no such thing.
        new_seed: begin from another seed; many seeds follow on one another.
    """
    st.session_state[_BEGIN] = lesson, steps, new_seed


def _prepare_seed(lesson: str) -> None:
    """Another seed, where it was asked for: before its control is drawn, which then shows it."""
    asked, _steps, new_seed = st.session_state.get(_BEGIN, _NOTHING)
    if asked == lesson and new_seed:
        by = 1 + secrets.randbelow(SEEDS - MOST_SEEDS - 1)
        st.session_state[SEED] = (st.session_state[SEED] + by) % (SEEDS - MOST_SEEDS)


def _begin(lesson: str, specs: "Mapping[str, RunSpec]") -> None:
    """Begin what was asked for, with what the controls say."""
    asked, steps, _new_seed = st.session_state.pop(_BEGIN, _NOTHING)
    if asked == lesson:
        _asked(_start, lesson, specs, steps)


def _start(lesson: str, specs: "Mapping[str, RunSpec]", steps: int | None) -> None:
    """Start runs; those of this visitor's that are shown end."""
    ended = [record for record in cache.run_group(_shown()) if _can_be_stopped(record)]
    for record in ended:
        # One that has not taken a step is nothing to keep.
        begun = cache.is_going(record) or record.progress.get("step")
        (cache.stop_run if begun else cache.delete_run)(record)
    link = {n: text for n, text in address.present_settings().items() if n != RUN}
    group = cache.start_runs(
        specs, owner=visitor(), lesson=lesson, link=link, steps=steps,
        instead_of=[record.id for record in ended],
    )  # fmt: skip
    address.code_to_url(RUN, group, "")


def _each(records: "Sequence[Record]", act: "Callable[[Record], None]") -> None:
    for record in records:
        act(record)


def change(records: "Sequence[Record]", setting: str, value: float | bool) -> None:
    """Give runs another value of a setting from the next step on."""
    _asked(_each, records, lambda record: cache.change_run(record, setting, value))


def _asked(act: Callable[..., None], *arguments: object) -> None:
    """Do something about runs; a refusal is told under the buttons."""
    try:
        act(*arguments)
    except UserError as error:
        st.session_state[_REFUSED] = translate_error(error)


def _buttons(lesson: str, shown: "list[Record]", steer: "Steer | None") -> None:
    """The row of buttons for the runs that are shown, and what is changed of them."""
    mine = [record for record in shown if owns(record.owner)]
    going = [record for record in mine if cache.is_going(record)]
    left = [record for record in mine if record.state in ("paused", "interrupted")]
    if going:
        word, first = _("Pause"), (_each, going, cache.pause_run)
    elif left:
        word, first = _("Go on"), (_each, left, cache.go_on_with_run)
    else:
        word, first = _("Start"), (_ask_for, lesson, None)
    step = (_each, left, cache.step_run) if left else (_ask_for, lesson, 1)
    with st.container(horizontal=True, vertical_alignment="bottom", key="run_buttons"):
        st.button(word, key="run_start", type="primary", width=120, on_click=_asked, args=first)
        st.button(
            _("One step"), key="run_step", disabled=bool(going), on_click=_asked, args=step,
            help=_("Train on one batch: the weights change once."),
        )  # fmt: skip
        st.button(
            _("Stop"), key="run_stop", disabled=not (going or left), on_click=_asked,
            args=(_each, [*going, *left], cache.stop_run),
        )  # fmt: skip
        st.button(
            _("Reset"), key="run_reset", on_click=_ask_for, args=(lesson, 0),
            help=_("Back to step 0 with the same seed: the same initial weights."),
        )  # fmt: skip
        st.button(
            _("New seed"), key="run_seed", on_click=_ask_for, args=(lesson, 0, True),
            help=_("Other initial weights and another order of the batches."),
        )  # fmt: skip
        _rates([*going, *left])
    for alike in _alike([*going, *left]) if steer else []:
        steer(alike, _mark(alike))
    if refused := st.session_state.pop(_REFUSED, ""):
        st.warning(refused)


def _rates(records: "Sequence[Record]") -> None:
    """The highest learning rates of runs that are not at their end."""
    for alike in _alike(records):
        key, mark = f"learning rate of {alike[0].id}", _mark(alike)
        if mark:
            text = mark + _("rate from here on")
            _rate_slider(alike, text, key=key, width=195)  # two have room beside the buttons
        elif len(alike) > 1:
            text = _("Learning rate of all runs from here on")
            _rate_slider(alike, text, key=key, width=330)
        else:
            _rate_slider(alike, _("Learning rate from here on"), key=key, width=260)


def _alike(records: "Sequence[Record]") -> "list[list[Record]]":
    """Runs that are changed together: A and B apart, many seeds as one, which are to differ in
    nothing else.
    """
    if len(records) > 2 or any(record.label.isdigit() for record in records):
        return [list(records)]
    return [[record] for record in records]


def _mark(alike: "Sequence[Record]") -> str:
    """Before the labels of what is changed of A or of B alone."""
    label = alike[0].label
    return f"{label} · " if len(alike) == 1 and label and not label.isdigit() else ""


def _rate_slider(records: "Sequence[Record]", label: str, *, key: str, width: int) -> None:
    now = records[0].spec.as_changed().learning_rate

    def ask() -> None:
        change(records, RATE, st.session_state[key])

    st.select_slider(
        label, RATES, key=key, format_func=significant,
        value=min(RATES, key=lambda rate: abs(rate - now)), on_change=ask, width=width,
        help=_("The highest rate of the schedule, from the next step on."),
    )  # fmt: skip


def _can_be_stopped(record: "Record") -> bool:
    return owns(record.owner) and (cache.is_going(record) or record.state == "paused")

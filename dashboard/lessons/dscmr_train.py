"""The question "Train it" of the DSCMR lesson: the training panel and its settings."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from dashboard import controls, run_settings, run_words
from dashboard.cache import dscmr_losses
from dashboard.cache import dscmr_train as cached
from dashboard.i18n import _
from dashboard.lessons.dscmr_shared import OWN, code_of
from dashboard.training_panel import SEED, SEEDS, change, panel

if TYPE_CHECKING:
    from dashboard.cache.training import Record, RunSpec

CODE = ("cnnviz.training.task_pairs:Pairs", "cnnviz.training.fit:fit")
TEXT = "dscmr_train"
BATCHES = ("25", "50", "100", "200")
RATES = ("0.00003", "0.0001", "0.0003", "0.001", "0.003", "0.01")
LIVE_SWITCH, LIVE_SLIDER = 90, 230  # widths, pixels: of what is changed while a run goes
#: With which of J1, J2 and J3 each run is trained: of the four that are started at once.
FOUR = {
    "J1": (True, False, False), "J1+J2": (True, True, False), "J1+J3": (True, False, True),
    "J1+J2+J3": (True, True, True),
}  # fmt: skip


def train(data: str) -> None:
    """The whole question; the panel begins with the set of pairs that is looked at."""
    panel(cached.MODEL, lambda: _common(data), own, {"four": (_("Four losses"), four)}, steer)


def _common(looked_at: str) -> "RunSpec":
    """What all runs of a comparison share: pairs, their scaling, how long, the seed."""
    places = st.columns([1.5, 1.6, 1, 1, 1], vertical_alignment="bottom")
    with places[0]:
        here = {name: name for name in cached.sets_here()}
        if code_of(looked_at) == OWN:
            here[OWN] = looked_at
        sets = {code: run_settings.data_title(name) for code, name in here.items()}
        fetch = _("Wikipedia and Pascal Sentence can be chosen once they are fetched on the page "
                  "“Data”.")  # fmt: skip
        looked = code_of(looked_at)
        code = controls.select(
            _("Pairs"), sets, key=f"train_data_{looked}", help=None if len(sets) > 2 else fetch,
            default=looked if looked in here else None,
        )  # fmt: skip
    usual = cached.recipe(here[code])
    with places[1]:
        kinds = {
            "none": _("none"), "standard": _("standard"), "root": _("standard, of square roots"),
        }  # fmt: skip
        scaling = controls.select(
            _("Scaling"), kinds, key=f"train_scaling_{code}",
            default=cached.settings(usual).scaling,
            help=_("Standard: each feature to mean 0 and deviation 1, over the training pairs."),
        )  # fmt: skip
    with places[2]:
        pairs = cached.training_pairs(usual)
        batches = [n for n in BATCHES if int(n) <= pairs] or [str(pairs)]
        batch = controls.select(
            _("Batch"), {n: n for n in batches}, key="train_batch",
            default="100" if "100" in batches else batches[-1],
        )  # fmt: skip
    with places[3]:
        epochs = controls.number(
            _("Epochs"), key=f"train_epochs_{code}", min_value=1, max_value=200,
            default=usual.epochs, step=1,
        )  # fmt: skip
    with places[4]:
        seed = controls.number(
            _("Seed"), key=SEED, min_value=0, max_value=SEEDS - 1, default=0, step=1
        )
    return usual.with_settings(
        {"scaling": scaling, "batch_size": int(batch), "epochs": epochs, "seed": seed}
    )


def own(spec: "RunSpec", side: str, mark: str) -> "RunSpec":
    """The losses and the learning rate; B begins as J1 alone."""
    places = st.columns([0.9, 1.6, 1.6, 1.1], vertical_alignment="bottom")
    usual, alone = cached.settings(cached.recipe(spec.data)), side == "b"
    code = code_of(spec.data)
    with places[0]:
        first = controls.toggle(mark + "J1", key=f"train_j1_{side}", default=True)
    with places[1]:
        alpha = _weight(
            mark + _("α, the weight of J2"), f"train_alpha_{code}_{side}",
            0.0 if alone else usual.alpha,
        )  # fmt: skip
    with places[2]:
        beta = _weight(
            mark + _("β, the weight of J3"), f"train_beta_{code}_{side}",
            0.0 if alone else usual.beta,
        )  # fmt: skip
    with places[3]:
        rate = _rate(spec.data, side, mark)
    if not (first or alpha or beta):
        raise UserError("A run needs one of the three losses at least.")
    spec = spec.with_settings(
        {"discriminate": first, "alpha": alpha, "beta": beta, "learning_rate": rate}
    )
    _told([spec], mark)
    return spec


def four(spec: "RunSpec") -> "dict[str, RunSpec]":
    """J1 alone, with J2, with J3, and all three, otherwise alike."""
    places = st.columns([1.6, 1.6, 1.1], vertical_alignment="bottom")
    usual = cached.settings(cached.recipe(spec.data))
    weights, code = dscmr_losses.WEIGHTS[1:], code_of(spec.data)
    with places[0]:
        alpha = controls.steps(
            _("α, the weight of J2"), {w: w for w in weights}, key=f"four_alpha_{code}",
            default=f"{usual.alpha:g}",
        )  # fmt: skip
    with places[1]:
        beta = controls.steps(
            _("β, the weight of J3"), {w: w for w in weights}, key=f"four_beta_{code}",
            default=f"{usual.beta:g}",
        )  # fmt: skip
    with places[2]:
        rate = _rate(spec.data, "a", "")
    specs = {
        label: spec.with_settings({
            "discriminate": first, "alpha": float(alpha) * second, "beta": float(beta) * third,
            "learning_rate": rate,
        })
        for label, (first, second, third) in FOUR.items()
    }  # fmt: skip
    _told(list(specs.values()), "")
    return specs


def steer(records: "Sequence[Record]", mark: str) -> None:
    """Switches and weights of the losses, from the next step on; not of runs that differ here."""
    held = [cached.settings(record.spec.as_changed()) for record in records]
    now = held[0]
    if any(each != now for each in held):
        return
    run, first = records[0].id, f"J1 of {records[0].id}"

    def ask() -> None:
        change(records, "discriminate", st.session_state[first])

    with st.container(horizontal=True, vertical_alignment="bottom", key=f"losses of {run}"):
        st.toggle(mark + "J1", now.discriminate, key=first, on_change=ask, width=LIVE_SWITCH)
        counted = [st.session_state[first]]
        counted.append(_steered(records, mark, "J2", "alpha", _("α from here on"), now.alpha))
        counted.append(_steered(records, mark, "J3", "beta", _("β from here on"), now.beta))
    if not any(counted):
        st.caption(_("No loss counts: nothing is learned until one is switched on."))


def _steered(
    records: "Sequence[Record]", mark: str, name: str, setting: str, label: str, now: float
) -> bool:
    """A loss with its weight; returns whether it counts."""
    begun: float = getattr(cached.settings(records[0].spec), setting)
    switch, slider = (f"{what} of {records[0].id}" for what in (name, setting))
    weights = [float(text) for text in dscmr_losses.WEIGHTS[1:]]

    def ask() -> None:
        change(records, setting, st.session_state[slider] * st.session_state[switch])

    st.toggle(mark + name, now > 0, key=switch, on_change=ask, width=LIVE_SWITCH)
    st.select_slider(
        mark + label, weights, key=slider, format_func="{:g}".format, on_change=ask,
        value=min(weights, key=lambda weight: abs(math.log(weight / (now or begun or weights[0])))),
        disabled=not st.session_state[switch], width=LIVE_SLIDER,
    )  # fmt: skip
    return bool(st.session_state[switch])


def _weight(label: str, key: str, usual: float) -> float:
    texts = {text: text for text in dscmr_losses.WEIGHTS}
    return float(controls.steps(label, texts, key=key, default=f"{usual:g}"))


def _rate(data: str, side: str, mark: str) -> float:
    rate = controls.select(
        mark + _("Learning rate"), {rate: rate for rate in RATES},
        key=f"train_rate_{code_of(data)}_{side}",
        default=f"{cached.recipe(data).learning_rate:g}",
    )  # fmt: skip
    return float(rate)


def _told(specs: "list[RunSpec]", mark: str) -> None:
    """How long it will take."""
    text = _("Expected: about {time} of training, estimated from a step timed on this machine.")
    time = run_words.about(max(cached.seconds(specs), 1))
    st.caption(mark + text.format(time=time))

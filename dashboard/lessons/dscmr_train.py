"""The question "Train it" of the DSCMR lesson: the training panel and its settings."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from dashboard import controls, run_settings, run_words
from dashboard.cache import dscmr_losses
from dashboard.cache import dscmr_train as cached
from dashboard.i18n import _
from dashboard.training_panel import SEED, SEEDS, panel

if TYPE_CHECKING:
    from dashboard.cache.training import RunSpec

CODE = ("cnnviz.training.task_pairs:Pairs", "cnnviz.training.fit:fit")
TEXT = "dscmr_train"
BATCHES = ("25", "50", "100", "200")
RATES = ("0.00003", "0.0001", "0.0003", "0.001", "0.003", "0.01")
#: With which of J1, J2 and J3 each run is trained: of the four that are started at once.
FOUR = {
    "J1": (True, False, False), "J1+J2": (True, True, False), "J1+J3": (True, False, True),
    "J1+J2+J3": (True, True, True),
}  # fmt: skip


def train(data: str) -> None:
    """The whole question; the panel begins with the set of pairs that is looked at."""
    panel(cached.MODEL, lambda: _common(data), own, {"four": (_("Four losses"), four)})


def _common(looked_at: str) -> "RunSpec":
    """What all runs of a comparison share: pairs, their scaling, how long, the seed."""
    places = st.columns([1.5, 1.6, 1, 1, 1], vertical_alignment="bottom")
    with places[0]:
        here = cached.sets_here()
        sets = {name: run_settings.data_title(name) for name in here}
        fetch = _("Wikipedia and Pascal Sentence can be chosen once they are fetched on the page "
                  "“Data”.")  # fmt: skip
        data = controls.select(
            _("Pairs"), sets, key="train_data", help=None if len(sets) > 2 else fetch,
            default=looked_at if looked_at in here else here[0],
        )  # fmt: skip
    usual = cached.recipe(data)
    with places[1]:
        kinds = {
            "none": _("none"), "standard": _("standard"), "root": _("standard, of square roots"),
        }  # fmt: skip
        scaling = controls.select(
            _("Scaling"), kinds, key=f"train_scaling_{data}",
            default=cached.settings(usual).scaling,
            help=_("Standard: each feature to mean 0 and deviation 1, over the training pairs."),
        )  # fmt: skip
    with places[2]:
        batch = controls.select(
            _("Batch"), {n: n for n in BATCHES}, key="train_batch", default="100"
        )
    with places[3]:
        epochs = controls.number(
            _("Epochs"), key=f"train_epochs_{data}", min_value=1, max_value=200,
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
    with places[0]:
        first = controls.toggle(mark + "J1", key=f"train_j1_{side}", default=True)
    with places[1]:
        alpha = _weight(
            mark + _("α, the weight of J2"), f"train_alpha_{spec.data}_{side}",
            0.0 if alone else usual.alpha,
        )  # fmt: skip
    with places[2]:
        beta = _weight(
            mark + _("β, the weight of J3"), f"train_beta_{spec.data}_{side}",
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
    weights = dscmr_losses.WEIGHTS[1:]
    with places[0]:
        alpha = controls.steps(
            _("α, the weight of J2"), {w: w for w in weights}, key=f"four_alpha_{spec.data}",
            default=f"{usual.alpha:g}",
        )  # fmt: skip
    with places[1]:
        beta = controls.steps(
            _("β, the weight of J3"), {w: w for w in weights}, key=f"four_beta_{spec.data}",
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


def _weight(label: str, key: str, usual: float) -> float:
    texts = {text: text for text in dscmr_losses.WEIGHTS}
    return float(controls.steps(label, texts, key=key, default=f"{usual:g}"))


def _rate(data: str, side: str, mark: str) -> float:
    rate = controls.select(
        mark + _("Learning rate"), {rate: rate for rate in RATES}, key=f"train_rate_{data}_{side}",
        default=f"{cached.recipe(data).learning_rate:g}",
    )  # fmt: skip
    return float(rate)


def _told(specs: "list[RunSpec]", mark: str) -> None:
    """How long it will take."""
    text = _("Expected: about {time} of training, estimated from a step timed on this machine.")
    time = run_words.about(max(cached.seconds(specs), 1))
    st.caption(mark + text.format(time=time))

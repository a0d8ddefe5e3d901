"""The question "Train it" of the DnCNN lesson: the training panel and its settings."""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import controls, run_words
from dashboard.cache import dncnn_train as cached
from dashboard.i18n import _
from dashboard.training_panel import SEED, SEEDS, panel

if TYPE_CHECKING:
    from dashboard.cache.training import RunSpec

CODE = ("cnnviz.training.task_pictures:Pictures", "cnnviz.training.fit:fit")
MAPS = ("8", "16", "32", "48", "64")
LEVELS, BLIND = ("5", "10", "15", "25", "35", "50", "75"), "55"  # grey levels
PATCHES = ("20", "30", "40", "50", "64")  # pixels a side
COUNTS = ("160", "320", "480", "960", "1920", "3200", "12800")  # patches an epoch
BATCHES = ("4", "8", "16", "32", "64", "128")
RATES = ("0.0001", "0.0003", "0.001", "0.003", "0.01", "0.03")
# What fits 20 seconds on two cores.
DEPTH, USUAL_MAPS, COUNT, BATCH, EPOCHS, RATE = 7, "32", "480", "16", 7, "0.01"
VALIDATION = 4  # pictures: each epoch ends with all of them
#: Output the noise, batch norm: of the four runs that are started at once.
FOUR = {"A": (True, True), "B": (True, False), "C": (False, True), "D": (False, False)}


def train() -> None:
    """The whole question."""
    panel(cached.MODEL, common, own, {"four": (_("All four"), four)})


def common() -> "RunSpec":
    """What all runs of a comparison share: pictures, noise, patches, how long, the seed."""
    places = st.columns([1.6, 1.3, 1.1, 1.1, 1, 1.1, 1.1], vertical_alignment="bottom")
    with places[0]:
        sets = {"bundled": _("Bundled photos")}
        if cached.train400_here():
            sets["train400"] = "Train400"
        fetch = _(
            "The paper’s 400 pictures can be chosen once they are fetched on the page “Data”."
        )
        data = controls.select(
            _("Pictures"), sets, key="train_data", help=None if len(sets) > 1 else fetch
        )
    with places[1]:
        blind = _("blind, 0–{most}").format(most=BLIND)
        levels = {level: level for level in LEVELS} | {"blind": blind}
        level = controls.select(
            _("Noise σ"), levels, key="train_sigma", default="25",
            help=_("Blind: each patch has a level of its own; PSNR is then the mean over σ = 15, "
                   "25 and 50."),
        )  # fmt: skip
    settings = {
        "validation": VALIDATION, "blind": level == "blind",
        "sigma": float(BLIND if level == "blind" else level),
    }  # fmt: skip
    return cached.recipe(data).with_settings(settings | _length(places[2:]))


def _length(places: "list[st.delta_generator.DeltaGenerator]") -> dict[str, int]:
    """How much is learned from, in which steps, and from which seed; in five places."""
    with places[0]:
        sides = {side: f"{side} × {side}" for side in PATCHES}
        side = controls.select(_("Patch"), sides, key="train_patch", default="40")
    with places[1]:
        count = controls.select(
            _("Patches"), {n: n for n in COUNTS}, key="train_patches", default=COUNT,
            help=_("So many patches, drawn at random, make an epoch."),
        )  # fmt: skip
    with places[2]:
        batch = controls.select(
            _("Batch"), {n: n for n in BATCHES}, key="train_batch", default=BATCH
        )
    with places[3]:
        epochs = controls.number(
            _("Epochs"), key="train_epochs", min_value=1, max_value=200, default=EPOCHS, step=1
        )
    with places[4]:
        seed = controls.number(
            _("Seed"), key=SEED, min_value=0, max_value=SEEDS - 1, default=0, step=1
        )
    return {
        "patch": int(side), "patches": int(count), "batch_size": int(batch), "epochs": epochs,
        "seed": seed,
    }  # fmt: skip


def own(spec: "RunSpec", side: str, mark: str) -> "RunSpec":
    """The network and its learning rate; B begins as A's counterpart that puts out the picture."""
    places = st.columns([1.6, 1.2, 0.9, 0.9, 1.1], vertical_alignment="bottom")
    outputs = {"noise": _("noise"), "picture": _("picture")}
    with places[0]:
        output = controls.segmented(
            mark + _("Output"), outputs, key=f"train_output_{side}",
            default="picture" if side == "b" else "noise",
        )  # fmt: skip
    with places[1]:
        norm = controls.toggle(mark + _("Batch norm"), key=f"train_norm_{side}", default=True)
    spec = _network(spec, places[2:], side, mark)
    spec = _answering(spec, residual=output == "noise", batch_norm=norm)
    _told([spec], mark)
    return spec


def four(spec: "RunSpec") -> "dict[str, RunSpec]":
    """Noise or picture, with and without batch norm: runs A to D, otherwise alike."""
    spec = _network(spec, st.columns(3, vertical_alignment="bottom"), "a", "")
    specs = {
        label: _answering(spec, residual=residual, batch_norm=norm)
        for label, (residual, norm) in FOUR.items()
    }
    st.markdown(
        _("A: noise, batch norm · B: noise, no batch norm · C: picture, batch norm · D: picture, "
          "no batch norm")
    )  # fmt: skip
    _told(list(specs.values()), "")
    return specs


def _answering(spec: "RunSpec", *, residual: bool, batch_norm: bool) -> "RunSpec":
    return spec.with_settings({"residual": residual, "batch_norm": batch_norm})


def _network(
    spec: "RunSpec", places: "list[st.delta_generator.DeltaGenerator]", side: str, mark: str
) -> "RunSpec":  # fmt: skip
    """Its size and learning rate, in three places."""
    with places[0]:
        depth = controls.number(
            mark + _("Layers"), key=f"train_depth_{side}", min_value=2, max_value=20,
            default=DEPTH, step=1,
        )  # fmt: skip
    with places[1]:
        maps = controls.select(
            mark + _("Maps"), {n: n for n in MAPS}, key=f"train_maps_{side}", default=USUAL_MAPS
        )
    with places[2]:
        rate = controls.select(
            mark + _("Learning rate"), {rate: rate for rate in RATES}, key=f"train_rate_{side}",
            default=RATE,
        )  # fmt: skip
    return spec.with_settings({"depth": depth, "maps": int(maps), "learning_rate": float(rate)})


def _told(specs: "list[RunSpec]", mark: str) -> None:
    """How long it will take."""
    seconds = [cached.expected_seconds(spec) for spec in specs]
    text = (
        _("Expected: about {time} of training each, one after the other (estimated from the number "
          "of multiplications).")
        if len(specs) > 1
        else _("Expected: about {time} of training (estimated from the number of multiplications).")
    )  # fmt: skip
    said = [mark + text.format(time=run_words.duration(max(seconds)))]
    if max(seconds) > cached.LIMIT:
        stopped = _("A run is stopped after {limit}; “Go on” gives it as much again.")
        said.append(stopped.format(limit=run_words.duration(cached.LIMIT)))
    st.caption(" ".join(said))

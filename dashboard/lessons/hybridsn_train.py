"""The settings of HybridSN's training panel: what a scene is cut into, the network, the split."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.numbers import percent
from cnnviz.text import N_
from dashboard import controls
from dashboard.cache import hybridsn_train as cached
from dashboard.i18n import _
from dashboard.run_words import about
from dashboard.training_panel import SEED, SEEDS

if TYPE_CHECKING:
    from dashboard.cache.hybridsn_train import Scene
    from dashboard.cache.training import RunSpec

    Common = Callable[[], RunSpec]
    Own = Callable[[RunSpec, str, str], RunSpec]

WINDOWS = ("9", "11", "13", "15", "17", "19", "21", "23", "25")
COMPONENTS = ("3", "5", "10", "15", "20", "30", "40")
BATCHES = ("16", "32", "64", "128", "256")
RATES = ("0.0001", "0.0003", "0.001", "0.002", "0.003", "0.01")
DROPOUTS = ("0", "0.2", "0.4", "0.6")
SHARES = ("0.01", "0.02", "0.05", "0.1", "0.2", "0.3")
COUNTS = ("5", "10", "20", "50", "100")
#: The control that says which preset the others begin with.
PRESET = "begin"
#: Seconds that a run of a page may take, after which it is stopped and can go on.
LIMIT = 600
OWN_SCENE = N_(
    "This scene is yours alone, and the process that trains cannot read what you uploaded. Train "
    "on its files from the command line: "
    "python -m cnnviz train hybridsn --data CUBE --gt LABELS --out NAME."
)


def controls_for(scene: "Scene") -> "tuple[Common, Own]":
    """The two functions that a training panel takes, for a scene.

    What all runs of a comparison share: the split, the epochs, the batches and the seed. What may
    differ between A and B: the network, and what its windows are made of.
    """

    def common() -> "RunSpec":
        if not cached.trainable(scene):
            raise UserError(OWN_SCENE)
        return _common(scene)

    def own(spec: "RunSpec", side: str, mark: str) -> "RunSpec":
        spec = _network(spec, side, mark)
        spec = _switches(spec, side, mark)
        _told(spec, scene, mark)
        return spec

    return common, own


def _common(scene: "Scene") -> "RunSpec":
    places = st.columns([1.5, 1.6, 1.1, 1, 1, 1, 1], vertical_alignment="bottom")
    with places[0]:
        presets = {cached.QUICK: _("Quick"), cached.PAPER: _("The paper's")}
        chosen = controls.select(_("Begin with"), presets, key=PRESET)
    usual = cached.preset(chosen, scene.name)
    settings: dict[str, object] = {}
    with places[1]:
        settings["split"] = how = controls.select(_("Split"), _splits(), key="split")
    with places[2]:
        if how == "per_class":
            count = controls.select(
                _("Train, each class"), {n: n for n in COUNTS}, key="train_count", default="50"
            )
            settings["train_per_class"] = int(count)
        else:
            shares = {share: percent(float(share), 0) for share in SHARES}
            share = controls.select(_("Train"), shares, key="train_share", default="0.1")
            settings["train_share"] = float(share)
    with places[3]:
        settings["split_seed"] = _seed(_("Split seed"), "split_seed")
    with places[4]:
        # Each preset has a number of its own: what is enough for one takes the other hours.
        settings["epochs"] = controls.number(
            _("Epochs"), key=f"epochs_{chosen}", min_value=1, max_value=200,
            default=usual.epochs, step=1,
        )  # fmt: skip
    with places[5]:
        batch = controls.select(
            _("Batch"), {n: n for n in BATCHES}, key=f"batch_{chosen}",
            default=str(usual.batch_size),
        )  # fmt: skip
        settings["batch_size"] = int(batch)
    with places[6]:
        settings["seed"] = _seed(_("Seed"), SEED)
    return usual.with_settings(settings)


def _splits() -> dict[str, str]:
    return {
        "random": _("Random share"), "per_class": _("Random count"), "blocks": _("In blocks"),
    }  # fmt: skip


def _seed(label: str, key: str) -> int:
    return controls.number(label, key=key, min_value=0, max_value=SEEDS - 1, default=0, step=1)


def _network(spec: "RunSpec", side: str, mark: str) -> "RunSpec":
    """Network, window, components, learning rate, dropout; B begins as the 2-D counterpart."""
    usual, preset = cached.data_settings(spec), st.session_state[PRESET]
    places = st.columns([1.6, 1, 1, 1, 1])
    kinds = dict(zip(cached.networks(), ("HybridSN", _("2-D only"), _("3-D only")), strict=True))
    with places[0]:
        kind = controls.select(
            mark + _("Network"), kinds, key=f"kind_{side}",
            default=cached.networks()[1 if side == "b" else 0],
        )  # fmt: skip
    chosen = {}
    ranges = {
        "window": (_("Window"), WINDOWS, usual.window),
        "components": (_("Components"), COMPONENTS, usual.components),
        "learning_rate": (_("Learning rate"), RATES, spec.learning_rate),
        "dropout": (_("Dropout"), DROPOUTS, spec.model_args["dropout"]),
    }
    for place, (name, (label, values, now)) in zip(places[1:], ranges.items(), strict=True):
        names = {v: f"{v} × {v}" if name == "window" else v for v in values}
        with place:
            chosen[name] = controls.select(
                mark + label, names, key=f"net_{name}_{preset}_{side}", default=f"{now:g}"
            )
    whole = {"window", "components"}
    settings = {name: (int if name in whole else float)(text) for name, text in chosen.items()}
    return cached.with_network(spec, kind).with_settings(settings)


def _switches(spec: "RunSpec", side: str, mark: str) -> "RunSpec":
    """What is on or off."""
    usual = cached.data_settings(spec)
    switches = {
        "whiten": (_("Whiten"), usual.whiten, _("Each component is scaled to a variance of 1.")),
        "batch_norm": (_("Batch norm"), False, _("After every convolution; not in the paper.")),
        "augment": (_("Augment"), False, _("Windows are turned by 90° and mirrored at random.")),
        "jitter": (_("Jitter"), False, _("A window's components are scaled and shifted a bit.")),
        "balanced": (_("Balance"), False, _("The rarer a class, the more its pixels count.")),
        "fitted_on": (
            _("PCA on training"), False,
            _("Otherwise on the whole scene, so that test pixels have a say in the components."),
        ),
    }  # fmt: skip
    settings: dict[str, object] = {}
    with st.container(horizontal=True, gap="small", key=f"switches_{side}"):
        if mark:
            st.markdown(f"**{mark.strip(' ·')}**", width="content")
        for name, (label, on, why) in switches.items():
            settings[name] = controls.toggle(label, key=f"{name}_{side}", default=on, help=why)
    settings["jitter"] = 0.1 if settings["jitter"] else 0.0
    settings["fitted_on"] = "training" if settings["fitted_on"] else "scene"
    return spec.with_settings(settings)


def _told(spec: "RunSpec", scene: "Scene", mark: str) -> None:
    """How long it will take, or why it cannot be done."""
    time = cached.expected(spec, scene)
    text = (
        _("Expected: {time} of training, at the pace of an earlier run of this network.")
        if time.from_run
        else _("Expected: about {time} of training, estimated from a step timed on this machine.")
    )
    said = [mark + text.format(time=about(time.seconds))]
    if time.seconds > LIMIT:
        said.append(
            _("A run is stopped after {limit}; “Go on” gives it as much again.").format(
                limit=about(LIMIT)
            )
        )
    st.caption(" ".join(said))

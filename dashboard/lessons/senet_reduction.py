"""The question "How narrow?" of the SENet lesson: what a reduction ratio costs and gives."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import THIN, millions, percent, si, significant, tick, whole
from cnnviz.figures.seeds import change_text, is_clear, seeds_figure, summary
from cnnviz.printed.senet import SENET_RATIOS
from dashboard import controls, frame, run_words
from dashboard.cache import senet_any as cached
from dashboard.components import cost_pictures, live_slider
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.cache.senet_any import Grid, Setting

CODE = (
    "cnnviz.models.senet:SEBlock", "cnnviz.explain.senet_insertion:weights",
    "cnnviz.training.senet_grid:_trained",
)  # fmt: skip
TEXT = "senet_reduction"
USUAL, MOST = 16, 64
HEIGHT = 190  # CSS pixels of the tallest column
TRAINING, TEST = 50_000, 10_000  # images of CIFAR-10
TRAINED = "our_resnet20"  # the network that is trained here with each ratio
#: Networks whose blocks are shown, by the key of ``cached.networks``.
NETWORKS = ("resnet50", "our_senet", TRAINED)


def how_narrow() -> None:
    """The whole question."""
    cost_pictures.style()
    _live()
    grid = cached.trained()
    left, right = st.columns([1, 1.1], gap="large")
    with left:
        _paper()
    if not any(each.accuracy for each in grid.settings):
        return
    with left:
        _differences(grid)
    with right:
        _trained(grid)


@st.fragment
@frame.guard()
def _live() -> None:
    """The slider, and each block's weights."""
    networks = cached.networks()
    left, right = cost_pictures.beside("cost_row")
    with left:
        names = {
            key: f"{networks[key].name} ({networks[key].input_shape[-1]}{THIN}px)"
            for key in NETWORKS
        }
        key = controls.select(_("Network"), names, key="r_network")
        r = live_slider(
            _("Reduction ratio r"), key="r", min_value=1, max_value=MOST, value=USUAL
        )  # fmt: skip
        st.markdown(_told(key, r))
    with right:
        _totals(key, r)
        slots = []
        for number, (channels, hidden, weights) in enumerate(cached.blocks(key, r), start=1):
            single = channels**2
            tip = _(
                "block {number}: {channels} channels, {hidden} hidden units: {weights} weights; "
                "a single layer: {single}"
            ).format(
                number=number, channels=channels, hidden=hidden, weights=whole(weights),
                single=whole(single),
            )  # fmt: skip
            slots.append((str(number), [("linear", float(weights), float(single), tip)]))
        cost_pictures.columns(
            slots, label=_("Weights of SE, block by block"), axis=_("block"),
            hint=_("Filled: two layers, 2C²/r weights. Dashed: a single layer, C²."),
            number=tick, height=HEIGHT,
        )  # fmt: skip


def _totals(key: str, r: int) -> None:
    network = cached.networks()[key]
    two, one = network.added(r), network.added(0)
    cost_pictures.totals(
        [
            (_("SE’s parameters"), si(two), _("{share} of the network’s").format(
                share=percent(two / network.parameters))),
            (_("SE’s multiply-adds"), si(two), _("{share} of the network’s").format(
                share=percent(two / network.madds, 3))),
            (_("a single layer"), si(one), _("{times} times as many").format(
                times=significant(one / two, 2))),
            (_("with SE"), millions(network.parameters + two), _("without: {number}").format(
                number=millions(network.parameters))),
        ],
        chosen=0,
    )  # fmt: skip


def _told(key: str, r: int) -> str:
    """The widest block, and the share of the last stage."""
    blocks = cached.blocks(key, r)
    channels, hidden, weights = blocks[-1]
    last = sum(each for width, _hidden, each in blocks if width == channels)
    text = _(
        "Last block: C = {channels}, C/r = {hidden}, weights {product} = {weights}. The last stage "
        "has {share} of all."
    )
    said = text.format(
        channels=channels, hidden=hidden, weights=whole(weights),
        product=f"{THIN}×{THIN}".join(map(str, (2, channels, hidden))),
        share=percent(last / sum(each for _channels, _hidden, each in blocks), 0),
    )  # fmt: skip
    narrow = sorted({width for width, _hidden, _weights in blocks if width < r})
    if narrow:
        text = _("Where C is below r ({widths}), one hidden unit is left.")
        said += " " + text.format(widths=", ".join(map(str, narrow)))
    return said


def _paper() -> None:
    """The paper's table, and the same networks counted."""
    st.markdown(_("**The paper**: SE-ResNet-50 on ImageNet"))
    network = cached.networks()["resnet50"]
    rows = []
    for row in SENET_RATIOS:
        counted = network.parameters + cached.added("resnet50", row.r or None)
        rows.append([
            str(row.r) if row.r else _("without SE"), f"{row.top1.value:.2f}{THIN}%",
            f"{row.parameters.value:g}{THIN}M", millions(counted),
        ])  # fmt: skip
    heads = ["r", _("top-1 error"), _("parameters"), _("counted here")]
    cost_pictures.table(heads, rows, label=_("The paper’s table of reduction ratios"))
    frame.cite(*(number for row in SENET_RATIOS for number in (row.top1, row.parameters)))


def _trained(grid: "Grid") -> None:
    """What was trained here with each ratio."""
    st.markdown(_("**Trained here**: SE-ResNet-20 on a part of CIFAR-10"))
    results = [
        (
            _name(each), list(each.accuracy.values()),
            [_("seed {seed}").format(seed=seed) for seed in each.accuracy],
        )
        for each in grid.settings
    ]  # fmt: skip
    labels = {
        "mean": _("mean"), "deviation": _("standard deviation"),
        "accuracy": _("accuracy on test images"),
    }  # fmt: skip
    st.plotly_chart(seeds_figure(results, labels), config=frame.PLOT, key="r_picture")
    if missing := _missing(grid):
        text = _("Not trained yet: {missing}. `{command}` does it.")
        st.caption(text.format(missing=missing, command=grid.made_by))
    text = _(
        "{images} training images of CIFAR-10, not all {all}, and {epochs} epochs on one thread "
        "of a CPU; the same recipe and the same images for all, {held} more to choose the epoch "
        "by; accuracy on all {test} test images. ± is the standard deviation over the seeds; what "
        "is smaller than it cannot be told. A whole training gives more."
    )
    st.caption(text.format(
        images=whole(grid.images), all=whole(TRAINING), epochs=grid.epochs,
        held=whole(grid.validation), test=whole(TEST),
    ))  # fmt: skip


def _differences(grid: "Grid") -> None:
    """Each network that was trained here against that without SE."""
    st.markdown(_("**Trained here**, against the network without SE"))
    rows = []
    for each in grid.settings:
        changes = each.against(grid.without)
        plain = each is grid.without or not changes
        rows.append([
            _name(each), si(cached.added(TRAINED, each.r)),
            run_words.NONE if plain else change_text(changes), "" if plain else _verdict(changes),
        ])  # fmt: skip
    heads = ["", _("SE’s parameters"), _("difference (points)"), ""]
    cost_pictures.table(heads, rows, label=_("Difference in accuracy by reduction ratio"))


def _verdict(changes: list[float]) -> str:
    """Whether the runs can tell."""
    if not is_clear(changes):
        return _("cannot be told")
    return _("better") if summary(changes)[0] > 0 else _("worse")


def _missing(grid: "Grid") -> str:
    """Which trainings there are no results of."""
    named = [
        _("{name} (seed {seeds})").format(
            name=_name(each), seeds=", ".join(map(str, each.missing)))
        for each in grid.settings if each.missing
    ]  # fmt: skip
    return _(", ").join(named)


def _name(setting: "Setting") -> str:
    if setting.r is None:
        return _("without SE")
    return f"r = {setting.r}" if setting.r else _("a single layer")

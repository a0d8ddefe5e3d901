"""The question "Seen before?" of the HybridSN lesson: what a split lets through to the test."""

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.hybridsn_leakage import KINDS, MIDDLES
from cnnviz.figures.numbers import percent, whole
from dashboard import controls, frame
from dashboard.cache import hybridsn_leakage as cached
from dashboard.cache.hybridsn_scene import grey
from dashboard.components import scene_numbers
from dashboard.components.board import board, slider_cell
from dashboard.components.browser import sent_state
from dashboard.components.scene_choice import chosen_on
from dashboard.components.scene_map import scene_map
from dashboard.i18n import _, translate_error
from dashboard.lessons import hybridsn_leakage_pair as pair
from dashboard.scene_words import class_names, is_narrow, longer_side

if TYPE_CHECKING:
    from dashboard.cache.hybridsn_leakage import Scene

TEXT = "hybridsn_leakage"
EXPLAIN = "cnnviz.explain.hybridsn_leakage:"
HAND = "leak_sliders"  # the board of the sliders
SEEDS = 10_000
USUAL_WINDOW = 25
_LAST = "blocks that were shown last"
HEIGHT, TALLEST = 370, 460  # CSS pixels of a map's longer side, of a narrow scene's at most
#: Of a share in percent, and of pixels of each class: the least, the most, a step, the usual.
AMOUNTS = {"random": (1, 50, 1, 10), "per_class": (5, 200, 5, 50)}


def meter(scene: "Scene") -> None:
    """The whole question."""
    scene_numbers.style()
    _divided(scene)
    frame.folded(TEXT, "meter", f"{EXPLAIN}meter", f"{EXPLAIN}covered",
                 "cnnviz.data.splits:blocks")  # fmt: skip
    pair.pair(scene)
    frame.folded(TEXT, "pair", "cnnviz.data.splits:stratified", "cnnviz.metrics:classification")


@st.fragment
@frame.guard()
def _divided(scene: "Scene") -> None:
    """How a random split divides, and what the colours mean; what moves with the sliders is a
    fragment of its own."""
    ways = {"random": _("a share"), "per_class": _("a number")}
    left, right = st.columns([1, 4.3], gap="medium")
    with left:
        how = controls.select(_("Of each class"), ways, key="leak_how")
        seed = controls.number(
            _("Seed"), key="leak_seed", min_value=0, max_value=SEEDS - 1, default=1, step=1
        )
        rows = [(colour, _(name)) for colour, name in (*KINDS[1:], MIDDLES)]
        scene_numbers.colour_key(rows, below=True)
    with right:
        _live(scene, how, seed)


@st.fragment
@frame.guard()
def _live(scene: "Scene", how: str, seed: int) -> None:
    """Sliders, and both splits as they are at these settings."""
    amount, window = _settings(scene, how)
    moving = any(sent_state(HAND, key).get("moving") for key in ("leak_window", f"leak_{how}"))
    left, right = st.columns(2, gap="medium")
    with left:
        share = _random(scene, how, amount, seed, window)
    with right:
        _blocks(scene, share, seed, window, wait=not moving)


def _settings(scene: "Scene", how: str) -> tuple[float, int]:
    """A share or a number of pixels for training, and the window."""
    least, most, step, usual = AMOUNTS[how]
    names = {"random": _("Training share"), "per_class": _("Training pixels of each class")}
    amount, amount_cell = slider_cell(
        HAND, names[how], key=f"leak_{how}", min_value=least, max_value=most, step=step,
        value=usual, unit="%" if how == "random" else "",
    )  # fmt: skip
    widest = cached.widest(scene)
    window, window_cell = slider_cell(
        HAND, _("Window"), key="leak_window", min_value=cached.LEAST, max_value=widest, step=2,
        value=min(USUAL_WINDOW, widest), format=lambda side: f"{side} × {side}",
    )  # fmt: skip
    board((1, [window_cell]), (1, [amount_cell]), key=HAND)
    return amount / 100 if how == "random" else amount, window


def _random(scene: "Scene", how: str, amount: float, seed: int, window: int) -> float:
    """The random split; returns the share of the labelled pixels that is for training."""
    found = cached.random(scene, how, amount, seed, window)
    _numbers(_("At random"), found)
    _picture(scene, found, key="leak_pixel", label=_("At random: choose a pixel"))
    counts = found.split.counts
    return round(min(max(sum(counts.train) / sum(counts.labelled), 0.01), 0.9), 3)


def _blocks(scene: "Scene", share: float, seed: int, window: int, *, wait: bool) -> None:
    """As many training pixels in blocks, kept apart from the test."""
    title = _("In blocks with a guard band")
    try:
        found = cached.blocks(scene, share, seed, window, wait=wait)
    except UserError as error:  # of this side alone: the other one is there
        st.markdown(f"**{title}**")
        st.warning(translate_error(error))
        return
    _numbers(title, found)
    # While a hand moves, the last ones stay in sight until the next are made.
    shown = found or st.session_state.get(_LAST)
    if shown is not None and shown.name.startswith(f"{scene.name} "):
        label = _("In blocks: choose a pixel")
        note = _left_out(scene, shown)
        _picture(scene, shown, key="leak_block_pixel", label=label, note=note)
        st.session_state[_LAST] = shown


def _numbers(title: str, found: "cached.Measured | None") -> None:
    """What the meter shows; dots as long as it is not known."""
    own, any_class, overlap, inside = ["…"] * 4
    if found is not None:
        m = found.meter
        shares = (m.own_class, m.any_class, m.overlap, m.overlap_inside)
        own, any_class, overlap, inside = (_percent(share) for share in shares)
    scene_numbers.numbers([
        (_("Test windows with a training pixel of their class"), own,
         _("of any class: {share}").format(share=any_class)),
        (_("Of a test window’s pixels, seen in training"), overlap,
         _("unpadded: {share}").format(share=inside)),
    ], title)  # fmt: skip


def _percent(share: float) -> str:
    """With one decimal that never says 100 % of what is less, nor 0 % of what is more."""
    if share in (0, 1):
        return percent(share, 0)
    decimals = 2 if share > 0.9995 or share < 0.0005 else 1
    return percent(share, decimals)


def _picture(
    scene: "Scene", found: "cached.Measured", *, key: str, label: str, note: str = ""
) -> None:
    """The scene by what each pixel is to the test, with the windows over the chosen pixel; what
    there is to say of it stands below, or beside a narrow scene."""
    usual = cached.first_test_pixel(found)
    covered = cached.covered(scene, found, *chosen_on(key, usual, found.split.shape))
    places: list[AbstractContextManager[Any]] = [nullcontext(), nullcontext()]
    if is_narrow(scene):
        places[:] = st.columns([1.4, 1], gap="small")
    with places[0]:
        scene_map(
            grey(scene), exact=False, key=key, label=label, titled=False, selected=(usual,),
            over=(cached.kinds_layers(scene, found), cached.windows_layers(found, covered)),
            names=class_names(scene), window=found.meter.window, shows=found.name,
            size=longer_side(scene, HEIGHT, TALLEST),
        )  # fmt: skip
    with places[1]:
        st.markdown("\n\n".join([_told(scene, found, covered), note]))


def _told(scene: "Scene", found: "cached.Measured", pixel: "cached.Covered") -> str:
    """The chosen pixel in words."""
    number = int(scene.labels[pixel.row, pixel.column])
    names = {
        "train": _("for training"), "validation": _("for validation"), "test": _("for the test"),
        "guard": _("in the guard band"),
    }  # fmt: skip
    place = _("Row {row}, column {column}").format(row=pixel.row, column=pixel.column)
    if not number:
        what = _("not labelled")
    else:
        what = _(", ").join([class_names(scene)[number - 1], names[pixel.part]])
    text = _(
        "**{place}** ({what}): **{count}** training windows cover it, {own} of its own class; "
        "{seen} of its window was seen in training."
    )
    return text.format(
        place=place, what=what, count=whole(len(pixel.training)), own=whole(pixel.own_class),
        seen=percent(pixel.seen, 0),
    )  # fmt: skip


def _left_out(scene: "Scene", found: "cached.Measured") -> str:
    """What the guard band costs."""
    split = found.split
    text = _("The guard band takes {share} of the labelled pixels.")
    said = [text.format(share=percent(split.counts.guard_share, 0))]
    if missing := split.missing("test"):
        classes = class_names(scene)
        names = _("; ").join(classes[number - 1] for number in missing)
        said.append(_("No test pixel is left of: {names}.").format(names=names))
    return " ".join(said)

"""The question "In any network" of the SENet lesson: modules with SE, and what it adds to each."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import THIN, percent, si, significant, whole
from cnnviz.papers import Published
from cnnviz.printed.senet import SENET_RESNET50
from dashboard import controls, frame
from dashboard.cache import senet_any as cached
from dashboard.components import cost_pictures, live_slider
from dashboard.components.board_cells import show
from dashboard.components.senet_module_pictures import module_cell
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.cache.senet_any import Extended, ModuleWithSE

CODE = (
    "cnnviz.models.se_insertion:insert_se", "cnnviz.models.se_modules:SEInceptionModule",
    "cnnviz.explain.senet_modules:module_with_se", "cnnviz.explain.senet_insertion:extended",
)  # fmt: skip
TEXT = "senet_any"
USUAL = 16
MOST = 64
PAPER = (
    SENET_RESNET50.parameters, SENET_RESNET50.parameters_with_se, SENET_RESNET50.gflops,
    SENET_RESNET50.gflops_with_se,
)  # fmt: skip


def in_any() -> None:
    """The whole question."""
    cost_pictures.style()
    _asked()
    text = _(
        "Weights of torchvision’s networks are neither made nor fetched: all are counted on "
        "tensors without data. Squeeze and scaling: one addition and one multiplication for each "
        "number of the maps, whatever r is. The SENet paper, of ResNet-50 as published: "
        "{before} → {after} parameters, {less} → {more} multiply-adds; with squeeze and scaling "
        "the count here is the same."
    )
    before, after, less, more = (_printed(number) for number in PAPER)
    told = text.format(before=before, after=after, less=less, more=more)
    st.caption(f"{told} {frame.citation(*PAPER)}")


@st.fragment
@frame.guard()
def _asked() -> None:
    columns = st.columns([2.6, 1], vertical_alignment="bottom", gap="medium")
    with columns[0]:
        key = controls.segmented(_("Module of"), cached.modules(), key="any_module")
    with columns[1]:
        r = live_slider(
            _("Reduction ratio r"), key="any_r", min_value=1, max_value=MOST, value=USUAL
        )
    found = cached.module(key, r)
    drawn = module_cell(found, label=_("{name}: a module with SE").format(name=found.name))
    show((1, [drawn]), key="any_picture")
    st.markdown(_told(found))
    _table(r)


def _told(found: "ModuleWithSE") -> str:
    """What SE adds to this module."""
    text = _(
        "This module: {parameters} parameters, {madds} multiply-adds. SE adds "
        "2 × {channels} × {hidden} = **{added}** to each: {more} and {work}."
    )
    return text.format(
        parameters=si(found.parameters), madds=si(found.madds), channels=found.channels,
        hidden=found.hidden, added=whole(found.added), more=_share(found.added, found.parameters),
        work=_share(found.added, found.madds),
    )  # fmt: skip


def _table(r: int) -> None:
    heads = [
        _("Network"), _("input"), _("SE blocks"), _("parameters"), "", _("multiply-adds"), "",
        _("squeeze, scaling"),
    ]  # fmt: skip
    rows = []
    for key, network in cached.networks().items():
        added = network.added(r)
        rows.append([
            _name(key, network), _size(network), str(len(network.sites)),
            *_change(network.parameters, added), *_change(network.madds, added),
            si(network.passes),
        ])  # fmt: skip
    label = _("What SE adds to networks, r = {r}").format(r=r)
    cost_pictures.table(heads, rows, label=label)


def _name(key: str, network: "Extended") -> str:
    """The network's name, and whose it is."""
    if key == "resnet50_paper":
        return _("{name} (as published)").format(name=network.name)
    return (
        _("{name} (here)").format(name=network.name)
        if key.startswith("our_")
        else f"{network.name} (torchvision)"
    )


def _size(network: "Extended") -> str:
    return f"{THIN}×{THIN}".join(map(str, network.input_shape))


def _change(before: int, added: int) -> tuple[str, str]:
    return f"{si(before)}{THIN}→{THIN}{si(before + added)}", f"+{_share(added, before)}"


def _share(part: int, of: int) -> str:
    """In percent, with as many digits as show that it is not nothing."""
    share = part / of
    return percent(share) if share >= 0.001 else f"{significant(100 * share, 2)}{THIN}%"


def _printed(number: Published) -> str:
    return f"{number.value:g}{THIN}{number.unit}"

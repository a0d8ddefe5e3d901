"""The question "Layer by layer" of the DnCNN lesson: a layer's maps, what is left in them of
picture and noise, and how far the layer sees."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures import dncnn_layers as figures
from cnnviz.figures.numbers import percent
from dashboard import controls, frame
from dashboard.cache import dncnn_layers as cached
from dashboard.components import live_slider, map_grid
from dashboard.components.board import Cell, picture_cell
from dashboard.components.board_cells import show, tiles_cell
from dashboard.components.dncnn_layers_pictures import field_cell, shares_cell
from dashboard.i18n import _
from dashboard.lessons.dncnn_shared import Noise, Subject

if TYPE_CHECKING:
    from dashboard.cache.dncnn_layers import LayerMaps, ReceptiveField

#: The functions behind the pictures, for the code panel.
CODE = (
    "cnnviz.explain.dncnn_layers:layer_by_layer",
    "cnnviz.explain.dncnn_layers:LayerMaps",
    "cnnviz.explain.dncnn_layers:explained",
    "cnnviz.explain.dncnn_layers:receptive_fields",
)
PAGE = "page"  # in the link: the network that is chosen for the page
USUAL = 5  # the layer at first
COLUMNS = 5  # of the maps
WHITE = 255  # grey levels of 1 in the network
LARGE, SIZE = 400, 190  # pixels of a picture's longer side


@st.fragment
@frame.guard()
def layers(page: str, subject: Subject, noise: Noise) -> None:
    """The whole question, of the page's network or of a small one.

    Args:
        page: the trained network that is chosen for the page.
        subject: the crop that is looked at.
        noise: what is added to it.
    """
    choices = {
        PAGE: _("from the sidebar"), "dncnn_small": _("small, finds the noise"),
        "dncnn_small_direct": _("small, finds the picture"),
    }  # fmt: skip
    chosen = controls.segmented(_("Network"), choices, key="layer_net")
    network = page if chosen == PAGE else chosen
    with st.spinner(_("The network runs layer by layer; this takes some seconds …")):
        found = cached.layers(network, subject, noise)
        fields = cached.fields(network, subject, noise)
    if subject.pixels.ndim == 3:
        st.caption(_("The network is a grey one; shown is how it reads the green channel."))
    _moving(network, subject, noise)
    words = {
        "picture": _("picture"), "noise": _("noise"), "all": _("all it can depend on"),
        "effective": _("95 % of the gradient"), "read": _("read out of all maps: R² (%)"),
        "single": _("share in a single map (%)"), "field": _("pixels a side"),
        "layer": _("layer"),
    }  # fmt: skip
    st.plotly_chart(figures.depth_figure(found, fields, words), config=frame.PLOT)
    st.caption(_("Layer 0 is the noisy picture itself."))


@st.fragment
@frame.guard()
def _moving(network: str, subject: Subject, noise: Noise) -> None:
    """The slider, and what moves with it; all of it has been computed."""
    depth = cached.depth(network)
    number = live_slider(
        _("Layer"), key="layer", min_value=1, max_value=depth, value=min(USUAL, depth),
        format=lambda n: _("{number} of {count}").format(number=n, count=depth),
    )  # fmt: skip
    found = cached.layers(network, subject, noise)
    layer, last = found[number], number == depth
    # What the last layer puts out is a picture's: in grey levels.
    maps = WHITE * layer.maps if last else layer.maps
    names = [_share(share) for share in layer.common]
    left, right = st.columns([1.25, 1.5], gap="medium")
    with left:
        chosen = map_grid(
            maps, key="layer_map", label=_maps_label(network, number, layer, last),
            scale="module" if last else "unit", signed=last and cached.finds_noise(network),
            selectable=not last, columns=1 if last else COLUMNS, count=layer.count,
            names=names[: len(maps)], max_tile=LARGE, shows=str(number),
        ) or 0  # fmt: skip
    field = cached.fields(network, subject, noise)[number - 1]
    noisy = WHITE * found[0].maps[0]
    numbers = [_shares_cell(layer)]
    if not last:
        numbers.insert(0, _single_cell(maps, chosen, number))
    with right:
        show((1, _field_cells(noisy, field, depth)), (1, numbers), key="layer_board")


def _single_cell(maps: "np.ndarray", chosen: int, number: int) -> Cell:
    """The chosen map as it is."""
    text = _("Map {map}, every pixel")
    return tiles_cell(
        maps[chosen : chosen + 1], label=text.format(map=chosen), columns=1,
        signed=False, max_tile=SIZE, names=[_("map {map}").format(map=chosen)],
        shows=f"{number} {chosen}",
    )  # fmt: skip


def _field_cells(noisy: "np.ndarray", field: "ReceptiveField", depth: int) -> list[Cell]:
    """The crop with the field of its middle pixel, and the field enlarged."""
    picture = figures.field_picture(noisy, field)
    top, left = field.row - field.layer, field.column - field.layer
    box = (top, left, top + field.side, left + field.side)
    whole = picture_cell(picture, label=_("Seen by the middle pixel"), size=SIZE, outline=box)
    text = _("{side} × {side}: {what}")
    squares = [
        ("all", field.side, text.format(side=field.side, what=_("all it can depend on"))),
        ("effective", field.effective,
         text.format(side=field.effective, what=_("95 % of the gradient"))),
    ]  # fmt: skip
    window = figures.around(picture, field.row, field.column, depth + 1)
    return [whole, field_cell(window, squares, label=_("The same, enlarged"))]


def _shares_cell(layer: "LayerMaps") -> Cell:
    """What is left of picture and noise in a layer."""
    read = ((_("picture"), layer.picture), (_("noise"), layer.noise))
    single = ((_("picture"), layer.structure), (_("noise"), 1 - layer.structure))
    if layer.count == 1:
        titles = _("Read out of it (R²)"), _("Share in it")
    else:
        titles = (
            _("Read out of all {count} maps (R²)").format(count=layer.count),
            _("In a single map, on average"),
        )
    return shares_cell(
        *((label, [(name, _number(share), _written(share)) for name, share in rows])
          for label, rows in zip(titles, (read, single), strict=True))
    )  # fmt: skip


def _maps_label(network: str, number: int, layer: "LayerMaps", last: bool) -> str:
    if last:
        found = _("the noise") if cached.finds_noise(network) else _("the picture")
        return _("Layer {number}: {found}, in grey levels").format(number=number, found=found)
    text = _("Layer {number}: {shown} of {count} maps")
    return text.format(number=number, shown=len(layer.maps), count=layer.count)


def _share(share: float) -> str:
    """Beside a map's number."""
    if np.isnan(share):
        return _("does not vary")
    return _("{share} picture").format(share=_written(share))


def _number(share: float) -> float:
    return 0.0 if np.isnan(share) else share


def _written(share: float) -> str:
    return "–" if np.isnan(share) else percent(max(share, 0.0), 0)

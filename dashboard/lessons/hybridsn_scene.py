"""The scene: bands as colours, the ground truth over them, and the spectra of pixels."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.classes import class_colour
from cnnviz.figures.numbers import whole
from dashboard import controls, frame
from dashboard.cache import hybridsn_pca as pca
from dashboard.cache import hybridsn_scene as cached
from dashboard.components.board import Cell, board, slider_cell
from dashboard.components.browser import sent_state
from dashboard.components.class_legend import class_legend
from dashboard.components.cube_view import cube_view
from dashboard.components.line_plot import Dash, Line, line_plot
from dashboard.components.pixel_links import Pixel
from dashboard.components.scene_map import MOST_CHOSEN, scene_map
from dashboard.i18n import _
from dashboard.lessons.hybridsn_shared import axes_of_bands, degrees, short_band, told
from dashboard.scene_words import class_names, longer_side

if TYPE_CHECKING:
    from dashboard.cache.hybridsn_scene import Pixels, PixelSpectrum, Scene

# Colours of the marks at the bands that are red, green and blue, and at a single band.
MARKS = (("R", "#E31A1C"), ("G", "#33A02C"), ("B", "#1F78B4"))
DASHES: tuple[Dash, ...] = ("solid", "dashed", "dotted", "mixed")
LETTERS = "ABCD"
SIZE, TALLEST = 300, 400  # CSS pixels of the picture's longer side, of a narrow scene's at most
STRETCH, TRUTH = 2, 40  # percent


def hero(scene: "Scene") -> None:
    """The picture of the scene that sliders change, beside the spectra of the pixels chosen."""
    left, right = st.columns([3.1, 1], gap="small")
    with left:
        _chosen(scene)
    with right:  # does not move, so it need not travel with every picture
        counts = [whole(int(count)) for count in scene.counts]
        rows = list(zip(class_names(scene), counts, strict=True))
        class_legend(_("Classes"), rows, compact=True)
        st.caption(_(
            "In the plot, colour is a class's mean ± deviation. Degrees are the spectral angle to "
            "that mean, and to one that is nearer."
        ))  # fmt: skip


@st.fragment
@frame.guard()
def _chosen(scene: "Scene") -> None:
    """What the picture is of; what moves with the sliders is a fragment of its own."""
    view, preset = _choices(scene)
    _live(scene, view, preset)


@st.fragment
@frame.guard()
def _live(scene: "Scene", view: str, preset: str) -> None:
    bands, percent, opacity, moving = _sliders(scene, view, preset)
    left, right = st.columns([1, 1.55], gap="small")
    with left:
        pixels = _picture(scene, view, bands, percent, opacity, moving)
    with right:
        _spectra(scene, pixels, () if view == "component" else bands)


def _choices(scene: "Scene") -> tuple[str, str]:
    """What the picture shows, and from which bands its sliders start."""
    views = {
        "bands": _("Three bands"), "band": _("One band"), "component": _("Component"),
        "cube": _("Cube"),
    }  # fmt: skip
    names = {
        "customary": _("Customary"), "true": _("True colour"), "infrared": _("Infrared"),
    }  # fmt: skip
    options = {name: names[name] for name in cached.presets(scene)}
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        view = controls.segmented(_("Picture"), views, key="view", hidden_label=True)
        preset = "customary"
        if view in ("bands", "cube") and len(options) > 1:
            preset = controls.segmented(
                _("Bands to start from"), options, key="preset", hidden_label=True
            )
    return view, preset


def _sliders(
    scene: "Scene", view: str, preset: str
) -> tuple[tuple[int, ...], int, float, bool]:  # fmt: skip
    """The bands or the component, counted from 0; percent of the stretch; the classes' opacity;
    whether a hand moves one of them."""
    key = f"hero_{scene.name}_{view}_{preset}"
    count = scene.cube.shape[2]
    cells: list[Cell] = []

    def slider(
        label: str, name: str, most: int, value: int, *, least: int = 1, step: int = 1,
        unit: str = "", format: Callable[[int], str] | None = None,
    ) -> int:  # fmt: skip
        now, cell = slider_cell(
            key, label, key=name, min_value=least, max_value=most, value=value, step=step,
            unit=unit, format=format,
        )  # fmt: skip
        cells.append(cell)
        return now

    def band_slider(label: str, name: str, usual: int) -> int:
        return slider(label, name, count, usual + 1, format=lambda b: short_band(scene, b - 1)) - 1

    bands: tuple[int, ...]
    if view == "component":
        most = pca.components(scene).scores.shape[2]
        bands = (slider(_("Component"), "component", most, 1) - 1,)
    elif view == "band":
        bands = (band_slider(_("Band"), "band", scene.rgb[0]),)
    else:
        colours = (("red", _("Red")), ("green", _("Green")), ("blue", _("Blue")))
        bands = tuple(
            band_slider(label, f"{name}_{preset}", usual)
            for (name, label), usual in zip(colours, cached.presets(scene)[preset], strict=True)
        )
    percent = slider(_("Stretch"), "stretch", 10, STRETCH, least=0, unit="%")
    opacity = slider(_("Classes"), "truth", 100, TRUTH, least=0, step=5, unit="%")
    board(*((1, [cell]) for cell in cells), key=key)
    moving = any(sent_state(key, cell.name).get("moving") for cell in cells)
    return bands, percent, opacity / 100, moving


def _picture(
    scene: "Scene", view: str, bands: tuple[int, ...], percent: int, opacity: float, moving: bool
) -> tuple[Pixel, ...]:
    """The map, or the cube; returns the pixels chosen."""
    plain: Pixels
    if view == "component":
        plain = pca.component_picture(scene, bands[0], percent)
    else:
        plain = cached.picture(scene, bands, percent)
    shows = f"{' '.join(str(band + 1) for band in bands)} {percent} {opacity:g}"
    if view == "cube":
        cube_view(
            cached.with_classes(plain, scene, opacity), cached.side_pictures(scene), key="cube",
            label=_("The scene as a cube: two of its sides are the spectra along its edges"),
            size=_height(scene) + 20, shows=shows,
        )  # fmt: skip
        return ()
    return scene_map(
        plain, key="pixels", label=told(scene), over=(cached.truth_layers(scene),),
        names=class_names(scene), opacity=opacity, selected=cached.three_pixels(scene),
        most=MOST_CHOSEN, size=_height(scene), shows=shows, exact=not moving,
    )  # fmt: skip


def _height(scene: "Scene") -> int:
    return longer_side(scene, SIZE, TALLEST)


def _spectra(scene: "Scene", pixels: Sequence[Pixel], bands: tuple[int, ...]) -> None:
    """The spectra of pixels over the means of their classes."""
    chosen = pixels or cached.three_pixels(scene)
    found = [cached.pixel_spectrum(scene, *pixel) for pixel in chosen]
    axis = cached.band_axis(scene)
    marks = MARKS if len(bands) == 3 else (("", ""),)
    markers = [
        (float(axis.centres[band]), text, colour)
        for band, (text, colour) in zip(bands, marks, strict=False)
    ]
    line_plot(
        [*_class_lines(scene, found), *_pixel_lines(scene, found)],
        axes_of_bands(scene, _("value")), key="spectra", height=_height(scene) + 25,
        markers=markers,
        label=_("Spectra of the chosen pixels, and of their classes"),
        shows=" ".join(f"{each.row}.{each.column}" for each in found),
    )  # fmt: skip


def _class_lines(scene: "Scene", found: "Sequence[PixelSpectrum]") -> list[Line]:
    """Mean and deviation of each class that a pixel has."""
    classes, names = cached.class_spectra(scene), class_names(scene)
    numbers = list(dict.fromkeys(each.label for each in found if each.label))
    return [
        Line(
            names[number - 1], classes.mean[number - 1], colour=class_colour(number),
            spread=classes.deviation[number - 1], listed=False,
        )
        for number in numbers
    ]  # fmt: skip


def _pixel_lines(scene: "Scene", found: "Sequence[PixelSpectrum]") -> list[Line]:
    return [
        Line(
            _pixel_told(scene, each), each.values, dash=dash, letter=letter,
            ground=class_colour(each.label) if each.label else "",
        )
        for each, letter, dash in zip(found, LETTERS, DASHES, strict=False)
    ]  # fmt: skip


def _pixel_told(scene: "Scene", pixel: "PixelSpectrum") -> str:
    """A pixel's class, how far it is from the mean of that, and which mean is nearer."""
    nearest = pixel.nearest
    names = class_names(scene)
    own = names[pixel.label - 1] if pixel.label else _("not labelled")
    if nearest is None:
        return own
    name, angle = names[nearest - 1], degrees(pixel.angles[nearest - 1])
    if not pixel.label:
        return _("not labelled; {angle} to {name}").format(angle=angle, name=name)
    off = degrees(pixel.angles[pixel.label - 1])
    if pixel.label == nearest:
        return _("{own}: {off}").format(own=own, off=off)
    text = _("{own}: {off}; {angle} to {name}")
    return text.format(own=own, off=off, angle=angle, name=name)

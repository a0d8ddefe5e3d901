"""What the parts of the HybridSN lesson share: which scene is looked at, and which network."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import written
from dashboard import address, controls
from dashboard.cache import hybridsn_scene as cached
from dashboard.components.line_plot import Axes
from dashboard.i18n import _
from dashboard.scene_input import last_own_scene

if TYPE_CHECKING:
    from dashboard.cache.hybridsn_scene import Scene

OWN = "own"
_SHOWN = "scene of the HybridSN lesson"
# Settings that are bands or pixels of one scene and mean nothing in another.
_OF_A_SCENE = (
    "red", "green", "blue", "band", "pixels", "place", "component", "components", "loading",
)  # fmt: skip


def scene() -> "Scene":
    """The control: which scene. It stands in the sidebar."""
    options = {cached.SYNTHETIC: _("Generated scene"), **cached.titles(), OWN: _("Own scene …")}
    chosen = controls.select(_("Scene"), options, key="scene")
    own = last_own_scene() if chosen == OWN else None
    if chosen == OWN and own is None:
        st.caption(_("Give its files on the page Data, under “Your own scene”. Until then:"))
    if own is None:
        own = cached.load(cached.SYNTHETIC if chosen == OWN else chosen)
    st.caption(told(own))
    before = st.session_state.get(_SHOWN)
    if before not in (None, own.name):
        _forget()
    st.session_state[_SHOWN] = own.name
    return own


def network(scene: "Scene") -> str:
    """The control: which trained network; "" where none knows the classes of the scene."""
    options = cached.networks(scene)
    if not options:
        return ""
    name = controls.select(_("Network"), options, key="net")
    window, components = cached.window_and_components(name)
    text = _("It reads {window} × {window} pixels of {components} components")
    st.caption(text.format(window=window, components=components))
    return name


def told(scene: "Scene") -> str:
    """What kind of scene it is: generated, unverified, one's own; its sensor."""
    if scene.name == cached.SYNTHETIC:
        return _("Generated scene, not a real one")
    if cached.is_own(scene):
        return _("Own scene")
    sensor = cached.sensor(scene)
    if sensor is None:
        return scene.name
    text = _("Taken by {sensor}") if scene.verified else _("Taken by {sensor}; an unverified copy")
    return text.format(sensor=sensor)


def band_text(scene: "Scene", band: int) -> str:
    """A band, counted from 0, as it is called: "43 · 821 nm", or "43" where it is not known."""
    number = str(band + 1)
    if scene.wavelengths is None:
        return number
    return f"{number} · {scene.wavelengths[band]:.0f}\u202fnm"


def short_band(scene: "Scene", band: int) -> str:
    """A band as a slider has room for it: "821 nm", or its number where that is not known."""
    return band_text(scene, band).rpartition(" · ")[2]


def axes_of_bands(scene: "Scene", y_label: str) -> Axes:
    """The axis of a scene's bands: wavelengths, or numbers where these were not published."""
    axis = cached.band_axis(scene)
    bands = range(scene.cube.shape[2])
    return Axes(
        axis.centres, _("wavelength (nm)") if axis.in_nm else _("band"), y_label,
        x_names=[_("band {band}").format(band=band_text(scene, band)) for band in bands],
        breaks=axis.breaks, gaps=axis.gaps, gap_label=_("removed"),
    )  # fmt: skip


def degrees(angle: float) -> str:
    """An angle as written: 2.13°."""
    return f"{written(angle)}°"


def _forget() -> None:
    """Another scene: settings of the last one's bands and pixels leave the address."""
    for name in [*st.query_params]:
        if name.partition("_")[0] in _OF_A_SCENE:
            address.code_to_url(name, "", "")

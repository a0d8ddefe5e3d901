"""A scene with its ground truth: in false colours, by class, and the classes counted."""

from typing import TYPE_CHECKING, Literal

import streamlit as st

from cnnviz.figures.numbers import percent, whole
from dashboard import cache
from dashboard.components.class_legend import class_legend
from dashboard.i18n import _
from dashboard.scene_words import class_names

if TYPE_CHECKING:
    from cnnviz.data.scene import Scene

_TALLEST, _NARROWEST = 460, 4  # pixels of a picture on the page


def scene_view(scene: "Scene") -> None:
    """Two pictures of a scene beside each other, and the legend."""
    height, width = scene.labels.shape
    # What is taller than wide would fill the page if it were as wide as its column.
    shown: Literal["stretch"] | int = "stretch"
    if height > width:
        shown = max(_NARROWEST, _TALLEST * width // height)
    left, middle, right = st.columns(3)
    plain, classes = cache.scene_pictures(scene)
    with left:
        st.image(plain, caption=_colours(scene), width=shown)
    with middle:
        st.image(classes, caption=_("Ground truth; grey is not labelled"), width=shown)
    with right:
        counts = [whole(int(count)) for count in scene.counts]
        st.markdown(_summary(scene))
        class_legend(_("Classes"), list(zip(class_names(scene), counts, strict=True)))


def _colours(scene: "Scene") -> str:
    bands = scene.rgb
    if scene.wavelengths is None:
        text = _("False colours: red, green, blue from the bands {bands}")
        return text.format(bands=", ".join(str(band + 1) for band in bands))
    nanometres = ", ".join(f"{scene.wavelengths[band]:.0f}" for band in bands)
    return _("False colours: red, green, blue from {bands} nm").format(bands=nanometres)


def _summary(scene: "Scene") -> str:
    height, width, bands = scene.cube.shape
    labelled = int(scene.counts.sum())
    text = _(
        "{rows} × {columns} pixels, {bands} bands, {classes} classes; {labelled} pixels "
        "({share}) are labelled"
    )
    return text.format(
        rows=height, columns=width, bands=bands, classes=len(scene.class_names),
        labelled=whole(labelled), share=percent(labelled / (height * width)),
    )  # fmt: skip

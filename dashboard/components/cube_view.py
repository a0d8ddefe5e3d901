"""A cube of bands as a solid: a picture on top, spectra on the sides; turned by mouse and keys."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.components.browser import in_browser, pack, source
from dashboard.components.frames import encoded
from dashboard.i18n import _

Pixels = NDArray[np.uint8]

#: The cube's sides: where the rows and columns of the scene begin and end.
SIDES = ("first_row", "last_row", "first_column", "last_column")

_component = st.components.v2.component(
    "cnnviz_cube_view",
    html="<div class='maps'>\n</div>",
    css=source("cube_view.css"),
    js=source("wire.js", "cube_view.js") + "\nexport default mounted(CubeView);\n",
)


def cube_view(
    top: Pixels, sides: Mapping[str, Pixels], *, key: str, label: str, size: int = 360,
    depth_label: str = "", shows: str = "",
) -> None:  # fmt: skip
    """Draw the cube; it turns without the server.

    Args:
        top: (H, W, 3), the picture that lies on it.
        sides: of each of ``SIDES`` its pixels (B, H or W, 3): the first band lies under the top.
        key: the component's.
        label: what it is, translated.
        size: height of the picture in CSS pixels.
        depth_label: what runs down the sides, translated.
        shows: written beside the canvas (``data-shows``) for tests.

    Raises:
        ValueError: a side is missing, or does not fit the top.
    """
    height, width = top.shape[:2]
    lengths = dict(zip(SIDES, (width, width, height, height), strict=True))
    if set(sides) != set(SIDES) or any(sides[s].shape[1] != lengths[s] for s in SIDES):
        raise ValueError("the cube takes four sides as long as the top's")
    if not in_browser():
        return
    header: dict[str, Any] = {
        "label": label, "size": size, "rows": height, "columns": width,
        "bands": len(sides[SIDES[0]]), "depthLabel": depth_label, "shows": shows,
        "keys": _("Drag, or use the arrow keys, to turn it."),
    }  # fmt: skip
    _component(key=key, data=pack(header, encoded(top), *(encoded(sides[s]) for s in SIDES)))

"""A noisy picture and what a network makes of it: the noise slider, the crop, and six views.

All arrives in one message and moves with one hand. Where the browser has the denoised pictures of
all noise levels, the slider scrubs through them without the server.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.address import code_to_url
from dashboard.components.browser import follows_link, in_browser, pack, sent_state, source
from dashboard.components.colours import SCRIPT
from dashboard.components.frames import carried_frames
from dashboard.components.live_slider import SCRIPTS, slider_in
from dashboard.components.pixel_links import Pixel, code_of, linked_pixel, pixel_of
from dashboard.i18n import _

Box = tuple[int, int, int, int]
Numbers = tuple[float, float, float, float]

SLIDER, CROP = "sigma", "crop"  # in the link, and of the board's state
_QUARTERS, _PARTS_OF_ONE = 4, 4096  # stored values in a grey level, in a standard deviation
_MOST = np.iinfo(np.int16).max

_PARTS = (
    "denoising_views.js", "zoomed_views.js", "denoising_crop.js", "denoising_stage.js",
    "denoising_board.js",
)  # fmt: skip

_component = st.components.v2.component(
    "cnnviz_denoising_board",
    html="<div class='board'>\n</div>",
    css=source("denoising_board.css"),
    js=f"const SLIDER_STYLE = {json.dumps(source('live_slider.css'))};\n{SCRIPT}"
    + source("wire.js", *SCRIPTS, "map_paint.js", *_PARTS)
    + "\nexport default mounted(DenoisingBoard);\n",
)


@dataclass(frozen=True, slots=True)
class Hand:
    """Where the hand is.

    Attributes:
        sigma: the slider's noise level.
        centre: row and column of the photo's pixel in the middle of the crop.
        moving: whether it has not been let go yet.
        sent: slider and photo, as the browser gets them.
    """

    sigma: int
    centre: Pixel
    moving: bool
    sent: tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Film:
    """A crop denoised at all positions of the slider.

    Attributes:
        name: tells it from all others.
        levels: noise levels at the slider's positions.
        noise: (h, w), of standard deviation 1; what the slider's level multiplies.
        errors: for each position the denoised picture minus the clean one, (h, w) int16 in
            quarters of a grey level, deflated.
        numbers: for each position PSNR (dB) and SSIM of the noisy, then of the denoised picture.
    """

    name: str
    levels: Sequence[int]
    noise: NDArray[np.float32]
    errors: Sequence[bytes]
    numbers: Sequence[Numbers]


@dataclass(frozen=True, slots=True)
class Still:
    """A crop denoised at one noise level, in whole or in part.

    Attributes:
        noisy: (h, w) or (h, w, 3), grey levels.
        error: of the denoised picture, grey levels, in the box alone.
        box: rows and columns as (top, left, bottom, right), the last ones not included.
        numbers: PSNR (dB) and SSIM in the box, of the noisy and of the denoised picture.
    """

    noisy: NDArray[np.float32]
    error: NDArray[np.float32]
    box: Box
    numbers: Numbers


def hand_on(
    key: str, levels: Sequence[int], usual: int, photo: bytes, shape: tuple[int, ...], side: int,
    usual_centre: Pixel,
) -> Hand:  # fmt: skip
    """Where the hand is on a board, before it is known what there is to see.

    Args:
        key: the board's.
        levels: the slider's positions.
        usual: the default among them.
        photo: that the crop is chosen from, encoded, of any size.
        shape: of the photo in its own pixels, (H, W) or (H, W, 3).
        side: of the crop; less where the photo is smaller.
        usual_centre: the default.
    """
    sigma, slider = slider_in(
        key, _("Noise level σ"), key=SLIDER, min_value=levels[0], max_value=levels[-1],
        step=levels[1] - levels[0], value=usual, unit=_("grey levels"),
    )  # fmt: skip
    if not in_browser():
        return Hand(sigma, _stock_text(usual_centre), False, (slider, b""))
    crop = sent_state(key, CROP)
    centre = _present(key, crop, usual_centre)
    if crop["turn"] and not crop.get("moving"):
        code_to_url(CROP, code_of(centre), code_of(usual_centre))
    height, width = shape[:2]
    header = {
        "key": CROP, "label": _("Crop"), "shape": [height, width], "turn": crop["turn"],
        "box": [min(side, height), min(side, width)], "selected": centre, "usual": usual_centre,
        "words": {
            "place": _("Rows {top} to {bottom}, columns {left} to {right}"),
            "keys": _("Arrow keys move the crop, with Shift by single pixels."),
        },
    }  # fmt: skip
    moving = any(sent_state(key, name).get("moving") for name in (SLIDER, CROP))
    return Hand(sigma, centre, bool(moving), (slider, pack(header, photo)))


def centre_from_link(usual: Pixel) -> Pixel:
    """The middle of the crop that the address names, or the usual one."""
    return linked_pixel(CROP, usual)


def denoising_board(
    key: str, hand: Hand, clean: NDArray[np.uint8], seen: Film | Still, *, name: str
) -> None:  # fmt: skip
    """Show a crop with noise, and what a network makes of it.

    It must stand in an ``st.fragment``.

    Args:
        key: the board's.
        hand: of ``hand_on``.
        clean: the crop without noise, (h, w) or (h, w, 3).
        seen: what was made of it.
        name: of the crop; written beside the canvas (``data-shows``) for tests.
    """
    if not in_browser():
        _in_words(seen, hand.sigma)
        return
    height, width = clean.shape[:2]
    header: dict[str, Any] = {
        "shape": [height, width, 3 if clean.ndim == 3 else 1], "sigma": hand.sigma, "name": name,
        "slider": SLIDER, "titles": _titles(), "words": _words(), "film": None, "whole": True,
    }  # fmt: skip
    numbers: Sequence[Numbers]
    if isinstance(seen, Film):
        sent, at = sent_state(key, SLIDER), seen.levels.index(hand.sigma)
        carried = carried_frames(seen.errors, seen.name, sent, key, seen.levels, at)
        header["film"] = {"name": seen.name, "carried": list(carried)}
        parts = [_shorts(seen.noise, _PARTS_OF_ONE), *carried.values()]
        numbers = seen.numbers
    else:
        header |= {"box": seen.box, "whole": seen.box == (0, 0, height, width)}
        parts = [_shorts(seen.noisy, _QUARTERS), _shorts(seen.error, _QUARTERS)]
        numbers = [seen.numbers]
    header["numbers"] = [[n if math.isfinite(n) else None for n in row] for row in numbers]
    _component(key=key, data=pack(header, *hand.sent, clean.tobytes(), *parts))


def _in_words(seen: Film | Still, sigma: int) -> None:
    """The numbers where there is no browser."""
    found = seen.numbers
    if isinstance(seen, Film):
        found = seen.numbers[seen.levels.index(sigma)]
    for row, (psnr, ssim) in zip(_rows(), (found[:2], found[2:]), strict=True):
        st.markdown(f"{row}: PSNR {psnr:.2f}\u202fdB, SSIM {ssim:.3f}")


def _shorts(values: NDArray[np.float32], parts: int) -> bytes:
    """Whole parts of one, 16 bits each, the lowest byte first."""
    made: NDArray[np.int16] = np.rint(values * parts).clip(-_MOST, _MOST).astype("<i2")
    return made.tobytes()


def _present(key: str, sent: dict[str, Any], usual: Pixel) -> Pixel:
    """What the link or the hand says; it may lie beyond this photo."""
    if follows_link(f"{key} {CROP}", sent["turn"]):
        return centre_from_link(usual)
    match sent.get("value"):
        case [int(row), int(column)]:
            return row, column
    return usual


def _stock_text(usual: Pixel) -> Pixel:
    """The same choice and link where there is no browser: tests drive ``st.text_input``."""
    if CROP not in st.session_state:
        st.session_state[CROP] = code_of(centre_from_link(usual))
    typed = st.text_input(_("Crop"), key=CROP)
    centre = pixel_of(typed) or usual
    code_to_url(CROP, code_of(centre), code_of(usual))
    return centre


def _rows() -> tuple[str, str]:
    return _("Noisy"), _("Denoised")


def _titles() -> dict[str, str]:
    """Over the views."""
    return {
        "wipe": _("Noisy | denoised: drag the edge"),
        "noisy": _("Noisy"),
        "predicted": _("− predicted noise"),
        "denoised": _("= denoised"),
        "crop": _("The photo: move the crop"),
        "noise": _("True noise"),
        "error": _("Error"),
    }


def _words() -> dict[str, Any]:
    """The sentences of the browser's part, with places for what it fills in."""
    return {
        "rows": _rows(),
        "edge": _("Edge between the noisy and the denoised picture, percent"),
        "zoom": _("Zoom"),
        "zoomKeys": _("Keys + and −; drag a small view, or use the arrow keys here"),
        "smaller": _("Smaller"),
        "larger": _("Larger"),
        "scale": _("noise, grey levels"),
        "hint": _("Error: denoised minus clean. A double click enlarges all views."),
        "loupe": _("Only the middle while the hand moves; all of it after that."),
        "pixel": _(
            "row {row}, column {column}: {clean} clean, {noise} noise, {noisy} noisy, "
            "{predicted} predicted, {denoised} denoised, error {error}"
        ),
    }

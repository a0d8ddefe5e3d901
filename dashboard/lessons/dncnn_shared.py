"""What the parts of the DnCNN lesson share: the picture, its noise, the networks."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard import address, cache, controls
from dashboard.cache import dncnn as cached
from dashboard.components.denoising_board import centre_from_link
from dashboard.components.pixel_links import Pixel
from dashboard.i18n import _
from dashboard.photo_input import Photo

CROPS = (64, 128, cached.SIDE, 256)  # pixels a side
SIGMA = 25
SEEDS = 1000


@dataclass(frozen=True, slots=True)
class Subject:
    """The crop of a picture that the lesson looks at.

    Attributes:
        name: tells it from all others: the key of caches.
        title: for people, translated.
        pixels: (h, w) uint8, or (h, w, 3) in colour.
        usual: whether it is what one sees of a bundled photo before anything is chosen.
    """

    name: str
    title: str
    pixels: NDArray[np.uint8]
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """A picture that crops are taken from.

    Attributes:
        name: tells it from all others.
        title: for people, translated.
        pixels: (H, W) uint8, or (H, W, 3) in colour.
        side: of its crops, pixels.
    """

    name: str
    title: str
    pixels: NDArray[np.uint8]
    side: int

    @property
    def usual_centre(self) -> Pixel:
        """The middle of the crop that is seen first."""
        return cached.usual_centre(self.name, self.pixels.shape)

    def crop(self, centre: Pixel) -> Subject:
        """The crop around a pixel, as far as the picture reaches."""
        top, left, bottom, right = cached.crop_box(self.pixels.shape, centre, self.side)
        colour = self.pixels.ndim == 3
        box = cached.crop_box(self.pixels.shape, self.usual_centre, cached.SIDE)
        usual = not colour and self.name in cache.photo_titles()
        return Subject(
            f"{self.name}{' colour' if colour else ''} {top}.{left}.{bottom}.{right}",
            self.title, self.pixels[top:bottom, left:right],
            usual and box == (top, left, bottom, right),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noise:
    """What is added to a picture.

    Attributes:
        kind: a key of ``cnnviz.data.noise.KINDS``.
        sigma: its strength: the standard deviation, in grey levels.
        seed: of the noise.
        clipped: whether grey levels beyond 0..255 are cut off, as a file would.
    """

    kind: str
    sigma: float
    seed: int
    clipped: bool

    @property
    def usual(self) -> bool:
        """Whether it is, but for its strength, what is seen first."""
        return (self.kind, self.seed, self.clipped) == ("gaussian", 0, False)

    @property
    def drawn_anew(self) -> "Noise":
        """As strong, of the same kind, and another."""
        return replace(self, seed=self.seed + 1)


def kinds() -> dict[str, str]:
    """The kinds of noise by name, translated."""
    return {
        "gaussian": _("Gaussian"),
        "poisson": _("Poisson"),
        "salt_and_pepper": _("Salt and pepper"),
    }


def network() -> str:
    """The control: a trained network's name. All of these stand in the sidebar."""
    labels = {
        name: (_("blind, σ {levels}") if level is None else "σ = {levels}").format(
            levels=cached.trained_for(name)
        )
        for name, level in cached.networks().items()
    }
    text = _("The blind network was trained at all levels from 0 to {most}, and is not told which.")
    return controls.select(
        _("Network trained for"), labels, key="net", help=text.format(most=cached.BLIND_TO)
    )


def kind() -> str:
    """The control: which noise; how strong it is, is a slider beside the pictures."""
    chosen = controls.select(_("Noise"), kinds(), key="kind")
    if chosen != "gaussian":
        st.caption(_("Not what the networks were trained for: that was Gaussian noise."))
    return chosen


def whole(picture: Photo) -> Whole:
    """The controls: how large a crop of a photo, in grey or colour."""
    sides = {str(side): f"{side} × {side} px" for side in CROPS}
    side = controls.select(_("Crop"), sides, key="side", default=str(cached.SIDE))
    colour = controls.toggle(
        _("In colour"), key="colour",
        help=_("The networks know grey pictures: they get red, green and blue one by one."),
    )  # fmt: skip
    pixels = picture.pixels if colour else cached.grey(picture.name, picture.pixels)
    cached.check(pixels)
    return Whole(picture.name, picture.title, pixels, int(side))


def subject(picture: Whole) -> Subject:
    """The crop that the address names; it is moved beside the noisy picture."""
    return picture.crop(centre_from_link(picture.usual_centre))


def noise(chosen: str) -> Noise:
    """The controls: noise of a kind, clipped or not, and its seed."""
    clipped = controls.toggle(
        _("Clip to 0–255"), key="clip",
        help=_(
            "Noise leads beyond black (0) and white (255). The screen shows such values as black "
            "and white; PSNR and SSIM are those of the numbers."
        ),
    )  # fmt: skip
    st.caption(
        _("Cut off before the network reads it, as in a file: no longer Gaussian.")
        if clipped
        else _("The network reads what is beyond black and white, too, as in the paper.")
    )
    seed = controls.number(
        _("Seed of the noise"), key="noise_seed", min_value=0, max_value=SEEDS - 1, default=0,
        step=1,
    )  # fmt: skip
    levels = cached.LEVELS
    step = levels[1] - levels[0]
    sigma = address.number_from_url("sigma", SIGMA, levels[0], levels[-1], step)
    return Noise(chosen, sigma, seed, clipped)

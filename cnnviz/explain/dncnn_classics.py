"""What DnCNN is compared with: four classics of scikit-image, each with the best settings found.

Each classic is told the noise level. Its settings were searched once for each level of a list, on
crops of the bundled photos that training may use, and are kept in ``dncnn_classics.json`` with the
grid and the pictures; ``python benchmarks/dncnn_settings.py`` finds them again. Grey pictures: of a
colour picture each channel goes by itself, as it does through the network.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import exp, log
from pathlib import Path
from time import thread_time
from typing import Any

import numpy as np
import pywt  # type: ignore[import-untyped]
from numpy.typing import ArrayLike, NDArray
from skimage.restoration import (
    denoise_bilateral,
    denoise_nl_means,
    denoise_tv_chambolle,
    denoise_wavelet,
)

from cnnviz.explain.dncnn import Picture, denoised
from cnnviz.metrics import psnr, ssim
from cnnviz.models.dncnn import DnCNN

#: Settings by name. ``strength`` is a multiple of the noise level; the others are whole or words.
Settings = Mapping[str, Any]
STRENGTH = "strength"
FOUND = Path(__file__).with_suffix(".json")

_WHITE = 255
_SHIFTS = 4  # pixels in each direction over which wavelets are averaged
_ENOUGH = 2e-5  # the share by which the cost changes when an iteration ends
_WARM = 32  # pixels a side of what a method is given before it is timed


def nl_means(
    plane: Picture, sigma: float, *, strength: float, patch_size: int, patch_distance: int
) -> Picture:
    """Non-local means (Buades, Coll, Morel 2005): the mean of pixels whose surroundings are alike.

    Args:
        plane: (H, W), units of 0..1, as in all four.
        sigma: of the noise, in the same units.
        strength: how unlike surroundings may be (``h``), in sigmas.
        patch_size: pixels a side of what is compared.
        patch_distance: how far away it is looked for, pixels.
    """
    found: Picture = denoise_nl_means(
        plane,
        patch_size=patch_size,
        patch_distance=patch_distance,
        h=strength * sigma,
        sigma=sigma,
        fast_mode=True,
    )
    return found


def wavelet(plane: Picture, sigma: float, *, strength: float, kind: str, levels: int) -> Picture:
    """Wavelet coefficients shrunk (BayesShrink; Chang, Yu, Vetterli 2000).

    The picture is shifted by 0 to 3 pixels down and across, and the mean is taken: a wavelet
    transform sees edges otherwise according to where they lie (cycle spinning; Coifman, Donoho
    1995).

    Args:
        plane, sigma: as of ``nl_means``.
        strength: the noise level that it is told, in sigmas.
        kind: of the wavelet, as PyWavelets calls it.
        levels: at most so many; a small picture has fewer.
    """
    levels = min(levels, pywt.dwtn_max_level(plane.shape, kind))
    total = np.zeros_like(plane)
    for shift in product(range(_SHIFTS), repeat=2):
        found = denoise_wavelet(
            np.roll(plane, shift, (0, 1)),
            sigma=strength * sigma,
            wavelet=kind,
            wavelet_levels=levels,
            method="BayesShrink",
            rescale_sigma=False,
        )
        total += np.roll(found, (-shift[0], -shift[1]), (0, 1))
    mean: Picture = total / np.float32(_SHIFTS**2)
    return mean


def total_variation(plane: Picture, sigma: float, *, strength: float) -> Picture:
    """The picture near the noisy one whose grey levels change least (Chambolle 2004).

    Args:
        plane, sigma: as of ``nl_means``.
        strength: what change weighs, in sigmas.
    """
    found: Picture = denoise_tv_chambolle(plane, weight=strength * sigma, eps=_ENOUGH)
    return found


def bilateral(plane: Picture, sigma: float, *, strength: float, window: int) -> Picture:
    """The mean of near pixels that are about as bright (Tomasi, Manduchi 1998).

    All pixels of the window count alike but for their brightness. scikit-image 0.26 lays its table
    of Gaussian weights out one column wider than it reads it, so that they belong to other pixels;
    that costs 3 dB, and does nothing where they are all equal.

    Args:
        plane, sigma: as of ``nl_means``.
        strength: the standard deviation of the weights of brightness, in sigmas.
        window: pixels a side, odd.
    """
    least = plane.min()  # where there are levels below 0, its weights are off
    found: Picture = denoise_bilateral(
        plane - least,
        win_size=window,
        sigma_color=strength * sigma,
        sigma_spatial=_ALIKE,
        mode="reflect",
    )
    found += least
    return found


_ALIKE = 1e3  # pixels: so wide that a window's weights are equal

#: The methods by name.
METHODS: Mapping[str, Callable[..., Picture]] = {
    "nl_means": nl_means,
    "wavelet": wavelet,
    "tv": total_variation,
    "bilateral": bilateral,
}


def denoised_by(
    method: str, noisy: Picture, sigma: float, settings: Settings | None = None
) -> Picture:
    """The picture as a classic denoises it, grey levels.

    Args:
        method: a key of ``METHODS``.
        noisy: (H, W) or (H, W, C), grey levels.
        sigma: of the noise, grey levels, above 0.
        settings: of the method; those of ``best_settings`` where left out.
    """
    chosen = best_settings(method, sigma) if settings is None else settings
    channels = noisy[..., None] if noisy.ndim == 2 else noisy
    planes = [
        METHODS[method](
            np.ascontiguousarray(channels[..., c] / np.float32(_WHITE)), sigma / _WHITE, **chosen
        )
        for c in range(channels.shape[-1])
    ]
    found: Picture = np.stack(planes, axis=-1).astype(np.float32) * np.float32(_WHITE)
    return found.reshape(noisy.shape)


@cache
def found_settings() -> Mapping[str, Any]:
    """What the search wrote: ``sigmas``, ``settings`` by method, and how they were found."""
    found: Mapping[str, Any] = json.loads(FOUND.read_text(encoding="utf-8"))
    return found


def best_settings(method: str, sigma: float) -> Settings:
    """The settings found for a noise level.

    Between two levels of the list the logarithm of the strength is interpolated over that of sigma;
    where the other settings differ, all are those of the nearer level. Beyond the list's ends, the
    last ones hold.

    Args:
        method: a key of ``METHODS``.
        sigma: of the noise, grey levels.

    Raises:
        ValueError: where sigma is not above 0.
    """
    if sigma <= 0:
        raise ValueError(f"sigma must be above 0, not {sigma}")
    found = found_settings()
    sigmas, rows = found["sigmas"], found["settings"][method]
    above = min(bisect_left(sigmas, sigma), len(sigmas) - 1)
    below = max(above - 1, 0)
    if sigma <= sigmas[0] or sigma >= sigmas[-1]:
        return dict(rows[0 if sigma <= sigmas[0] else -1])
    share = log(sigma / sigmas[below]) / log(sigmas[above] / sigmas[below])
    low, high = rows[below], rows[above]
    chosen = dict(low if share < 0.5 else high)
    if all(low[name] == high[name] for name in low if name != STRENGTH):
        chosen[STRENGTH] = exp((1 - share) * log(low[STRENGTH]) + share * log(high[STRENGTH]))
    return chosen


@dataclass(frozen=True, slots=True)
class Attempt:
    """A picture that one method has denoised.

    Attributes:
        denoised: what the method makes of it, grey levels.
        psnr, ssim: of that, dB and up to 1.
        seconds: that it took, of one core.
    """

    denoised: Picture
    psnr: float
    ssim: float
    seconds: float


def by_classic(method: str, clean: ArrayLike, noisy: Picture, sigma: float) -> Attempt:
    """Let a classic denoise a picture whose clean version is known.

    Args:
        method: a key of ``METHODS``.
        clean: the picture.
        noisy: the same with noise, of the same shape.
        sigma: of the noise, grey levels, above 0.
    """
    return _timed(lambda picture: denoised_by(method, picture, sigma), clean, noisy)


def by_network(model: DnCNN, clean: ArrayLike, noisy: Picture) -> Attempt:
    """Let a network denoise it; ``model`` is in eval mode, with one channel."""
    return _timed(lambda picture: denoised(model, picture), clean, noisy)


def _timed(denoise: Callable[[Picture], Picture], clean: ArrayLike, noisy: Picture) -> Attempt:
    denoise(noisy[:_WARM, :_WARM])  # what is loaded when a method first runs is not its time
    began = thread_time()
    found = denoise(noisy)
    seconds = thread_time() - began
    found.setflags(write=False)
    return Attempt(found, psnr(clean, found), ssim(clean, found), seconds)


def stripes(side: int) -> NDArray[np.uint8]:
    """A generated picture of regular texture: four fields of fine stripes, (side, side)."""
    rows, columns = np.indices((side, side))
    field = 2 * (rows >= side // 2) + (columns >= side // 2)
    period, angle = (np.array(each)[field] for each in (_PERIODS, np.radians(_DIRECTIONS)))
    along = columns * np.cos(angle) + rows * np.sin(angle)
    levels = _MEAN + _SWING * np.sin(2 * np.pi * along / period)
    picture: NDArray[np.uint8] = np.rint(levels).astype(np.uint8)
    return picture


_PERIODS, _DIRECTIONS = (3.0, 4.0, 5.0, 7.0), (20, 65, 110, 155)  # pixels, degrees
_MEAN, _SWING = 128, 60

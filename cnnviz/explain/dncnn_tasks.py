"""DnCNN beyond noise: a picture damaged by JPEG or by scaling, and what a network makes of it.

One network, trained for noise, JPEG blocks and up-scaling at once, learns what to take away of
each. Paper: DnCNN-3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.checkpoints import Card
from cnnviz.data.damage import Damage
from cnnviz.explain.dncnn import Box, Denoising, Picture, denoise, denoised_part
from cnnviz.metrics import psnr
from cnnviz.models.dncnn import DnCNN


@dataclass(frozen=True)
class Mending:
    """A damaged picture, and what a network makes of it, in whole or in part.

    Attributes:
        clean: (H, W), the picture before, grey levels.
        damaged: (H, W), all of it, grey levels.
        box: the part that was mended: rows and columns as (top, left, bottom, right), the last
            ones not included.
        part: that part: its ``noisy`` is the damaged picture, ``denoised`` the mended one, and
            ``predicted`` what the network took away.
    """

    clean: NDArray[np.uint8]
    damaged: Picture
    box: Box
    part: Denoising

    @property
    def whole(self) -> bool:
        """Whether all of the picture was mended."""
        return self.box == (0, 0, *self.damaged.shape)


def mend(
    model: DnCNN, clean: NDArray[np.uint8], damaged: Picture, box: Box | None = None
) -> Mending:
    """Let a network mend a damaged picture; it is not told what was done.

    Args:
        model: in eval mode, with one channel.
        clean: (H, W).
        damaged: (H, W), what became of it (``Damage.done_to``).
        box: as of ``Mending``, for what follows a moving hand; None: all of it, and with more
            care (``cnnviz.explain.dncnn.denoised_part``).
    """
    if box is None:
        box = (0, 0, *clean.shape)
        return Mending(clean, damaged, box, denoise(model, clean, damaged))
    top, left, bottom, right = box
    before = clean[top:bottom, left:right].astype(np.float32)
    after = denoised_part(model, damaged, box, hurried=True)
    return Mending(clean, damaged, box, Denoising(before, damaged[top:bottom, left:right], after))


def card_psnr(card: Card, damages: Sequence[Damage]) -> NDArray[np.float64]:
    """(D,) PSNR in dB on the card's test pictures, after each damage; NaN where it says none."""
    tested = card.metrics.get("test", {})
    return np.array([tested.get(f"psnr_{damage.name}", np.nan) for damage in damages])


def damaged_psnr(
    pictures: Sequence[NDArray[np.uint8]], damages: Sequence[Damage]
) -> NDArray[np.float64]:
    """(D,) PSNR in dB of pictures that nobody has mended, mean of all, after each damage.

    Args:
        pictures: (H, W) each; the noise of each is that of its place among them, as in a test.
        damages: what is done to them.
    """
    return np.array(
        [
            np.mean([psnr(clean, each.done_to(clean, 0, at)) for at, clean in enumerate(pictures)])
            for each in damages
        ]
    )

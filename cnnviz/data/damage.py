"""What DnCNN is trained to undo: noise, the blocks of JPEG, and up-scaling.

A picture is (H, W), grey levels 0..255.
"""

import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnnviz.data.noise import Picture, gaussian

Kind = Literal["noise", "jpeg", "upscale"]
#: The lowest and the highest quality of JPEG that the paper trains for.
QUALITIES = (5, 99)
#: How many times smaller a picture was, along each side. Paper: its section IV-A.
FACTORS = (2, 3, 4)


@dataclass(frozen=True)
class Damage:
    """One kind, and how much of it.

    Attributes:
        kind: Gaussian noise, JPEG compression, or scaling down and up again.
        strength: standard deviation in grey levels; quality, the lower the worse; or factor.
    """

    kind: Kind
    strength: float

    @property
    def name(self) -> str:
        """As metrics are called by: 25, jpeg_10, x3."""
        return {"noise": "{:g}", "jpeg": "jpeg_{:g}", "upscale": "x{:g}"}[self.kind].format(
            self.strength
        )

    def done_to(self, clean: NDArray[np.uint8], seed: int = 0, index: int = 0) -> Picture:
        """The damaged picture, (H, W) in grey levels.

        Args:
            clean: (H, W).
            seed: of the noise.
            index: of the picture in its set: each has noise of its own.
        """
        if self.kind == "noise":
            return gaussian(clean, self.strength, seed, index)
        if self.kind == "jpeg":
            return jpeg(clean, round(self.strength))
        return upscaled(clean, round(self.strength))


def jpeg(clean: NDArray[np.uint8], quality: int) -> Picture:
    """A picture out of a JPEG file: blocks of 8 x 8 pixels that have lost their details.

    Args:
        clean: (H, W).
        quality: 1 to 99, as libjpeg counts it.
    """
    file = io.BytesIO()
    Image.fromarray(clean).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file), dtype=np.float32)


def upscaled(clean: NDArray[np.uint8], factor: int) -> Picture:
    """A picture made smaller and as large as it was again, bicubic both times.

    Args:
        clean: (H, W).
        factor: how many times smaller along each side; the small picture is rounded to whole grey
            levels, as a file has it.
    """
    height, width = clean.shape
    bicubic = Image.Resampling.BICUBIC
    sides = max(1, round(width / factor)), max(1, round(height / factor))
    small = Image.fromarray(clean).resize(sides, bicubic)  # smoothed first: nothing aliases
    return np.asarray(small.convert("F").resize((width, height), bicubic), dtype=np.float32)

"""Patches of pictures, damaged in the ways that a network is to undo."""

from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cnnviz.data.damage import FACTORS, QUALITIES, jpeg, upscaled
from cnnviz.training.task_settings import PictureSettings

_WHITE = np.float32(255)
# Of a general network's patches this share has noise, and as many the blocks of JPEG.
_THIRD = 1 / 3


class Patches:
    """Where patches come from.

    Args:
        images: (H, W) each, in grey levels.
        settings: how large they are, and how damaged.
        count: in a batch.
        augment: whether patches are turned and mirrored.
    """

    def __init__(
        self,
        images: tuple[NDArray[np.uint8], ...],
        settings: PictureSettings,
        count: int,
        *,
        augment: bool,
    ) -> None:
        self.images, self.settings, self.count = images, settings, count
        self.augment = augment

    def draw(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """A batch, (B, 1, P, P) damaged and clean, units of 0..1; the generator decides all."""
        settings, side = self.settings, self.settings.patch
        clean = np.empty((self.count, 1, side, side), dtype=np.float32)
        drawn = torch.rand(4, self.count, generator=generator).tolist()
        cuts = [self._cut(*each) for each in zip(*drawn, strict=True)]
        for patch, cut in zip(clean, cuts, strict=True):
            patch[0] = self._cut_out(self.images, cut)
        clean /= _WHITE
        noise = torch.randn(clean.shape, generator=generator).numpy()
        level = torch.rand(self.count, 1, 1, 1, generator=generator).numpy()
        sigma = np.float32(settings.sigma / 255)
        damaged = clean + noise * (level * sigma if settings.blind else sigma)
        if settings.general:
            drawn = torch.rand(2, self.count, generator=generator).tolist()
            for index, (kind, strength) in enumerate(zip(*drawn, strict=True)):
                if kind >= 2 * _THIRD:
                    damaged[index, 0] = self._upscaled(cuts[index], strength) / _WHITE
                elif kind >= _THIRD:
                    damaged[index, 0] = self._jpeg(clean[index, 0], strength) / _WHITE
        return torch.from_numpy(damaged), torch.from_numpy(clean)

    def _cut(self, which: float, down: float, across: float, turn: float) -> "_Cut":
        """A patch's place, from numbers of 0 to 1."""
        index, side = int(which * len(self.images)), self.settings.patch
        height, width = self.images[index].shape
        row, column = int(down * (height - side + 1)), int(across * (width - side + 1))
        return index, row, column, int(turn * 8) if self.augment else 0

    def _cut_out(self, images: "tuple[_Levels, ...]", cut: "_Cut") -> "_Levels":
        index, row, column, turn = cut
        side = self.settings.patch
        return _turned(images[index][row : row + side, column : column + side], turn)

    def _jpeg(self, clean: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
        least, most = QUALITIES
        levels = np.rint(clean * _WHITE).astype(np.uint8)
        return jpeg(levels, least + int(strength * (most - least + 1)))

    def _upscaled(self, cut: "_Cut", strength: float) -> "_Levels":
        # Out of the whole picture: at a patch's own borders bicubic scaling has less to go by.
        return self._cut_out(self._scaled[int(strength * len(FACTORS))], cut)

    @cached_property
    def _scaled(self) -> list[tuple[NDArray[np.float32], ...]]:
        return [tuple(upscaled(image, factor) for image in self.images) for factor in FACTORS]


# Grey levels, whole or not.
_Levels = NDArray[Any]
# Index of the picture, row, column, and which way it is turned.
_Cut = tuple[int, int, int, int]


def _turned(patch: _Levels, turn: int) -> _Levels:
    """In one of eight ways: by quarter turns, mirrored from the fourth on."""
    return np.rot90(patch if turn < 4 else patch[:, ::-1], turn % 4)

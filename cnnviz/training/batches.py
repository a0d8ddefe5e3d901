"""Batches cut from one tensor of images: shuffled, cropped, mirrored, scaled, by no worker."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnnviz.data.images import ImageSet

# Images whose values are counted at a time: counting takes 8 bytes a value for a moment.
COUNTED = 500


@dataclass(frozen=True)
class Scaling:
    """Images 0..255 to network input: ``(x / 255 - mean) / std``, one pair a channel."""

    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def of(cls, data: ImageSet) -> "Scaling":
        """Mean and deviation of these images (fit it on training images only)."""
        # From the counts of the 256 values: the pixels as floats would be eight times the images.
        counts = np.zeros((data.images.shape[-1], 256), dtype=np.int64)
        for start in range(0, len(data), COUNTED):
            images = data.images[start : start + COUNTED]
            for channel, count in enumerate(counts):
                count += np.bincount(images[..., channel].ravel(), minlength=256)
        levels, shares = np.arange(256) / 255, counts / counts.sum(axis=1, keepdims=True)
        means = shares @ levels  # (C,)
        deviations = np.sqrt((shares * (levels - means[:, None]) ** 2).sum(axis=1))
        return cls(
            tuple(round(m, 4) for m in means.tolist()),
            tuple(round(s, 4) for s in deviations.tolist()),
        )

    @classmethod
    def from_card(cls, preprocessing: dict[str, Any]) -> "Scaling":
        """As a checkpoint's card has it."""
        return cls(tuple(preprocessing["mean"]), tuple(preprocessing["std"]))

    def __call__(self, images: Tensor) -> Tensor:
        """(B, H, W, C) uint8 to (B, C, H, W) float32, laid out channels last."""
        mean = torch.tensor(self.mean, device=images.device)
        std = torch.tensor(self.std, device=images.device)
        return ((images / 255 - mean) / std).permute(0, 3, 1, 2)


def shuffled(
    images: Tensor,
    labels: Tensor,
    *,
    batch_size: int,
    generator: torch.Generator,
    crop: bool,
    mirror: bool,
) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch of batches in random order; the last, smaller one is left out.

    Args:
        images: (N, H, W, C) uint8.
        labels: (N,) int64.
        batch_size: B, at most N.
        generator: on the CPU; decides order, crops and mirroring, the same for any device.
        crop: cut each image at a random place from itself padded by H/8 black pixels.
        mirror: turn each image left to right with probability 1/2.

    Yields:
        (B, H, W, C) uint8 and (B,) int64.
    """
    count, height, width, _ = images.shape
    margin = height // 8 if crop else 0
    padded = torch.nn.functional.pad(images, (0, 0, margin, margin, margin, margin))
    order = torch.randperm(count, generator=generator)
    for chosen in order.split(batch_size):
        if len(chosen) < batch_size:
            return
        shift = torch.randint(2 * margin + 1, (2, batch_size, 1), generator=generator)
        rows = shift[0] + torch.arange(height)  # (B, H)
        columns = torch.arange(width).expand(batch_size, width)
        if mirror:
            flip = torch.rand(batch_size, 1, generator=generator) < 0.5
            columns = torch.where(flip, columns.flip(1), columns)
        columns = columns + shift[1]  # (B, W)
        chosen, rows, columns = (t.to(images.device) for t in (chosen, rows, columns))
        yield (
            padded[chosen[:, None, None], rows[:, :, None], columns[:, None, :]],  # (B, H, W, C)
            labels[chosen],
        )

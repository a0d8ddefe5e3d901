"""Logits of windows of a scene by the quicker of two ways; all windows are never there at once.

Neighbouring windows share nearly all of their pixels. Where many are wanted together it is quicker
to run the convolutions over the scene (``cnnviz.models.hybridsn_dense``): the same numbers, and the
same gradients, up to rounding.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from cnnviz.models.hybridsn_dense import predict_strips, window_logits
from cnnviz.models.hybridsn_windows import WindowNetwork

# A pixel in a pass over the scene takes as long as so many in windows.
_SHARED_COST = 2
# Pixels that the convolutions run over at a time, where no gradient is wanted: a few 100 MB.
_STRIP = 1 << 16
# And how much memory the maps of one take where all windows are predicted: it is as fast with more,
# but whoever waits between two strips waits longer. Under a second on two cores.
_STRIP_BYTES = 1 << 26
# Windows that are classified at a time after them: 150 MB at the paper's settings.
_AT_ONCE = 512
# Where more than one pixel in so many is wanted, the whole scene is classified.
_MANY = 6


def logits_at(
    model: WindowNetwork, scene: Tensor, rows: Tensor, columns: Tensor, turns: Tensor | None = None
) -> Tensor:
    """(N, num_classes) logits of the windows around these pixels, for a step of training.

    Args:
        model: the network.
        scene: (components, H, W) float32; beyond its border are zeros.
        rows, columns: (N,) int64.
        turns: (N,) how each window is ``turned``; None: not at all.
    """
    if turns is None and shared(model, scene, len(rows)):
        return window_logits(model, scene, rows, columns)
    return _by_windows(model, scene, rows, columns, turns)


def turned(maps: Tensor, turn: int) -> Tensor:
    """(..., H, W) maps turned or mirrored in one of eight ways; 0 leaves them, odd ones swap axes.

    Args:
        maps: any, their last two axes a scene's.
        turn: 0 to 7: bit 0 swaps rows and columns, bits 1 and 2 mirror top to bottom and left to
            right.
    """
    maps = maps.transpose(-2, -1) if turn & 1 else maps
    return maps.flip([axis for bit, axis in ((2, -2), (4, -1)) if turn & bit])


def shared(model: WindowNetwork, scene: Tensor, windows: int) -> bool:
    """Whether so many windows go through the convolutions as one scene.

    Not where that would take longer, and not where a batch norm in training mode takes its
    statistics over the windows alone.
    """
    norms = (nn.BatchNorm2d, nn.BatchNorm3d)
    apart = any(isinstance(module, norms) and module.training for module in model.modules())
    margin = model.window - 1
    pixels = (scene.shape[1] + margin) * (scene.shape[2] + margin)
    return not apart and pixels * _SHARED_COST < windows * model.window**2


def predict(model: WindowNetwork, scene: Tensor, rows: Tensor, columns: Tensor) -> Iterator[Tensor]:
    """The same logits without gradients, on the CPU, some at a time; bounded in memory.

    Args:
        model: in eval mode.
        scene: as of ``logits_at``.
        rows: (N,) int64, rising.
        columns: (N,) int64.
    """
    height, width = scene.shape[1:]
    if len(rows) * _MANY > height * width:
        top = 0
        for strip in predict_strips(model, scene, at_most_bytes=_STRIP_BYTES):
            here = (rows >= top) & (rows < top + len(strip))
            yield strip[rows[here] - top, columns[here]]
            top += len(strip)
        return
    half = model.window // 2
    step = max(1, _STRIP // (width + 2 * half) - 4 * half)
    for top in range(0, height, step):
        here = ((rows >= top) & (rows < top + step)).nonzero()[:, 0]
        # With what the windows reach: no zeros where the scene goes on.
        first = max(top - half, 0)
        for some in here.split(_AT_ONCE) if len(here) else ():
            strip = scene[:, first : top + step + half]
            yield _predict(model, strip, rows[some] - first, columns[some])


@torch.inference_mode()
def _predict(model: WindowNetwork, scene: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    place = next(model.parameters()).device
    return logits_at(model, *(tensor.to(place) for tensor in (scene, rows, columns))).cpu()


def _by_windows(
    model: WindowNetwork, scene: Tensor, rows: Tensor, columns: Tensor, turns: Tensor | None = None
) -> Tensor:
    padded = functional.pad(scene, (model.window // 2,) * 4)
    steps = torch.arange(model.window, device=scene.device)
    # (components, N, window, window)
    windows = padded[:, (rows[:, None] + steps)[:, :, None], (columns[:, None] + steps)[:, None]]
    windows = windows.transpose(0, 1)
    if turns is not None:
        each = zip(windows, turns.tolist(), strict=True)
        windows = torch.stack([turned(window, turn) for window, turn in each])
    logits: Tensor = model(windows[:, None])
    return logits

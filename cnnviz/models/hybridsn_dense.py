"""Windows of one scene share nearly all their pixels: HybridSN's convolutions run once for all.

None of these networks pads, so that a layer's value at a pixel is the same in every window around
it. The convolutions therefore go over the whole zero-padded scene, and the first dense layer, which
takes a window's maps in a row, is a convolution with kernels as large as these maps. The logits are
those of window by window but for rounding (a test holds them to 1e-4).

Where squeeze and excitation weighs the maps of each window by themselves, only the 3-D part is
shared; what follows takes the windows in batches, and little is gained (benchmarks/hybridsn.py).
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from cnnviz.models.hybridsn_windows import WindowNetwork

#: What a strip's maps may take; a scene's logits and the network itself come on top.
AT_MOST_BYTES = 1 << 29
#: Rows of pixels a strip at most, so that whoever waits sees it go on.
ROWS = 64
# Copies of a strip's largest maps that are there at once: a layer's input and output, the ReLU's
# output, and the convolution's own rearrangement of its input and output.
COPIES = 5
FLOAT = 4  # bytes
AT_ONCE = 64  # windows, where they are taken one by one


def predict_scene(
    model: WindowNetwork, scene: Tensor, *, at_most_bytes: int = AT_MOST_BYTES
) -> Tensor:
    """Classify every pixel of a scene by the window around it.

    Args:
        model: in eval mode.
        scene: (components, H, W) float32, as the network's windows are cut from it; beyond its
            border are zeros.
        at_most_bytes: how much memory the maps may take, as ``predict_strips``.

    Returns:
        (H, W, num_classes) logits, on the CPU.

    Raises:
        ValueError: as ``predict_strips``.
    """
    return torch.cat(list(predict_strips(model, scene, at_most_bytes=at_most_bytes)))


@torch.inference_mode()
def predict_strips(
    model: WindowNetwork, scene: Tensor, *, at_most_bytes: int = AT_MOST_BYTES
) -> Iterator[Tensor]:
    """``predict_scene`` from top to bottom, for a progress bar and for stopping between two strips.

    Args:
        model: in eval mode.
        scene: (components, H, W) float32.
        at_most_bytes: how much memory the maps may take. A strip is one row at least, whatever that
            takes: 0.2 GB for HybridSN's defaults and a scene of 2,000 columns.

    Yields:
        (rows, W, num_classes) logits of the next rows, on the CPU.

    Raises:
        ValueError: where the network is in training mode (each test would give another result), or
            the scene is not one of its components.
    """
    if model.training:
        raise ValueError("the network is in training mode: call eval() first")
    pieces = _maps(model, _padded(model, scene), at_most_bytes)
    maps = next(pieces)
    for piece in pieces:
        if maps.shape[2] >= model.side:
            yield _logits(model, maps, at_most_bytes)
            maps = maps[:, :, maps.shape[2] - model.side + 1 :]  # the next windows have these, too
        maps = torch.cat((maps, piece), dim=2)
    yield _logits(model, maps, at_most_bytes)


def window_logits(model: WindowNetwork, scene: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Classify some windows of a scene in one pass over it; gradients flow, in training mode too.

    The logits, and the gradients of a loss of them, are those of a batch of these windows but for
    rounding. Dropout is drawn for each window, as it would be there.

    Args:
        model: in either mode; batch norm in eval mode only.
        scene: (components, H, W) float32.
        rows, columns: (N,) the windows' centres.

    Returns:
        (N, num_classes) logits.

    Raises:
        ValueError: where the scene is not one of the network's components, or a batch norm would
            take its statistics from the scene rather than from the batch's windows.
    """
    norms = (m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm))
    if any(norm.training for norm in norms):
        raise ValueError("batch norm in training mode needs the windows themselves")
    maps = _over_strip(model, _padded(model, scene))[0]  # (C, H + side - 1, W + side - 1)
    width, side = maps.shape[2], torch.arange(model.side, device=maps.device)
    within = (side[:, None] * width + side).flatten()  # a window's places, from its first
    places = (rows * width + columns)[:, None] + within
    # Place by place, all maps of one at once: gradients are added up in the same way.
    found = maps.flatten(1).T.index_select(0, places.flatten())  # (N * side^2, C)
    windows = found.view(len(rows), len(within), -1).transpose(1, 2)
    return model.per_window(windows.unflatten(2, (model.side, model.side)))


def _padded(model: WindowNetwork, scene: Tensor) -> Tensor:
    """(1, 1, components, H + window - 1, W + window - 1), on the network's device."""
    if scene.ndim != 3 or len(scene) != model.components:
        raise ValueError(
            f"the network takes scenes of shape ({model.components}, H, W), not "
            f"{tuple(scene.shape)}"
        )
    scene = scene.to(next(model.parameters()).device)
    return functional.pad(scene, (model.window // 2,) * 4)[None, None]


def _maps(model: WindowNetwork, padded: Tensor, at_most_bytes: int) -> Iterator[Tensor]:
    """``over_scene``'s maps, (1, C, some rows, W + side - 1) at a time from top to bottom."""
    margin = model.window - model.side  # rows that the convolutions take off
    row_bytes = COPIES * FLOAT * _numbers_a_pixel(model) * padded.shape[-1]
    rows = min(max(at_most_bytes // row_bytes - margin, 1), ROWS)
    for first in range(0, padded.shape[3] - margin, rows):
        yield _over_strip(model, padded[..., first : first + rows + margin, :])


def _over_strip(model: WindowNetwork, strip: Tensor) -> Tensor:
    """``over_scene`` of a strip, as a batch of its left and right halves.

    For a batch of one, torch takes a 3-D convolution that is several times slower.
    """
    margin = model.window - model.side
    width = strip.shape[-1] - margin
    half = -(-width // 2)
    strip = functional.pad(strip, (0, 2 * half - width))
    maps = model.over_scene(torch.cat((strip[..., : half + margin], strip[..., half:])))
    return torch.cat((maps[:1], maps[1:]), dim=3)[..., :width]  # (1, C, rows, width)


def _numbers_a_pixel(model: WindowNetwork) -> int:
    """What the largest of the convolutions leaves for each pixel: maps times depth."""
    depth, largest = model.components, 1
    for module in model.modules():
        if isinstance(module, nn.Conv3d):
            depth -= module.kernel_size[0] - 1
            largest = max(largest, module.out_channels * depth)
        if isinstance(module, nn.Conv2d):
            largest = max(largest, module.out_channels)
    return largest


def _logits(model: WindowNetwork, maps: Tensor, at_most_bytes: int) -> Tensor:
    """Maps (1, C, rows + side - 1, W + side - 1) to logits (rows, W, num_classes)."""
    if not model.dense_next:
        return _window_by_window(model, maps, at_most_bytes)
    first = model.head[0]
    assert isinstance(first, nn.Linear)
    kernels = first.weight.unflatten(1, (maps.shape[1], model.side, model.side))
    # A product over gathered windows takes about twice as long.
    hidden = functional.conv2d(maps, kernels, first.bias)  # (1, 256, rows, W)
    logits: Tensor = model.head[1:](hidden[0].permute(1, 2, 0))
    return logits.cpu()


def _window_by_window(model: WindowNetwork, maps: Tensor, at_most_bytes: int) -> Tensor:
    windows = maps[0].unfold(1, model.side, 1).unfold(2, model.side, 1)  # (C, rows, W, side, side)
    numbers = maps.shape[1] * model.side**2
    batch = max(at_most_bytes // (COPIES * FLOAT * numbers), 1)
    rows = []
    for row in windows.unbind(1):
        parts = row.transpose(0, 1).split(min(batch, AT_ONCE))
        rows.append(torch.cat([model.per_window(part).cpu() for part in parts]))
    return torch.stack(rows)

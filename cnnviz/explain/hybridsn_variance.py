"""One network, tested again and again: whether it says the same, and if not, what has changed.

In eval mode a network is a function: the same window gets the same class. In training mode it is
not: dropout leaves out other neurons each time, and batch norm takes mean and deviation from
whatever windows are tested together.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from cnnviz.models.hybridsn_windows import WindowNetwork

#: "eval": nothing is left to chance; "train": all is, as in training; "dropout" and "statistics":
#: dropout alone is on, or the statistics of each batch alone are used.
Mode = Literal["eval", "train", "dropout", "statistics"]
Pixels = NDArray[np.int64]
Report = Callable[[float], None]

TESTS = 20
BATCH = 128  # windows tested together, where batch norm looks at them together
_ROWS = 32  # of a scene that go through the convolutions together
_AT_ONCE = 256  # windows that go through the dense layers together


@dataclass(frozen=True, slots=True)
class Repeated:
    """A network, tested several times on the same pixels.

    Attributes:
        mode: how.
        pixels: (N,) indices into ``labels.ravel()``.
        predicted: (T, N) uint8, the class that each test gives each pixel, counted from 1.
    """

    mode: Mode
    pixels: Pixels
    predicted: NDArray[np.uint8]

    @property
    def majority(self) -> NDArray[np.uint8]:
        """(N,) the class that most tests give; of equals the first."""
        most: NDArray[np.uint8] = self._votes.argmax(axis=0).astype(np.uint8)
        return most

    @property
    def disagreement(self) -> NDArray[np.float64]:
        """(N,) the share of the tests, 0 to 1, whose class is not the majority's."""
        shares: NDArray[np.float64] = 1 - self._votes.max(axis=0) / len(self.predicted)
        return shares

    def accuracy(self, labels: NDArray[np.int64], chosen: Pixels) -> NDArray[np.float64]:
        """(T,) the overall accuracy, 0 to 1, of each test.

        Args:
            labels: (H, W) truth.
            chosen: indices of the pixels that are measured on; those not tested are left out.

        Raises:
            ValueError: where none of them was tested.
        """
        measured = np.isin(self.pixels, chosen)
        if not measured.any():
            raise ValueError("none of these pixels was tested")
        right = self.predicted[:, measured] == labels.ravel()[self.pixels[measured]]
        shares: NDArray[np.float64] = right.mean(axis=1)
        return shares

    @property
    def _votes(self) -> NDArray[np.int64]:
        """(K + 1, N) how many tests give each class."""
        classes = range(int(self.predicted.max()) + 1)
        return np.stack([(self.predicted == k).sum(axis=0) for k in classes])


def has_batch_norm(model: nn.Module) -> bool:
    """Whether a network's answer in training mode depends on what is tested with it."""
    return any(isinstance(module, _BatchNorm) for module in model.modules())


def repeated(
    model: WindowNetwork,
    cube: NDArray[np.float32],
    pixels: Pixels,
    mode: Mode,
    *,
    count: int = TESTS,
    seed: int = 0,
    report: Report = lambda share: None,
) -> Repeated:
    """Test a network several times; it is left as it was, and so are the random numbers of others.

    Without batch statistics the convolutions run over the scene once for all tests: dropout comes
    after them, and draws for each pixel and test by itself. With batch statistics each test goes
    through the pixels in another order, window by window, ``BATCH`` together.

    Args:
        model: the network.
        cube: (C, H, W) the scene's components, as the network reads them. Beyond lie zeros.
        pixels: (N,) rising indices of the pixels to test.
        mode: what is left to chance.
        count: T, how many tests.
        seed: of what is left to chance.
        report: called now and then with the share that is done.
    """
    generator = torch.Generator().manual_seed(seed)
    tested = _in_mode(model, mode, generator)
    batches = mode in ("train", "statistics") and has_batch_norm(model)
    run = _window_by_window if batches else _over_scene
    with torch.inference_mode():
        predicted = run(tested, cube, pixels, count, generator, report)
    return Repeated(mode, pixels, predicted)


def _in_mode(model: WindowNetwork, mode: Mode, generator: torch.Generator) -> WindowNetwork:
    """A copy in this mode, whose dropout draws from a generator of its own."""
    # In training mode even a test changes the running statistics: not those of the network given.
    copy = deepcopy(model).eval()
    for module in copy.modules():
        if isinstance(module, _BatchNorm):
            module.train(mode in ("train", "statistics"))
    for place, module in enumerate(copy.head):
        if isinstance(module, nn.Dropout):
            on = mode in ("train", "dropout") and module.p > 0
            copy.head[place] = _Dropout(module.p, generator) if on else nn.Identity()
    return copy


class _Dropout(nn.Module):
    """torch's dropout in training mode, with its own random numbers."""

    def __init__(self, p: float, generator: torch.Generator) -> None:
        super().__init__()
        self.p, self.generator = p, generator

    def forward(self, x: Tensor) -> Tensor:
        kept = torch.rand(x.shape, generator=self.generator) >= self.p
        return x * kept / (1 - self.p)


def _over_scene(
    model: WindowNetwork,
    cube: NDArray[np.float32],
    pixels: Pixels,
    count: int,
    generator: torch.Generator,
    report: Report,
) -> NDArray[np.uint8]:
    """The convolutions once over strips of the scene, the rest ``count`` times for each pixel."""
    half, (height, width) = model.window // 2, cube.shape[1:]
    padded = torch.from_numpy(np.pad(cube, ((0, 0), (half, half), (half, half))))
    chance = [i for i, module in enumerate(model.head) if isinstance(module, _Dropout)]
    first = chance[0] if chance else len(model.head)
    # What comes before the first draw is the same in all tests.
    model.head, tail = model.head[:first], model.head[first:]
    predicted = np.empty((count, len(pixels)), dtype=np.uint8)
    rows, columns = np.divmod(pixels, width)
    for top in range(0, height, _ROWS):
        bottom = min(top + _ROWS, height)
        here = np.flatnonzero((rows >= top) & (rows < bottom))
        if len(here):
            maps = model.over_scene(padded[None, None, :, top : bottom + 2 * half])[0]
            side = maps.shape[2] - width + 1
            windows = maps.unfold(1, side, 1).unfold(2, side, 1)  # (M, rows, W, side, side)
            for some in np.array_split(here, -(-len(here) // _AT_ONCE)):
                at = torch.from_numpy(rows[some] - top), torch.from_numpy(columns[some])
                same = model.per_window(windows[:, at[0], at[1]].transpose(0, 1).contiguous())
                for test in range(count):
                    predicted[test, some] = tail(same).argmax(1).numpy() + 1
        report(bottom / height)
    return predicted


def _window_by_window(
    model: WindowNetwork,
    cube: NDArray[np.float32],
    pixels: Pixels,
    count: int,
    generator: torch.Generator,
    report: Report,
) -> NDArray[np.uint8]:
    half = model.window // 2
    padded = np.pad(cube, ((0, 0), (half, half), (half, half)))
    windows: NDArray[Any] = np.lib.stride_tricks.sliding_window_view(
        padded, (model.window, model.window), axis=(1, 2)
    )  # (C, H, W, window, window)
    rows, columns = np.divmod(pixels, cube.shape[2])
    predicted = np.empty((count, len(pixels)), dtype=np.uint8)
    for test in range(count):
        order = torch.randperm(len(pixels), generator=generator).numpy()
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            x = windows[:, rows[some], columns[some]].swapaxes(0, 1)[:, None]
            logits = model(torch.from_numpy(np.ascontiguousarray(x)))
            predicted[test, some] = logits.argmax(1).numpy() + 1
            report((test + (start + len(some)) / len(order)) / count)
    return predicted

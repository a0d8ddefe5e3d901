"""What planted mistakes show that are computed at once, on shipped networks or without weights.

Each mistake is one line, marked ``PLANTED``. Those that take a training are in ``bugs_trained``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cnnviz import cost
from cnnviz.checkpoints import load
from cnnviz.data.noise import gaussian
from cnnviz.data.pictures import BUNDLED, load_pictures
from cnnviz.explain import senet_place_flows as flows
from cnnviz.explain.bugs_trained import RIGHT, WRONG, Values
from cnnviz.explain.dncnn_residual import answer
from cnnviz.layer_counter import LayerCounter
from cnnviz.metrics import psnr
from cnnviz.models.dncnn import DnCNN
from cnnviz.models.mobilenet_v1 import IMAGENET, MobileNetV1
from cnnviz.printed.mobilenet_v1 import MOBILENET_V1_ROWS, ImageNetRow

Picture = NDArray[np.floating[Any]]

#: The picture of ``inverted``, its noise in grey levels, and the seed of it.
SUBJECT, SIGMA, SEED = "camera-0-1", 25.0, 0
_DIRECT, _RESIDUAL = "dncnn_small_direct", "dncnn_small"
#: The depth of the networks of ``trunk``.
DEPTH = 56
# The paper's rows that are counted, all of standard layers.
_ROWS = tuple(row for row in MOBILENET_V1_ROWS if set(row.arguments) <= {"alpha"})[:4]


@dataclass(frozen=True)
class Counted:
    """What a network of the paper costs.

    Attributes:
        row: as the paper prints it.
        parameters: counted here.
        madds: counted here, by way.
    """

    row: ImageNetRow
    parameters: int
    madds: Mapping[str, int]


def counted() -> list[Counted]:
    """Multiply-adds of MobileNetV1 at four widths."""
    found = []
    for row in _ROWS:
        shape = (3, row.size, row.size)
        with torch.device("meta"):
            model = MobileNetV1(**IMAGENET, **row.arguments)  # type: ignore[arg-type]
        counter = LayerCounter(model)
        counter.run(shape)
        # PLANTED: a multiplication and an addition are counted as two, not as one multiply-add.
        wrong = sum(operations for _name, _module, operations, _shapes in counter.ran())
        right = cost.count(model, shape)
        found.append(Counted(row, right.parameters, {WRONG: wrong, RIGHT: right.madds}))
    return found


@dataclass(frozen=True)
class Denoised:
    """A picture that a network was asked to clean.

    Attributes:
        noisy: (H, W) what it was given, in grey levels.
        shown: by way, (H, W) what is shown as its answer, in grey levels, not clipped.
        psnr: by way, and of the noisy one under "noisy", dB.
    """

    noisy: Picture
    shown: Mapping[str, Picture]
    psnr: Mapping[str, float]


def inverted() -> Denoised:
    """A network that was trained to put out the clean picture, used as if it put out the noise;
    and one that does, trained alike.

    Raises:
        UserError: where a network is not here.
    """
    pictures = load_pictures(BUNDLED)
    clean = pictures.images[pictures.names.index(SUBJECT)]
    noisy = gaussian(clean, SIGMA, SEED)
    # PLANTED: the target was the clean picture; what the network puts out is taken for the noise.
    wrong = noisy - answer(_denoiser(_DIRECT), clean, noisy).output
    right = noisy - answer(_denoiser(_RESIDUAL), clean, noisy).output
    shown = {WRONG: wrong, RIGHT: right}
    levels = {name: psnr(clean, each) for name, each in {**shown, "noisy": noisy}.items()}
    return Denoised(noisy, shown, levels)


def _denoiser(name: str) -> DnCNN:
    model = load(name)[0].eval()
    assert isinstance(model, DnCNN)
    return model


@dataclass(frozen=True)
class Trunk:
    """What arrives along the trunk of a residual network with SE.

    Attributes:
        shares: by way, (S, N) by seed and block: the gradient's norm at the block's input over that
            behind the last block.
        losses: by way, (S, 2) the loss before and after the first steps.
    """

    shares: Mapping[str, Values]
    losses: Mapping[str, Values]


def trunk() -> Trunk:
    """SE after the addition, and in its standard place, as ``senet_place`` has measured them."""
    known = flows.read()
    # PLANTED: SE stands behind the addition: its gates multiply the trunk, block after block.
    places = {WRONG: flows.AFTER, RIGHT: flows.STANDARD}
    return Trunk(
        {way: known.flows[DEPTH, p, "init", "trunk"].shares for way, p in places.items()},
        {way: known.losses[DEPTH, place] for way, place in places.items()},
    )

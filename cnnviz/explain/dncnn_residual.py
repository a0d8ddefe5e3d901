"""Networks that put out the noise beside networks that put out the picture."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from cnnviz.checkpoints import Card
from cnnviz.explain.dncnn import Denoising, Picture, from_planes, to_planes
from cnnviz.models.dncnn import DnCNN


@dataclass(frozen=True)
class Answer:
    """What a network's last layer puts out, and the denoised picture that follows from it.

    Attributes:
        output: (H, W) in grey levels: the noise, or the picture itself.
        residual: whether it is the noise.
        denoising: noisy minus the output where it is the noise; else the output.
    """

    output: Picture
    residual: bool
    denoising: Denoising


@torch.inference_mode()
def answer(model: DnCNN, clean: NDArray[np.generic], noisy: Picture) -> Answer:
    """Ask a network once.

    Args:
        model: in eval mode, with one channel.
        clean: (H, W), the picture.
        noisy: the same with noise.
    """
    output = from_planes(model(to_planes(noisy)), noisy.ndim)
    denoised = noisy - output if model.residual else output
    return Answer(output, model.residual, Denoising(clean.astype(np.float32), noisy, denoised))


@dataclass(frozen=True)
class Trained:
    """What a model card says of a training.

    Attributes:
        residual: whether the network puts out the noise.
        batch_norm: whether it has batch norm.
        depth: its layers.
        maps: of each layer but the last.
        sigma: the noise that it was trained for, grey levels.
        validation: (E,) PSNR on the validation pictures after each epoch, dB.
        epoch: the one kept, counted from 1.
        psnr: on the test pictures, dB.
        ssim: on the test pictures.
        test: name of their set.
        count: how many they are.
        seconds: of the training.
        hardware: what it was trained on.
    """

    residual: bool
    batch_norm: bool
    depth: int
    maps: int
    sigma: float
    validation: NDArray[np.float64]
    epoch: int
    psnr: float
    ssim: float
    test: str
    count: int
    seconds: float
    hardware: str


def trained(card: Card) -> Trained:
    """Read a DnCNN's model card; what it does not say is NaN."""
    tested = card.metrics.get("test", {})
    return Trained(
        residual=card.model_args.get("residual", True),
        batch_norm=card.model_args.get("batch_norm", True),
        depth=card.model_args["depth"],
        maps=card.model_args["maps"],
        sigma=card.preprocessing.get("sigma", np.nan),
        validation=np.array([epoch.get("psnr", np.nan) for epoch in card.history]),
        epoch=card.epoch,
        psnr=tested.get("psnr", np.nan),
        ssim=tested.get("ssim", np.nan),
        test=card.data.get("test_name", ""),
        count=card.data.get("test", 0),
        seconds=card.seconds,
        hardware=card.hardware,
    )

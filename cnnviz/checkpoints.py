"""Checkpoints: weights as safetensors, everything else as a JSON model card beside them.

Nothing is ever unpickled. Names and cards are read without importing torch, so that the home page
can say what is ready before any lesson is opened.
"""

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.data.folders import ROOT
from cnnviz.errors import UserError

if TYPE_CHECKING:
    from torch import nn

SHIPPED = ROOT / "checkpoints"
RUNS = ROOT / "data" / "runs"


@dataclass(frozen=True, kw_only=True)
class Card:
    """A checkpoint's model card.

    Attributes:
        model: name in ``cnnviz.models.registry``.
        model_args: the network's constructor arguments.
        preprocessing: size in pixels, mean and std a channel (units of 0..1).
        class_names: in the order of the logits.
        data: name, source, verified, number of training and validation images, split and its seed.
        recipe: the RunSpec as plain data.
        seed: of initial weights, batch order and augmentation.
        epoch: the one kept, chosen on validation.
        metrics: by split ("validation", "test"), by name.
        history: one entry an epoch: mean loss terms, validation metrics, seconds so far.
        weights: how the convolution and linear weights are stored: "float32" or "float16".
        versions: of the libraries.
        hardware: what it was trained on.
        seconds: wall time of the training.
        command: makes it again.
    """

    model: str
    model_args: dict[str, Any]
    preprocessing: dict[str, Any]
    class_names: list[str]
    data: dict[str, Any]
    recipe: dict[str, Any]
    seed: int
    epoch: int
    metrics: dict[str, dict[str, float]]
    history: list[dict[str, float]]
    weights: str
    versions: dict[str, str]
    hardware: str
    seconds: float
    command: str


def names() -> tuple[str, ...]:
    """Names of the shipped checkpoints that are here, weights and card."""
    return tuple(
        sorted(
            file.stem
            for file in SHIPPED.glob("*.safetensors")
            if file.with_suffix(".json").is_file()
        )
    )


def locate(name: str) -> Path:
    """The weights file of a checkpoint: a path, a shipped name, or the name of a finished run.

    Raises:
        UserError: where there is none, or its card is missing.
    """
    if os.sep in name or name.endswith(".safetensors"):
        places = [Path(name).with_suffix(".safetensors")]
    else:
        places = [folder / f"{name}.safetensors" for folder in (SHIPPED, RUNS)]
    for place in places:
        if place.is_file() and place.with_suffix(".json").is_file():
            return place
    raise UserError(
        "There is no checkpoint {name}: it takes {name}.safetensors and {name}.json in {folder}.",
        name=name,
        folder=places[0].parent,
    )


def read_card(name: str) -> Card:
    """The model card of a checkpoint.

    Raises:
        UserError: where there is none, or it is not a card.
    """
    file = locate(name).with_suffix(".json")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return Card(**{field.name: content[field.name] for field in fields(Card)})
    except (ValueError, KeyError, TypeError) as error:
        raise UserError("{file} is not a model card of cnnviz.", file=file) from error


def load(name: str) -> tuple["nn.Module", Card]:
    """The network with its weights, in eval mode and without gradients, and its card.

    Raises:
        UserError: where it is not there, is damaged, or its weights do not fit the network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from cnnviz.models.registry import build, channels_last

    card, file = read_card(name), locate(name)
    model = build(card.model, card.model_args)
    try:
        # Weights kept as float16 are copied into the float32 network: exact, and as fast as ever.
        model.load_state_dict(load_file(file))
    except (SafetensorError, RuntimeError) as error:
        raise UserError("The weights in {file} do not fit their model card.", file=file) from error
    model.requires_grad_(False)
    return channels_last(model.eval()), card


def round_to_half(model: "nn.Module") -> None:
    """Round the convolution and linear weights to float16, in place, as ``save`` stores them.

    Batch-norm statistics and biases stay float32: they are few, and a variance can leave
    float16's range.
    """
    import torch

    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.copy_(parameter.half())


def save(file: Path, model: "nn.Module", card: Card) -> None:
    """Write weights and card, each whole or not at all."""
    from safetensors.torch import save_file

    file = file.with_suffix(".safetensors")
    half = card.weights == "float16"
    tensors = {
        # Contiguous in the default layout: channels-last strides are not stored.
        name: (tensor.half() if half and tensor.dim() > 1 else tensor).contiguous()
        for name, tensor in model.state_dict().items()
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    save_file(tensors, partial)
    partial.replace(file)
    partial.write_text(json.dumps(asdict(card), indent=1, ensure_ascii=False) + "\n", "utf-8")
    partial.replace(file.with_suffix(".json"))

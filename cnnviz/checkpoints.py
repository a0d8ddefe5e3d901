"""Checkpoints: weights as safetensors, everything else as a JSON model card beside them.

Nothing is ever unpickled. Names and cards are read without importing torch, so that the home page
can say what is ready before any lesson is opened.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.data.folders import ROOT
from cnnviz.errors import UserError
from cnnviz.whole_files import whole, write_whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor, nn

SHIPPED = ROOT / "checkpoints"
#: Where runs keep what they are and what they leave, a folder each.
RUNS = Path(os.environ.get("CNNVIZ_RUNS") or ROOT / "data" / "runs")
# Begins the names of tensors that are not the network's.
_PREPROCESSING = "preprocessing."


@dataclass(frozen=True, kw_only=True)
class Card:
    """A checkpoint's model card.

    Attributes:
        model: name in ``cnnviz.models.registry``.
        model_args: the network's constructor arguments.
        preprocessing: of images: size in pixels, mean and std a channel (units of 0..1); of windows
            of a scene: their side, and how the principal components were made, which are stored
            with the weights (``load_preprocessing``).
        class_names: in the order of the logits.
        data: name, source, verified, number of training and validation examples, split and its
            seed.
        recipe: the RunSpec as plain data.
        seed: of initial weights, batch order and augmentation.
        epoch: the one kept: the best on validation, or the last, as the recipe says.
        metrics: by split ("validation", "test"), by name.
        history: one entry an epoch: mean loss terms, validation metrics, seconds so far.
        weights: how the convolution and linear weights are stored: "float32", "float16", or "int8":
            the large ones as int8, each output channel with a scale of its own, the others float16.
        versions: of the libraries.
        hardware: what it was trained on.
        seconds: wall time of the training.
        command: makes it again.
        per_class: by class name, the share of the test's examples that are known; classes without
            one are not here.
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
    per_class: dict[str, float] = field(default_factory=dict)


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
        places = [SHIPPED / f"{name}.safetensors", RUNS / name / "checkpoint.safetensors"]
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
        return Card(**{f.name: content[f.name] for f in fields(Card) if f.name in content})
    except (ValueError, KeyError, TypeError) as error:
        raise UserError("{file} is not a model card of cnnviz.", file=file) from error


def digest_of(name: str) -> str:
    """The digest of a checkpoint's weights: what is measured of others is not of these.

    Raises:
        UserError: where there is no such checkpoint.
    """
    return hashlib.blake2b(locate(name).read_bytes(), digest_size=16).hexdigest()


def load(name: str) -> tuple["nn.Module", Card]:
    """The network with its weights, in eval mode and without gradients, and its card.

    Raises:
        UserError: where it is not there, is damaged, or its weights do not fit the network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from cnnviz.models.registry import build, channels_last
    from cnnviz.storage import unpacked

    card, file = read_card(name), locate(name)
    model = build(card.model, card.model_args)
    try:
        # Weights kept in less are copied into the float32 network: exact, and as fast as ever.
        tensors = load_file(file)
        own = {name: t for name, t in tensors.items() if not name.startswith(_PREPROCESSING)}
        model.load_state_dict(unpacked(own))
    except (SafetensorError, KeyError, RuntimeError) as error:
        raise UserError("The weights in {file} do not fit their model card.", file=file) from error
    model.requires_grad_(False)
    return channels_last(model.eval()), card


def load_preprocessing(name: str) -> "dict[str, NDArray[np.generic]]":
    """The arrays of a checkpoint's preprocessing that are too large for its card, by name.

    Windows of a scene: ``cnnviz.data.preprocessing.PrincipalComponents.stored`` makes of them, and
    of the card, what the scene went through. Images have none. No torch is needed.

    Raises:
        UserError: where the checkpoint is not there or is damaged.
    """
    from safetensors import SafetensorError, safe_open

    file = locate(name)
    try:
        with safe_open(file, framework="numpy") as stored:
            return {
                path.removeprefix(_PREPROCESSING): stored.get_tensor(path)
                for path in stored.keys()  # noqa: SIM118
                if path.startswith(_PREPROCESSING)
            }
    except (SafetensorError, OSError) as error:
        raise UserError("The weights in {file} do not fit their model card.", file=file) from error


def save(
    file: Path, model: "nn.Module", card: Card, preprocessing: "Mapping[str, Tensor] | None" = None
) -> None:
    """Write weights and card, each whole or not at all; arrays of the preprocessing with them."""
    from safetensors.torch import save as serialized

    from cnnviz.storage import packed

    file = file.with_suffix(".safetensors")
    tensors = packed(model.state_dict(), card.weights)
    tensors |= {_PREPROCESSING + name: tensor for name, tensor in (preprocessing or {}).items()}
    with whole(file) as partial:
        partial.write_bytes(serialized(tensors))
    text = json.dumps(asdict(card), indent=1, ensure_ascii=False)
    write_whole(file.with_suffix(".json"), text + "\n")

"""A small scene, and networks for it that answer what they are told to, for tests of pages."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz import checkpoints
from cnnviz.data.parts import Split
from cnnviz.data.scene import Scene
from cnnviz.training.spec import RunSpec

NAMES = ("Corn", "Grass, mown", "Woods", "Wheat")
WINDOW = 5


def _scene(name: str, names: tuple[str, ...]) -> Scene:
    random = np.random.default_rng(5)
    labels = np.kron(np.array([[1, 2, 0], [3, 1, 4]]), np.ones((16, 14), dtype=np.int64))
    cube = labels[:, :, None] * np.linspace(1, 2, 7) + random.normal(0, 0.1, (32, 42, 7))
    return Scene(name, cube, labels, names, None, (5, 3, 1), True, "made for tests")


SCENE = _scene("fields", NAMES)
OTHER = _scene("other", ("Water", "Sand", "Rock", "Ice"))


def _cluster() -> Scene:
    """Four labelled pixels beside each other: no guard band leaves any."""
    labels = np.zeros((12, 12), dtype=np.int64)
    labels[5:7, 5:7] = (1, 2)
    return Scene("cluster", np.ones((12, 12, 7)), labels, NAMES[:2], None, (5, 3, 1), True, "made")


CLUSTER = _cluster()


def logits(network: str, scene: Scene) -> np.ndarray:
    """A network that is sure of itself, wrong about the whole of class 4 and in some places."""
    random = np.random.default_rng(len(network))
    said = np.where(scene.labels == 4, 1, np.maximum(scene.labels, 1))
    wrong = random.random(said.shape) < 0.1
    said = np.where(wrong, said % 3 + 1, said)
    found = random.random((*said.shape, 4))
    found[np.arange(said.shape[0])[:, None], np.arange(said.shape[1]), said - 1] += 4
    return found.astype(np.float32)


def strips(network: str, scene: Scene) -> list[np.ndarray]:
    """The same from top to bottom."""
    return np.array_split(logits(network, scene), 5)


def card(
    split: Split | None, *, oa: float = 0.9, scene: Scene = SCENE, **settings: Any
) -> checkpoints.Card:
    """The model card of a network trained on a split; None: it does not say on which."""
    kind = "blocks" if split is not None and split.kind == "blocks" else "random"
    spec = RunSpec(model="hybridsn", data=scene.name).with_settings({"split": kind, **settings})
    described = {} if split is None else {"split": split.to_json()}
    return checkpoints.Card(
        model="hybridsn", model_args={"num_classes": 4, "window": WINDOW, "components": 15},
        preprocessing={}, class_names=list(scene.class_names),
        data={"name": scene.name, **described}, recipe=spec.to_json(), seed=0, epoch=3,
        metrics={"test": {"oa": oa, "accuracy": oa, "aa": oa - 0.1, "kappa": oa - 0.05}},
        history=[], weights="float32", versions={}, hardware="", seconds=1.0, command="",
    )  # fmt: skip


def keep(name: str, split: Split | None, **about: Any) -> None:
    """A card, arguments as of ``card``, and a file in the place of its weights."""
    file = Path(checkpoints.SHIPPED) / f"{name}.json"
    file.write_text(json.dumps(asdict(card(split, **about))), encoding="utf-8")
    file.with_suffix(".safetensors").write_bytes(b"")

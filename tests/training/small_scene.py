"""A scene of 18 by 22 pixels in two files, and a network that it takes a second to train on it."""

from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.training.spec import RunSpec

SHAPE, BANDS, CLASSES = (18, 22), 12, 3
WINDOW, COMPONENTS = 9, 8
NETWORK = {"conv3d": ((2, 3), (3, 3), (2, 2)), "conv2d": 4, "hidden": (12, 8), "dropout": 0.3}


def write(folder: Path, seed: int = 0) -> tuple[Path, Path]:
    """The cube and its ground truth: three fields, some of it unlabelled, spectra with noise."""
    draw = np.random.default_rng(seed)
    labels = np.repeat([1, 2, 3], 6)[:, None] * np.ones(SHAPE, dtype=np.uint8)
    labels = np.where(draw.random(SHAPE) < 0.3, 0, labels).astype(np.uint8)
    spectra = draw.normal(size=(CLASSES + 1, BANDS)) * 100
    fields = np.repeat([1, 2, 3], 6)[:, None] * np.ones(SHAPE, dtype=np.int64)
    cube = spectra[fields] + draw.normal(size=(*SHAPE, BANDS)) * 60 + 1000
    files = folder / "cube.npy", folder / "truth.npy"
    np.save(files[0], cube.astype(np.float32))
    np.save(files[1], labels)
    return files


def spec_of(folder: Path, model: str = "hybridsn", **settings: Any) -> RunSpec:
    """A run of two epochs of four batches."""
    cube, truth = (folder / name for name in ("cube.npy", "truth.npy"))
    if not cube.exists():
        write(folder)
    network = NETWORK if model == "hybridsn" else {}
    spec = RunSpec(model=model, data=str(cube), optimizer="adam", learning_rate=0.01, epochs=2)
    return spec.with_settings(
        {
            "labels": str(truth),
            "window": WINDOW,
            "components": COMPONENTS,
            "train_share": 0.3,
            "validation_share": 0.2,
            "batch_size": 20,
            **network,
            **settings,
        }
    )

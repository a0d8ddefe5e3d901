"""A planted mistake in the loss of DSCMR, on captioned digits."""

from typing import Any

import numpy as np
from torch import nn

from cnnviz.training.bugs_course import Course, trained
from cnnviz.training.recipes import base
from cnnviz.training.task import in_one_go
from cnnviz.training.task_pairs import Pairs, embedded, retrieval
from cnnviz.training.tasks import task_of

EPOCHS = 12


def pairs(seed: int) -> dict[str, dict[str, Any]]:
    """How far the two of a pair are apart, and how good the search is, by epoch."""
    # PLANTED: J1 and J2 are left out of the loss: classes have no part in it.
    return {
        "wrong": _columns(seed, discriminate=False, alpha=0.0, beta=1.0),
        "right": _columns(seed),
    }


def _columns(seed: int, **settings: Any) -> dict[str, list[float]]:
    spec = base("dscmr", "captioned_digits").with_settings(
        {"seed": seed, "epochs": EPOCHS, **settings}
    )
    task = task_of(spec)
    assert isinstance(task, Pairs)

    def look(model: nn.Module) -> dict[str, float]:
        images, texts, _labels = in_one_go(embedded(model, task.scaling, task.held_out))
        known = retrieval(*in_one_go(embedded(model, task.scaling, task.training)))
        apart = np.linalg.norm(images - texts, axis=1).mean()
        return {"apart": float(apart), "map_training": known["map"]}

    course: Course = trained(spec, task=task, look=look)
    return {name: course.columns[name] for name in ("apart", "map", "map_training")}

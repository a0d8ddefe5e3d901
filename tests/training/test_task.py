"""What all tasks do alike: they measure part by part, to the same numbers as in one pass."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.data import load_images, noise
from cnnviz.metrics import classification, psnr, ssim
from cnnviz.models.registry import build
from cnnviz.training import scene_windows
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import Task, in_one_go
from cnnviz.training.task_images import Images
from cnnviz.training.task_pictures import NOISE_SEED, Pictures
from cnnviz.training.tasks import task_of
from tests.training.conftest import SMALL
from tests.training.small_scene import spec_of


def images_spec(folder: Path) -> RunSpec:
    return SMALL


def pictures_spec(folder: Path) -> RunSpec:
    spec = RunSpec(model="dncnn", data="bundled", validation=2)
    return spec.with_settings({"depth": 3, "maps": 4, "patch": 20, "sigma": 25.0})


SPECS = {"images": images_spec, "windows": spec_of, "pictures": pictures_spec}


@pytest.fixture(params=SPECS)
def task(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Task:
    for name in ("_STRIP", "_STRIP_BYTES"):  # a small scene has several strips, too
        monkeypatch.setattr(scene_windows, name, 1)
    return task_of(SPECS[request.param](tmp_path))


def network(task: Any) -> nn.Module:
    torch.manual_seed(0)
    return build(task.spec.model, {**task.arguments, **task.spec.model_args}).eval()


@pytest.mark.parametrize("what", ["validate", "test"])
def test_it_is_measured_in_several_parts(task: Task, what: str) -> None:
    assert list(getattr(task, what)(network(task))), "nothing is asked in between"


def expected(task: Any, model: nn.Module) -> dict[str, float]:
    """The metrics on the test data, from all outputs at once."""
    if isinstance(task, Images):
        data = load_images("digits", "test")
        logits = model(task.scaling(torch.from_numpy(data.images)))
        return classification(data.labels, logits.argmax(1).numpy())
    if isinstance(task, Pictures):
        scores = []
        for index, image in enumerate(task.tests[1].images):
            noisy = torch.from_numpy(noise.gaussian(image, 25.0, NOISE_SEED, index) / 255)
            clean = (noisy - model(noisy[None, None])[0, 0]).numpy() * 255
            scores.append((psnr(image, clean), ssim(image, clean)))
        means = np.mean(scores, axis=0)
        return {"psnr": means[0], "ssim": means[1]}
    pixels = task.scene.split.test
    rows, columns = (torch.from_numpy(place) for place in np.divmod(pixels, 22))
    logits = scene_windows.logits_at(model, task.scene.maps, rows, columns)  # type: ignore[arg-type]
    return classification(task.scene.labels.flat[pixels] - 1, logits.argmax(1).numpy())


def test_the_test_comes_to_the_same_numbers_as_in_one_pass(task: Task) -> None:
    model = network(task)
    with torch.no_grad():
        found, whole = in_one_go(task.test(model)).metrics, expected(task, model)
    assert found == pytest.approx(whole, abs=1e-3)


def test_testing_a_network_in_training_mode_is_refused(task: Task) -> None:
    with pytest.raises(ValueError, match="eval"):
        in_one_go(task.test(network(task).train()))


def test_in_one_go_is_what_the_generator_returns() -> None:
    def parts() -> Generator[None, None, int]:
        yield
        yield
        return 3

    assert in_one_go(parts()) == 3

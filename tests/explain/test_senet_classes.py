"""Gates by class, and how much of them depends on it."""

from pathlib import Path

import numpy as np
import pytest
import torch

from cnnviz import checkpoints
from cnnviz.data import cifar10
from cnnviz.explain import senet_classes
from cnnviz.explain.senet import steps
from cnnviz.explain.senet_classes import (
    ClassGates,
    channels_shown,
    class_gates,
    known,
    main,
    read,
    write,
)
from cnnviz.explain.senet_images import batches, file_here
from tests.senet_made import BLOCKS, CARD, images, keep, network

CLASSES = 10


def made(mean: list[list[float]], deviation: list[list[float]]) -> ClassGates:
    """Of a network of one block."""
    return ClassGates(
        "digest", np.ones(len(mean), dtype=np.int64), (np.array(mean),), (np.array(deviation),),
        np.zeros(1),
    )  # fmt: skip


@pytest.fixture
def measured() -> ClassGates:
    return class_gates(network(), batches(CARD, images(), size=7), classes=CLASSES, digest="one")


def test_means_and_deviations_are_those_of_the_single_pictures(measured: ClassGates) -> None:
    data, model = images(), network()
    chosen = data.take(np.flatnonzero(data.labels == 4))
    alone = [steps(model, x, 2).gates for x, _labels in batches(CARD, chosen, size=1)]
    np.testing.assert_allclose(measured.mean[2][4], np.mean(alone, axis=0), atol=1e-5)
    np.testing.assert_allclose(measured.deviation[2][4], np.std(alone, axis=0), atol=1e-5)
    assert measured.counts.tolist() == [3] * CLASSES
    assert [mean.shape for mean in measured.mean] == [(10, 8), (10, 8), (10, 12), (10, 12)]


def test_saturated_is_the_share_of_gates_near_an_end(measured: ClassGates) -> None:
    model = network()
    gates = np.array([steps(model, x, 3).gates for x, _labels in batches(CARD, images(), size=1)])
    near = (gates < senet_classes.EDGE) | (gates > 1 - senet_classes.EDGE)
    assert measured.saturated[3] == pytest.approx(near.mean())
    assert near.any()


def test_of_all_pictures_mean_and_deviation_are_the_plain_ones(measured: ClassGates) -> None:
    model = network()
    gates = [steps(model, x, 1).gates for x, _labels in batches(CARD, images(), size=1)]
    mean, deviation = measured.of_all(1)
    np.testing.assert_allclose(mean, np.mean(gates, axis=0), atol=1e-5)
    np.testing.assert_allclose(deviation, np.std(gates, axis=0), atol=1e-5)


@pytest.mark.parametrize(
    ("mean", "deviation", "share"),
    [
        ([[0.4], [0.4]], [[0.1], [0.1]], 0.0),
        ([[0.2], [0.8]], [[0.0], [0.0]], 1.0),
        ([[0.4], [0.6]], [[0.1], [0.1]], 0.5),
        ([[0.5, 0.4], [0.5, 0.6]], [[0.0, 0.1], [0.0, 0.1]], 0.5),  # one gate does not move
        ([[0.5], [0.5]], [[0.0], [0.0]], 0.0),
    ],
)
def test_dependence_is_variance_between_classes_over_all_variance(
    mean: list[list[float]], deviation: list[list[float]], share: float
) -> None:
    assert made(mean, deviation).dependence == pytest.approx([share])


def test_the_distance_of_a_class_is_the_root_mean_square_over_channels() -> None:
    found = made([[0.2, 0.5], [0.4, 0.5]], [[0.0, 0.0]] * 2)
    assert found.distance(0) == pytest.approx([0.1 / np.sqrt(2)] * 2)


def test_a_class_without_a_picture_is_refused() -> None:
    pictures = batches(CARD, images().take(np.arange(9)))
    with pytest.raises(ValueError, match="without a picture"):
        class_gates(network(), pictures, classes=CLASSES, digest="")


@pytest.mark.parametrize(("count", "shown"), [(32, 32), (50, 50), (256, 50)])
def test_shown_channels_are_spread_from_the_first_to_the_last(count: int, shown: int) -> None:
    found = channels_shown(count)
    assert len(found) == shown
    assert (found[0], found[-1]) == (0, count - 1)
    assert set(np.diff(found)) <= {count // shown, count // shown + 1}


def test_a_file_keeps_the_numbers_of_its_weights_alone(
    measured: ClassGates, tmp_path: Path
) -> None:
    file = tmp_path / "gates.npz"
    write(file, measured)
    found = read(file, "one")
    assert found is not None
    np.testing.assert_allclose(found.mean[3], measured.mean[3], atol=1e-6)
    np.testing.assert_allclose(found.dependence, measured.dependence, atol=1e-4)
    np.testing.assert_array_equal(found.saturated, measured.saturated)
    assert read(file, "other") is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"{}"])
def test_a_damaged_file_knows_nothing(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "gates.npz"
    file.write_bytes(content)
    assert read(file, "one") is None
    assert read(tmp_path / "none.npz", "one") is None


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_data: Path) -> Path:
    """A network, and test images; nothing is measured."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(senet_classes, "SHIPPED", tmp_path / "gates.npz")
    keep()
    monkeypatch.setattr(cifar10, "load", lambda split: images())
    return tmp_path


def test_the_command_measures_the_network_and_tells(
    world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    threads = torch.get_num_threads()
    assert main([]) == 0
    torch.set_num_threads(threads)
    found = known(checkpoints.digest_of("senet"))
    assert found is not None
    lines = capsys.readouterr().out.strip().splitlines()
    assert len(lines) == 2 + BLOCKS
    assert lines[1].split()[:2] == ["1", f"{found.dependence[0]:.1%}"]
    assert not file_here("gates.npz").exists()


def test_the_command_says_what_it_lacks(
    world: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(checkpoints, "SHIPPED", world / "empty")
    assert main([]) == 1
    assert "There is no checkpoint senet" in capsys.readouterr().err

"""Other gates than the network's own."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from cnnviz import checkpoints
from cnnviz.activations import replaced
from cnnviz.data import cifar10
from cnnviz.explain import senet_classes, senet_hands_table
from cnnviz.explain.senet import steps
from cnnviz.explain.senet_hands import (
    ALONE,
    Hand,
    answer,
    begin,
    by_hand,
    gates_of,
    instead,
    ranks,
    shuffling,
)
from cnnviz.explain.senet_hands_table import Accuracies, accuracies, known, main, read, write
from cnnviz.explain.senet_images import batches
from cnnviz.models.senet import SENet
from tests.senet_made import BLOCKS, CARD, images, keep, network


@pytest.fixture(scope="module")
def model() -> SENet:
    return network()


@pytest.fixture
def x() -> Tensor:
    return torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def means(model: SENet) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.random(block.conv2.out_channels, dtype=np.float32) for block in model.blocks]


@pytest.mark.parametrize("block", range(BLOCKS))
def test_untouched_gates_give_the_plain_answer(model: SENet, x: Tensor, block: int) -> None:
    found = answer(model, begin(model, x, block), {}, block, [1, 0])
    whole = steps(model, x, block)
    np.testing.assert_allclose(found.probabilities, model(x).softmax(1)[0], atol=1e-6)
    np.testing.assert_allclose(found.gates, whole.gates, atol=1e-6)
    np.testing.assert_allclose(found.maps, whole.after[[1, 0]], atol=1e-6)
    np.testing.assert_allclose(found.gates, gates_of(model, x)[block], atol=1e-6)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_going_on_from_a_block_is_a_whole_pass_with_other_gates(
    model: SENet, x: Tensor, block: int
) -> None:
    put = instead(model, [block], "off")
    with replaced(model, put):
        whole = model(x).softmax(1)[0]
    found = answer(model, begin(model, x, block), put, block, [0])
    np.testing.assert_allclose(found.probabilities, whole, atol=1e-6)
    assert (found.gates == 1).all()
    np.testing.assert_allclose(found.maps[0], steps(model, x, block).before[0], atol=1e-6)


def test_gates_can_be_a_mean_or_another_pictures(
    model: SENet, x: Tensor, means: list[np.ndarray]
) -> None:
    begun = begin(model, x, 0)
    for code, others in (("mean", means), ("swapped", gates_of(model, -x))):
        put = instead(model, range(BLOCKS), code, others)
        for block in range(BLOCKS):
            found = answer(model, begun, put, block, [])
            np.testing.assert_array_equal(found.gates, others[block])


def test_shuffled_gates_are_the_own_ones_elsewhere_each_time_alike(model: SENet, x: Tensor) -> None:
    begun = begin(model, x, 2)
    found = answer(model, begun, instead(model, [2], "shuffled"), 2, [])
    own = gates_of(model, x)[2]
    np.testing.assert_allclose(found.gates, own[shuffling(12, 2)], atol=1e-6)
    assert sorted(shuffling(12, 2)) == list(range(12)) != shuffling(12, 2)
    assert shuffling(12, 2) == shuffling(12, 2) != shuffling(12, 3)


def test_a_hand_sets_its_channels_and_leaves_the_others(model: SENet, x: Tensor) -> None:
    begun, own = begin(model, x, 1), gates_of(model, x)[1]
    found = answer(model, begun, by_hand({}, 1, Hand((3, 5), 0.25)), 1, [3])
    expected = own.copy()
    expected[[3, 5]] = 0.25
    np.testing.assert_allclose(found.gates, expected, atol=1e-6)
    on_top = by_hand(instead(model, [1], "off"), 1, Hand((0,), 0.0))
    assert answer(model, begun, on_top, 1, []).gates.tolist() == [0] + [1] * 7


def test_ranks_are_channels_by_the_size_of_their_gates() -> None:
    gates = np.array([0.3, 0.9, 0.1, 0.5], dtype=np.float32)
    assert ranks(gates, 0, 2) == (1, 3)
    assert ranks(gates, 2, 9) == (0, 2)


def test_gates_that_nobody_knows_are_refused(model: SENet) -> None:
    with pytest.raises(ValueError, match="not louder"):
        instead(model, [0], "louder")  # type: ignore[arg-type]


# Over a test set


def by_whole_passes(model: SENet, blocks: tuple[int, ...], code: str, means) -> float:
    [(x, labels)] = batches(CARD, images(), size=1000)
    with replaced(model, instead(model, blocks, code, means)), torch.inference_mode():
        right = model(x).argmax(1).numpy() == labels
    return float(right.mean())


def test_accuracies_are_those_of_whole_passes(model: SENet, means: list[np.ndarray]) -> None:
    pictures = batches(CARD, images(), size=7)
    found = accuracies(model, pictures, means, digest="one")
    assert found.images == 30
    assert found.learned == by_whole_passes(model, (), "off", means)
    for code in ALONE:
        expected = [
            by_whole_passes(model, blocks, code, means) for blocks in ((0, 1), (2, 3), (0, 1, 2, 3))
        ]
        assert list(found.changed[code]) == expected
    assert len(set(found.changed.values())) > 1


def test_a_tables_file_keeps_the_numbers_of_its_weights_alone(tmp_path: Path) -> None:
    file = tmp_path / "hands.json"
    table = Accuracies("one", 30, 0.9, dict.fromkeys(ALONE, (0.5, 0.25)))
    write(file, table)
    assert read(file, "one") == table
    assert read(file, "other") is None
    for damaged in ("", "[]", '{"digest": "one"}'):
        file.write_text(damaged)
        assert read(file, "one") is None


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_data: Path) -> Iterator[Path]:
    """A network, and test images; nothing is measured."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(senet_classes, "SHIPPED", tmp_path / "gates.npz")
    monkeypatch.setattr(senet_hands_table, "SHIPPED", tmp_path / "hands.json")
    keep()
    monkeypatch.setattr(cifar10, "load", lambda split: images())
    threads = torch.get_num_threads()
    yield tmp_path
    torch.set_num_threads(threads)


def test_the_command_measures_once_the_mean_gates_are_known(
    world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 1
    assert senet_classes.COMMAND in capsys.readouterr().err
    assert senet_classes.main([]) == 0
    assert main([]) == 0
    found = known(checkpoints.digest_of("senet"))
    assert found is not None
    assert found.images == 30
    lines = capsys.readouterr().out.strip().splitlines()
    assert [line.split()[0] for line in lines[-4:-1]] == list(ALONE)
    assert f"{found.changed['off'][0]:.2%}" in lines[-4]

"""Windows of a scene: all of them, each with its pixel's label, varied and measured as asked."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnnviz.errors import UserError
from cnnviz.metrics import classification
from cnnviz.models.registry import build
from cnnviz.training import scene_data
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import Batch, in_one_go
from cnnviz.training.task_windows import Windows, make
from tests.training.small_scene import CLASSES, SHAPE, WINDOW, spec_of

CPU = torch.device("cpu")


def task_of(folder: Path, **settings: Any) -> Windows:
    return make(spec_of(folder, **settings))


def one_epoch(task: Windows, seed: int = 0, skip: int = 0) -> list[Batch]:
    return list(task.batches(torch.Generator().manual_seed(seed), CPU, skip))


def cut(scene: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """The windows around these pixels, one by one, zeros beyond the border."""
    padded = nn.functional.pad(scene, (WINDOW // 2,) * 4)
    places = zip(rows.tolist(), columns.tolist(), strict=True)
    return torch.stack([padded[:, r : r + WINDOW, c : c + WINDOW] for r, c in places])


def network(task: Windows) -> nn.Module:
    torch.manual_seed(0)
    return build(task.spec.model, {**task.arguments, **task.spec.model_args})


def test_every_training_pixel_comes_once_an_epoch_with_its_label(tmp_path: Path) -> None:
    task = task_of(tmp_path, augment=False)
    pixels, labels = [], []
    for scene, rows, columns, found in one_epoch(task):
        assert torch.equal(scene, task.scene.maps)
        pixels.append(rows * SHAPE[1] + columns)
        labels.append(found)
    numbers = torch.cat(pixels)
    assert sorted(numbers.tolist()) == task.scene.split.train.tolist()
    assert numbers.tolist() != sorted(numbers.tolist())
    assert torch.cat(labels).tolist() == (task.scene.labels.flat[numbers.numpy()] - 1).tolist()


@pytest.mark.parametrize(("batch_size", "steps"), [(20, 4), (1000, 1), (1, 88), (30, 3)])
def test_batches_are_of_about_the_size_and_none_is_left_out(
    tmp_path: Path, batch_size: int, steps: int
) -> None:
    task = task_of(tmp_path, batch_size=batch_size)
    sizes = [len(labels) for *_, labels in one_epoch(task)]
    assert len(sizes) == steps == task.epoch_steps
    assert sum(sizes) == len(task.scene.split.train) == task.epoch_examples == 88
    assert max(sizes) - min(sizes) <= 1


def test_turned_windows_are_the_window_turned_in_all_eight_ways(tmp_path: Path) -> None:
    task, seen = task_of(tmp_path, augment=True, batch_size=2), set()
    assert SHAPE[0] != SHAPE[1]
    originals = cut(task.scene.maps, *map(torch.from_numpy, np.divmod(np.arange(18 * 22), 22)))
    ways = [(turns, mirrored) for turns in range(4) for mirrored in (False, True)]
    for scene, rows, columns, _ in one_epoch(task):
        for window in cut(scene, rows, columns):
            fits = [
                (turns, mirrored)
                for turns, mirrored in ways
                for turned in [torch.rot90(originals, turns, (2, 3))]
                if (window == (turned.flip(3) if mirrored else turned)).flatten(1).all(1).any()
            ]
            assert len(fits) == 1
            seen.update(fits)
    assert seen == set(ways)


def test_turned_windows_keep_their_labels(tmp_path: Path) -> None:
    task, found = task_of(tmp_path, augment=True, batch_size=1), set()
    for scene, row, column, label in one_epoch(task):
        middle = scene[:, row[0], column[0]]
        pixel = int((task.scene.maps == middle[:, None, None]).all(0).flatten().nonzero()[0])
        assert int(label) == task.scene.labels.flat[pixel] - 1
        found.add(pixel)
    assert sorted(found) == task.scene.split.train.tolist()


def test_windows_that_are_turned_apart_are_turned_in_all_eight_ways(tmp_path: Path) -> None:
    task = task_of(tmp_path, augment=True, turned_apart=True)
    seen = set[int]()
    for scene, rows, columns, labels, turns in one_epoch(task):
        assert torch.equal(scene, task.scene.maps)
        pixels = rows * SHAPE[1] + columns
        assert torch.equal(torch.from_numpy(task.scene.labels).flatten()[pixels] - 1, labels)
        assert len(turns) == len(rows)
        seen.update(turns.tolist())
    assert seen == set(range(8))


def test_the_network_sees_each_window_turned_by_itself(tmp_path: Path) -> None:
    task = task_of(tmp_path, augment=True, turned_apart=True)
    model = network(task).eval()
    scene, rows, columns, labels, turns = batch = one_epoch(task)[0]
    windows = cut(scene, rows, columns)
    turned = torch.stack([
        window.transpose(1, 2).flip(axes(int(turn))) if turn & 1 else window.flip(axes(int(turn)))
        for window, turn in zip(windows, turns, strict=True)
    ])  # fmt: skip
    expected = nn.functional.cross_entropy(model(turned[:, None]), labels)
    torch.testing.assert_close(task.losses(model, batch)["cross_entropy"], expected)


def axes(turn: int) -> list[int]:
    """Those of a window that a turn mirrors."""
    return [1] * (turn >> 1 & 1) + [2] * (turn >> 2 & 1)


@pytest.mark.parametrize(
    "settings",
    [{}, {"augment": True, "jitter": 0.1}, {"augment": True, "turned_apart": True}],
    ids=["as is", "varied", "turned apart"],
)
@pytest.mark.parametrize("skip", [0, 1, 3, 4])
def test_batches_after_skipped_ones_are_the_same_as_without(
    tmp_path: Path, settings: dict[str, Any], skip: int
) -> None:
    task = task_of(tmp_path, **settings)
    whole, rest = one_epoch(task)[skip:], one_epoch(task, skip=skip)
    assert len(rest) == 4 - skip
    for one, other in zip(whole, rest, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_the_seed_decides_the_batches(tmp_path: Path) -> None:
    first, again, other = (one_epoch(task_of(tmp_path), seed)[0] for seed in (1, 1, 2))
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[1], other[1])


@pytest.mark.parametrize("whiten", [True, False])
def test_jitter_varies_each_component_in_proportion_to_its_deviation(
    tmp_path: Path, whiten: bool
) -> None:
    task = task_of(tmp_path, augment=False, jitter=0.2, batch_size=1, whiten=whiten)
    maps = task.scene.maps
    deviations = maps.flatten(1).std(1)
    factors, shifts = [], []
    for scene, *_ in one_epoch(task):
        low, high = maps.flatten(1).min(1).values, maps.flatten(1).max(1).values
        factor = (scene.flatten(1).max(1).values - scene.flatten(1).min(1).values) / (high - low)
        factors.append(factor)
        shifts.append((scene - factor[:, None, None] * maps).flatten(1).mean(1) / deviations)
    for drawn, mean in ((torch.cat(factors), 1.0), (torch.cat(shifts), 0.0)):
        assert float(drawn.mean()) == pytest.approx(mean, abs=0.03)
        assert float(drawn.std()) == pytest.approx(0.2, abs=0.03)


def test_a_smoothed_label_is_shared_out_among_all_classes(tmp_path: Path) -> None:
    task = task_of(tmp_path, label_smoothing=0.1)
    model = network(task).eval()
    scene, rows, columns, labels = batch = one_epoch(task)[0]
    shares = model(cut(scene, rows, columns)[:, None]).log_softmax(1)
    target = 0.9 * nn.functional.one_hot(labels, shares.shape[1]) + 0.1 / shares.shape[1]
    expected = -(target * shares).sum(1).mean()
    torch.testing.assert_close(task.losses(model, batch)["cross_entropy"], expected)


@pytest.mark.parametrize("share", [1.0, 2.5])
def test_a_label_cannot_be_smoothed_away(tmp_path: Path, share: float) -> None:
    with pytest.raises(UserError, match="below 1"):
        task_of(tmp_path, label_smoothing=share)


def test_the_loss_is_the_cross_entropy_of_the_windows(tmp_path: Path) -> None:
    task = task_of(tmp_path)
    model = network(task).eval()
    scene, rows, columns, labels = batch = one_epoch(task)[0]
    logits = model(cut(scene, rows, columns)[:, None])
    expected = nn.functional.cross_entropy(logits, labels)
    ((name, loss),) = task.losses(model, batch).items()
    assert name == "cross_entropy"
    assert loss.item() == pytest.approx(expected.item(), abs=1e-5)


def test_balanced_classes_count_the_same(tmp_path: Path) -> None:
    task = task_of(tmp_path, balanced=True, batch_size=1000)
    model = network(task).eval()
    scene, rows, columns, labels = batch = one_epoch(task)[0]
    each = nn.functional.cross_entropy(
        model(cut(scene, rows, columns)[:, None]), labels, reduction="none"
    )
    of_classes = [each[labels == k].mean().item() for k in range(CLASSES)]
    assert task.losses(model, batch)["cross_entropy"].item() == pytest.approx(np.mean(of_classes))
    assert np.mean(of_classes) != pytest.approx(each.mean().item(), abs=1e-6)


def test_a_class_without_training_pixels_counts_nothing(tmp_path: Path) -> None:
    task = task_of(tmp_path, balanced=True, batch_size=1000)
    counts = replace(task.scene.split.counts, train=(40, 43))
    task = replace(task, scene=replace(task.scene, split=replace(task.scene.split, counts=counts)))
    *_, labels = batch = one_epoch(task)[0]
    model = network(task).eval()
    kept = labels < 2
    fewer = (batch[0], *(tensor[kept] for tensor in batch[1:]))
    found = [task.losses(model, each)["cross_entropy"].item() for each in (batch, fewer)]
    assert found[0] == pytest.approx(found[1])


def test_validation_and_test_are_measured_on_their_own_pixels(tmp_path: Path) -> None:
    task = task_of(tmp_path)
    model, split = network(task).eval(), task.scene.split
    assert not set(split.train) & set(split.validation) & set(split.test)
    predicted = {}
    for pixels in (split.validation, split.test):
        windows = cut(task.scene.maps, *map(torch.from_numpy, np.divmod(pixels, SHAPE[1])))
        with torch.no_grad():
            predicted[len(pixels)] = model(windows[:, None]).argmax(1).numpy()
    truth = task.scene.labels.flat[split.validation] - 1
    assert in_one_go(task.validate(model)) == classification(truth, predicted[len(truth)])
    tested, truth = in_one_go(task.test(model)), task.scene.labels.flat[split.test] - 1
    assert tested.metrics == classification(truth, predicted[len(truth)])
    for number, name in enumerate(task.class_names):
        share = (predicted[len(truth)][truth == number] == number).mean()
        assert tested.per_class[name] == pytest.approx(share)


def test_testing_a_network_in_training_mode_is_refused(tmp_path: Path) -> None:
    task = task_of(tmp_path)
    with pytest.raises(ValueError, match="eval"):
        in_one_go(task.test(network(task).train()))


def test_a_network_that_gives_no_numbers_is_not_measured(tmp_path: Path) -> None:
    task = task_of(tmp_path)
    model = network(task).eval()
    with torch.no_grad():
        next(model.parameters()).fill_(float("nan"))
    with pytest.raises(FloatingPointError):
        in_one_go(task.validate(model))


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"split": "random"}, "stratified"),
        ({"split": "per_class", "train_per_class": 7}, "per_class"),
        ({"split": "blocks", "train_share": 0.2, "side": 2}, "blocks"),
    ],
)
def test_the_split_is_the_one_that_is_asked_for(
    tmp_path: Path, settings: dict[str, Any], kind: str
) -> None:
    narrow = {"window": 5, "conv3d": ((2, 3),), "validation_share": 0.1}
    split = task_of(tmp_path, **narrow, **settings).scene.split
    assert split.kind == kind
    assert len(split.train)
    assert len(split.validation)
    assert len(split.test)
    if kind == "per_class":
        assert set(split.counts.train) == {7}
        # A tenth of the labelled pixels, divided among the classes.
        assert set(split.counts.validation) == {round(sum(split.counts.labelled) / 30)}
    if kind == "blocks":
        assert split.leakage.windows == 0
        assert split.settings["side"] == 2


def test_components_are_fitted_on_what_is_asked_for(tmp_path: Path) -> None:
    scene, training = (task_of(tmp_path, fitted_on=on) for on in ("scene", "training"))
    assert scene.preprocessing["components"]["pixels"] == 18 * 22
    assert training.preprocessing["components"]["pixels"] == len(training.scene.split.train)
    deviations = task_of(tmp_path, whiten=True).scene.maps.flatten(1).std(1)
    assert deviations.tolist() == pytest.approx([1] * 8, abs=1e-3)
    deviations = task_of(tmp_path, whiten=False).scene.maps.flatten(1).std(1)
    assert deviations[0].item() == pytest.approx(1, abs=1e-3)
    assert (deviations.diff() < 0).all()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"validation_share": 0}, "validation_share is above 0"),
        ({"epochs": 0}, "at least one epoch"),
        ({"batch_size": 0}, "at least one window"),
        ({"window": 8}, "odd"),
        ({"window": 99}, "larger than the scene"),
        ({"components": 13}, "13 are too many"),
        ({"train_share": 0.9}, "nothing is left for the test"),
        ({"data": "no_such_scene"}, "no scene and no file"),
        ({"data": "salinas"}, "salinas|Salinas"),
        ({"labels": ""}, "ground truth"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    tmp_path: Path, no_data: Path, settings: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        task_of(tmp_path, **settings)


def test_a_folder_to_read_from_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="by its own path"):
        make(spec_of(tmp_path), str(tmp_path))


def test_a_scene_is_prepared_once_as_long_as_its_files_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings, read = [], scene_data.read

    def counted(data: str, labels: str = "") -> Any:
        readings.append(data)
        return read(data, labels)

    monkeypatch.setattr(scene_data, "read", counted)
    first = task_of(tmp_path)
    assert task_of(tmp_path, seed=3, learning_rate=0.1).scene is first.scene
    assert len(readings) == 1
    labels = np.load(tmp_path / "truth.npy")
    labels[0] = 0
    np.save(tmp_path / "truth.npy", labels)
    changed = task_of(tmp_path)
    assert len(readings) == 2
    assert changed.about != first.about


@pytest.mark.parametrize(
    "settings", [{"split_seed": 1}, {"window": 11}, {"fitted_on": "training"}, {"permute": 1}]
)
def test_what_is_trained_on_is_told_from_other_data(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    plain, other = task_of(tmp_path).about, task_of(tmp_path, **settings).about
    assert (plain == other) == (settings == {"window": 11})  # a setting of the network as well


@pytest.mark.parametrize("name", ["images", "mirror", "validation", "decay_depthwise"])
def test_settings_of_images_are_no_settings_of_windows(tmp_path: Path, name: str) -> None:
    spec = spec_of(tmp_path)
    assert name not in spec.to_json()
    with pytest.raises(UserError, match=f"no setting named {name}"):
        spec.with_settings({name: 1})


def test_the_embedded_scene_is_the_default() -> None:
    task = make(RunSpec(model="hybridsn", data="synthetic_scene").with_settings({"window": 5}))
    assert task.data["verified"]
    assert task.arguments == {"window": 5, "components": 30, "num_classes": 16}
    assert (task.data["training"], task.data["validation"]) == (1026, 517)

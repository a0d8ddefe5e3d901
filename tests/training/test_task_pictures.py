"""Patches with noise: reproducible, within their pictures, learned from; and pictures measured."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor
from typer.testing import CliRunner

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.cli import app
from cnnviz.data.damage import FACTORS, QUALITIES, Damage, jpeg, upscaled
from cnnviz.data.noise import gaussian
from cnnviz.data.pictures import PictureSet
from cnnviz.errors import UserError
from cnnviz.metrics import psnr, ssim
from cnnviz.models.dncnn import DnCNN
from cnnviz.training import recipes, task_pictures
from cnnviz.training.fit import fit
from cnnviz.training.spec import Result, RunSpec
from cnnviz.training.task import in_one_go
from cnnviz.training.task_pictures import LEVELS, NOISE_SEED, Pictures, evaluate, make

CPU = torch.device("cpu")
SMALL = {
    "depth": 3, "maps": 8, "patch": 16, "patches": 32, "batch_size": 8, "epochs": 1,
    "validation": 2,
}  # fmt: skip


def picture(seed: int, height: int = 40, width: int = 48) -> np.ndarray:
    """Smooth, with an edge: what a small network learns to tell from noise in a moment."""
    rows, columns = np.indices((height, width))
    random = np.random.default_rng(seed)
    waves = np.sin(rows / random.uniform(6, 12)) + np.cos(columns / random.uniform(6, 12))
    levels = 120 + 35 * waves + 30 * (columns > random.integers(10, width - 10))
    return levels.astype(np.uint8)


def pictures(count: int, start: int = 0, **size: int) -> PictureSet:
    names = tuple(f"made-{start + number}" for number in range(count))
    images = tuple(picture(start + number, **size) for number in range(count))
    return PictureSet(names, images, True, "made")


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pictures instead of the bundled ones; those of a photo called "camera" are the test."""
    both = pictures(8), replace(pictures(3, 8), names=("camera-0", "camera-1", "camera-2"))
    whole = PictureSet(both[0].names + both[1].names, both[0].images + both[1].images, True, "made")
    monkeypatch.setattr(task_pictures, "load_pictures", lambda name: whole)


def noises(*sigmas: float) -> tuple[Damage, ...]:
    return tuple(Damage("noise", sigma) for sigma in sigmas)


def spec_of(**settings: Any) -> RunSpec:
    return recipes.base("dncnn", "bundled").with_settings({**SMALL, **settings})


def one_epoch(task: Pictures, seed: int = 0, skip: int = 0) -> list[tuple[Tensor, ...]]:
    return list(task.batches(torch.Generator().manual_seed(seed), CPU, skip))


def noise_of(task: Pictures) -> Tensor:
    """The noise of an epoch's patches, grey levels: (N, P * P)."""
    noisy, clean = (torch.cat(parts) for parts in zip(*one_epoch(task), strict=True))
    return 255 * (noisy - clean).flatten(1)


@pytest.mark.parametrize("skip", [0, 1, 3, 4])
def test_batches_after_skipped_ones_are_the_same_as_without(skip: int) -> None:
    task = make(spec_of())
    whole, rest = one_epoch(task)[skip:], one_epoch(task, skip=skip)
    assert len(rest) == 4 - skip
    for one, other in zip(whole, rest, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_the_seed_decides_patches_and_noise() -> None:
    first, again, other = (one_epoch(make(spec_of()), seed)[0] for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[1], other[1])
    assert not torch.equal(first[0] - first[1], other[0] - other[1])


def test_each_epoch_has_patches_of_its_own() -> None:
    task, generator = make(spec_of()), torch.Generator().manual_seed(0)
    first, second = (next(task.batches(generator, CPU, 0)) for _ in range(2))
    assert not torch.equal(first[1], second[1])


@pytest.mark.parametrize(
    ("settings", "steps"), [({}, 4), ({"batch_size": 5}, 6), ({"patches": 3}, 1)]
)
def test_an_epoch_is_as_many_whole_batches_as_its_patches_fill(
    settings: dict[str, int], steps: int
) -> None:
    task = make(spec_of(**settings))
    found = one_epoch(task)
    assert len(found) == task.epoch_steps == steps
    side = (task.spec.batch_size, 1, 16, 16)
    assert all(part.shape == side for batch in found for part in batch)
    assert task.epoch_examples == steps * task.spec.batch_size


def test_noise_of_a_known_level_is_white_and_as_strong_as_asked() -> None:
    noise = noise_of(make(spec_of(patches=256, sigma=40.0)))
    assert float(noise.std()) == pytest.approx(40, rel=0.02)
    assert float(noise.mean()) == pytest.approx(0, abs=0.8)
    neighbours = float((noise[:, 1:] * noise[:, :-1]).mean()) / 40**2
    assert neighbours == pytest.approx(0, abs=0.02)


def test_blind_levels_are_spread_over_the_whole_range_and_not_beyond() -> None:
    levels = noise_of(make(spec_of(patches=256, sigma=55.0, blind=True))).std(dim=1)
    assert 0 <= float(levels.min()) < 5
    assert 50 < float(levels.max()) < 55 * 1.15  # a deviation of 256 numbers is 5 % off
    assert float(levels.mean()) == pytest.approx(55 / 2, abs=4)


def test_a_general_networks_patches_have_noise_blocks_or_were_scaled() -> None:
    """Every patch is the whole picture: what was done to it is told by doing it again."""
    task = make(spec_of(general=True, blind=True, sigma=55.0, patch=40, patches=320, augment=False))
    clean = picture(0)[:, :40]
    whole = replace(task.training, images=(clean,), names=("one",))
    damaged = 255 * torch.cat([d for d, _clean in one_epoch(replace(task, training=whole))])[:, 0]
    blocks = {q: jpeg(clean, q) for q in range(QUALITIES[0], QUALITIES[1] + 1)}
    scaled = {factor: upscaled(clean, factor) for factor in FACTORS}
    counts = dict.fromkeys(("jpeg", "upscale", "noise"), 0)
    for patch in damaged.numpy():
        close = [
            kind
            for kind, known in (("jpeg", blocks), ("upscale", scaled))
            if any(np.abs(patch - one).max() < 0.01 for one in known.values())
        ]
        counts[close[0] if close else "noise"] += 1
    assert all(80 < count < 140 for count in counts.values()), counts


def test_a_general_network_is_measured_at_every_damage() -> None:
    task = make(spec_of(general=True, blind=True, sigma=55.0))
    torch.manual_seed(0)
    found = in_one_go(task.test(DnCNN(depth=3, maps=4).eval())).metrics
    names = ["15", "25", "50", "jpeg_10", "jpeg_20", "jpeg_30", "jpeg_40", "x2", "x3", "x4"]
    assert [n.removeprefix("psnr_") for n in found if n.startswith("psnr_")] == names
    assert found["psnr"] == pytest.approx(np.mean([found[f"psnr_{name}"] for name in names]))


def test_a_small_general_network_mends_its_damages_on_the_whole() -> None:
    spec = spec_of(**LEARNED, general=True, blind=True, sigma=55.0)
    images, each = make(spec).held_out.images, task_pictures.damages(make(spec).settings)
    start = np.mean(
        [
            psnr(image, damage.done_to(image, NOISE_SEED, index))
            for damage in each
            for index, image in enumerate(images)
        ]
    )
    assert done(spec).metrics["psnr"] > start


@pytest.mark.parametrize("side", [16, 39, 40])
def test_patches_are_cut_from_inside_the_pictures_up_to_their_borders(
    side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pixel says where it lies."""
    where = np.arange(40 * 48, dtype=np.float32).reshape(40, 48)
    task = make(spec_of(patch=side, patches=512, augment=False, batch_size=64))
    marked = replace(task.training, names=("where",), images=(where,))  # type: ignore[arg-type]
    seen = 255 * torch.cat([clean for _noisy, clean in one_epoch(replace(task, training=marked))])
    corners = seen[:, 0, 0, 0].round().int().numpy()
    rows, columns = corners // 48, corners % 48
    within = where[:side, :side]
    for patch, row, column in zip(seen[:, 0].numpy(), rows, columns, strict=True):
        np.testing.assert_allclose(patch, within + row * 48 + column, atol=0.02)
    assert set(rows) >= {0, 40 - side}
    assert set(columns) >= {0, 48 - side}
    assert rows.max() == 40 - side
    assert columns.max() == 48 - side


def test_augmented_patches_are_turned_in_all_eight_ways() -> None:
    task = make(spec_of(patches=256, patch=40))
    square = replace(task.training, images=(picture(0)[:, :40],), names=("one",))
    patches = torch.cat([clean for _noisy, clean in one_epoch(replace(task, training=square))])
    whole = torch.from_numpy(square.images[0] / np.float32(255))[None, None]
    ways = [torch.rot90(w, turns, (2, 3)) for w in (whole, whole.flip(3)) for turns in range(4)]
    counts = [int((patches == way).flatten(1).all(1).sum()) for way in ways]
    assert min(counts) > 0
    assert sum(counts) == len(patches)


def test_training_validation_and_test_have_no_picture_in_common() -> None:
    task = make(spec_of(validation=3))
    parts = [set(part.names) for part in (task.training, task.held_out, task.tests[1])]
    assert [len(part) for part in parts] == [5, 3, 3]
    assert not parts[0] & parts[1]
    assert not (parts[0] | parts[1]) & parts[2]
    assert all(name.startswith("camera") for name in parts[2])
    assert (task.data["training"], task.data["validation"]) == (5, 3)


def test_the_split_s_seed_decides_what_is_held_out() -> None:
    names = [make(spec_of(split_seed=seed)).held_out.names for seed in (0, 0, 1, 2, 3)]
    assert names[0] == names[1]
    assert len(set(names)) > 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"patch": 41}, "41"), ({"validation": 8}, "8"), ({"validation": 0}, "0"),
        ({"patch": 0}, "patch"), ({"batch_size": 0}, "batch"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(settings: dict[str, int], said: str) -> None:
    with pytest.raises(UserError) as refused:
        make(spec_of(**settings))
    assert said in str(refused.value)


def done(spec: RunSpec) -> Result:
    result = None
    for report in fit(spec):
        result = report.result or result
    assert result is not None
    return result


def before(task: Pictures, sigma: float = 25.0) -> float:
    """Mean PSNR of the noisy validation pictures."""
    images = task.held_out.images
    return float(
        np.mean([psnr(i, gaussian(i, sigma, NOISE_SEED, n)) for n, i in enumerate(images)])
    )


LEARNED = {"patches": 640, "epochs": 3, "learning_rate": 0.01}


def test_a_small_network_improves_on_the_noisy_pictures_in_a_moment() -> None:
    result = done(spec_of(**LEARNED))
    assert result.metrics["psnr"] > before(make(spec_of())) + 2
    losses = [epoch["half_squared_error"] for epoch in result.history]
    assert losses[-1] < losses[0]


def test_a_network_that_puts_out_the_picture_learns_too() -> None:
    result = done(spec_of(**LEARNED, residual=False))
    model = result.model
    assert isinstance(model, DnCNN)
    scores = [epoch["psnr"] for epoch in result.history]
    assert max(scores) > 17  # a picture of one grey gets less than 15 dB here
    clean = torch.from_numpy(picture(0) / np.float32(255))[None, None]
    with torch.inference_mode():
        assert torch.equal(model(clean), model.clean(clean))


@pytest.mark.parametrize("residual", [True, False])
def test_the_loss_is_half_the_squared_error_of_a_patch(residual: bool) -> None:
    task = make(spec_of())
    torch.manual_seed(0)
    model = DnCNN(depth=3, maps=4, residual=residual).eval()
    noisy, clean = one_epoch(task)[0]
    [(name, loss)] = task.losses(model, (noisy, clean)).items()
    with torch.no_grad():
        error = (model.clean(noisy) - clean).numpy()
        assert float(loss) == pytest.approx(float((error**2).sum()) / 2 / len(noisy), rel=1e-4)
    assert name == "half_squared_error"


def test_the_same_spec_gives_the_same_numbers_and_another_seed_others() -> None:
    one, same, other = (done(spec_of(seed=seed)).history[0] for seed in (0, 0, 1))
    del one["seconds"], same["seconds"]
    assert one == same
    assert one["psnr"] != other["psnr"]


def test_bfloat16_trains_nearly_as_float32_does() -> None:
    exact, rough = (done(spec_of(patches=160, precision=kind)) for kind in ("float32", "bfloat16"))
    [one], [other] = exact.history, rough.history
    assert other["half_squared_error"] == pytest.approx(one["half_squared_error"], rel=0.05)
    assert rough.metrics["psnr"] == pytest.approx(exact.metrics["psnr"], abs=1)
    assert rough.metrics != exact.metrics
    assert all(p.dtype == torch.float32 for p in rough.model.parameters())


def test_a_blind_network_is_measured_at_three_levels_and_their_mean() -> None:
    task = make(spec_of(blind=True, sigma=55.0))
    torch.manual_seed(0)
    model = DnCNN(depth=3, maps=4).eval()
    found = in_one_go(task.test(model)).metrics
    for name in ("psnr", "ssim"):
        each = [found[f"{name}_{sigma:g}"] for sigma in LEVELS]
        assert found[name] == pytest.approx(np.mean(each))
    assert in_one_go(task.validate(model))["psnr"] == pytest.approx(
        evaluate(model, task.held_out, noises(*LEVELS))["psnr"]
    )


def test_pictures_are_measured_one_by_one_with_noise_of_their_own() -> None:
    torch.manual_seed(0)
    model = DnCNN(depth=2, maps=3).eval()
    some = pictures(2)
    expected = []
    for index, image in enumerate(some.images):
        noisy = gaussian(image, 15, NOISE_SEED, index)
        with torch.inference_mode():
            clean = model.clean(torch.from_numpy(noisy / 255)[None, None])[0, 0].numpy() * 255
        expected.append((psnr(image, clean), ssim(image, clean)))
    found = evaluate(model, some, noises(15.0))
    assert (found["psnr"], found["ssim"]) == pytest.approx(tuple(np.mean(expected, axis=0)))


def test_a_network_in_training_mode_is_not_measured() -> None:
    with pytest.raises(ValueError, match="eval"):
        evaluate(DnCNN(depth=2, maps=2), pictures(1), noises(25.0))


def test_a_folder_of_pictures_is_measured_at_any_level(tmp_path: Path) -> None:
    for number in range(2):
        Image.fromarray(picture(number)).save(tmp_path / f"{number}.png")
    card = _card()
    torch.manual_seed(0)
    model = DnCNN(**card.model_args).eval()
    found = task_pictures.measure(model, card, {}, str(tmp_path), "test", sigma=40.0)
    assert found.count == 2
    assert not found.verified
    assert found.tested.metrics == pytest.approx(evaluate(model, pictures(2), noises(40.0)))


def test_the_command_line_measures_a_folder_of_pictures(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    Image.fromarray(picture(0)).save(tmp_path / "photos" / "one.png")
    card = _card()
    torch.manual_seed(0)
    model = DnCNN(**card.model_args).eval()
    checkpoints.save(tmp_path / "network", model, card)
    given = ["evaluate", str(tmp_path / "network"), "--data", str(tmp_path / "photos"), "--json"]
    for sigma in (25.0, 40.0):
        asked = [] if sigma == 25 else ["--sigma", f"{sigma:g}"]
        found = json.loads(CliRunner().invoke(app, [*given, *asked]).stdout)
        assert found["metrics"] == pytest.approx(evaluate(model, pictures(1), noises(sigma)))
        assert (found["n"], found["verified"]) == (1, False)


def test_a_folder_without_pictures_is_said_to_have_none(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(UserError, match="no PNG, JPEG or WebP pictures"):
            task_pictures.measure(DnCNN(depth=2).eval(), _card(), {}, str(folder), "test")


def test_a_folder_with_a_picture_that_is_too_small_is_refused(tmp_path: Path) -> None:
    Image.fromarray(picture(0)).save(tmp_path / "large.png")
    Image.fromarray(picture(0)[:6]).save(tmp_path / "small.png")  # SSIM takes windows of 7 pixels
    with pytest.raises(UserError, match="at least"):
        task_pictures.measure(DnCNN(depth=2).eval(), _card(), {}, str(tmp_path), "test")


def test_without_data_or_level_a_network_is_measured_as_it_was_tested() -> None:
    card = _card()
    torch.manual_seed(0)
    model = DnCNN(**card.model_args).eval()
    found = task_pictures.measure(model, card, {}, None, "test")
    assert found.count == 3
    task = make(spec_of())
    assert found.tested.metrics == pytest.approx(in_one_go(task.test(model)).metrics)


def _card() -> Card:
    return Card(
        model="dncnn", model_args={"depth": 2, "maps": 3}, preprocessing={}, class_names=[],
        data={"name": "bundled"}, recipe=spec_of().to_json(), seed=0, epoch=1, metrics={},
        history=[], weights="float32", versions={}, hardware="", seconds=1.0, command="",
    )  # fmt: skip


def test_the_usual_pictures_need_no_download() -> None:
    assert recipes.usual_data("dncnn") == "bundled"

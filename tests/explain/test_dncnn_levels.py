"""Networks at noise levels that they were not trained for: what is measured, and what is kept."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cnnviz import checkpoints
from cnnviz.data import pictures as sets
from cnnviz.data.damage import Damage
from cnnviz.data.pictures import PictureSet
from cnnviz.errors import UserError
from cnnviz.explain import dncnn_levels as explain
from cnnviz.explain.dncnn_levels import SIGMAS
from cnnviz.explain.dncnn_levels_table import Levels
from cnnviz.explain.dncnn_networks import NETWORKS
from cnnviz.models.dncnn import DnCNN
from cnnviz.training.task_pictures import evaluate
from tests.dncnn_made import keep

PICTURES = PictureSet(
    ("ramp", "squares"),
    (
        np.tile(np.arange(0, 240, 10, dtype=np.uint8), (20, 1)),
        np.kron([[40, 200], [120, 90]], np.ones((12, 9))).astype(np.uint8),
    ),
    True,
    "made",
)
NAMES = tuple(NETWORKS)[:2]


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, DnCNN]:
    """Two networks, stored as those that come with the project."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path)
    return {name: keep(name, seed) for seed, name in enumerate(NAMES)}


@pytest.fixture
def table(models: dict[str, DnCNN]) -> Levels:
    """All of it."""
    *_before, last = explain.measured(explain.unmeasured("made", PICTURES), PICTURES, models)
    return last


def hand_made(psnr: list[list[float]], noisy: list[float]) -> Levels:
    """One picture, a network for each row."""
    found = np.array(psnr)[..., None]
    names = dict.fromkeys(f"network {n}" for n in range(len(psnr)))
    sigmas = tuple(10.0 * (s + 1) for s in range(len(noisy)))
    return Levels("made", "", names, sigmas, np.array(noisy)[:, None], found)  # type: ignore[arg-type]


def test_each_number_is_what_evaluate_measures(
    models: dict[str, DnCNN], table: Levels
) -> None:  # fmt: skip
    assert table.share == 1
    for n, model in enumerate(models.values()):
        for s, sigma in enumerate(SIGMAS):
            expected = evaluate(model, PICTURES, (Damage("noise", sigma),))["psnr"]
            assert table.psnr[n, s] == pytest.approx(expected, abs=1e-6)
    # 20 log10 (255 / sigma), up to what 900 drawn numbers differ from their distribution
    assert table.noisy.mean(axis=1) == pytest.approx(20 * np.log10(255 / np.array(SIGMAS)), abs=0.3)


def test_it_is_measured_picture_by_picture_and_goes_on_where_it_was_left(
    models: dict[str, DnCNN], table: Levels, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = explain.measured(explain.unmeasured("made", PICTURES), PICTURES, models)
    begun = [next(steps) for _ in range(3)]
    every = len(NAMES) * len(SIGMAS) * len(PICTURES.images)
    assert [levels.share for levels in begun] == pytest.approx([n / every for n in (1, 2, 3)])
    assert np.isnan(begun[0].psnr).all(), "one picture of two is no mean"
    assert not np.isnan(begun[1].psnr[0, 0])
    asked = []
    once = explain.denoised
    monkeypatch.setattr(explain, "denoised", lambda *given: asked.append(1) or once(*given))
    *_before, last = explain.measured(begun[2], PICTURES, models)
    assert len(asked) == every - 3
    assert (last.denoised == table.denoised).all()


def test_a_file_gives_back_what_was_written(table: Levels, tmp_path: Path) -> None:
    denoised, noisy = table.denoised.copy(), table.noisy.copy()
    denoised[1, 2:], noisy[-1] = np.nan, np.nan
    partly = replace(table, denoised=denoised, noisy=noisy)
    file = tmp_path / "there" / "table.json"
    explain.write(file, partly)
    found = explain.read(file, explain.unmeasured("made", PICTURES))
    np.testing.assert_allclose(found.denoised, denoised, atol=1e-4)
    np.testing.assert_allclose(found.noisy, noisy, atol=1e-4)
    assert found.networks == table.networks
    assert json.loads(file.read_text())["made_by"] == "python -m cnnviz.explain.dncnn_levels made"


def test_numbers_of_other_weights_are_not_shown(table: Levels, tmp_path: Path) -> None:
    file = tmp_path / "table.json"
    explain.write(file, table)
    keep(NAMES[0], seed=7)
    found = explain.read(file, explain.unmeasured("made", PICTURES))
    assert np.isnan(found.denoised[0]).all()
    assert not np.isnan(found.denoised[1]).any()
    keep("dncnn_50", seed=8)  # one more than the file knows
    found = explain.read(file, explain.unmeasured("made", PICTURES))
    assert np.isnan(found.denoised).all(axis=(1, 2)).tolist() == [True, False, True]


def test_numbers_of_other_pictures_are_not_shown(table: Levels, tmp_path: Path) -> None:
    file = tmp_path / "table.json"
    explain.write(file, table)
    brighter = replace(PICTURES, images=(PICTURES.images[0] + 1, PICTURES.images[1]))
    assert explain.read(file, explain.unmeasured("made", brighter)).share == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: {},
        lambda content: content | {"sigmas": [1.0]},
        lambda content: content | {"noisy": [[1.0]]},
        lambda content: content | {"networks": None},
        lambda content: [],
    ],
)
def test_a_file_of_another_shape_is_none(
    table: Levels, tmp_path: Path, spoil: Callable[[dict[str, object]], object]
) -> None:
    file = tmp_path / "table.json"
    explain.write(file, table)
    file.write_text(json.dumps(spoil(json.loads(file.read_text()))))
    assert explain.read(file, explain.unmeasured("made", PICTURES)).share == 0
    file.write_text("{")
    assert explain.read(file, explain.unmeasured("made", PICTURES)).share == 0
    assert explain.read(tmp_path / "none.json", explain.unmeasured("made", PICTURES)).share == 0


def test_of_two_files_the_one_that_knows_more_counts(
    table: Levels, no_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain, "SHIPPED", tmp_path / "shipped.json")
    wanted = explain.unmeasured("made", PICTURES)
    assert explain.best_known(wanted).share == 0
    half = replace(table, denoised=np.where([[[True]], [[False]]], table.denoised, np.nan))
    here = explain.file_here("made")
    assert here.is_relative_to(no_data)
    explain.write(explain.SHIPPED, half)
    assert explain.best_known(wanted).share == 0.5
    explain.write(here, table)
    assert explain.best_known(wanted).share == 1


def test_gains_and_deficits_are_differences_of_means() -> None:
    levels = hand_made([[30, 25, 20], [29, 28, 26]], [28, 22, 18])
    assert levels.gain.tolist() == [[2, 3, 2], [1, 6, 8]]
    assert levels.behind.tolist() == [[0, -3, -6], [-1, 0, 0]]
    assert levels.best == (0, 1, 1)
    extremes = levels.extremes
    assert extremes is not None
    assert (extremes.steadiest, extremes.at_most) == ("network 1", 1)
    assert (extremes.worst, extremes.sigma, extremes.most) == ("network 0", 30, 6)


def test_a_level_where_a_network_is_not_measured_has_no_best_one() -> None:
    levels = hand_made([[30, 25, 20], [29, 28, np.nan]], [28, 22, 18])
    assert levels.best == (0, 1, None)
    assert np.isnan(levels.behind[:, 2]).all()
    assert levels.gain[0].tolist() == [2, 3, 2]
    extremes = levels.extremes
    assert extremes is not None
    assert (extremes.sigma, extremes.most) == (20, 3)


def test_nothing_is_said_before_two_networks_are_measured() -> None:
    assert hand_made([[np.nan], [20]], [18]).extremes is None
    assert hand_made([[30.0]], [28]).extremes is None


def test_every_fourth_of_the_bundled_crops_is_measured() -> None:
    every = sets.load_pictures("bundled")
    some = explain.pictures_of("bundled")
    assert some.names == every.names[:: explain.EVERY]
    assert 10 <= len(some.names) <= 14
    assert len({name.split("-")[0] for name in some.names}) >= 8, "many photos"
    assert (some.images[1] == every.images[explain.EVERY]).all()


def test_the_table_that_comes_with_the_project_is_that_of_its_networks() -> None:
    pictures = explain.pictures_of("bundled")
    table = explain.read(explain.SHIPPED, explain.unmeasured("bundled", pictures))
    known = json.loads(explain.SHIPPED.read_text())["networks"]
    again = SIGMAS.index(25)
    for n, (name, digest) in enumerate(table.networks.items()):
        if name not in known:
            continue  # one that has come since: the page offers to measure it
        row = replace(table, networks={name: digest}, denoised=table.denoised[n : n + 1].copy())
        assert row.share == 1, "run python -m cnnviz.explain.dncnn_levels"
        forgotten = row.denoised.copy()
        forgotten[0, again, -1] = np.nan
        model = checkpoints.load(name)[0]
        assert isinstance(model, DnCNN)
        [found] = explain.measured(replace(row, denoised=forgotten), pictures, {name: model})
        assert found.psnr[0, again] == pytest.approx(row.psnr[0, again], abs=1e-3)


@pytest.mark.parametrize(
    ("shares", "shown"),
    [({"set12": 1.0, "bundled": 1.0}, "set12"), ({"set12": 0.5, "bundled": 1.0}, "bundled"),
     ({"bundled": 1.0}, "bundled"), ({}, "bundled")],
)  # fmt: skip
def test_the_papers_pictures_are_shown_first_once_they_are_measured(
    shares: dict[str, float], shown: str
) -> None:
    def table(name: str) -> Any:
        if name not in shares:
            raise UserError("{name} is not here.", name=name)
        return SimpleNamespace(share=shares[name])

    assert explain.usual_set(table) == shown

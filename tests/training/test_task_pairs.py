"""Training on pairs: its losses, its measure, and what it refuses."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz import checkpoints
from cnnviz.data.captioned_digits import captioned_digits, train_test
from cnnviz.data.feature_scaling import FeatureScaling
from cnnviz.data.retrieval import divided
from cnnviz.errors import UserError
from cnnviz.models import dscmr_losses
from cnnviz.models.dscmr import DSCMR
from cnnviz.ranking import ranked
from cnnviz.training import fit as fitting
from cnnviz.training.finish import finish
from cnnviz.training.fit import fit
from cnnviz.training.recipes import base
from cnnviz.training.spec import Progress, RunSpec, Steering
from cnnviz.training.state import State
from cnnviz.training.task import in_one_go
from cnnviz.training.task_pairs import make
from cnnviz.training.tasks import example_shapes, measure, task_of
from tests.training.dropping import last, outcome

SPEC = base("dscmr", "captioned_digits").with_settings({"hidden": 32, "common": 16, "epochs": 4})


def built(spec: RunSpec = SPEC) -> DSCMR:
    torch.manual_seed(0)
    return DSCMR(**{**task_of(spec).arguments, **spec.model_args}).eval()


def test_a_batch_is_pairs_of_one_place_and_an_epoch_has_each_pair_once() -> None:
    task = make(SPEC)
    batches = [*task.batches(torch.Generator().manual_seed(3), torch.device("cpu"), 0)]
    assert len(batches) == task.epoch_steps == 1197 // 100
    assert [len(part) for part in batches[0]] == [100, 100, 100]
    pairs = zip(task.training.images, task.training.texts, task.training.labels, strict=True)
    known = {(image.tobytes(), text.tobytes()): label for image, text, label in pairs}
    seen = [
        (i.numpy().tobytes(), t.numpy().tobytes(), int(label))
        for batch in batches
        for i, t, label in zip(*batch, strict=True)
    ]
    assert all(known[i, t] == label for i, t, label in seen)
    assert len({s[:2] for s in seen}) == len(seen) == 1100
    later = [*task.batches(torch.Generator().manual_seed(3), torch.device("cpu"), 5)]
    assert all(torch.equal(a, b) for x, y in zip(later, batches[5:], strict=True)
               for a, b in zip(x, y, strict=True))  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "terms"),
    [
        ({}, {"j1", "alpha_j2", "beta_j3"}),
        ({"alpha": 0.0}, {"j1", "beta_j3"}),
        ({"beta": 0.0}, {"j1", "alpha_j2"}),
        ({"discriminate": False}, {"alpha_j2", "beta_j3"}),
    ],
)
def test_the_terms_are_weighted_and_those_switched_off_are_told_alone(
    settings: dict[str, Any], terms: set[str]
) -> None:
    spec = SPEC.with_settings({"alpha": 0.5, "beta": 2.0} | settings)
    task, model = make(spec), built()
    images, texts, labels = next(task.batches(torch.Generator(), torch.device("cpu"), 0))
    found = model(images, texts)
    plain = {
        "j1": dscmr_losses.discrimination(found.image_scores, found.text_scores, labels),
        "j2": sum(dscmr_losses.likelihood(found.images, found.texts, labels)),
        "j3": dscmr_losses.invariance(found.images, found.texts),
    }
    losses = task.losses(model, (images, texts, labels))
    weighted = {"j1": plain["j1"], "alpha_j2": 0.5 * plain["j2"], "beta_j3": 2 * plain["j3"]}
    expected = {name: value if name in terms else 0.0 for name, value in weighted.items()}
    expected |= {f"unweighted_{name}": value for name, value in plain.items()}
    assert {name for name, value in losses.items() if value.requires_grad} == terms
    assert {name: value.item() for name, value in losses.items()} == pytest.approx(
        {name: torch.as_tensor(value).item() for name, value in expected.items()}, rel=1e-6
    )


STEERED = ((3, "alpha", 0.5), (5, "discriminate", False), (15, "beta", 0.0), (17, "alpha", 0.0),
           (20, "discriminate", True), (20, "learning_rate", 0.01))  # fmt: skip


def steered(keep: Path, stops: tuple[int, ...]) -> Progress:
    """A run told so while it goes, stopped now and then."""
    told, progress = {step: [c[1:] for c in STEERED if c[0] == step] for step, *_ in STEERED}, None
    for stop in (*stops, None):
        steering = Steering(steps=stop and stop - (progress.step if progress else 0))
        for progress in fit(SPEC, keep=keep, steering=steering):
            steering.asked.extend(told.pop(progress.step, []))
    assert progress is not None
    return progress


@pytest.mark.parametrize("stops", [(), (5,), (16, 18, 33)])
def test_a_run_whose_losses_were_steered_is_repeated_to_the_last_bit(
    stops: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "REPORT_SECONDS", 0.0)
    found = steered(tmp_path / "steered", stops)
    assert found.changes == STEERED
    again = last(replace(SPEC, changes=found.changes))
    assert outcome(again) == outcome(found)
    assert outcome(again)[0] != outcome(last(SPEC))[0]


def test_a_term_counts_from_the_step_on_from_which_it_is_switched_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fitting, "REPORT_SECONDS", 0.0)
    spec = SPEC.with_settings({"alpha": 0.0, "epochs": 1, "changes": [[4, "alpha", 0.5]]})
    told = {p.step: p.losses for p in fit(spec) if p.losses}
    assert [told[step]["alpha_j2"] for step in (1, 2, 3, 4)] == [0.0] * 4
    for step in (5, 6):
        assert told[step]["alpha_j2"] == pytest.approx(0.5 * told[step]["unweighted_j2"], rel=1e-6)


def test_nothing_is_learned_while_every_term_is_switched_off() -> None:
    off = [[0, name, value] for name, value in
           (("discriminate", False), ("alpha", 0.0), ("beta", 0.0))]  # fmt: skip
    states = [
        State.start(SPEC.with_settings({"changes": changes}), make(SPEC), torch.device("cpu"))
        for changes in ([], off)
    ]
    batch = next(states[0].task.batches(torch.Generator(), torch.device("cpu"), 0))
    before = [parameter.detach().clone() for parameter in states[0].model.parameters()]
    for state in states:
        state.take_step(batch)
    learns, rests = (
        [torch.equal(old, new) for old, new in zip(before, state.model.parameters(), strict=True)]
        for state in states
    )
    assert not any(learns)
    assert all(rests)


def test_a_run_learns_and_is_measured_on_pairs_held_out(tmp_path: Path) -> None:
    *_, last = fit(SPEC)
    assert last.result is not None
    first, *_others = last.result.history
    assert last.result.metrics["map"] > first["map"] > 0.1
    card = in_one_go(finish(SPEC, last.result, tmp_path / "kept"))
    model, read = checkpoints.load(str(tmp_path / "kept"))
    assert example_shapes(read) == ((64,), (model.text_branch[0].in_features,))
    stored = checkpoints.load_preprocessing(str(tmp_path / "kept"))
    again = measure(model, read, stored, None, "test")
    assert again.count == 500
    assert again.tested.metrics == pytest.approx(card.metrics["test"])
    _training, held, test = train_test(captioned_digits())
    with torch.inference_mode():
        u, v, *_ = model(torch.from_numpy(test.images), torch.from_numpy(test.texts))
    across = ranked(u.numpy(), v.numpy(), test.labels, test.labels)
    assert card.metrics["test"]["map_image_text"] == pytest.approx(across.map)
    assert card.metrics["test"]["map_50_image_text"] == pytest.approx(across.map_at)
    assert card.data["validation"] == len(held)
    assert card.class_names == [*held.class_names]


def test_other_pairs_than_it_knows_are_refused(tmp_path: Path) -> None:
    *_, last = fit(replace(SPEC, epochs=1))
    assert last.result is not None
    card = in_one_go(finish(SPEC, last.result, tmp_path / "kept"))
    stored = checkpoints.load_preprocessing(str(tmp_path / "kept"))
    with pytest.raises(UserError, match="no set of pairs named flickr"):
        measure(last.result.model, card, stored, "flickr", "test")
    few = replace(card, model_args={**card.model_args, "text_features": 3})
    with pytest.raises(UserError, match="64 and 3 features"):
        measure(last.result.model, few, stored, None, "test")


def test_a_run_that_cannot_be_is_one_sentence() -> None:
    without = SPEC.with_settings({"alpha": 0.0, "beta": 0.0, "discriminate": False})
    with pytest.raises(UserError, match="one of the three losses"):
        make(without)
    with pytest.raises(UserError, match="batches of 1 to 1197 pairs"):
        make(replace(SPEC, batch_size=1198))
    with pytest.raises(UserError, match="data folders"):
        make(SPEC, source="somewhere")


def test_roots_and_deviations_are_those_of_the_training_pairs() -> None:
    training, held, _test = divided("captioned_digits", 0, 0)
    for kind in ("none", "standard", "root"):
        scaling = FeatureScaling.of(training, kind)
        for part, raw in zip(scaling(training), (training.images, training.texts), strict=True):
            assert part.dtype == np.float32
            if kind == "none":
                assert np.array_equal(part, raw)
                continue
            varies = raw.std(0) > 0
            np.testing.assert_allclose(part[:, varies].mean(0), 0, atol=1e-4)
            np.testing.assert_allclose(part[:, varies].std(0), 1, rtol=1e-3)
        again = FeatureScaling.stored(kind, scaling.arrays())
        for one, other in zip(again(held), scaling(held), strict=True):
            assert np.array_equal(one, other)
    rooted = FeatureScaling.of(training, "root")(held)[0]
    assert not np.allclose(rooted, FeatureScaling.of(training, "standard")(held)[0])

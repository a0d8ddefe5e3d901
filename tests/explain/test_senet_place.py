"""The place of SE and the gradient: what is measured, what is kept, and what the page claims."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.errors import UserError
from cnnviz.explain import senet_place as explain
from cnnviz.explain import senet_place_flows as flows
from cnnviz.explain.senet_place import Batch, batches, built, gradients
from cnnviz.explain.senet_place_flows import AFTER, DEPTHS, NONE, PLACES, STANDARD, Flow, Flows

DEEP = 56  # layers: where the page claims what it claims


@pytest.fixture(scope="module")
def batch() -> Batch:
    return next(batches(0))


def first(place: str, batch: Batch, *, norm: bool = True, trunk: bool = False) -> float:
    """What arrives at the first of many blocks."""
    return gradients(built(DEEP, place, 0, norm=norm), batch, trunk=trunk)[0][0]


def test_along_the_trunk_alone_the_gradient_vanishes_only_behind_gates(batch: Batch) -> None:
    assert first(AFTER, batch, trunk=True) < 1e-7
    assert first("post", batch, trunk=True) < 1e-7
    assert first("identity", batch, trunk=True) < 1e-7
    for place in (NONE, STANDARD, "pre"):
        assert first(place, batch, trunk=True) > 1e-2


def test_without_batch_norm_the_whole_gradient_vanishes_after_the_addition(batch: Batch) -> None:
    assert first(AFTER, batch, norm=False) < 1e-5
    assert 0.1 < first(STANDARD, batch, norm=False) < 10


def test_with_batch_norm_the_whole_gradient_grows_after_the_addition(batch: Batch) -> None:
    assert first(AFTER, batch) > 5 * first(STANDARD, batch) > 5


@pytest.mark.parametrize("place", PLACES)
def test_gradients_are_those_of_a_backward_pass(place: str, batch: Batch) -> None:
    model = built(14, place, 1)
    shares, loss = gradients(model, batch)
    kept = list[torch.Tensor]()

    def keep(_module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        inputs[0].retain_grad()
        kept.append(inputs[0])

    for module in (*model.blocks, model.pool):
        module.register_forward_pre_hook(keep)
    again = nn.functional.cross_entropy(model(batch[0]), batch[1])
    again.backward()
    assert loss == pytest.approx(float(again.detach()), rel=1e-5)
    norms = [float(each.grad.norm()) for each in kept if each.grad is not None]
    assert shares == pytest.approx([norm / norms[-1] for norm in norms[:-1]], rel=1e-3)


def test_cutting_the_branches_leaves_the_network_as_it_was(batch: Batch) -> None:
    model = built(8, AFTER, 0)
    sums = [block.sum for block in model.blocks]
    (whole, loss), (alone, same) = gradients(model, batch), gradients(model, batch, trunk=True)
    assert same == pytest.approx(loss, rel=1e-6)
    assert alone != whole
    assert [block.sum for block in model.blocks] == sums


def test_without_batch_norm_there_is_none() -> None:
    assert not any(isinstance(m, nn.BatchNorm2d) for m in built(8, NONE, 0, norm=False).modules())
    assert any(isinstance(m, nn.BatchNorm2d) for m in built(8, NONE, 0).modules())


def test_the_shipped_numbers_are_those_that_are_measured_now() -> None:
    shipped = flows.read()
    for place in PLACES:
        again = explain.measured(8, place, 0)
        for moment in ("init", "no_norm"):  # steps add up what machines round
            for way, logarithms in again[moment].items():
                kept = shipped.flows[8, place, moment, way].shares[0]
                assert np.log10(kept) == pytest.approx(logarithms, abs=0.021)
        assert shipped.losses[8, place][0, 0] == pytest.approx(again["loss"][0], abs=1e-3)


def test_the_shipped_numbers_say_what_the_lesson_says() -> None:
    found = flows.read()
    for depth in DEPTHS:
        if depth >= 32:
            ratio, agreed = found.against_standard(depth, "no_norm", "all")
            assert agreed
            assert ratio < 1e-3
            ratio, agreed = found.against_standard(depth, "init", "all")
            assert agreed
            assert ratio > 2
        if depth <= 50:
            assert found.loss(depth, STANDARD)[1] < 1.3
        if depth >= 38:
            assert found.loss(depth, AFTER)[1] > 2
    assert found.shows_from("init", "all") is None
    assert found.shows_from("steps", "all") == 68
    assert found.shows_from("no_norm", "all") == 14


def made(*ratios: float) -> Flows:
    """Flows in which so much more arrives after the addition, by depth."""
    after = dict(zip(DEPTHS, ratios, strict=False))
    found = {}
    for depth in DEPTHS:
        ratio = after.get(depth, ratios[-1])
        found[depth, STANDARD, "init", "all"] = Flow(np.array([[1.0], [2.0]]))
        found[depth, AFTER, "init", "all"] = Flow(ratio * np.array([[1.0], [2.0]]))
    return Flows(found, {})


def test_the_warning_shows_from_the_depth_on_behind_which_it_always_does() -> None:
    assert made(1, 0.01, 1, 0.05).shows_from("init", "all") == DEPTHS[3]
    assert made(0.05).shows_from("init", "all") == DEPTHS[0]
    assert made(0.01, 1, 0.01, 0.5).shows_from("init", "all") is None


def test_places_are_told_apart_only_where_all_seeds_are() -> None:
    for ratio, agreed in ((0.4, True), (0.6, False), (1.5, False), (3, True)):
        assert made(ratio).against_standard(8, "init", "all") == (pytest.approx(ratio), agreed)


def test_the_middle_and_the_ends_are_those_of_the_seeds() -> None:
    flow = Flow(np.array([[1.0, 4.0], [100.0, 0.0], [7.0, 9.0]]))
    assert flow.middle.tolist() == [7, 4]
    assert flow.first == 7
    assert flow.ends.tolist() == [[1, 0], [100, 9]]


def test_where_nothing_arrives_the_share_is_none_and_read_as_zero(tmp_path: Path) -> None:
    content = json.loads(flows.SHIPPED.read_text(encoding="utf-8"))
    content["networks"]["8"][AFTER][0]["steps"]["trunk"] = explain._logarithms([0, 0.1, 1000])
    file = tmp_path / "place.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    shares = flows.read(file).flows[8, AFTER, "steps", "trunk"].shares
    assert shares[0] == pytest.approx([0, 0.1, 1000])
    assert flows.read(file).reach((AFTER,), "steps", "trunk")[0] > 0


def test_of_a_network_that_has_diverged_nothing_is_measured(batch: Batch) -> None:
    model = built(8, STANDARD, 0)
    nn.init.constant_(model.classifier.weight, math.inf)
    with pytest.raises(ValueError, match="no gradient can be measured"):
        gradients(model, batch)


def test_the_command_keeps_what_it_measures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "place.json"
    for module in (explain, flows):
        monkeypatch.setattr(module, "DEPTHS", (8,))
        monkeypatch.setattr(module, "PLACES", (STANDARD, AFTER))
    monkeypatch.setattr(explain, "SHIPPED", file)
    monkeypatch.setattr(explain, "STEPS", 1)
    assert explain.main([]) == 0
    assert str(file) in capsys.readouterr().out
    found = flows.read(file)
    assert found.flows[8, AFTER, "steps", "trunk"].shares.shape == (3, 3)
    assert found.losses[8, AFTER].shape == (3, 2)


def test_a_file_that_is_not_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "place.json"
    for text in ("", "{}", '{"networks": {"8": {}}}'):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match="cannot be read"):
            flows.read(file)

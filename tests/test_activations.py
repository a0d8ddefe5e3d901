import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor, nn

from cnnviz.activations import outputs, record, replaced, time_layers


class Refuses(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        raise RuntimeError("this layer does not run")


@pytest.fixture
def model() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).eval()


@pytest.fixture
def x() -> Tensor:
    return torch.randn(5, 3, generator=torch.Generator().manual_seed(1))


def hooks_of(model: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


def test_records_what_the_named_layers_put_out(model: nn.Sequential, x: Tensor) -> None:
    with record(model, ["0", "1"]) as recorded:
        model(x)
    assert list(recorded) == ["0", "1"]
    assert torch.equal(recorded["0"], model[0](x))
    assert torch.equal(recorded["1"], model[0](x).relu())
    assert not recorded["0"].requires_grad


def test_the_network_itself_has_the_empty_name(model: nn.Sequential, x: Tensor) -> None:
    with record(model, [""]) as recorded:
        result = model(x)
    assert torch.equal(recorded[""], result)


def test_a_later_layer_in_place_does_not_change_what_was_recorded(x: Tensor) -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(inplace=True)).eval()
    with record(model, ["0"]) as recorded:
        model(x)
    assert (recorded["0"] < 0).any()


def test_hooks_are_there_inside_and_gone_behind(model: nn.Sequential, x: Tensor) -> None:
    with record(model, ["0", "2"]):
        assert hooks_of(model) == 2
    assert hooks_of(model) == 0


def test_hooks_are_gone_after_an_error(model: nn.Sequential) -> None:
    with pytest.raises(RuntimeError, match="shapes"), record(model, ["0", "2"]):
        model(torch.randn(5, 99))
    assert hooks_of(model) == 0


def test_an_unknown_name_is_refused_before_any_hook_is_set(model: nn.Sequential) -> None:
    with pytest.raises(ValueError, match="no module named 'head'"), record(model, ["0", "head"]):
        pass
    assert hooks_of(model) == 0


@pytest.mark.parametrize("training", [True, False])
def test_recording_leaves_the_mode_alone(model: nn.Sequential, x: Tensor, training: bool) -> None:
    model.train(training)
    with record(model, ["1"]):
        model(x)
        assert model.training is training
    assert model.training is training


def test_passes_of_another_thread_are_not_recorded(model: nn.Sequential, x: Tensor) -> None:
    with record(model, ["0"]) as recorded:
        other = threading.Thread(target=model, args=(x,))
        other.start()
        other.join()
        assert recorded == {}
        model(2 * x)
    assert torch.equal(recorded["0"], model[0](2 * x))


def test_threads_that_record_at_once_each_get_their_own(model: nn.Sequential) -> None:
    inputs = [torch.full((1, 3), float(i)) for i in range(4)]
    expected = [model[0](x) for x in inputs]
    together = threading.Barrier(len(inputs))

    def visitor(x: Tensor) -> list[Tensor]:
        together.wait(timeout=60)
        return [outputs(model, x, ["0"])["0"] for _ in range(50)]

    with ThreadPoolExecutor(len(inputs)) as pool:
        for alone, found in zip(expected, pool.map(visitor, inputs), strict=True):
            assert all(torch.equal(alone, each) for each in found)
    assert hooks_of(model) == 0


def test_stopping_early_runs_no_layer_behind_the_last_one_wanted(x: Tensor) -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), Refuses()).eval()
    with record(model, ["1", "0"], stop_early=True) as recorded:
        model(x)
    assert set(recorded) == {"0", "1"}
    assert hooks_of(model) == 0


def test_outputs_are_those_of_a_plain_pass(model: nn.Sequential, x: Tensor) -> None:
    found = outputs(model, x, ["0", ""])
    assert torch.equal(found["0"], model[0](x))
    assert torch.equal(found[""], model(x))


def test_what_is_put_in_a_layers_place_goes_on_from_there(model: nn.Sequential, x: Tensor) -> None:
    with replaced(model, {"1": lambda output: 3 * output}):
        found = model(x)
    assert torch.equal(found, model[2](3 * model[1](model[0](x))))
    assert not torch.equal(found, model(x))
    assert hooks_of(model) == 0


def test_what_is_put_in_is_what_is_recorded(model: nn.Sequential, x: Tensor) -> None:
    with replaced(model, {"0": torch.zeros_like, "2": torch.ones_like}):
        found = outputs(model, x, ["0", "1", "2"])
    assert not found["0"].any()
    assert not found["1"].any()
    assert (found["2"] == 1).all()


def test_passes_of_another_thread_keep_what_their_layers_put_out(
    model: nn.Sequential, x: Tensor
) -> None:
    plain = model(x)
    with replaced(model, {"0": torch.zeros_like}), ThreadPoolExecutor(1) as pool:
        assert torch.equal(pool.submit(model, x).result(), plain)
        assert not torch.equal(model(x), plain)


def test_nothing_is_put_in_after_an_error(model: nn.Sequential) -> None:
    with pytest.raises(RuntimeError, match="shapes"), replaced(model, {"0": torch.zeros_like}):
        model(torch.randn(5, 99))
    assert hooks_of(model) == 0


def test_nothing_can_be_put_in_the_place_of_an_unknown_module(model: nn.Sequential) -> None:
    with pytest.raises(ValueError, match="'head'"), replaced(model, {"head": torch.zeros_like}):
        pass
    assert hooks_of(model) == 0


@pytest.mark.parametrize("call", [lambda m, x: outputs(m, x, ["0"]), time_layers])
@pytest.mark.parametrize("part", ["", "1"])
def test_a_network_in_training_mode_is_refused(model, x, call, part: str) -> None:
    model.get_submodule(part).training = True
    with pytest.raises(ValueError, match="training mode"):
        call(model, x)
    assert model.get_submodule(part).training


def test_layer_times_cover_every_leaf_that_runs_in_order(model: nn.Sequential, x: Tensor) -> None:
    class Nested(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.unused = nn.Identity()
            self.last = nn.Identity()
            self.first = model

        def forward(self, x: Tensor) -> Tensor:
            return self.last(self.first(x))

    nested = Nested().eval()
    times = time_layers(nested, x, repeats=3)
    assert list(times) == ["first.0", "first.1", "first.2", "last"]
    assert all(milliseconds > 0 for milliseconds in times.values())
    assert hooks_of(nested) == 0


def test_a_leaf_that_runs_twice_is_timed_once_a_pass(x: Tensor) -> None:
    relu = nn.ReLU()
    assert list(time_layers(nn.Sequential(relu, nn.Identity(), relu).eval(), x, 1)) == ["0", "1"]


def test_timing_leaves_no_hooks_after_an_error(model: nn.Sequential) -> None:
    with pytest.raises(RuntimeError, match="shapes"):
        time_layers(model, torch.randn(5, 99))
    assert hooks_of(model) == 0


def test_timing_needs_at_least_one_pass(model: nn.Sequential, x: Tensor) -> None:
    with pytest.raises(ValueError, match="repeats"):
        time_layers(model, x, repeats=0)

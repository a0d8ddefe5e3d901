"""Convolutions over a whole scene give what they give window by window."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from cnnviz.models import hybridsn_dense
from cnnviz.models.hybridsn import HybridSN
from cnnviz.models.hybridsn_counterparts import HybridSN2D, HybridSN3D
from cnnviz.models.hybridsn_dense import predict_scene, predict_strips, window_logits
from cnnviz.models.hybridsn_windows import WindowNetwork

CLASSES = 5
HEIGHT, WIDTH = 21, 10  # less wide than a window, and more rows than windows have
QUICK = {"components": 15, "window": 13}
VARIANTS: list[tuple[type[WindowNetwork], dict[str, Any]]] = [
    (HybridSN, QUICK),
    (HybridSN, {"components": 30, "window": 25}),
    (HybridSN, {"components": 13, "window": 9}),
    (HybridSN, {**QUICK, "batch_norm": True}),
    (HybridSN, {**QUICK, "se": True}),
    (HybridSN, {**QUICK, "se": True, "batch_norm": True, "residual": True}),
    (HybridSN, {**QUICK, "residual": True}),
    (HybridSN, {**QUICK, "window": 17, "dilation": 2}),
    (HybridSN, {**QUICK, "hidden": ()}),
    (HybridSN2D, QUICK),
    (HybridSN2D, {**QUICK, "batch_norm": True}),
    (HybridSN3D, QUICK),
    (HybridSN3D, {**QUICK, "batch_norm": True}),
]
every_variant = pytest.mark.parametrize(
    ("kind", "arguments"), VARIANTS, ids=[f"{kind.__name__}-{a}" for kind, a in VARIANTS]
)


def network(kind: type[WindowNetwork] = HybridSN, **arguments: Any) -> WindowNetwork:
    """A network in eval mode whose numbers are as large as a trained one's."""
    torch.manual_seed(0)
    model = kind(**{"num_classes": CLASSES, **QUICK, **arguments})
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Conv3d | nn.Linear):
            nn.init.kaiming_normal_(module.weight)
        if isinstance(module, nn.BatchNorm2d | nn.BatchNorm3d):
            nn.init.normal_(module.running_mean)
            nn.init.uniform_(module.running_var, 0.5, 2)
    return model.eval()


def scene_of(model: WindowNetwork, height: int = HEIGHT, width: int = WIDTH) -> Tensor:
    return torch.randn(model.components, height, width, generator=torch.manual_seed(1))


def windows_of(model: WindowNetwork, scene: Tensor) -> Tensor:
    """(H * W, 1, components, window, window): each pixel's, cut one by one."""
    half = model.window // 2
    padded = torch.zeros(len(scene), *(side + 2 * half for side in scene.shape[1:]))
    padded[:, half : half + scene.shape[1], half : half + scene.shape[2]] = scene
    return torch.stack(
        [
            padded[None, :, row : row + model.window, column : column + model.window]
            for row in range(scene.shape[1])
            for column in range(scene.shape[2])
        ]
    )


@torch.inference_mode()
def by_windows(model: WindowNetwork, scene: Tensor) -> Tensor:
    logits = torch.cat([model(part) for part in windows_of(model, scene).split(64)])
    return logits.unflatten(0, tuple(scene.shape[1:]))


@every_variant
def test_a_scene_gets_the_logits_of_its_windows_borders_and_all(
    kind: type[WindowNetwork], arguments: dict[str, Any]
) -> None:
    model = network(kind, **arguments)
    scene = scene_of(model)
    expected = by_windows(model, scene)
    assert expected.std() > 0.3  # not so small that anything would do
    for at_most_bytes in (1, 1 << 20, 1 << 29):  # one row a strip, some, all
        found = predict_scene(model, scene, at_most_bytes=at_most_bytes)
        assert found.shape == (HEIGHT, WIDTH, CLASSES)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 7), (40, 1), (3, 50)])
def test_a_scene_may_be_smaller_than_a_window(height: int, width: int) -> None:
    model = network()
    scene = scene_of(model, height, width)
    torch.testing.assert_close(
        predict_scene(model, scene), by_windows(model, scene), rtol=0, atol=1e-4
    )


def test_less_memory_makes_more_strips() -> None:
    model = network()
    scene = scene_of(model)
    most, some, one = (
        len(list(predict_strips(model, scene, at_most_bytes=at_most_bytes)))
        for at_most_bytes in (1, 1 << 20, 1 << 29)
    )
    assert (most, one) == (HEIGHT, 1)
    assert HEIGHT > some > 1


def test_maps_take_no_more_memory_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    model, most, sizes = network(window=9), 1 << 23, list[int]()
    block = type(model.conv3d[0])
    forward = block.forward
    monkeypatch.setattr(
        block, "forward", lambda self, x: sizes.append(forward(self, x).nbytes) or forward(self, x)
    )
    list(predict_strips(model, scene_of(model, 100, 100), at_most_bytes=most))
    assert max(sizes) * hybridsn_dense.COPIES <= most
    assert max(sizes) * hybridsn_dense.COPIES > most / 2  # nor far less


def test_strips_are_computed_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    model, ran = network(), list[int]()
    forward = model.over_scene
    monkeypatch.setattr(model, "over_scene", lambda x: ran.append(1) or forward(x))
    strips = predict_strips(model, scene_of(model, 60), at_most_bytes=1)
    assert len(next(strips)) == 1
    assert len(ran) < 10  # of 64
    strips.close()


def test_a_network_in_training_mode_is_refused() -> None:
    model = network().train()
    with pytest.raises(ValueError, match="eval"):
        predict_scene(model, scene_of(model))


@pytest.mark.parametrize("shape", [(14, 20, 20), (1, 15, 20, 20)])
def test_a_scene_of_other_components_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"\(15, H, W\)"):
        predict_scene(network(), torch.zeros(shape))
    with pytest.raises(ValueError, match=r"\(15, H, W\)"):
        window_logits(network(), torch.zeros(shape), torch.zeros(1).long(), torch.zeros(1).long())


def test_nothing_of_the_network_or_the_scene_is_changed() -> None:
    model = network(batch_norm=True)
    scene = scene_of(model)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    copy = scene.clone()
    predict_scene(model, scene)
    assert torch.equal(scene, copy)
    assert all(torch.equal(before[name], now) for name, now in model.state_dict().items())


@every_variant
def test_gradients_over_the_scene_are_those_of_the_windows(
    kind: type[WindowNetwork], arguments: dict[str, Any]
) -> None:
    model = network(kind, **arguments)
    scene = scene_of(model)
    draw = torch.Generator().manual_seed(2)
    rows, columns = (torch.randint(side, (24,), generator=draw) for side in (HEIGHT, WIDTH))
    rows[:4], columns[:4] = torch.tensor([0, 0, 20, 20]), torch.tensor([0, 9, 0, 9])  # corners
    labels = torch.randint(CLASSES, (24,), generator=draw)
    windows = windows_of(model, scene)[rows * WIDTH + columns]

    def gradients(logits: Tensor) -> list[Tensor]:
        model.zero_grad()
        functional.cross_entropy(logits, labels).backward()
        return [p.grad.clone() for p in model.parameters() if p.grad is not None]

    found, expected = window_logits(model, scene, rows, columns), model(windows)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)
    found, expected = gradients(found), gradients(expected)
    assert len(found) == len(list(model.parameters()))
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4 * float(other.abs().max()))


def test_dropout_is_drawn_as_for_a_batch_of_windows() -> None:
    model = network().train()
    scene = scene_of(model)
    rows, columns = torch.arange(20), torch.arange(20) % WIDTH
    torch.manual_seed(3)
    found = window_logits(model, scene, rows, columns)
    torch.manual_seed(3)
    expected = model(windows_of(model, scene)[rows * WIDTH + columns])
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)
    assert not torch.allclose(found, model.eval()(windows_of(model, scene)[rows * WIDTH + columns]))


def test_a_window_that_is_asked_for_twice_counts_twice() -> None:
    model = network().train()
    scene = scene_of(model)
    twice = window_logits(model, scene, torch.tensor([4, 4]), torch.tensor([5, 5]))
    assert not torch.equal(twice[0], twice[1])  # by its own dropout


def test_batch_norm_in_training_mode_is_refused_where_its_statistics_would_differ() -> None:
    model = network(batch_norm=True).train()
    place = torch.zeros(1, dtype=torch.int64)
    with pytest.raises(ValueError, match="batch norm"):
        window_logits(model, scene_of(model), place, place)

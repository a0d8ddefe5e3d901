"""Over the scene or window by window: the same logits and gradients; each where it is quicker."""

import pytest
import torch
from torch import Tensor, nn

from cnnviz.models.hybridsn_windows import WindowNetwork
from cnnviz.models.registry import build
from cnnviz.training import scene_windows
from cnnviz.training.scene_windows import logits_at, predict, shared

SIZE, WINDOW = (14, 17), 9
NETWORKS = {
    "hybrid": ("hybridsn", {"conv3d": ((2, 3), (3, 3), (2, 2)), "conv2d": 4, "hidden": (8, 8)}),
    "gates": ("hybridsn", {"conv3d": ((2, 3), (3, 3)), "conv2d": 4, "hidden": (8,), "se": True}),
    "flat": ("hybridsn_2d", {"per_component": (1, 1, 1), "conv2d": 4, "hidden": (8,)}),
    "deep": ("hybridsn_3d", {"conv3d": ((2, 3),), "hidden": (8,)}),
}


def network(name: str, **settings: object) -> WindowNetwork:
    torch.manual_seed(0)
    model, arguments = NETWORKS[name]
    size = {"window": WINDOW, "components": 8, "num_classes": 3}
    made = build(model, {**size, **arguments, **settings})
    assert isinstance(made, WindowNetwork)
    return made.eval()


def everywhere() -> tuple[Tensor, Tensor, Tensor]:
    """A scene, and rows and columns of all its pixels."""
    scene = torch.randn(8, *SIZE, generator=torch.Generator().manual_seed(1))
    rows, columns = torch.meshgrid(*map(torch.arange, SIZE), indexing="ij")
    return scene, rows.flatten(), columns.flatten()


def one_by_one(model: nn.Module, scene: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    padded = nn.functional.pad(scene, (WINDOW // 2,) * 4)
    places = zip(rows.tolist(), columns.tolist(), strict=True)
    windows = [padded[None, None, :, r : r + WINDOW, c : c + WINDOW] for r, c in places]
    return torch.cat([model(window) for window in windows])


def take(monkeypatch: pytest.MonkeyPatch, way: bool) -> None:
    monkeypatch.setattr(scene_windows, "shared", lambda *_: way)


@pytest.mark.parametrize("way", [True, False], ids=["shared", "windows"])
@pytest.mark.parametrize("name", NETWORKS)
def test_logits_and_gradients_are_those_of_windows_one_by_one(
    name: str, way: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(monkeypatch, way)
    scene, rows, columns = everywhere()
    some = torch.randperm(len(rows), generator=torch.Generator().manual_seed(2))[:40]
    model = network(name)
    expected = one_by_one(model, scene, rows[some], columns[some])
    expected.square().sum().backward()
    gradients = {n: p.grad for n, p in model.named_parameters()}
    model.zero_grad()
    found = logits_at(model, scene, rows[some], columns[some])
    found.square().sum().backward()
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)
    for n, parameter in model.named_parameters():
        torch.testing.assert_close(parameter.grad, gradients[n], atol=1e-3, rtol=1e-3)


# All pixels, some of them, few; in one piece, or in strips of a row or two.
@pytest.mark.parametrize("every", [1, 2, 9])
@pytest.mark.parametrize("strip", [1 << 16, 1200])
@pytest.mark.parametrize("way", [True, False], ids=["shared", "windows"])
def test_predictions_come_in_the_order_of_the_pixels(
    every: int, strip: int, way: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(monkeypatch, way)
    monkeypatch.setattr(scene_windows, "_STRIP", strip)
    monkeypatch.setattr(scene_windows, "_AT_ONCE", 7)
    scene, rows, columns = everywhere()
    rows, columns, model = rows[::every], columns[::every], network("hybrid")
    parts = list(predict(model, scene, rows, columns))
    assert every != 9 or len(parts) > 3
    found = torch.cat(parts)
    assert not found.requires_grad
    expected = one_by_one(model, scene, rows, columns).detach()
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def test_few_windows_go_by_themselves_and_many_together() -> None:
    scene, model = torch.zeros(8, 100, 100), network("hybrid")
    counts = [count for count in range(1, 2000) if shared(model, scene, count)]
    # 108 x 108 pixels for twice what a pixel of the windows costs.
    assert counts[0] == 2 * 108 * 108 // WINDOW**2 + 1
    assert counts[-1] == 1999


def test_a_batch_norm_that_is_trained_sees_windows_alone() -> None:
    model = network("hybrid", batch_norm=True)
    scene = torch.zeros(8, *SIZE)
    assert shared(model, scene, 1000)
    assert not shared(model.train(), scene, 1000)
    scene, rows, columns = everywhere()
    model.eval()
    expected = one_by_one(model, scene, rows, columns)
    torch.testing.assert_close(
        logits_at(model, scene, rows, columns), expected, atol=1e-4, rtol=1e-4
    )

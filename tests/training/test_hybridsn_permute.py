"""The components in another order: the same numbers in other places, and nothing else changed."""

import numpy as np
import pytest
import torch

from cnnviz.data.preprocessing import PrincipalComponents
from cnnviz.data.scene import Scene
from cnnviz.training import scene_data
from cnnviz.training.scene_data import Prepared, prepared, reordered
from cnnviz.training.spec import RunSpec
from cnnviz.training.task_settings import WindowSettings

COMPONENTS = 9


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    draw = np.random.default_rng(0)
    labels = np.repeat(np.arange(4), 100).reshape(20, 20).astype(np.int64)
    cube = draw.normal(size=(20, 20, 12)) * np.arange(1, 13) + labels[..., None]
    made = Scene("made", cube, labels, ("a", "b", "c"), None, (0, 1, 2), True, "made here")
    monkeypatch.setattr(scene_data, "read", lambda data, labels="": made)
    scene_data._prepared.cache_clear()
    return made


def of(permute: int, whiten: bool = False) -> Prepared:
    settings = WindowSettings(window=5, components=COMPONENTS, permute=permute, whiten=whiten)
    return prepared("made", settings, 0)


def order_of(first: PrincipalComponents, second: PrincipalComponents) -> list[int]:
    """Where each component of the second is in the first."""
    return [
        int(np.flatnonzero((first.components == own).all(axis=1))[0]) for own in second.components
    ]


@pytest.mark.parametrize("whiten", [False, True])
def test_the_same_components_stand_in_another_order(scene: Scene, whiten: bool) -> None:
    plain, other = of(0, whiten), of(3, whiten)
    order = order_of(plain.reduced, other.reduced)
    assert sorted(order) == list(range(COMPONENTS))
    assert order != sorted(order)
    assert torch.allclose(other.maps, plain.maps[order], atol=1e-6)
    assert (other.reduced.variance == plain.reduced.variance[order]).all()
    assert other.reduced.unit == plain.reduced.unit
    assert other.split.to_json() == plain.split.to_json()
    assert other.digest != plain.digest


def test_without_a_seed_the_components_stand_by_falling_variance(scene: Scene) -> None:
    variance = of(0).reduced.variance
    assert (np.diff(variance) <= 0).all()


def test_a_seed_is_an_order_that_stays_and_another_one_is_another() -> None:
    plain = PrincipalComponents(
        on="scene", pixels=9, components=np.eye(15), mean=np.zeros(15), variance=np.ones(15),
        explained_variance_ratio=np.ones(15) / 15, whiten=False,
    )  # fmt: skip
    one, again, two = (order_of(plain, reordered(plain, seed)) for seed in (1, 1, 2))
    assert one == again != two
    # The same on every machine and with every release of numpy.
    assert one == [int(i) for i in np.random.PCG64(1).random_raw(15).argsort(kind="stable")]


def test_what_is_stored_with_a_network_has_the_order(scene: Scene) -> None:
    reduced = of(3).reduced
    stored = PrincipalComponents.stored(reduced.to_json(), reduced.arrays())
    assert (stored.apply(scene.cube) == reduced.apply(scene.cube)).all()


def test_it_is_a_setting_of_a_run() -> None:
    spec = RunSpec(model="hybridsn_2d", data="made").with_settings({"permute": 7})
    assert spec.data_args == {"permute": 7}
    assert RunSpec.from_json(spec.to_json()) == spec

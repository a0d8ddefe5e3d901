"""The snippets of the DSCMR lesson compute what its page shows."""

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cnnviz.training import fit, whole_run
from cnnviz.training.spec import RunSpec
from cnnviz.training.task_settings import PairSettings
from dashboard import snippets
from dashboard.cache import dscmr as cached
from dashboard.cache import dscmr_ablation as ablation
from dashboard.cache import dscmr_losses as losses
from dashboard.cache import dscmr_measured as measured
from tests.dashboard import pages
from tests.dashboard.test_snippets import run

LOOKED = cached.Looked(cached.DIGITS, cached.CHECKPOINTS[cached.DIGITS])


def left(section: str, **link: str) -> dict[str, Any]:
    """What the snippet of a section leaves."""
    code = snippets.present("dscmr", section, link)
    assert code is not None
    return run(code)


@pytest.mark.parametrize(("view", "kind"), [("tsne", "tsne"), ("space", "pca")])
def test_pairs_lie_where_they_lie_on_the_page(view: str, kind: str) -> None:
    found, film = left("hero", view=view, epoch="7"), cached.film(LOOKED, kind)
    assert not isinstance(film, cached.Job)
    assert np.array_equal(found["places"], film.places[kind][7])
    assert (found["across"], found["back"]) == tuple(film.maps[7])


def test_the_network_s_parts_are_the_page_s() -> None:
    assert left("branches")["found"] == cached.parts(LOOKED.network)


@pytest.mark.parametrize(
    ("link", "weights"),
    [({}, None), ({"loss_alpha": "7", "loss_beta": "0", "loss_j1": "0"}, (7, 0))],
)
def test_losses_come_to_as_much_as_on_the_page(
    link: dict[str, str], weights: tuple[int, int] | None
) -> None:
    found = left("losses", **link)
    assert found["weights"] == tuple(map(float, losses.WEIGHTS))
    usual = losses.recipe_weights(LOOKED.network)
    alpha, beta = usual if weights is None else (float(losses.WEIGHTS[n]) for n in weights)
    for at, state in enumerate(losses.batches(LOOKED)):
        shown = losses.weighted(state.terms, alpha, beta, with_j1=weights is None)
        assert [row[at] for row in found["rows"].values()] == pytest.approx(shown, rel=1e-5)


def test_pairs_are_found_as_well_as_on_the_page() -> None:
    found = left("measured", measured_view="classes", way="back")["found"]
    shown = {measured.DSCMR: measured.by_network(LOOKED)}
    shown |= {code: job.result() for code, job in measured.others(LOOKED.data).items()}
    assert [*found] == [*shown]
    for code, each in shown.items():
        assert each is not None
        assert found[code].map == pytest.approx(each.map, abs=1e-6)


def test_the_epochs_are_the_page_s() -> None:
    found, shown = left("epoch", epoch_seed="2"), measured.epoch_choice(cached.DIGITS)
    assert shown is not None
    assert np.array_equal(found["choice"].test, shown.test)
    last = found["figure"].data[-1]
    assert last.y[0] == shown.test[shown.seeds.index(2)].max()


# Trainings: the same runs are asked for as on the page


def whole(spec: RunSpec) -> str:
    """All settings of a run, also those that it leaves as usual."""
    plain = spec.to_json()
    return f"{json.dumps({**plain, 'data_args': 0})} {PairSettings(**spec.data_args)}"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[RunSpec]:
    """The settings of all runs that are begun; none of them runs."""
    specs: list[RunSpec] = []

    def recorded(spec: RunSpec) -> Any:
        specs.append(spec)
        return SimpleNamespace(metrics={"test": {"map": 0.9}})

    monkeypatch.setattr(whole_run, "whole_run", recorded)
    monkeypatch.setattr(fit, "fit", lambda spec: specs.append(spec) or iter(()))
    return specs


def test_the_losses_left_out_are_those_of_the_page(asked: list[RunSpec]) -> None:
    left("ablation", ablation_seeds="2")
    wanted = ablation.specs(cached.DIGITS, 2).values()
    assert sorted(map(whole, asked)) == sorted(map(whole, wanted))


def panel(data: str) -> None:
    import json

    import streamlit as st

    from dashboard import address
    from dashboard.lessons import dscmr_train

    address.page_begins("dscmr")
    st.code(json.dumps(dscmr_train.own(dscmr_train._common(data), "a", "").to_json()))


TRAINED = {
    "train_scaling_captioned_digits": "standard", "train_batch": "50",
    "train_epochs_captioned_digits": "7", "seed": "3", "train_j1_a": "0",
    "train_alpha_captioned_digits_a": "0", "train_beta_captioned_digits_a": "1",
    "train_rate_captioned_digits_a": "0.003",
}  # fmt: skip


@pytest.mark.parametrize("link", [{}, TRAINED])
def test_the_panel_s_run_is_trained(asked: list[RunSpec], link: dict[str, str]) -> None:
    [page] = pages.opened(panel, cached.DIGITS, **link).code
    left("train", **link)
    assert [whole(spec) for spec in asked] == [whole(RunSpec.from_json(json.loads(page.value)))]

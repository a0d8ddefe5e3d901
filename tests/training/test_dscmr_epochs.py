"""The film of a run: before training, after each epoch, and what the command writes."""

from pathlib import Path

import numpy as np
import pytest
import torch

from cnnviz import film as films
from cnnviz.film import Film, Rows, load
from cnnviz.training import dscmr_epochs
from cnnviz.training.fit import device, fit
from cnnviz.training.recipes import base
from cnnviz.training.state import State
from cnnviz.training.task import in_one_go
from cnnviz.training.task_pairs import Pairs, embedded, retrieval
from cnnviz.training.tasks import task_of

RECIPE = base("dscmr", "captioned_digits").with_settings(
    {"hidden": 16, "common": 8, "epochs": 2, "learning_rate": 0.01}
)


@pytest.fixture(scope="module")
def film() -> Film:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(films, "tsne_film", lambda stages: [rows[:, :2] for rows in stages])
        torch.manual_seed(5)
        return dscmr_epochs.filmed(RECIPE)


def test_it_begins_before_the_first_step_and_ends_with_the_last_one(film: Film) -> None:
    assert (film.stages, film.recipe) == (3, RECIPE.to_json())
    last = RECIPE.with_settings({"keep": "last"})
    task = task_of(last)
    assert isinstance(task, Pairs)
    *_, end = fit(last)
    assert end.result is not None
    first = State.start(last, task, device()).model.eval()
    for stage, model in ((0, first), (-1, end.result.model)):
        measured = retrieval(*in_one_go(embedded(model, task.scaling, task.tested)))
        wanted = [measured["map_image_text"], measured["map_text_image"]]
        np.testing.assert_allclose(film.maps[stage], wanted)
    assert np.isnan(film.losses[0]).all()
    wanted = [[entry[term] for term in films.TERMS] for entry in end.result.history]
    np.testing.assert_allclose(film.losses[1:], wanted)


def test_the_command_writes_what_can_be_read(
    film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def filmed(recipe: object) -> Film:
        assert recipe == base("dscmr", "captioned_digits").with_settings({"epochs": 1})
        return film

    monkeypatch.setattr(dscmr_epochs, "filmed", filmed)
    file = tmp_path / "film.npz"
    assert dscmr_epochs.main(["--out", str(file), "--epochs", "1"]) == 0
    found = load(file)
    assert found is not None
    np.testing.assert_array_equal(found.neighbours, film.neighbours)
    assert "film.npz" in capsys.readouterr().out


def test_places_are_of_both_modalities_of_the_test_pairs(film: Film) -> None:
    places: Rows = film.places["pca"]
    assert places.shape == (3, 2, 500, 3)
    assert film.labels.shape == (500,)

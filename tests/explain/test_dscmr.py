"""DSCMR's parts, what a text finds in the common space, and the film that is shipped."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from cnnviz import checkpoints
from cnnviz.data.captioned_digits import captioned_digits, train_test, vectorize
from cnnviz.data.feature_scaling import FeatureScaling
from cnnviz.data.pairs import PairedSet
from cnnviz.explain.dscmr import SHIPPED, ask, embed, parts, scaling_of, still, with_picture
from cnnviz.film import load
from cnnviz.models.dscmr import DSCMR
from cnnviz.ranking import unit
from cnnviz.training.recipes import base
from cnnviz.training.spec import RunSpec

CHECKPOINT = "dscmr_captioned_digits"


@pytest.fixture(scope="module")
def pairs() -> PairedSet:
    return train_test(captioned_digits())[2].take(np.arange(40))


@pytest.fixture(scope="module")
def model(pairs: PairedSet) -> DSCMR:
    torch.manual_seed(0)
    return DSCMR(
        image_features=64, text_features=pairs.texts.shape[1], num_classes=10, hidden=16, common=8
    ).eval()


@pytest.fixture(scope="module", params=["none", "standard"])
def scaling(request: pytest.FixtureRequest, pairs: PairedSet) -> FeatureScaling:
    return FeatureScaling.of(pairs, request.param)


def test_the_parts_are_all_that_is_learned(model: DSCMR) -> None:
    found = {part.name: part for part in parts(model)}
    assert list(found) == ["image_branch", "text_branch", "shared", "classifier"]
    assert sum(p.parameters for p in found.values()) == sum(p.numel() for p in model.parameters())
    image, shared = found["image_branch"], found["shared"]
    assert (image.inputs, image.outputs, image.parameters) == (64, 16, 64 * 16 + 16)
    assert (image.madds, shared.madds) == (64 * 16, 2 * 16 * 8)


def test_pairs_are_taken_to_the_common_space_as_the_network_does_it(
    model: DSCMR, pairs: PairedSet, scaling: FeatureScaling
) -> None:
    images, texts = embed(model, scaling, pairs)
    with torch.inference_mode():
        wanted = model(*map(torch.from_numpy, scaling(pairs)))
    np.testing.assert_allclose(images, wanted.images, atol=1e-6)
    np.testing.assert_allclose(texts, wanted.texts, atol=1e-6)


def test_a_typed_text_finds_what_the_same_text_of_the_set_finds(
    model: DSCMR, pairs: PairedSet, scaling: FeatureScaling
) -> None:
    film = still(model, scaling, pairs)
    asked = ask(model, scaling, pairs, pairs.texts[7], film.axes)
    np.testing.assert_array_equal(asked.neighbours, film.neighbours[0, 1, 7])
    np.testing.assert_allclose(asked.distances, film.distances[0, 1, 7], atol=1e-5)
    np.testing.assert_allclose(asked.place, film.places["pca"][0, 1, 7], atol=1e-5)


def test_t_sne_is_added_to_a_still(model: DSCMR, pairs: PairedSet, scaling: FeatureScaling) -> None:
    film = still(model, scaling, pairs)
    drawn = with_picture(film, "tsne", model, scaling, pairs)
    assert drawn.places["tsne"].shape == (1, 2, 40, 2)
    assert np.isfinite(drawn.places["tsne"]).all()


def test_the_shipped_film_is_of_the_recipe_and_ends_where_the_shipped_network_is() -> None:
    film = load(SHIPPED)
    assert film is not None
    recipe = base("dscmr", "captioned_digits")
    assert RunSpec.from_json(film.recipe) == recipe
    assert film.stages == recipe.epochs + 1
    card = checkpoints.read_card(CHECKPOINT)
    assert RunSpec.from_json(card.recipe) == recipe
    assert card.epoch == recipe.epochs
    kept = card.metrics["test"]
    wanted = [kept["map_image_text"], kept["map_text_image"]]
    np.testing.assert_allclose(film.maps[-1], wanted, atol=2e-3)
    whole = train_test(captioned_digits())[2]
    np.testing.assert_array_equal(film.labels, whole.labels)
    loaded, card = checkpoints.load(CHECKPOINT)
    assert isinstance(loaded, DSCMR)
    scaling = scaling_of(card, checkpoints.load_preprocessing(CHECKPOINT))
    _images, texts = embed(loaded, scaling, whole)
    places = film.axes(unit(texts))
    np.testing.assert_allclose(film.places["pca"][-1, 1], places, atol=0.02)


def test_before_training_nothing_is_found_and_then_it_is() -> None:
    film = load(SHIPPED)
    assert film is not None
    assert film.maps[0].max() < 0.2
    assert film.maps[-1].min() > 0.9
    assert SHIPPED.stat().st_size < 700_000


def test_a_typed_caption_has_the_set_s_features(pairs: PairedSet) -> None:
    assert pairs.captions
    typed = replace(pairs, texts=np.stack([vectorize(text, pairs) for text in pairs.captions]))
    np.testing.assert_allclose(typed.texts, pairs.texts, atol=1e-6)

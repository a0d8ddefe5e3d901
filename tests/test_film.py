"""Films of pairs: neighbours by cosine, pictures stage by stage, and the file that keeps them."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnviz import film as films
from cnnviz.film import Film, film_of, load, nearest, save
from cnnviz.ranking import ranked

Rows = NDArray[np.float32]
PAIRS, DIMENSIONS = 30, 6
LABELS = np.arange(PAIRS) % 3


def stages(count: int = 3) -> list[tuple[Rows, Rows]]:
    """Random embeddings, nearer to their classes from stage to stage."""
    random = np.random.default_rng(1)
    own = 4 * np.eye(3, DIMENSIONS)[LABELS]
    return [
        tuple((at * own + random.normal(size=own.shape)).astype(np.float32) for _ in range(2))
        for at in range(count)
    ]  # type: ignore[misc]


@pytest.fixture(scope="module")
def film() -> Film:
    losses = [[np.nan] * 3, [0.3, 0.2, 0.1], [0.2, 0.1, 0.0]]
    return film_of(stages(), LABELS, losses=losses, recipe={"seed": 4})


def test_the_nearest_are_those_of_the_largest_cosine() -> None:
    images, texts = stages()[1]
    found, far = nearest(images, texts, 5)
    for i in range(PAIRS):
        lengths = np.linalg.norm(texts, axis=1) * np.linalg.norm(images[i])
        distances = 1 - texts @ images[i] / lengths
        assert found[i].tolist() == np.argsort(distances)[:5].tolist()
        np.testing.assert_allclose(far[i], np.sort(distances)[:5], atol=1e-6)


def test_fewer_items_than_asked_for_are_all_found() -> None:
    images, texts = stages()[0]
    assert sorted(nearest(images[:1], texts[:4])[0][0].tolist()) == [0, 1, 2, 3]


def test_a_film_looks_for_each_modality_in_the_other_one(film: Film) -> None:
    for stage, (images, texts) in enumerate(stages()):
        np.testing.assert_array_equal(film.neighbours[stage, 0], nearest(images, texts)[0])
        np.testing.assert_array_equal(film.neighbours[stage, 1], nearest(texts, images)[0])
        across = ranked(images, texts, LABELS, LABELS).map
        assert film.maps[stage, 0] == across
    assert film.maps[-1].min() > 0.9 > film.maps[0].max()


def test_all_stages_have_the_axes_of_the_last_one(film: Film) -> None:
    assert film.places["pca"].shape == (3, 2, PAIRS, 3)
    assert film.places["tsne"].shape == (3, 2, PAIRS, 2)
    for (images, texts), places in zip(stages(), film.places["pca"], strict=True):
        for rows, found in zip((images, texts), places, strict=True):
            directions = rows / np.linalg.norm(rows, axis=1, keepdims=True)
            np.testing.assert_allclose(found, film.axes(directions), atol=1e-5)
    last = film.places["pca"][-1].reshape(-1, 3)
    np.testing.assert_allclose(last.mean(axis=0), 0, atol=1e-6)


def test_a_film_is_read_as_it_was_written(film: Film, tmp_path: Path) -> None:
    file = tmp_path / "folder" / "a.npz"
    save(file, film)
    found = load(file)
    assert found is not None
    np.testing.assert_array_equal(found.labels, film.labels)
    np.testing.assert_array_equal(found.neighbours, film.neighbours)
    np.testing.assert_array_equal(found.maps, film.maps)
    np.testing.assert_array_equal(found.losses, film.losses)
    np.testing.assert_allclose(found.distances, film.distances, atol=0.00051)
    for kind, places in film.places.items():
        np.testing.assert_allclose(found.places[kind], places, atol=np.abs(places).max() / 15_000)
    np.testing.assert_array_equal(found.axes.directions, film.axes.directions)
    assert (found.recipe, found.stages) == ({"seed": 4}, 3)


def test_there_is_no_film_where_the_file_is_missing_damaged_or_another(tmp_path: Path) -> None:
    damaged, other = tmp_path / "damaged.npz", tmp_path / "other.npz"
    damaged.write_bytes(b"PK\x03\x04 and no more")
    np.savez(other, labels=LABELS)
    assert [load(file) for file in (tmp_path / "none.npz", damaged, other)] == [None] * 3


def test_one_stage_takes_a_picture_that_is_drawn_later(film: Film) -> None:
    still = film_of(stages()[-1:], LABELS, pictures=False)
    assert list(still.places) == [films.PCA]
    assert np.isnan(still.losses).all()
    layout = np.arange(4.0 * PAIRS, dtype=np.float32).reshape(2 * PAIRS, 2)
    both = still.with_places("tsne", layout)
    np.testing.assert_array_equal(both.places["tsne"][0, 1], layout[PAIRS:])
    with pytest.raises(ValueError, match="one stage"):
        film.with_places("tsne", layout)

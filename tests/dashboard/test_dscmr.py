"""The DSCMR lesson's page: the common space, and the branches that end in it."""

import re
import sys
from dataclasses import replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.explain import dscmr
from cnnviz.film import load
from cnnviz.models.dscmr import DSCMR
from cnnviz.ranking import unit
from dashboard.cache import dscmr as cached
from dashboard.lessons.dscmr_space import USUAL
from tests.dashboard import pages
from tests.dashboard.pages import html, told

LESSON = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "dscmr.py"


DIGITS = cached.Looked(cached.DIGITS, cached.CHECKPOINTS[cached.DIGITS])


def space(data: str, network: str) -> None:
    from dashboard import address
    from dashboard.cache.dscmr import Looked
    from dashboard.lessons import dscmr_space

    address.page_begins("dscmr")
    dscmr_space.hero(Looked(data, network))


def branches(data: str, network: str) -> None:
    from dashboard import address
    from dashboard.cache.dscmr import Looked
    from dashboard.lessons import dscmr_branches

    address.page_begins("dscmr")
    dscmr_branches.branches(Looked(data, network))


def names() -> None:
    import streamlit as st

    from dashboard import address
    from dashboard.lessons.dscmr_shared import class_names

    address.page_begins("dscmr")
    st.markdown(" ".join(class_names(("art", "7"))))


def opened(**link: str) -> AppTest:
    at = pages.opened(space, DIGITS.data, DIGITS.network, **link)
    assert not at.warning
    return at


def found_by(at: AppTest) -> tuple[str, list[int], list[int]]:
    """Who is asked, the neighbours, and which of them are right."""
    [line] = [each.value for each in at.markdown if re.match(r"(image|text)-\d+: \[", each.value)]
    point, neighbours, right = re.fullmatch(r"(\S+): \[(.*)\], \[(.*)\]", line).groups()  # type: ignore[union-attr]
    return point, *([int(n) for n in part.split(", ")] for part in (neighbours, right))


@pytest.mark.parametrize(("lang", "word"), [("en", "on these pairs"), ("zh", "样本对上的")])
def test_the_whole_lesson_is_complete_at_first_paint(lang: str, word: str) -> None:
    at = pages.opened(LESSON, lang=lang)
    assert not at.warning
    assert word in told(at)
    assert at.slider(key="epoch").value == 20
    assert "<svg" in html(at)


@pytest.mark.parametrize("epoch", [0, 3, 20])
def test_each_epoch_tells_its_numbers_and_its_neighbours(epoch: int) -> None:
    film = load(dscmr.SHIPPED)
    assert film is not None
    at = opened(epoch=str(epoch))
    across, back = film.maps[epoch]
    assert f"{across:.3f}, text → image {back:.3f}" in told(at)
    assert ("Loss: J1" in told(at)) == (epoch > 0)
    point, neighbours, right = found_by(at)
    assert point == f"text-{USUAL[1]}"
    assert neighbours == film.neighbours[epoch][USUAL].tolist()
    assert right == (film.labels[neighbours] == film.labels[USUAL[1]]).astype(int).tolist()


def test_the_usual_point_is_found_wrongly_for_long_and_then_rightly() -> None:
    assert [sum(found_by(opened(epoch=e))[2]) for e in ("0", "5", "20")] == [0, 0, 9]


def test_a_point_is_chosen_by_the_link_and_one_that_is_not_there_gives_the_nearest() -> None:
    assert found_by(opened(point="image-12"))[0] == "image-12"
    assert found_by(opened(point="image-9999"))[0] == "image-499"
    at = opened()
    at.text_input(key="point code").set_value("text-3").run()
    assert found_by(at)[0] == "text-3"
    assert at.query_params["point"] == "text-3"


@pytest.mark.parametrize(("view", "axes"), [("pca", "2 axes"), ("space", "3 axes")])
def test_pca_says_how_much_it_shows(view: str, axes: str) -> None:
    assert re.search(rf"{axes} show \d\d\u202f% of the variance", told(opened(view=view)))
    assert "variance" not in told(opened(view="tsne"))


def test_a_typed_caption_finds_images() -> None:
    at = opened(caption="a drawing of a seven")
    pairs = cached.test_pairs(cached.DIGITS)
    [line] = [each.value for each in at.markdown if each.value.startswith("a drawing")]
    neighbours = [int(n) for n in re.findall(r"\d+", line)]
    assert len(neighbours) == 10
    assert (pairs.labels[neighbours] == 7).all()


def test_a_caption_without_a_known_word_is_answered_in_one_sentence() -> None:
    at = opened(caption="xyzzy")
    [_said] = [each.value for each in at.markdown if "None of these words" in each.value]
    assert not at.caption, "the board's own line says it: one above would push the board down"
    assert found_by(at)[0] == f"text-{USUAL[1]}"


def test_wikipedia_says_in_one_sentence_that_it_is_not_here(no_data: Path) -> None:
    at = pages.opened(space, cached.WIKIPEDIA, "dscmr_wikipedia")
    assert [w.value for w in at.warning] == [
        "Wikipedia is not here: fetch it with python -m cnnviz data fetch wikipedia, or on the "
        "page Data."
    ]


def test_a_set_without_a_film_has_no_epochs_and_draws_t_sne_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pairs = cached.test_pairs(cached.DIGITS)
    model, _card, scaling = cached.network(DIGITS.network)
    some = replace(pairs.take(np.arange(30)), captions=None, pixels=None)
    whole = dscmr.still(model, scaling, some)
    waiting = cached.Job()
    monkeypatch.setattr(cached, "test_pairs", lambda data: some)
    monkeypatch.setattr(
        cached, "film", lambda looked, kind="pca": whole if kind == "pca" else waiting
    )
    at = pages.opened(space, cached.WIKIPEDIA, DIGITS.network, view="tsne")
    assert not at.slider
    assert "t-SNE of all points is being drawn" in told(at)
    assert not [each for each in at.text_input if each.key == "caption"]


def test_pictures_of_the_last_epoch_alone_are_drawn_by_a_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def halves(film: object, kind: str, *rest: object) -> str:
        return f"{kind} of {film}"

    monkeypatch.setattr(dscmr, "with_picture", halves)
    monkeypatch.setattr(cached, "_still", lambda looked, digest: "the still")
    monkeypatch.setattr(cached.checkpoints, "digest_of", lambda name: "made for this test")
    assert cached.film(DIGITS, "umap") is not None
    job = cached.jobs().get(("dscmr picture", DIGITS, "umap", "made for this test"))
    assert job is not None
    assert job.result() == "umap of the still"
    assert cached.film(DIGITS, "umap") == "umap of the still"


@pytest.fixture
def umap_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of that name, which takes the first two numbers of each point."""
    module = ModuleType("umap")
    module.__spec__ = ModuleSpec("umap", None)

    class First:
        def __init__(self, **settings: object) -> None:
            assert settings["n_components"] == 2

        def fit_transform(self, rows: np.ndarray) -> np.ndarray:
            return rows[:, :2]

    module.UMAP = First  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "umap", module)


def test_umap_is_offered_and_drawn_where_it_is_installed_alone(
    request: pytest.FixtureRequest,
) -> None:
    assert "UMAP" not in opened().segmented_control(key="view").options
    request.getfixturevalue("umap_here")
    at = opened(view="umap")
    assert "UMAP" in at.segmented_control(key="view").options
    job = cached.jobs().get(("dscmr picture", DIGITS, "umap", cached.version(DIGITS)))
    assert job is not None
    film = job.result()
    points = np.concatenate([
        unit(places) for places in
        dscmr.embed(*(cached.network(DIGITS.network)[i] for i in (0, 2)),
                    cached.test_pairs(cached.DIGITS))  # type: ignore[arg-type]
    ])  # fmt: skip
    drawn = film.places["umap"][0].reshape(-1, 2)
    expected = points[:, :2] - points[:, :2].mean(axis=0)
    assert np.corrcoef(drawn[:, 0], expected[:, 0])[0, 1] > 0.9999
    pages.sound(at.run())
    assert "is being drawn" not in told(at)
    assert found_by(at)[0] == f"text-{USUAL[1]}"


def test_a_film_that_is_not_there_is_named_with_the_command_that_makes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dscmr, "SHIPPED", tmp_path / "none.npz")
    cached._shipped.clear()
    at = pages.opened(space, DIGITS.data, DIGITS.network)
    assert dscmr.MADE_BY in at.warning[0].value


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_drawing_has_this_network_s_sizes_and_the_bars_all_parameters(lang: str) -> None:
    at = pages.opened(branches, DIGITS.data, DIGITS.network, lang=lang)
    model = cached.network(DIGITS.network)[0]
    assert isinstance(model, DSCMR)
    counts = re.findall(r"class='count'[^>]*>([^<]*)<", html(at))
    features = str(model.text_branch[0].in_features)
    assert counts == ["64", "512", "256", "512", features, "10"]
    assert html(at).count("512\u202f×\u202f256") == 2
    total = f"{sum(p.numel() for p in model.parameters()):,}".replace(",", "\u202f")
    assert total in html(at)
    assert "42\u202f%" in told(at)


def test_classes_that_are_words_are_translated_and_numbers_stay() -> None:
    at = pages.opened(names, lang="zh")
    assert at.markdown[0].value == "艺术 7"

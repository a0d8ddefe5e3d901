"""The question "Where is it right?" by Streamlit's own test runner."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, balanced_accuracy_score, cohen_kappa_score
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.data.preprocessing import principal_components
from cnnviz.data.splits import blocks, stratified
from cnnviz.errors import UserError
from cnnviz.explain import hybridsn_map
from cnnviz.models.registry import build
from dashboard.cache import hybridsn_results as cached
from dashboard.cache import hybridsn_results_beside as beside
from dashboard.cache import hybridsn_scene as scenes
from tests.dashboard import hybridsn_results_made as made
from tests.dashboard.pages import html, sound

STRIPS = hybridsn_map.strips  # the real way
SPLIT = stratified(made.SCENE.labels, train=0.1, validation=0.05, seed=2, window=made.WINDOW)
BLOCKS = blocks(made.SCENE.labels, train=0.1, seed=2, window=made.WINDOW)


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Three networks for the small scene, and none else."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path)
    monkeypatch.setattr(hybridsn_map, "strips", made.strips)
    made.keep("random", SPLIT)
    made.keep("in_blocks", BLOCKS)
    made.keep("no_split", None)
    yield
    made_of_them = (cached._job, cached._facts, cached._view_layers, beside._compared, scenes._grey)
    for cache in made_of_them:
        cache.clear()


def page(network: str, scene: str = "SCENE") -> None:
    from dashboard.lessons import hybridsn_results
    from tests.dashboard import hybridsn_results_made

    hybridsn_results.results(network, getattr(hybridsn_results_made, scene))


def opened(
    network: str = "random", scene: str = "SCENE", *, unfolded: str = "", **parameters: str
) -> AppTest:
    at = AppTest.from_function(page, args=(network, scene), default_timeout=60)
    if unfolded:
        at.session_state[unfolded] = True
    for key, text in parameters.items():
        at.query_params[key] = text
    return sound(at.run())


def numbers(at: AppTest) -> list[str]:
    """The large numbers of the page, in order."""
    return re.findall(r"<b>([^<]*)</b>", html(at))


def told(at: AppTest) -> str:
    return "\n".join(each.value for each in (*at.markdown, *at.caption, *at.warning, *at.info))


def said(network: str) -> np.ndarray:
    return made.logits(network, made.SCENE).argmax(axis=2) + 1


@pytest.mark.parametrize(("network", "split"), [("random", SPLIT), ("in_blocks", BLOCKS)])
def test_the_numbers_are_of_the_test_pixels_of_the_networks_own_split(
    network: str, split: object
) -> None:
    test = split.test  # type: ignore[attr-defined]
    truth, predicted = made.SCENE.labels.ravel()[test], said(network).ravel()[test]
    oa, aa, kappa, pixels = numbers(opened(network))[:4]
    assert oa == f"{100 * accuracy_score(truth, predicted):.1f}\u202f%"
    assert aa == f"{100 * balanced_accuracy_score(truth, predicted):.1f}\u202f%"
    assert kappa == f"{cohen_kappa_score(truth, predicted):.3f}"
    assert int(pixels.replace("\u202f", "")) == len(test)


def test_a_class_that_is_never_right_is_named() -> None:
    assert "Not a single pixel is right of: Wheat." in told(opened())


def test_where_the_split_is_not_known_all_labelled_pixels_are_measured_and_it_is_said() -> None:
    at = opened("no_split")
    assert numbers(at)[3] == f"{int((made.SCENE.labels > 0).sum()):,}".replace(",", "\u202f")
    assert "may be too good" in told(at)
    assert "Split" not in at.get("button_group")[0].options


def test_a_scene_without_a_network_says_so() -> None:
    [info] = opened("").info
    assert "Train it" in info.value


def test_a_network_for_other_classes_is_one_sentence() -> None:
    with pytest.raises(UserError, match="knows other classes"):
        cached.job("random", made.OTHER).result.result(timeout=30)


@pytest.mark.parametrize("view", cached.VIEWS)
@pytest.mark.parametrize("classes", ["", "2.4"])
def test_every_view_is_drawn(view: str, classes: str) -> None:
    at = opened(map=view, **({"classes": classes} if classes else {}))
    assert not at.warning
    assert at.multiselect(key="classes").value == ([2, 4] if classes else [])


def test_a_chosen_class_is_shown_alone() -> None:
    result = cached.job("random", made.SCENE).result.result(timeout=30)
    labels, predicted = made.SCENE.labels, result.map.predicted
    picture = cached.picture(result, made.SCENE, "errors", (2,), 0)
    np.testing.assert_array_equal(picture[:, :, 3] > 0, labels == 2)
    picture = cached.picture(result, made.SCENE, "said", (1, 3), 0)
    np.testing.assert_array_equal(picture[:, :, 3] > 0, np.isin(predicted, (1, 3)))
    picture = cached.picture(result, made.SCENE, "confidence", (), 3)
    np.testing.assert_array_equal(np.flatnonzero(picture[:, :, 3]), SPLIT.test)


def test_the_pixel_chosen_at_first_is_the_surest_error() -> None:
    result = cached.job("random", made.SCENE).result.result(timeout=30)
    place = cached.surest_error(result, made.SCENE)
    wrong = result.measured & (result.map.predicted != made.SCENE.labels)
    assert wrong[place]
    sure = result.map.probabilities[:, :, 0]
    assert sure[place] == sure[wrong].max()


def test_choosing_classes_is_in_the_link_and_a_bad_link_is_all_of_them() -> None:
    at = opened()
    at.multiselect(key="classes").set_value([3, 1]).run()
    assert at.query_params["classes"] == "1.3"
    assert opened(classes="9").multiselect(key="classes").value == []


def test_the_map_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counted(network: str, scene: object) -> list[np.ndarray]:
        calls.append(network)
        return made.strips(network, scene)  # type: ignore[arg-type]

    monkeypatch.setattr(hybridsn_map, "strips", counted)
    for _visitor in range(3):
        opened()
    assert calls == ["random"]


def test_a_failed_map_is_tried_again_by_the_next_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(network: str, scene: object) -> list[np.ndarray]:
        raise MemoryError

    monkeypatch.setattr(hybridsn_map, "strips", broken)
    assert isinstance(cached.job("random", made.SCENE).result.exception(timeout=30), MemoryError)
    monkeypatch.setattr(hybridsn_map, "strips", made.strips)
    cached.job("random", made.SCENE)  # sees that it failed
    assert cached.job("random", made.SCENE).result.result(timeout=30).network == "random"


def test_a_stored_networks_map_is_what_it_says_window_by_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hybridsn_map, "strips", STRIPS)
    torch.manual_seed(0)
    arguments = {
        "num_classes": 4, "components": 6, "window": 9, "conv2d": 4, "hidden": [8],
        "conv3d": [[2, 3], [2, 3], [2, 2]],
    }  # fmt: skip
    model = build("hybridsn", arguments).eval()
    reduced = principal_components(made.SCENE.cube, 6, "training", SPLIT)
    card = replace(
        made.card(SPLIT), model_args=arguments, preprocessing={"components": reduced.to_json()}
    )
    arrays = {name: torch.from_numpy(each.copy()) for name, each in reduced.arrays().items()}
    checkpoints.save(checkpoints.SHIPPED / "stored", model, card, arrays)
    result = cached.job("stored", made.SCENE).result.result(timeout=60)
    padded = np.pad(reduced.apply(made.SCENE.cube), ((4, 4), (4, 4), (0, 0)))
    for row, column in ((0, 0), (17, 23), (31, 41)):
        window = torch.from_numpy(padded[row : row + 9, column : column + 9].transpose(2, 0, 1))
        with torch.inference_mode():
            shares = model(window[None, None].contiguous()).softmax(1)[0].numpy()
        assert result.map.predicted[row, column] == shares.argmax() + 1
        assert result.map.probabilities[row, column, 0] == pytest.approx(shares.max(), rel=1e-3)
    np.testing.assert_array_equal(np.flatnonzero(result.measured), SPLIT.test)


def test_a_scene_of_other_bands_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hybridsn_map, "strips", STRIPS)
    reduced = principal_components(made.SCENE.cube[:, :, 1:], 6, "scene", None)
    arguments = {"num_classes": 4, "components": 6, "window": 9, "conv3d": [[2, 3]]}
    card = replace(
        made.card(SPLIT), model_args=arguments, preprocessing={"components": reduced.to_json()}
    )
    arrays = {name: torch.from_numpy(each.copy()) for name, each in reduced.arrays().items()}
    checkpoints.save(checkpoints.SHIPPED / "bands", build("hybridsn", arguments), card, arrays)
    with pytest.raises(UserError, match="trained on a scene of 6 bands; fields has 7"):
        cached.job("bands", made.SCENE).result.result(timeout=60)


def test_all_files_can_be_saved() -> None:
    at = opened()
    keys = [each.proto.id for each in at.get("download_button")]
    assert len(keys) == 5
    result = cached.job("random", made.SCENE).result.result(timeout=30)
    shown = cached.picture(result, made.SCENE, "said", (), 0)
    contents = {
        ending: make() for ending, make in cached.written(result, made.SCENE, shown).items()
    }
    heads = {".png": b"\x89PNG", ".zip": b"PK", ".mat": b"MATLAB", "-classes.csv": b"\xef\xbb\xbf"}
    for ending, head in heads.items():
        assert contents[ending].startswith(head)


def test_two_networks_are_compared_on_the_pixels_both_were_tested_on() -> None:
    at = opened("random", beside="in_blocks")
    both = np.intersect1d(SPLIT.test, BLOCKS.test)
    truth = made.SCENE.labels.ravel()[both]
    right = [said(name).ravel()[both] == truth for name in ("random", "in_blocks")]
    shares = [f"{100 * each.mean():.2f}\u202f%" for each in right]
    assert numbers(at)[4:6] == shares
    text = told(at).replace("\u202f", "")
    assert f"On the {len(both)} pixels that neither was trained on" in text
    assert f"**{(right[0] & right[1]).sum()}** are right in both" in text
    assert f"**{(right[0] & ~right[1]).sum()}** in the first alone" in text


def test_without_common_test_pixels_all_labelled_ones_are_compared_and_it_is_said() -> None:
    text = told(opened("random", beside="no_split"))
    assert "labelled pixels, training pixels included" in text


@pytest.mark.parametrize(
    ("network", "how"), [("random", "at random, too"), ("in_blocks", "kept apart from the test")]
)
def test_the_papers_numbers_are_told_to_be_of_another_experiment(network: str, how: str) -> None:
    at = opened(network, unfolded="papers")
    table = html(at)
    assert table.count("<tr") == 8, "head, own, and six rows of the paper"
    assert "98.39" in table
    assert f"{100 * made_oa(network):.2f}" in table
    text = told(at)
    assert "Indian Pines, another one" in text
    assert how in text


def made_oa(network: str) -> float:
    return cached.job(network, made.SCENE).result.result(timeout=30).scores.oa


def test_the_confusion_matrix_is_drawn_with_the_counts() -> None:
    at = opened(unfolded="confusion")
    [plot] = at.get("plotly_chart")
    heat = json.loads(plot.proto.spec)["data"][0]
    truth = made.SCENE.labels.ravel()[SPLIT.test]
    corn = int((truth == 1).sum())
    assert f"of {corn} pixels of Corn: predicted Corn" in heat["customdata"][0][0]
    assert [row[3] for row in heat["text"]] == [""] * 4, "class 4 is never said"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_opens_in_both_languages(lang: str) -> None:
    at = opened(lang=lang)
    assert at.expander
    assert not at.warning

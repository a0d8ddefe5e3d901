"""The HybridSN lesson by Streamlit's own test runner: the scene, its spectra, its components."""

import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.data.scene import Scene
from cnnviz.data.synthetic_scene import cached_scene
from cnnviz.printed.hybridsn import HYBRIDSN_ROWS
from dashboard.cache import hybridsn_pca, hybridsn_scene
from tests.dashboard import pages
from tests.dashboard.pages import html, told

LESSON = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "hybridsn.py"


def opened(**link: str) -> AppTest:
    return pages.opened(LESSON, **link)


@pytest.mark.parametrize("view", ["bands", "band", "component", "cube"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_scene_is_complete_at_first_paint(view: str, lang: str) -> None:
    at = opened(view=view, lang=lang, tab="pca")
    assert not at.warning
    assert at.title[0].value == "HybridSN"
    assert at.slider(key="truth").value == 40
    assert at.expander


def test_the_generated_scene_is_called_so() -> None:
    assert "Generated scene, not a real one" in told(opened())


def test_the_legend_counts_the_classes() -> None:
    scene = cached_scene()
    legend = html(opened())
    for name, count in zip(scene.class_names, scene.counts, strict=True):
        number = f"{count:,}".replace(",", "\u202f")
        assert re.search(rf"{name}</span>{number}<", legend)


def test_the_angle_of_a_pixel_is_the_formulas() -> None:
    scene = cached_scene()
    row, column = (int(at) for at in np.argwhere(scene.labels == 14)[0])
    spectrum = scene.cube[row, column].astype(float)
    means = np.stack([scene.cube[scene.labels == k].mean(axis=0) for k in range(1, 17)])
    cosine = means @ spectrum / np.linalg.norm(means, axis=1) / np.linalg.norm(spectrum)
    angles = np.degrees(np.arccos(cosine))
    text = told(opened(pixels=f"{row}.{column}"))
    assert f"A {scene.class_names[13]}: {angles[13]:.3g}°" in text
    nearest = int(angles.argmin())
    if nearest != 13:
        assert f"{angles[nearest]:.3g}° to {scene.class_names[nearest]}" in text


def test_pixels_of_the_link_are_compared() -> None:
    text = told(opened(pixels="5.5-60.60-80.80"))
    assert re.search(r"^- A ", text, re.MULTILINE)
    assert re.search(r"^- C ", text, re.MULTILINE)
    assert not re.search(r"^- D ", text, re.MULTILINE)


def test_a_preset_sets_the_sliders_to_its_bands() -> None:
    at = opened(preset="true")
    waves = cached_scene().wavelengths
    assert waves is not None
    found = [waves[at.slider(key=f"{name}_true").value - 1] for name in ("red", "green", "blue")]
    np.testing.assert_allclose(found, [650, 550, 450], atol=5)


def test_what_the_components_keep_is_told() -> None:
    found = hybridsn_pca.components(hybridsn_scene.load("synthetic_scene"))
    at = opened(tab="pca")
    for count in (1, 30):
        at.slider(key="components").set_value(count).run()
        kept = 100 * float(found.kept[count])
        assert f"**{kept:.{3 if kept > 99.9 else 2}f}\u202f%**" in told(at)


def test_components_that_take_long_are_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hybridsn_pca, "is_going", lambda scene, patience: True)
    at = opened(tab="pca")
    assert "components of the scene are being found" in told(at)
    assert "components" not in {slider.key for slider in at.slider}
    monkeypatch.undo()
    at.run()
    assert not hybridsn_pca.is_going(hybridsn_scene.load("synthetic_scene"), 60)
    assert "components" in {slider.key for slider in at.run().slider}


def test_the_trial_is_shown_once_it_is_done() -> None:
    scene = hybridsn_scene.load("synthetic_scene")
    found = hybridsn_pca.trial(scene)  # waits
    assert not hybridsn_pca.trial_is_going(scene)
    text = told(opened(tab="pca"))
    assert "A quick try, not HybridSN" in text
    assert f"{found.validated:,} others".replace(",", "\u202f") in text


def test_a_published_scene_is_offered_where_its_files_are(no_data: Path) -> None:
    assert opened().selectbox(key="scene").options == ["Generated scene", "Own scene …"]
    from scipy.io import savemat

    draw = np.random.default_rng(0)
    folder = no_data / "indian_pines"
    folder.mkdir(parents=True)
    cube = draw.integers(1000, 9000, (145, 145, 200)).astype(np.uint16)
    labels = draw.integers(0, 17, (145, 145)).astype(np.uint8)
    savemat(folder / "Indian_pines_corrected.mat", {"indian_pines_corrected": cube})
    savemat(folder / "Indian_pines_gt.mat", {"indian_pines_gt": labels})
    hybridsn_scene.load.clear()
    at = opened(scene="indian_pines", pixels="20.30")
    _forget_caches()
    assert "Taken by AVIRIS; an unverified copy" in told(at)


def _forget_caches() -> None:
    """What was kept of a scene that is gone."""
    import streamlit as st

    st.cache_resource.clear()
    st.cache_data.clear()


def test_without_a_scene_of_their_own_visitors_are_told_where_to_give_one() -> None:
    assert "on the page Data" in told(opened(scene="own"))


def own(bands: int = 6) -> Scene:
    draw = np.random.default_rng(0)
    labels = draw.integers(0, 4, (12, 9))
    cube = draw.normal(size=(12, 9, bands)) + labels[:, :, None] + 9
    names = ("water", "sand", "grass")
    return Scene("own.1", cube, labels, names, None, (4, 2, 0), False, "Own scene: made")


def test_a_visitors_own_scene_is_looked_at() -> None:
    at = AppTest.from_file(str(LESSON), default_timeout=90)
    at.session_state["own scene"] = {"scene": own()}
    at.query_params["scene"] = "own"
    at.query_params["red_customary"] = "6"
    at.run()
    assert not at.exception
    assert not at.error
    assert "Own scene" in told(at)
    assert at.slider(key="red_customary").max == 6
    assert at.slider(key="components").max == 6


def test_settings_of_another_scene_are_no_bad_link_in_the_next() -> None:
    at = AppTest.from_file(str(LESSON), default_timeout=90)
    at.session_state["own scene"] = {"scene": own()}
    at.query_params["red_customary"] = "150"
    at.query_params["pixels"] = "100.100"
    at.run()
    assert at.slider(key="red_customary").value == 150
    at.selectbox(key="scene").set_value("own").run()
    assert not at.exception
    assert not at.error
    assert at.slider(key="red_customary").value <= 6
    assert at.text_input(key="pixels code").value
    assert at.session_state["parameters of the link that cannot be used"] == {}


def test_networks_that_know_the_classes_of_a_scene_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from types import SimpleNamespace

    from cnnviz import checkpoints
    from dashboard.cache import training

    scene = own()
    cards = {
        "right": ("hybridsn", scene.class_names), "other": ("hybridsn", ("a", "b")),
        "photos": ("mobilenet_v1", scene.class_names), "run": ("hybridsn_2d", scene.class_names),
    }  # fmt: skip
    runs = [
        SimpleNamespace(id=name, epoch=epoch, spec=SimpleNamespace(model=model))
        for name, epoch, model in (
            ("run", 3, "hybridsn_2d"), ("empty", 0, "hybridsn"), ("else", 4, "mobilenet_v1"),
        )
    ]  # fmt: skip
    monkeypatch.setattr(checkpoints, "names", lambda: ("other", "photos", "right"))
    monkeypatch.setattr(training, "all_runs", lambda: runs)
    monkeypatch.setattr(
        checkpoints, "read_card",
        lambda name: SimpleNamespace(model=cards[name][0], class_names=list(cards[name][1])),
    )  # fmt: skip
    assert list(hybridsn_scene.networks(scene)) == ["right", "run"]


def test_the_papers_numbers_stand_in_its_tables() -> None:
    rows = {(row.method, row.scene, row.train): row for row in HYBRIDSN_ROWS}
    assert len(rows) == len(HYBRIDSN_ROWS) == 18
    tenth = rows["HybridSN", "indian_pines", 10]
    assert (tenth.oa.value, tenth.kappa.value, tenth.aa.value) == (98.39, 98.16, 98.01)
    assert tenth.oa.where == "table 5"
    assert rows["SVM", "salinas", 30].aa.value == 94.60

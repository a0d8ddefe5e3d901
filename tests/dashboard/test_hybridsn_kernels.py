"""The question "3-D kernels" by Streamlit's own test runner, and the answers behind it."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.errors import UserError
from dashboard.cache import hybridsn_kernels as cached
from tests.dashboard import hybridsn_dimensions_made as made
from tests.dashboard import pages


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """One network for the small scene, and none else."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path / "runs")
    made.keep()
    yield
    made.forget()


def page(network: str, scene: str = "SCENE") -> None:
    from dashboard import address
    from dashboard.lessons import hybridsn_kernels
    from tests.dashboard import hybridsn_dimensions_made

    hybridsn_kernels.kernels(network, getattr(hybridsn_dimensions_made, scene))
    address.show_notes()


def opened(network: str = "hybridsn", scene: str = "SCENE", **link: str) -> AppTest:
    return pages.opened(page, network, scene, **link)


def pieces(at: AppTest, mark: str) -> list[str]:
    return [e.proto.body for e in at.get("html") if f"<div class='{mark}'" in e.proto.body]


def picked(at: AppTest) -> list[str]:
    """The number of the row that stands out."""
    return re.findall(r"class='row picked'><span[^>]*>(\d+)<", pieces(at, "sheet")[0])


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("layer", ["0", "1", "2", "flat"])
def test_each_layer_opens_in_both_languages(layer: str, lang: str) -> None:
    at = opened(kernel_layer=layer, lang=lang)
    assert not at.warning
    assert at.expander


def test_the_first_layers_eight_kernels_are_eight_rows() -> None:
    sheet = pieces(opened(), "sheet")[0]
    assert len(re.findall(r"class='row[ ']", sheet)) == 8
    assert sheet.count("<img") == 8
    assert sheet.count("class='mean'") == sheet.count("class='centre'") == 8 + 1  # and the key


def test_the_slider_moves_the_row_that_stands_out_and_the_link() -> None:
    at = opened()
    assert picked(at) == ["1"]
    at.slider(key="kernel_out").set_value(6).run()
    assert picked(at) == ["6"]
    assert dict(at.query_params) == {"kernel_out": "6"}


def test_of_a_later_layer_the_kernels_of_one_output_map_are_shown_by_input_map() -> None:
    at = opened(kernel_layer="1", kernel_in="3")
    sheet = pieces(at, "sheet")[0]
    assert sheet.count("<img") == 8
    assert picked(at) == ["3"]
    assert at.slider(key="kernel_out").max == 4


def test_the_frame_in_the_strip_is_at_the_place_along_the_bands() -> None:
    boxes = []
    for band in ("1", "8"):
        [strip] = pieces(opened(kernel_band=band), "strip")
        boxes.append(re.findall(r"class='at' style='left:([\d.]+)%;top:([\d.]+)%", strip)[0])
    assert boxes[0] == ("0.000", "0.000")
    # Six in a row: the eighth is the second of the second row.
    assert float(boxes[1][0]) > 10
    assert float(boxes[1][1]) > 40


def test_without_a_2d_network_the_page_says_how_to_get_one() -> None:
    at = opened(kernel_layer="flat")
    assert "python -m cnnviz train hybridsn_2d --data fields --set window=11" in at.info[0].value
    assert not pieces(at, "sheet")


def test_a_2d_kernel_has_a_slice_for_each_component_and_no_place_to_move_to() -> None:
    made.keep("hybridsn_2d")
    at = opened(kernel_layer="flat")
    assert not at.info
    [sheet] = pieces(at, "sheet")
    assert re.findall(r"<span>([\d\u2013]+)</span>", sheet) == ["1\u20138", "9\u201314"]
    assert [slider.key for slider in at.slider] == ["kernel_out"]
    assert not pieces(at, "strip")


def test_a_2d_network_of_other_components_or_of_another_scene_is_not_taken() -> None:
    made.keep("hybridsn_2d", "fewer", components=5)
    assert cached.flat_network("hybridsn", made.SCENE) is None
    made.keep("hybridsn_2d", "other_window", window=9)
    assert cached.flat_network("hybridsn", made.SCENE) == "other_window"
    made.keep("hybridsn_2d", "same")
    assert cached.flat_network("hybridsn", made.SCENE) == "same"
    assert cached.flat_network("hybridsn", made.OTHER) is None


def test_a_scene_of_other_bands_is_refused_in_a_sentence() -> None:
    at = opened(scene="OTHER")
    assert "trained on a scene of 16 bands; others has 17" in at.warning[0].value


def test_without_a_network_the_page_says_so() -> None:
    assert "Train it" in opened("").info[0].value


def inputs(row: int, column: int) -> torch.Tensor:
    """The window around a pixel, by torch."""
    cube = torch.from_numpy(cached.cube("hybridsn", made.SCENE).copy())
    half = made.WINDOW // 2
    wide = torch.nn.functional.pad(cube, (half,) * 4)
    return wide[None, None, :, row : row + made.WINDOW, column : column + made.WINDOW]


@pytest.mark.parametrize(("row", "column"), [(12, 9), (0, 0), (23, 19), (2, 17)])
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_an_answer_is_the_networks_at_borders_too(row: int, column: int, layer: int) -> None:
    name = f"conv3d.{layer}.conv"
    seen = {}
    model = checkpoints.load("hybridsn")[0]
    model.get_submodule(name).register_forward_hook(lambda _m, _i, out: seen.update(out=out))
    with torch.no_grad():
        model(inputs(row, column))
    found = cached.volume("hybridsn", made.SCENE, row, column, cached.WINDOW, name)
    assert found == pytest.approx(seen["out"][0].numpy(), abs=1e-6)


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_what_is_read_times_the_kernels_gives_the_answer(layer: int) -> None:
    name = f"conv3d.{layer}.conv"
    place = ("hybridsn", made.SCENE, 12, 9, cached.WINDOW, name)
    read, answer = cached.read_by(*place), cached.volume(*place)
    kernels = cached.layers("hybridsn")[layer]
    made_of_it = torch.nn.functional.conv3d(
        *(torch.from_numpy(a.copy()) for a in (read[None], kernels.kernels, kernels.bias))
    )
    assert answer == pytest.approx(made_of_it[0].numpy(), abs=1e-5)


def test_the_scene_is_answered_as_the_windows_in_it() -> None:
    name = "conv3d.1.conv"
    scene = cached.volume("hybridsn", made.SCENE, 3, 4, cached.SCENE, name)
    window = cached.volume("hybridsn", made.SCENE, 12, 9, cached.WINDOW, name)
    assert scene.shape[2:] == (20, 16)
    # Two 3x3 kernels take two pixels off every side.
    inside = scene[:, :, 12 - 5 : 12 + 2, 9 - 5 : 9 + 2]
    assert inside == pytest.approx(window, abs=1e-5)


def test_of_a_large_scene_the_part_around_the_pixel_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cached, "WIDE", 15)
    whole = cached.cube("hybridsn", made.SCENE)
    corner = cached.part("hybridsn", made.SCENE, 0, 19, cached.SCENE)
    assert np.array_equal(corner, whole[:, :15, 5:])
    middle = cached.part("hybridsn", made.SCENE, 12, 9, cached.SCENE)
    assert np.array_equal(middle, whole[:, 5:20, 2:17])


def test_the_components_are_those_stored_with_the_network() -> None:
    with pytest.raises(UserError, match="16 bands"):
        cached.cube("hybridsn", made.OTHER)
    found = cached.cube("hybridsn", made.SCENE)
    assert found.shape == (made.COMPONENTS, 24, 20)
    assert found[0].std() == pytest.approx(1, abs=0.01)
    assert not found.flags.writeable

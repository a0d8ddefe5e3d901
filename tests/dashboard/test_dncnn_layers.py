"""The question "Layer by layer" by Streamlit's own test runner, and what it keeps."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.data.noise import noisy
from dashboard import frame
from dashboard.cache import dncnn_layers
from dashboard.i18n import TEXT
from dashboard.lessons.dncnn_layers import CODE
from dashboard.lessons.dncnn_shared import Noise, Subject
from tests.dashboard import dncnn_pages, pages
from tests.dncnn_made import keep

NOISE = Noise("gaussian", 25, 0, False)
DEPTH = 4


def subject(colour: bool = False) -> Subject:
    """Squares, and a ramp in the green of those in colour."""
    grey = np.kron([[40, 200], [120, 90]], np.ones((16, 12))).astype(np.uint8)
    if not colour:
        return Subject("squares", "Squares", grey)
    green = np.tile(np.arange(24, dtype=np.uint8) * 9, (32, 1))
    return Subject("colours", "Colours", np.stack([grey, green, grey], axis=2))


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Two networks, and none else."""
    with dncnn_pages.networks(monkeypatch, tmp_path):
        keep("dncnn_blind", 7, depth=DEPTH, maps=30)
        keep("dncnn_small_direct", 7, maps=30, residual=False)
        yield


def page(sigma: float, colour: bool) -> None:
    from dashboard import address
    from dashboard.lessons import dncnn_layers, dncnn_shared
    from tests.dashboard.test_dncnn_layers import subject

    noise = dncnn_shared.Noise("gaussian", sigma, 0, False)
    dncnn_layers.layers(dncnn_shared.network(), subject(colour), noise)
    address.show_notes()


def opened(sigma: float = 25, colour: bool = False, **link: str) -> AppTest:
    return pages.opened(page, sigma, colour, **link)


def pieces(at: AppTest, mark: str) -> str:
    [piece] = [e.proto.body for e in at.get("html") if f"<div class='{mark}'" in e.proto.body]
    return str(piece)


def percents(at: AppTest) -> list[str]:
    return re.findall(r"class='number'>([^<]*)<", pieces(at, "shares"))


def sides(at: AppTest) -> list[int]:
    found = re.findall(r"</i>(\d+) × (\d+)", pieces(at, "field"))
    assert all(height == width for height, width in found)
    return [int(side) for side, _ in found]


def lines(at: AppTest) -> list[list[float | None]]:
    """Of the figure; a number that is not there is None."""
    figure = json.loads(at.get("plotly_chart")[0].proto.spec)
    return [trace["y"] for trace in figure["data"]]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("layer", ["1", "3", "4"])
def test_each_layer_opens_in_both_languages(layer: str, lang: str) -> None:
    at = opened(layer=layer, lang=lang)
    assert not at.warning
    assert len(at.get("plotly_chart")) == 1


def test_the_slider_moves_the_field_the_numbers_and_the_link() -> None:
    at = opened()
    seen, numbers = sides(at), percents(at)
    assert seen[0] == 2 * DEPTH + 1
    at.slider(key="layer").set_value(2).run()
    assert sides(at)[0] == 5
    assert sides(at)[1] <= 5
    assert percents(at) != numbers
    assert dict(at.query_params) == {"layer": "2"}


def test_the_numbers_are_those_of_the_layer_and_of_the_figure() -> None:
    at = opened(layer="3")
    layer = dncnn_layers.layers("dncnn_blind", subject(), NOISE)[3]
    shares = (layer.picture, layer.noise, layer.structure, 1 - layer.structure)
    assert percents(at) == [f"{100 * max(share, 0):.0f}\u202f%" for share in shares]
    assert [line[3] for line in lines(at)[:4]] == pytest.approx([100 * share for share in shares])
    assert [line[2] for line in lines(at)[4:]] == sides(at)


def test_without_noise_there_is_no_number_for_it() -> None:
    at = opened(sigma=0, layer="2")
    assert percents(at)[1] == "–"
    assert percents(at)[2:] == ["100\u202f%", "0\u202f%"]


def test_a_map_is_chosen_by_its_number_and_the_last_layer_has_no_choice() -> None:
    at = opened(layer="2", layer_map="7")
    assert at.number_input(key="layer_map").value == 7
    assert at.number_input(key="layer_map").max == dncnn_layers.SHOWN - 1
    at = opened(layer=str(DEPTH), layer_map="7")
    assert not at.number_input
    assert not at.warning, "the link's map is that of the other layers"
    assert "Read out of it" in pieces(at, "shares")


def test_another_network_has_its_own_depth() -> None:
    at = opened(layer_net="dncnn_small_direct", layer="4")
    assert at.slider(key="layer").max == 3
    assert not dncnn_layers.finds_noise("dncnn_small_direct")
    assert dncnn_layers.finds_noise("dncnn_blind")


def test_a_network_that_is_not_there_is_said_in_a_sentence() -> None:
    at = opened(layer_net="dncnn_small")
    assert "dncnn_small" in at.warning[0].value


def test_of_a_picture_in_colour_the_green_channel_is_read_with_its_own_noise() -> None:
    at = opened(colour=True)
    assert "green channel" in at.caption[0].value
    crop = subject(colour=True)
    [found] = dncnn_layers.layers("dncnn_blind", crop, NOISE)[0].maps
    truth = noisy(crop.pixels, "gaussian", 25, 0)[..., 1]
    assert 255 * found == pytest.approx(truth, abs=1e-3)


def test_what_a_slider_moves_through_is_computed_once() -> None:
    crop = subject()
    first = dncnn_layers.layers("dncnn_blind", crop, NOISE)
    fields = dncnn_layers.fields("dncnn_blind", crop, NOISE)
    assert dncnn_layers.layers("dncnn_blind", crop, NOISE) is first
    assert dncnn_layers.fields("dncnn_blind", crop, NOISE) is fields
    for other in (replace(NOISE, sigma=30), replace(NOISE, seed=1), replace(NOISE, clipped=True)):
        assert dncnn_layers.layers("dncnn_blind", crop, other) is not first
    assert len(first) == DEPTH + 1 == len(fields) + 1
    assert all(len(layer.maps) == dncnn_layers.SHOWN for layer in first[1:-1])
    assert all((field.row, field.column) == (16, 12) for field in fields)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_text_and_code_fold_in_under_the_names_that_the_page_uses(lang: str) -> None:
    def folds() -> None:
        from dashboard import frame
        from dashboard.lessons.dncnn_layers import CODE

        frame.folded("dncnn_layers", "layers", *CODE)

    at = pages.opened(folds, lang=lang)
    heading = (TEXT / lang / "dncnn_layers.md").read_text(encoding="utf-8").splitlines()[0]
    assert at.expander[0].label == heading.removeprefix("## ").removesuffix(" {#layers}")


@pytest.mark.parametrize("named", CODE)
def test_the_code_panel_finds_its_functions(named: str) -> None:
    path, _line, source = frame.source_of(resolve_name(named))
    assert path == "cnnviz/explain/dncnn_layers.py"
    assert source

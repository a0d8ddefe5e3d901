"""The numbers that pictures made of HTML carry for those who save them."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import streamlit as st

from cnnviz.explain.mobilenet_v2_block import blocks
from dashboard.components import dscmr_matrices, saving_pictures
from dashboard.components.class_legend import class_legend
from dashboard.components.hybridsn_dimensions_flow import pairs_cell
from dashboard.components.hybridsn_kernels_pictures import deep_cell, sheet_cell
from dashboard.components.kept_rows import kept_rows
from dashboard.components.mobilenet_v2_block_pictures import block_cell
from dashboard.components.senet_pictures import Bars, bars_html, class_map_cell


def rows_in(text: str) -> list[list[object]]:
    [attribute] = re.findall(r"data-rows='([^']*)'", text)
    found: list[list[object]] = json.loads(html.unescape(attribute))
    return found


def test_names_cannot_end_the_attribute() -> None:
    rows = [("it's <b>", 1.0, None), ('"', 2, "x & y")]
    attribute = kept_rows(("name", "a", "b"), rows)
    assert rows_in(f"<i {attribute}>") == [["name", "a", "b"], *map(list, rows)]
    assert "<" not in attribute


def test_numbers_have_four_significant_digits() -> None:
    assert rows_in(kept_rows(("a",), [(0.123456,), (123456.0,), (123456,)])) == [
        ["a"], [0.1235], [123500.0], [123456],
    ]  # fmt: skip


def test_bars_carry_their_values_and_those_of_their_line() -> None:
    bars = Bars(
        "Gates", np.array([0.25, 0.5]), (0.0, 1.0), 100, under="channels", line=np.array([1.0, 0.0])
    )
    assert rows_in(bars_html(bars)) == [
        ["channels", "Gates", "drawn as a line"], [0, 0.25, 1.0], [1, 0.5, 0.0],
    ]  # fmt: skip


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[list[object]]]:
    """The numbers of what was given to the page since."""
    pieces: list[Any] = []
    monkeypatch.setattr(st, "html", pieces.append)
    return lambda: rows_in("".join(str(piece) for piece in pieces))


def test_a_class_map_carries_a_line_for_each_channel() -> None:
    values = np.array([[0.25, -0.5, 1.0], [0.0, 2.0, 3.0]])
    cell = class_map_cell(
        np.zeros((2, 3, 3), np.uint8), ["cat", "dog"], title="Map", under="channels",
        scale=np.zeros((1, 9, 3), np.uint8), ends=("0", "1"), values=values, channels=(7, 0, 4),
    )  # fmt: skip
    head, *rows = rows_in(cell.name)
    assert head == ["channel", "cat", "dog"]
    assert [row[0] for row in rows] == [7, 0, 4]
    np.testing.assert_array_equal(np.array(rows, float)[:, 1:], values.T)


def test_matrices_carry_the_means_of_classes(drawn: Callable[[], list[list[object]]]) -> None:
    values = np.zeros((3, 3), dtype=np.float32)
    means = np.array([[np.nan, 0.25], [0.5, -1]], dtype=np.float32)
    row = dscmr_matrices.Row("before", [values, values], ["", ""], [means])
    dscmr_matrices.matrices("label", ["own", "labels"], [row], [("a", 1), ("b", 2)])
    assert drawn()[1:] == [["before", "own", "a", None, 0.25], ["before", "own", "b", 0.5, -1]]


def test_the_saving_carries_its_point_and_the_lines(
    drawn: Callable[[], list[list[object]]],
) -> None:
    saving_pictures.curve(64, 5, 0.0557, label="share", axis="N", height=100)
    head, point, *lines = drawn()
    assert head == ["", "N", "K", "share"]
    assert point == ["chosen", 64, 5, 5.57]
    assert ["", 64, 3, float(f"{100 * (1 / 64 + 1 / 9):.4g}")] in lines


def test_a_layer_carries_the_work_of_its_parts(drawn: Callable[[], list[list[object]]]) -> None:
    parts = [("depthwise", 288.0), ("pointwise", 2048.0)]
    saving_pictures.work([("separable", parts, "2.3 k")], most=18432)
    assert drawn()[1:] == [["separable", "depthwise", 288], ["separable", "pointwise", 2048]]


def test_a_legend_carries_its_counts(drawn: Callable[[], list[list[object]]]) -> None:
    class_legend("Classes", [("Corn", "1\u202f428"), ("Oats", "20")])
    assert drawn()[1:] == [["Corn", "1\u202f428"], ["Oats", "20"]]


def test_a_block_carries_its_layers() -> None:
    first = [blocks("course", expansion=1)[1], blocks("course")[1]]
    for block, names in zip(first, (3, 4), strict=True):
        rows = rows_in(block_cell(block, most=200, largest=32).name)[1:]
        assert len(rows) == names + block.joined
    for block in (*first, *blocks("course", variant="course")):
        head, *rows = rows_in(block_cell(block, most=1000, largest=32).name)
        shapes = [row[2:5] for row in rows]
        assert shapes[0] == list(block.input_shape)
        assert shapes[-1] == list(block.output_shape)
        layers = [*block.layers, *([block.shortcut] if block.shortcut else [])]
        found = [row[head.index("parameters")] for row in rows]
        assert sum(filter(None, found)) == sum(layer.parameters for layer in layers)  # type: ignore[arg-type]


def test_kernels_carry_a_line_for_each_slice() -> None:
    kernels = np.random.default_rng(0).normal(size=(2, 4, 3, 3))
    cell = sheet_cell(kernels, 1.0, label="Kernels", chosen=0, rows="kernel", names=(1, 2))
    _head, *rows = rows_in(cell.name)
    assert [row[:2] for row in rows] == [[n, d] for n in (1, 2) for d in (1, 2, 3, 4)]
    deep = deep_cell(kernels[0], 1.0, label="Kernel 5", number=5)
    assert [row[0] for row in rows_in(deep.name)] == ["kernel", 5, 5, 5, 5]
    weights = np.array(rows, float)[:, 2:].reshape(kernels.shape)
    np.testing.assert_allclose(weights, kernels, rtol=1e-3)


def test_pairs_carry_their_values() -> None:
    rows = [("3-D", 1234.0, "1.2 k", "#000"), ("2-D", 5.0, "5", "#000")]
    cell = pairs_cell([("Parameters", rows)])
    assert rows_in(cell.name)[1:] == [["Parameters", "3-D", 1234], ["Parameters", "2-D", 5]]

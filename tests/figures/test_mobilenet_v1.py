import pkgutil
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnviz.explain.filters import BlockFilters
from cnnviz.explain.pointwise import PointwiseSum, pointwise_sum
from cnnviz.figures import __path__ as figures_folder
from cnnviz.figures import mobilenet_v1 as figures
from cnnviz.figures.layout import NEGATIVE, POSITIVE
from cnnviz.figures.scales import DIVERGING, SEQUENTIAL

LABELS = dict.fromkeys(("channel", "weight", "share", "missing", "parts"), "word")


def test_importing_the_figures_loads_no_torch() -> None:
    modules = [each.name for each in pkgutil.iter_modules(figures_folder, "cnnviz.figures.")]
    assert figures.__name__ in modules
    code = f"import sys, {', '.join(modules)}; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.fixture
def parts() -> PointwiseSum:
    """Three parts of norms 8, 3 and 0: the sum goes from 4 down to 1 at every pixel."""
    maps = np.ones((3, 2, 2), dtype=np.float32) * np.float32([3, 4, 0])[:, None, None]
    matrix = np.float32([[-1, 1, 5]])
    return pointwise_sum(maps, matrix, 0, scale=np.float32([2]), shift=np.float32([0]))


@pytest.mark.parametrize("count", [1, 2, 31, 32, 33, 64, 100, 512, 1024])
def test_stops_begin_with_nothing_end_with_all_and_grow(count: int) -> None:
    found = figures.stops(count)
    assert found[0] == 0
    assert found[-1] == count
    assert list(found) == sorted(set(found))
    assert len(found) <= figures.STOPS + 1
    assert found[:2] == (0, 1)


def test_the_span_holds_every_sum_on_the_way(parts: PointwiseSum) -> None:
    assert figures.sum_span(parts) == (4.0, 2.0)


def test_the_growing_sum_is_drawn_beside_the_finished_map(parts: PointwiseSum) -> None:
    span = figures.sum_span(parts)
    nothing, first, all_ = (figures.sum_picture(parts, count, span, 8) for count in (0, 1, 3))
    assert nothing.shape == first.shape == (8, 17, 4)  # two maps of 4 pixels a value and a gap
    assert_array_equal(nothing[0, 0, :3], DIVERGING[len(DIVERGING) // 2])
    assert_array_equal(first[0, 0, :3], DIVERGING[-1])
    assert_array_equal(all_[-1, -1, :3], SEQUENTIAL[-1])
    assert (first[:, 8, 3] == 0).all()
    assert (np.delete(first, 8, axis=1)[..., 3] == 255).all()


def test_parts_are_drawn_in_their_order_with_the_sign_of_their_weight(parts: PointwiseSum) -> None:
    figure = figures.parts_figure(parts, LABELS)
    bars, missing = figure.data
    assert_allclose(bars.y, [100 * 4 / 7, 100 * 3 / 7, 0], rtol=1e-6)
    assert list(bars.customdata[:, 0]) == [1, 0, 2]
    assert list(bars.marker.color) == [POSITIVE, NEGATIVE, POSITIVE]
    assert missing.y[0] == 100
    assert missing.y[-1] == 0


def test_every_kernel_is_counted_once_in_its_blocks_column() -> None:
    norms = [np.float32([1, 2, 2]), np.float32([4])]
    filters = [
        BlockFilters(f"blocks.{i}", np.zeros((len(n), 3, 3), np.float32), n, n / 2, n)
        for i, n in enumerate(norms)
    ]
    labels = {"block": "b", "norm": "n", "gamma": "g", "kernels": "k"}
    figure = figures.kernels_figure(filters, labels)
    for panel, top in zip(figure.data, (4.0, 2.0), strict=True):
        shares = np.nan_to_num(panel.z)
        assert_allclose(shares.sum(axis=0), [100, 100])
        first, second = (np.flatnonzero(column) for column in shares.T)
        assert_allclose(np.array(panel.y)[first], [top / 4, top / 2], atol=top / figures.BINS)
        assert_allclose(shares[first, 0], [100 / 3, 200 / 3])
        assert list(second) == [figures.BINS - 1]
    assert figure.layout.font.size >= 14

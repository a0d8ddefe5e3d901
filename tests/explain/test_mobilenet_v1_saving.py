"""What splitting saves, and the rows that the MobileNetV1 paper prints."""

import pytest

from cnnviz.explain.mobilenet_v1_saving import (
    CountedRow,
    Work,
    compare_layer,
    paper_layer,
    paper_networks,
)
from cnnviz.printed.mobilenet_v1 import MOBILENET_V1_LAYER, MOBILENET_V1_ROWS


def test_a_layer_both_ways_as_counted_by_hand() -> None:
    found = compare_layer(16, 24, 5, 10)
    assert found.standard == Work(25 * 16 * 24 * 100, 25 * 16 * 24 + 48)
    assert found.depthwise == Work(25 * 16 * 100, 25 * 16 + 32)
    assert found.pointwise == Work(16 * 24 * 100, 16 * 24 + 48)
    assert found.separable == Work(78_400, 432 + 432)


@pytest.mark.parametrize("inputs", [8, 512])
@pytest.mark.parametrize("outputs", [8, 1024])
@pytest.mark.parametrize("kernel", [3, 7])
@pytest.mark.parametrize("size", [7, 30])
def test_the_ratio_is_the_papers_whatever_goes_in(
    inputs: int, outputs: int, kernel: int, size: int
) -> None:
    found = compare_layer(inputs, outputs, kernel, size)
    assert found.predicted == pytest.approx(1 / outputs + 1 / kernel**2)
    assert found.ratio == pytest.approx(found.predicted)


def test_the_papers_example_is_reproduced_to_the_digit() -> None:
    rows = paper_layer()
    assert [row.printed for row in rows] == list(MOBILENET_V1_LAYER)
    assert all(row.madds_agree and row.parameters_agree for row in rows)


def test_the_papers_networks_are_reproduced_but_for_two_that_are_explained() -> None:
    rows = paper_networks()
    assert [row.printed for row in rows] == list(MOBILENET_V1_ROWS)
    assert all(row.parameters_agree for row in rows)
    differ = {row.printed.name: row.madds for row in rows if not row.madds_agree}
    assert list(differ) == ["Conv MobileNet", "1.0 MobileNet-160"]
    # Without the fully connected layer of 1024 x 1000 the paper's 4866 M.
    assert round((differ["Conv MobileNet"] - 1_024_000) / 1e6) == 4866
    # With the whole cost times rho squared the paper's 290 M.
    full = next(row for row in rows if row.printed.name == "1.0 MobileNet-224")
    assert round(full.madds * (160 / 224) ** 2 / 1e6) == 290
    assert (differ["1.0 MobileNet-160"] - full.madds * (160 / 224) ** 2) / 1e6 == pytest.approx(
        0.5, abs=0.01
    )


def test_a_count_that_rounds_otherwise_does_not_agree() -> None:
    row = MOBILENET_V1_LAYER[1]  # 52.3 M, 0.27 M
    assert CountedRow(row, 52_349_999, 274_999).madds_agree
    assert CountedRow(row, 52_349_999, 274_999).parameters_agree
    assert not CountedRow(row, 52_350_001, 270_000).madds_agree
    assert not CountedRow(row, 52_300_000, 275_001).parameters_agree

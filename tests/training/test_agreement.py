"""Two measurements are the same to 0.2 %: of a whole, where they are shares; else of themselves."""

import pytest

from cnnviz.training.agreement import agree, word


@pytest.mark.parametrize(
    ("metric", "found", "told", "same"),
    [
        ("accuracy", 0.902, 0.9, True),
        ("accuracy", 0.9021, 0.9, False),
        ("map", 0.2719, 0.274, False),
        ("psnr", 29.95, 29.9, True),
        ("psnr_25", 29.97, 29.9, False),
    ],
)
def test_measurements_agree_to_a_fifth_of_a_percent(
    metric: str, found: float, told: float, same: bool
) -> None:
    assert agree(metric, found, told) is same


def test_one_word_says_how_far_all_metrics_are_the_same() -> None:
    told = {"oa": 0.98, "aa": 0.9}
    assert word({"oa": 0.98, "aa": 0.9}, told) == "same"
    assert word({"oa": 0.98, "aa": 0.901}, told) == "within 0.2 %"
    assert word({"oa": 0.98, "aa": 0.91}, told) == "other"
    assert word({"psnr": 30.0}, told) == "other"

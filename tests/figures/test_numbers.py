"""Numbers as they are read."""

import pytest

from cnnviz.figures.numbers import (
    as_printed,
    millions,
    percent,
    si,
    significant,
    tick,
    whole,
    written,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (2.3604, "2.36"), (29.578, "29.6"), (462.4, "462"), (4867.3, "4 867"),
        (0.012345, "0.0123"), (9.996, "10.0"), (99.96, "100"), (999.6, "1 000"),
    ],
)  # fmt: skip
def test_three_digits_are_kept_and_none_before_the_point_is_lost(value: float, text: str) -> None:
    assert significant(value) == text.replace(" ", "\u202f")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (462_422_016, "462 M"), (15_091_200, "15.1 M"), (4_867_293_184, "4 867 M"),
        (2_360_320, "2.36 M"),
    ],
)  # fmt: skip
def test_millions_are_written_as_papers_do(value: int, text: str) -> None:
    assert millions(value) == text.replace(" ", "\u202f")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (864, "", "864"), (401_408, "", "401 k"), (999_600, "", "1.00 M"), (2.936e10, "", "29.4 G"),
        (999, "B", "999 B"), (0.5, "s", "0.500 s"), (1500, "B", "1.50 kB"),
    ],
)  # fmt: skip
def test_a_prefix_keeps_numbers_short(value: float, unit: str, text: str) -> None:
    assert si(value, unit) == text.replace(" ", "\u202f")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "", "0"), (0, "ms", "0 ms"), (20e6, "", "20 M"), (0.05, "ms", "0.05 ms"),
        (1500, "", "1.5 k"),
    ],
)  # fmt: skip
def test_marks_of_a_scale_have_no_digits_to_spare(value: float, unit: str, text: str) -> None:
    assert tick(value, unit) == text.replace(" ", "\u202f")


@pytest.mark.parametrize(
    ("value", "printed", "text"),
    [(29.294, 29.3, "29.3"), (4867.29, 4866, "4 867"), (0.2688, 0.27, "0.27"), (4.2, 4.2, "4.2")],
)
def test_a_number_is_written_as_another_is_printed(value: float, printed: float, text: str) -> None:
    assert as_printed(value, printed) == text.replace(" ", "\u202f")


def test_whole_numbers_and_shares() -> None:
    assert whole(568_740_352) == "568\u202f740\u202f352"
    assert [percent(share) for share in (0.9486, 0.0306, 0.00036)] == [
        "94.9\u202f%",
        "3.06\u202f%",
        "0.04\u202f%",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (0.0, "0"), (-0.0, "0"), (-0.01234, "\u22120.0123"), (12.5, "12.5"),
        (-1234.5, "\u22121234"), (1.5e-7, "1.50\u202f×\u202f10⁻⁷"),
        (-2e9, "\u22122.00\u202f×\u202f10⁹"),
    ],
)  # fmt: skip
def test_any_number_is_written_short_with_a_minus_sign(value: float, text: str) -> None:
    assert written(value) == text

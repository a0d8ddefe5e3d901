"""The numbers that pictures made of HTML carry for those who save them."""

import html
import json
import re

import numpy as np

from dashboard.components.kept_rows import kept_rows
from dashboard.components.senet_pictures import Bars, bars_html


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

"""Bars and multiplications in plain tables, as a page shows them."""

import re

from streamlit.testing.v1 import AppTest


def html_of(page: object) -> str:
    at = AppTest.from_function(page, default_timeout=10).run()
    assert not at.exception
    return "\n".join(element.proto.body for element in at.get("html"))


def cells(html: str) -> list[str]:
    return re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", html)


def share_bars() -> None:
    from dashboard.components.bars import bars

    bars("What it <thinks>", [("cat", 0.5, "50 %"), ("<b>", 1.7, "170 %"), ("dog", -1.0, "no")])


def test_bars_are_as_long_as_their_shares_and_no_longer_than_the_room() -> None:
    html = html_of(share_bars)
    assert re.findall(r"width:([\d.]+)%", html) == ["50.00", "100.00", "0.00"]
    assert "What it &lt;thinks&gt;" in html
    assert "<b>" not in html
    assert cells(html)[:1] == ["cat"]


def depthwise() -> None:
    import numpy as np

    from dashboard.components.by_hand import kernel_sum

    patch = np.float32([[[1, 2], [3, 4]]])
    weights = np.float32([[[0.5, -1], [0, 0.25]]])
    kernel_sum(["map 3"], patch, weights, patch * weights)


def test_a_kernel_sum_writes_every_factor_product_and_the_sum() -> None:
    html = html_of(depthwise)
    assert cells(html) == [
        "1.00", "2.00", "3.00", "4.00", "0.50", "\u22121.00", "0", "0.25", "0.50", "\u22122.00",
        "0", "1.00",
    ]  # fmt: skip
    assert "Σ\u2009=\u2009\u22120.5" in html
    assert "map 3" in html


def pointwise() -> None:
    import numpy as np

    from dashboard.components.by_hand import channel_sum

    values, weights = np.arange(12, dtype=np.float32), np.full(12, -1, dtype=np.float32)
    channel_sum(list(range(100, 112)), values, weights, values * weights)


def test_a_channel_sum_writes_the_largest_products_out_and_adds_up_the_others() -> None:
    found = cells(html_of(pointwise))
    assert found[4:8] == ["111", "11", "\u22121", "\u221211"]
    assert [found[i] for i in range(4, 36, 4)] == [str(100 + i) for i in range(11, 3, -1)]
    assert found[36:] == ["4 others", "", "", "\u22126"]

"""The tabs on cost: numbers are the counter's, links are kept, both languages."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.explain.mobilenet_v1_cost import network_cost
from cnnviz.explain.mobilenet_v1_saving import compare_layer
from cnnviz.figures.numbers import millions, si, whole
from dashboard.components.cost_pictures import scale
from dashboard.lessons import mobilenet_v1_cost, mobilenet_v1_latency


def network_page() -> None:
    from dashboard import address
    from dashboard.lessons import mobilenet_v1_cost as cost

    cost.network("mobilenet_v1_025")
    address.show_notes()


def layer_page() -> None:
    from dashboard import address
    from dashboard.lessons import mobilenet_v1_cost as cost

    cost.layer()
    address.show_notes()


def opened(page: Callable[[], None], *, unfolded: str | None = None, **link: str) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60)
    if unfolded is not None:
        at.session_state[unfolded] = True
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    assert not at.error
    return at


def html_of(at: AppTest, mark: str) -> str:
    [found] = [e.proto.body for e in at.get("html") if mark in e.proto.body[:60]]
    return found


def totals(at: AppTest) -> list[str]:
    return re.findall(r"<b>([^<]*)</b>", html_of(at, "cost-totals"))


def columns(at: AppTest) -> list[tuple[float, str]]:
    """Height of each column in percent, and what it says."""
    html = html_of(at, "cost-columns")
    heights = re.findall(r"class='bar' style='height:([\d.]+)%", html)
    told = re.findall(r"cost-tip'>([^<]*)<", html)
    return [(float(height), text) for height, text in zip(heights, told, strict=True)]


def cells(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html)
    return [re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", row) for row in rows]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("page", [network_page, layer_page])
def test_both_tabs_open_in_both_languages(page: Callable[[], None], lang: str) -> None:
    at = opened(page, lang=lang)
    assert not at.warning
    assert at.expander


def test_the_sums_are_the_counters_and_start_with_the_trained_network() -> None:
    at = opened(network_page)
    cost = network_cost("course", alpha=0.25, size=32)
    assert at.slider(key="cost_alpha").value == 0.25
    madds, parameters, activations, latency = totals(at)
    assert [madds, parameters, activations] == [
        millions(number) for number in (cost.madds, cost.parameters, cost.activations)
    ]
    assert latency.endswith("\u202fms")
    standard = network_cost("course", alpha=0.25, size=32, separable=False)
    assert millions(standard.madds) in html_of(at, "cost-totals")


LINK = {
    "cost_layout": "paper", "cost_alpha": "0.5", "cost_size_224": "64", "cost_kernel": "5",
    "cost_blocks": "standard", "cost_quantity": "parameters",
}  # fmt: skip


def test_a_link_sets_every_control_and_the_address_keeps_it() -> None:
    at = opened(network_page, **LINK)
    cost = network_cost("paper", alpha=0.5, size=64, kernel_size=5, separable=False)
    assert totals(at)[0] == millions(cost.madds)
    most = max(
        layer.parameters for layer in network_cost("paper", size=224, separable=False).layers
    )
    most = max(most, *(layer.parameters for layer in cost.layers))
    heights = [height for height, _ in columns(at)]
    wanted = [100 * layer.parameters / most for layer in cost.layers]
    assert heights == pytest.approx(wanted, abs=0.01)
    assert dict(at.query_params) == LINK


@pytest.mark.parametrize(
    ("page", "key", "value"),
    [
        (network_page, "cost_alpha", "0.26"), (network_page, "cost_kernel", "4"),
        (network_page, "cost_layout", "resnet"), (network_page, "cost_flops", "yes"),
        (layer_page, "layer_n", "7"), (layer_page, "layer_k", "x"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_gives_the_default_and_a_note(
    page: Callable[[], None], key: str, value: str
) -> None:
    usual, at = opened(page), opened(page, **{key: value})
    assert key in at.warning[0].value
    name = "cost-totals" if page is network_page else "cost-work"
    first, second = (html_of(each, name) for each in (usual, at))
    assert first.split("latency")[0] == second.split("latency")[0]


def test_flops_are_twice_the_madds_and_nothing_else_changes() -> None:
    at = opened(network_page, unfolded="cost_numbers")
    before = totals(at)
    cost = network_cost("course", alpha=0.25, size=32)
    at.toggle(key="cost_flops").set_value(True).run()
    after = totals(at)
    assert after[0] == millions(2 * cost.madds) != before[0]
    assert after[1:3] == before[1:3]
    assert dict(at.query_params) == {"cost_flops": "1"}
    last = cells(html_of(at, "cost-table"))[-1]
    assert last[2:5] == [whole(2 * cost.madds), whole(cost.parameters), whole(cost.activations)]


def test_a_slider_moves_the_columns_and_the_link() -> None:
    at = opened(network_page)
    at.slider(key="cost_alpha").set_value(0.5).run()
    cost = network_cost("course", alpha=0.5, size=32)
    assert totals(at)[0] == millions(cost.madds)
    assert si(cost.layers[1].madds) in columns(at)[1][1]
    assert dict(at.query_params) == {"cost_alpha": "0.5"}
    assert len(re.findall("class='before'", html_of(at, "cost-columns"))) == len(cost.layers)


def test_every_layer_is_a_row_with_its_measured_time() -> None:
    at = opened(network_page, unfolded="cost_numbers")
    head, *rows = cells(html_of(at, "cost-table"))
    layers = network_cost("course", alpha=0.25, size=32).layers
    assert len(rows) == len(layers) + 1
    assert len(head) == 6
    assert [row[2] for row in rows[:-1]] == [whole(layer.madds) for layer in layers]
    times = [float(row[-1].removesuffix("\u202fms")) for row in rows]
    assert sum(times[:-1]) == pytest.approx(times[-1], abs=0.001 * len(times))
    assert times[-1] > 0


def test_latency_as_quantity_draws_the_measured_times() -> None:
    at = opened(network_page, unfolded="cost_numbers", cost_quantity="latency")
    times = [
        float(row[-1].removesuffix("\u202fms")) for row in cells(html_of(at, "cost-table"))[1:-1]
    ]
    heights = [height for height, _ in columns(at)]
    assert [h > 0 for h in heights] == [True] * len(times)
    # The table rounds to a thousandth of a millisecond.
    one = sum(heights) / sum(times)
    assert heights == pytest.approx([one * time for time in times], abs=0.002 * one)


@pytest.mark.parametrize(("quantity", "measures"), [("madds", False), ("latency", True)])
def test_while_a_hand_moves_time_is_measured_only_where_it_is_looked_at(
    quantity: str, measures: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mobilenet_v1_cost, "sent_state", lambda key: {"turn": 1, "moving": True})
    at = opened(network_page, unfolded="cost_numbers", cost_quantity=quantity)
    head, *rows = cells(html_of(at, "cost-table"))
    assert {len(row) for row in rows} == {len(head)}
    assert [row[-1] != "…" for row in rows] == [measures] * len(rows)
    assert (totals(at)[3] != "…") == measures
    assert len(columns(at)) == len(rows) - 1


def test_networks_too_large_to_be_timed_say_so() -> None:
    link = {"cost_layout": "paper", "cost_alpha": "1", "cost_blocks": "standard"}
    link |= {"cost_kernel": "5", "cost_quantity": "latency"}
    at = opened(network_page, unfolded="cost_numbers", **link)
    assert millions(40_000_000) in at.info[0].value
    assert totals(at)[3] == "not timed"
    assert {row[-1] for row in cells(html_of(at, "cost-table"))[1:]} == {"not timed"}


def test_beside_a_timed_network_one_that_is_too_large_is_said_not_to_be_timed() -> None:
    at = opened(network_page, cost_layout="paper", cost_alpha="1", cost_kernel="5")
    html = html_of(at, "cost-totals")
    assert totals(at)[3].endswith("\u202fms")
    assert html.endswith("standard: not timed</div>\n</div>")
    assert "…" not in html


def test_what_is_folded_away_is_neither_measured_nor_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []
    monkeypatch.setattr(
        mobilenet_v1_latency, "madds_and_latency", lambda *args, **more: measured.append(args)
    )
    pages = (opened(network_page), opened(layer_page))
    assert not measured
    tables = [sum("cost-table" in e.proto.body[:60] for e in at.get("html")) for at in pages]
    assert tables == [0, 1]  # the paper's example is in sight


def test_the_plot_of_times_opens_with_what_was_measured() -> None:
    before = len(opened(network_page).get("plotly_chart"))
    at = opened(network_page, unfolded="text: latency")
    *others, plot = at.get("plotly_chart")
    assert len(others) == before
    assert '"type":"log"' in plot.proto.spec
    note = next(each.value for each in at.caption if "α = 0.25" in each.value)
    assert re.search(r"take [\d.]+\u202fms in depthwise convolutions, [\d.]+\u202fms in", note)


def test_columns_are_no_tab_stops_and_their_numbers_are_said_to_be_in_the_table() -> None:
    html = html_of(opened(network_page), "cost-columns")
    assert "tabindex" not in html
    [described] = re.findall(r"aria-describedby='([^']+)'", html)
    assert "table" in re.findall(rf"id='{described}'>([^<]*)<", html)[0]


def test_shares_and_the_papers_share_are_counted() -> None:
    at = opened(network_page, cost_layout="paper", cost_alpha="1")
    assert "94.9\u202f%" in html_of(at, "cost-strip")
    caption = next(each.value for each in at.caption if "94.86" in each.value)
    assert caption.count("94.86\u202f%") == 2
    assert "table 2" in caption


def test_a_layer_shows_both_ways_as_counted() -> None:
    at = opened(layer_page, layer_m="64", layer_n="128", layer_k="5", layer_f="28")
    found = compare_layer(64, 128, 5, 28)
    html = html_of(at, "cost-work")
    assert si(found.standard.madds) in html
    assert si(found.separable.madds) in html
    widths = [float(width) for width in re.findall(r"width:([\d.]+)%", html)]
    assert widths[0] == 100
    assert sum(widths[1:]) == pytest.approx(100 * found.ratio, abs=0.02)
    share = 1 / 128 + 1 / 25
    saving = html_of(at, "cost-saving")
    assert f"<b>1/{1 / share:.1f} ≈ {share:.4f}</b>" in saving
    assert f"1/128 + 1/5² = {share:.4f}" in saving


def test_the_point_is_on_its_line_at_the_counted_ratio() -> None:
    at = opened(layer_page, layer_n="64", layer_k="3")
    left, up = re.findall(
        r"class='point' style='left:([\d.]+)%;bottom:([\d.]+)%", html_of(at, "cost-curve")
    )[0]
    assert float(left) == pytest.approx(100 * 3 / 7, abs=0.01)
    assert float(up) == pytest.approx(100 * (1 / 64 + 1 / 9) / (1 / 8 + 1 / 9), abs=0.01)


def test_the_papers_tables_are_reproduced_with_footnotes_where_they_differ() -> None:
    at = opened(layer_page, unfolded="layer_networks")
    example, networks = (
        cells(each.proto.body) for each in at.get("html") if "cost-table" in each.proto.body[:60]
    )
    assert [row[3:5] for row in example[1:]] == [
        [f"{number}\u202fM"] * 2 for number in ("462", "52.3", "29.6", "15.1")
    ]
    assert [row[6:8] for row in example[1:]] == [
        [f"{number}\u202fM"] * 2 for number in ("2.36", "0.27", "0.15", "0.15")
    ]
    differ = {row[0]: row[2:4] for row in networks[1:] if row[2] != row[3]}
    assert differ == {
        "Conv MobileNet": ["4\u202f866\u202fM", "4\u202f867\u202fM¹"],
        "1.0 MobileNet-160": ["290\u202fM", "291\u202fM²"],
    }
    assert all(row[5] == row[6] for row in networks[1:])
    notes = next(each.value for each in at.caption if "¹" in each.value)
    assert "²" in notes
    cited = next(each.value for each in at.caption if "table 7" in each.value)
    assert re.findall(r"table (\d)", cited) == ["4", "5", "6", "7"]


@pytest.mark.parametrize(
    ("most", "marks"),
    [
        (4.2, [0, 1, 2, 3, 4]), (930, [0, 200, 400, 600, 800]), (0.36, [0, 0.1, 0.2, 0.3]),
        (5, [0, 1, 2, 3, 4, 5]), (0, [0]),
    ],
)  # fmt: skip
def test_scales_have_round_marks(most: float, marks: list[float]) -> None:
    assert scale(most) == pytest.approx(marks)

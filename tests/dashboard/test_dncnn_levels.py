"""The question "Wrong noise level?" by Streamlit's own test runner, and the process behind it."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.data import pictures
from cnnviz.data.table import data_set
from cnnviz.explain import dncnn_levels as explain
from cnnviz.explain.dncnn_levels_table import Levels
from dashboard.cache import dncnn_levels as cached
from dashboard.i18n import lesson_text
from tests.dashboard import pages
from tests.dashboard.pages import told
from tests.dncnn_made import keep

SECONDS = 60
NAMES = ("dncnn_25", "dncnn_blind")
#: A process that ends as the real one does when its pages are gone, and one that fails.
WAITS = (sys.executable, "-c", "import sys; sys.stdin.read()")
FAILS = (sys.executable, "-c", "raise SystemExit('Nothing works.')")


@pytest.fixture(autouse=True)
def small_world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_data: Path) -> Iterator[Path]:
    """Two networks of two layers, and small pictures; no measured tables."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "shipped")
    for name in NAMES:
        keep(name)
    bundled = pictures.bundled_crops()
    small = replace(bundled, images=tuple(image[:16, :16] for image in bundled.images))
    monkeypatch.setitem(pictures.PICTURE_SETS, "bundled", lambda: small)
    yield no_data
    for process in cached._processes().values():
        process.end()
    cached._processes.clear()
    cached._unmeasured.clear()


def measure(name: str, psnr: list[list[float]] | None = None, share: float = 1) -> Levels:
    """Write a table, of a network in each row, for the first part of the levels."""
    wanted = explain.unmeasured(name, explain.pictures_of(name))
    count = len(explain.SIGMAS)
    rows = np.array(psnr or [np.linspace(37, 24, count), np.linspace(38, 20, count)])
    rows = np.where(np.arange(count) < share * count, rows, np.nan)
    shape = wanted.denoised.shape
    table = replace(
        wanted,
        noisy=np.broadcast_to(np.linspace(34, 10, count)[:, None], shape[1:]),
        denoised=np.broadcast_to(rows[..., None], shape),
    )
    explain.write(explain.file_here(name), table)
    return table


def set12(folder: Path) -> None:
    """Another copy of Set12, of small pictures."""
    for i, remote in enumerate(data_set("set12").files):
        (folder / remote.path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (9, 8), 10 * i).save(folder / remote.path)


def page(sigma: float, kind: str) -> None:
    from dashboard.lessons import dncnn_levels
    from dashboard.lessons.dncnn_shared import Noise, Subject

    dncnn_levels.levels(Subject("", "", None), Noise(kind, sigma, 0, False))


def opened(sigma: float = 25, kind: str = "gaussian", **link: str) -> AppTest:
    return pages.opened(page, sigma, kind, **link)


def figure(at: AppTest) -> dict[str, Any]:
    [chart] = at.get("plotly_chart")
    return json.loads(chart.proto.spec)


def numbers(at: AppTest) -> list[str]:
    [texts] = [trace["text"] for trace in figure(at)["data"] if trace["type"] == "scatter"]
    return list(texts)


def test_the_matrix_and_its_sentence_are_those_of_the_table() -> None:
    table = measure("bundled")
    at = opened()
    assert numbers(at) == [f"{value:.2f}" for value in table.psnr.ravel()]
    # At 75 the network for 25 is 4 dB behind; at 5 the blind one is 1 dB behind.
    assert "trained at σ = **0–55**, is never more than **1.00\u202fdB**" in told(at)
    assert "trained at 25, tested at 75: **4.00\u202fdB**" in told(at)
    assert "Mean PSNR of 12 pictures (bundled photos)" in told(at)
    assert figure(at)["layout"]["yaxis"]["ticktext"] == ["0–55", "25"]
    assert not at.button


@pytest.mark.parametrize(("view", "first"), [("gain", "+3.00"), ("behind", "−1.00")])
def test_other_views_are_in_the_link(view: str, first: str) -> None:
    measure("bundled")
    assert numbers(opened(level_view=view))[0] == first


def test_the_slider_is_marked_and_other_noise_is_named() -> None:
    measure("bundled")
    at = opened(sigma=30)
    [line] = [shape for shape in figure(at)["layout"]["shapes"] if shape["type"] == "line"]
    assert line["x0"] == 3.5  # between 25 and 35
    assert "another kind" not in told(at)
    assert "another kind: Poisson" in told(opened(kind="poisson"))


def test_numbers_of_other_weights_are_not_shown() -> None:
    measure("bundled")
    keep("dncnn_25", seed=5)
    at = opened()
    assert numbers(at)[8:] == ["…"] * 8
    assert "50\u202f% is measured" in told(at)
    assert "steadiest" not in told(at)


def test_without_networks_there_is_no_matrix() -> None:
    for file in checkpoints.SHIPPED.iterdir():
        file.unlink()
    at = opened()
    assert [each.value for each in at.info] == ["No trained network is here."]
    assert not at.get("plotly_chart")


def test_what_is_missing_is_measured_in_the_background_and_shown_as_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cached, "PROCESS", WAITS)
    at = opened()
    assert not at.get("plotly_chart")
    at.button(key="levels_measure").click().run()
    process = cached.measuring("bundled")
    assert process is not None
    assert process.going
    assert cached.start("bundled") is process, "once for all visitors"
    assert not at.button
    measure("bundled", share=0.5)
    at.run()
    assert "…" in numbers(at)
    assert "38.00" in numbers(at)
    assert len(at.get("progress")) == 1
    assert "steadiest" not in told(at)
    measure("bundled")
    process.end()
    at.run()
    assert "…" not in numbers(at)
    assert "steadiest" in told(at)
    assert not at.get("progress")
    assert process.error is None


def test_why_a_measurement_failed_is_said_and_it_can_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cached, "PROCESS", FAILS)
    cached.start("bundled").end()
    at = opened()
    [warning] = at.warning
    assert "Nothing works." in warning.value
    monkeypatch.setattr(cached, "PROCESS", WAITS)
    at.button(key="levels_measure").click().run()
    process = cached.measuring("bundled")
    assert process is not None
    assert process.going


def test_set12_is_shown_once_it_is_measured(small_world: Path) -> None:
    measure("bundled")
    assert [each.key for each in opened().segmented_control] == ["level_view"]
    set12(small_world)
    at = opened()
    assert at.segmented_control(key="level_set").value == "bundled"
    at.segmented_control(key="level_set").set_value("set12").run()
    assert not at.get("plotly_chart")
    assert len(at.button) == 1
    measure("set12", psnr=[[30.0] * 8, [29.0] * 8])
    at = opened()
    assert at.segmented_control(key="level_set").value == "set12"
    assert numbers(at) == ["30.00"] * 8 + ["29.00"] * 8
    assert "Unverified copy" in told(at)


def test_a_damaged_set12_does_not_hide_the_other_pictures(small_world: Path) -> None:
    measure("bundled")
    set12(small_world)
    (small_world / data_set("set12").files[0].path).write_bytes(b"no picture")
    assert len(opened().get("plotly_chart")) == 1
    assert "cannot be read" in opened(level_set="set12").warning[0].value


def test_the_time_left_is_what_the_pace_so_far_says() -> None:
    process = cached.Measuring(time.monotonic() - 10, 0.2, None)  # type: ignore[arg-type]
    assert process.seconds_left(0.2) is None
    assert process.seconds_left(0.4) == pytest.approx(30, abs=2)


def test_the_text_has_its_section() -> None:
    assert lesson_text("dncnn_levels", "levels")

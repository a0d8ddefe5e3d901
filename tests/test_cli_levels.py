"""``python -m cnnviz.cli_levels``."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from cnnviz import checkpoints
from cnnviz.cli_levels import levels
from cnnviz.data import pictures
from cnnviz.explain import dncnn_levels
from tests.dncnn_levels_made import keep

SECONDS = 60
app = typer.Typer()
app.command()(levels)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_data: Path) -> Path:
    """Two networks, and small pictures."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path)
    for name in ("dncnn_25", "dncnn_blind"):
        keep(tmp_path, name)
    bundled = pictures.bundled_crops()
    small = replace(bundled, images=tuple(image[:16, :16] for image in bundled.images))
    monkeypatch.setitem(pictures.PICTURE_SETS, "bundled", lambda: small)
    return tmp_path


def test_the_table_is_measured_once_told_and_kept(
    networks: Path, no_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = call()
    assert found.exit_code == 0
    lines = found.stdout.strip().splitlines()
    assert lines[0].split() == ["sigma", "5", "10", "15", "25", "35", "50", "60", "75"]
    assert [line.split()[0] for line in lines[1:4]] == ["noisy", "dncnn_25", "dncnn_blind"]
    file = no_data / "dncnn_levels" / "bundled.json"
    kept = json.loads(file.read_text())
    mean = np.mean(kept["networks"]["dncnn_25"]["psnr"][0])
    assert float(lines[2].split()[1]) == pytest.approx(mean, abs=0.005)

    monkeypatch.setattr(dncnn_levels, "denoised", None)  # must not be called again
    assert call().stdout == found.stdout
    elsewhere = networks / "table.json"
    elsewhere.write_text(file.read_text())
    assert call("bundled", "--out", str(elsewhere)).exit_code == 0


def test_mistakes_are_told_in_a_sentence(networks: Path) -> None:
    found = call("set13")
    assert found.exit_code == 1
    assert "no set of images named set13" in found.stderr
    found = call("--out", str(networks / "dncnn_25.json" / "table.json"))
    assert found.exit_code == 1
    assert "cannot be written" in found.stderr
    for file in networks.glob("*.safetensors"):
        file.unlink()
    found = call()
    assert found.exit_code == 1
    assert "No trained DnCNN" in found.stderr


def test_a_stop_says_that_it_goes_on(networks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dncnn_levels, "denoised", stopped)
    found = call()
    assert found.exit_code == 1
    assert "the same command goes on from there" in found.stderr


def test_beside_pages_it_ends_when_they_are_gone() -> None:
    script = (
        "import threading, time; from cnnviz import cli_levels; "
        "threading.Thread(target=cli_levels._end_with_starter, daemon=True).start(); "
        f"print('there', flush=True); time.sleep({SECONDS})"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(SECONDS / 2) == 1


def test_beside_pages_its_one_sentence_is_why_it_ended() -> None:
    command = [sys.executable, "-m", "cnnviz.cli_levels", "--beside-pages", "set13"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read().decode()  # its input is open all the time
        assert process.wait(SECONDS) == 1
    assert said.startswith("There is no set of images named set13.")
    assert said.count("\n") == 1

"""``python -m cnnviz.explain.dncnn_levels``."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cnnviz import checkpoints
from cnnviz.data import pictures
from cnnviz.explain import dncnn_levels
from cnnviz.explain.dncnn_levels import file_here, main
from tests.dncnn_made import keep

SECONDS = 60

Said = pytest.CaptureFixture[str]


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_data: Path) -> Path:
    """Two networks, and small pictures; no table comes with the project."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path)
    monkeypatch.setattr(dncnn_levels, "SHIPPED", tmp_path / "levels.json")
    for name in ("dncnn_25", "dncnn_blind"):
        keep(name)
    bundled = pictures.bundled_crops()
    small = replace(bundled, images=tuple(image[:16, :16] for image in bundled.images))
    monkeypatch.setitem(pictures.PICTURE_SETS, "bundled", lambda: small)
    monkeypatch.setitem(pictures.PICTURE_SETS, "others", lambda: small.take(np.arange(2)))
    return tmp_path


def test_the_table_is_measured_once_told_and_kept_in_the_project(
    networks: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main([]) == 0
    found = capsys.readouterr().out
    lines = found.strip().splitlines()
    assert lines[0].split() == ["sigma", "5", "10", "15", "25", "35", "50", "60", "75"]
    assert [line.split()[0] for line in lines[1:4]] == ["noisy", "dncnn_blind", "dncnn_25"]
    kept = json.loads(dncnn_levels.SHIPPED.read_text())
    mean = np.mean(kept["networks"]["dncnn_25"]["psnr"][0])
    assert float(lines[3].split()[1]) == pytest.approx(mean, abs=0.005)
    assert not file_here("bundled").exists()

    monkeypatch.setattr(dncnn_levels, "denoised", None)  # must not be called again
    assert main(["bundled"]) == 0
    assert capsys.readouterr().out == found


def test_other_pictures_and_what_a_page_asks_for_go_into_the_data_folder(
    networks: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("give_way", "end_with_starter"):
        monkeypatch.setattr(dncnn_levels, name, lambda: None)
    assert main(["others"]) == 0
    capsys.readouterr()
    assert main(["--beside-pages", "bundled"]) == 0
    assert capsys.readouterr() == ("", "")
    assert not dncnn_levels.SHIPPED.exists()
    for name in ("others", "bundled"):
        assert json.loads(file_here(name).read_text())["pictures"] == name


def test_mistakes_are_told_in_a_sentence(
    networks: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["set13"]) == 1
    assert "no set of images named set13" in capsys.readouterr().err
    monkeypatch.setattr(dncnn_levels, "SHIPPED", networks / "dncnn_25.json" / "table.json")
    assert main([]) == 1
    assert "cannot be written" in capsys.readouterr().err
    for file in networks.glob("*.safetensors"):
        file.unlink()
    assert main([]) == 1
    assert "No trained DnCNN" in capsys.readouterr().err


def test_a_stop_says_that_it_goes_on(
    networks: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dncnn_levels, "denoised", stopped)
    assert main([]) == 1
    assert "the same command goes on from there" in capsys.readouterr().err


def test_beside_pages_its_one_sentence_is_why_it_ended() -> None:
    command = [sys.executable, "-m", "cnnviz.explain.dncnn_levels", "--beside-pages", "set13"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read().decode()  # its input is open all the time
        assert process.wait(SECONDS) == 1
    assert said.startswith("There is no set of images named set13.")
    assert said.count("\n") == 1

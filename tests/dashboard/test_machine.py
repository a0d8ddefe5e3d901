"""What the sidebar says about the machine."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from dashboard import machine


@pytest.fixture(autouse=True)
def ask_anew() -> Iterator[None]:
    machine.gpu_name.cache_clear()
    yield
    machine.gpu_name.cache_clear()


def nvidia_smi(folder: Path, script: str) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without a driver; its programs are looked for in the folder returned."""
    monkeypatch.setattr(machine, "_DRIVER", tmp_path / "gpus")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_a_gpu_is_named_as_its_driver_names_it(bare: Path) -> None:
    (bare / "gpus" / "0000:01:00.0").mkdir(parents=True)
    (bare / "gpus" / "0000:01:00.0" / "information").write_text("Model: \t\t NVIDIA H100\nIRQ: 1\n")
    assert machine.gpu_name() == "NVIDIA H100"


def test_the_drivers_program_is_asked_where_the_driver_has_no_files(bare: Path) -> None:
    nvidia_smi(bare, "echo 'NVIDIA A100'; echo 'NVIDIA T4'")
    assert machine.gpu_name() == "NVIDIA A100"


@pytest.mark.parametrize("script", ["exit 9", "echo"])
def test_a_driver_that_does_not_answer_is_no_gpu(bare: Path, script: str) -> None:
    nvidia_smi(bare, script)
    assert machine.gpu_name() is None


@pytest.mark.usefixtures("bare")
def test_a_machine_without_a_driver_has_no_gpu() -> None:
    assert machine.gpu_name() is None


def test_cores_are_those_that_the_process_may_use() -> None:
    assert 1 <= machine.cpu_cores() <= (os.cpu_count() or 1)


def test_torch_is_asked_for_its_threads_only_where_it_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert machine.torch_threads() is None
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(get_num_threads=lambda: 3))
    assert machine.torch_threads() == 3


def test_versions_name_python_and_the_libraries() -> None:
    assert list(machine.versions()) == ["Python", "torch", "torchvision", "streamlit", "numpy"]
    assert machine.versions()["Python"] == sys.version.split()[0]

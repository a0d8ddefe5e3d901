"""What this server runs on, found without importing torch."""

import os
import shutil
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("torch", "torchvision", "streamlit", "numpy")
_DRIVER = Path("/proc/driver/nvidia/gpus")
_SECONDS_FOR_DRIVER = 3


@cache
def gpu_name() -> str | None:
    """The first NVIDIA GPU's name, or None."""
    for information in sorted(_DRIVER.glob("*/information")):
        for line in information.read_text(errors="replace").splitlines():
            if line.startswith("Model:"):
                return line.partition(":")[2].strip()
    return _ask_driver()


def _ask_driver() -> str | None:
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    command = [program, "--query-gpu=name", "--format=csv,noheader"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS_FOR_DRIVER, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return next(iter(answer.stdout.strip().splitlines()), None)


def cpu_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def torch_threads() -> int | None:
    """The threads that torch computes with in this process; None as long as it is not loaded."""
    torch = sys.modules.get("torch")
    return torch.get_num_threads() if torch is not None else None


@cache
def versions() -> dict[str, str]:
    """The versions of Python and of the libraries that a result depends on, by name."""
    found = {"Python": ".".join(map(str, sys.version_info[:3]))}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found

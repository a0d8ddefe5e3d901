"""Importing the library is light."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module", ["cnnviz", "cnnviz.checkpoints", "cnnviz.lessons", "cnnviz.papers"]
)
def test_importing_loads_no_torch(module: str) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)

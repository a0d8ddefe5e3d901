"""What all tests share."""

import os
import tempfile
from pathlib import Path

import pytest

# Tests run beside a server and a browser: threads that wait for one another would be slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Runs of tests, and of the processes that they start, stay away from those of the project's users.
_RUNS = tempfile.TemporaryDirectory(prefix="cnnviz-runs-", ignore_cleanup_errors=True)
os.environ["CNNVIZ_RUNS"] = _RUNS.name

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Data folders that hold nothing, whatever this machine has."""
    from cnnviz.data import folders

    monkeypatch.delenv("CNNVIZ_DATA", raising=False)
    monkeypatch.setattr(folders, "ROOT", tmp_path)
    return tmp_path / "data"

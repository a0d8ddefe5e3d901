"""What the data tests share: published files where a machine has them, and how hypothesis runs."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from cnnviz.data.folders import ROOT, data_folders

# The same examples at every run, and no time limit: a busy machine is no failure.
settings.register_profile("cnnviz", derandomize=True, database=None, deadline=None, max_examples=60)
settings.load_profile("cnnviz")


@pytest.fixture
def shared_data() -> Callable[[str], Path]:
    """Finds a published file by its path in a data folder; skips the test where there is none."""
    folders = (*data_folders(), ROOT.parent / "shared" / "data")

    def find(path: str) -> Path:
        for folder in folders:
            if (folder / path).exists():
                return folder / path
        pytest.skip(f"{path} is in none of the data folders")

    return find


@pytest.fixture
def indian_pines_truth(shared_data: Callable[[str], Path]) -> NDArray[np.uint8]:
    """The published ground truth of Indian Pines, (145, 145)."""
    from scipy.io import loadmat

    file = shared_data("indian_pines/Indian_pines_gt.mat")
    assert hashlib.md5(file.read_bytes()).hexdigest() == "9414943dac1d80faaa9165c8b460510c"
    truth: NDArray[np.uint8] = loadmat(file)["indian_pines_gt"]
    return truth

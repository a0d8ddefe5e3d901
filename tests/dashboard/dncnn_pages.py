"""What tests of the DnCNN lesson share: networks that are all there are, and a crop."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from cnnviz import checkpoints
from cnnviz.data import folders
from dashboard.lessons.dncnn_shared import Subject
from tests.dncnn_made import keep


@contextmanager
def networks(monkeypatch: pytest.MonkeyPatch, folder: Path, *names: str) -> Iterator[None]:
    """These networks are all that there are, and what is kept of them goes again."""
    monkeypatch.setattr(checkpoints, "SHIPPED", folder / "shipped")
    monkeypatch.setattr(checkpoints, "RUNS", folder / "runs")
    monkeypatch.setattr(folders, "ROOT", folder)
    for seed, name in enumerate(names):
        keep(name, seed)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def subject(colour: bool = False, side: int = 40) -> Subject:
    """Squares of 8 pixels."""
    levels = np.random.default_rng(0).integers(30, 220, (8, 8))
    grey = np.kron(levels, np.ones((8, 8)))[:side, :side].astype(np.uint8)
    pixels = np.stack([grey] * 3, axis=2) if colour else grey
    return Subject(f"squares {pixels.shape}", "Squares", pixels)

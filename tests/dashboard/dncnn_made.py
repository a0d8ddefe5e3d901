"""Small networks among the shipped checkpoints, for tests of the DnCNN lesson."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
import torch

from cnnviz import checkpoints
from cnnviz.data import folders
from cnnviz.models.registry import build


def keep(name: str, seed: int = 0, **arguments: Any) -> None:
    """Store a network that no one has trained."""
    arguments = {"depth": 3, "maps": 4, **arguments}
    torch.manual_seed(seed)
    card = checkpoints.Card(
        model="dncnn", model_args=arguments, preprocessing={}, class_names=[], data={}, recipe={},
        seed=0, epoch=1, metrics={}, history=[], weights="float32", versions={}, hardware="",
        seconds=1.0, command="",
    )  # fmt: skip
    checkpoints.save(Path(checkpoints.SHIPPED) / name, build("dncnn", arguments), card)


@contextmanager
def made(monkeypatch: pytest.MonkeyPatch, folder: Path, *names: str) -> Iterator[None]:
    """These networks are all that there are, and what is kept of them goes again."""
    monkeypatch.setattr(checkpoints, "SHIPPED", folder / "shipped")
    monkeypatch.setattr(checkpoints, "RUNS", folder / "runs")
    monkeypatch.setattr(folders, "ROOT", folder)
    for seed, name in enumerate(names):
        keep(name, seed)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()

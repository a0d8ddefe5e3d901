"""SENet: SE in modules and networks, counted, and how narrow its blocks may be."""

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from cnnviz.explain.senet_insertion import Extended
    from cnnviz.explain.senet_modules import ModuleWithSE
    from cnnviz.explain.senet_reduction import Grid, Setting

__all__ = ["Extended", "Grid", "ModuleWithSE", "Setting"]


def modules() -> dict[str, str]:
    """Published networks of whose modules one can be drawn: their names, by key."""
    from cnnviz.models.se_modules import MODULES

    return {key: module.name for key, module in MODULES.items()}


@st.cache_data(max_entries=512, show_spinner=False)
def module(key: str, r: int) -> "ModuleWithSE":
    """One of them with SE, counted."""
    from cnnviz.explain.senet_modules import module_with_se

    return module_with_se(key, r)


@st.cache_resource(max_entries=1, show_spinner=False)
def networks() -> "dict[str, Extended]":
    """Networks that SE is put into, by key."""
    from cnnviz.explain.senet_insertion import shipped

    return shipped()


def blocks(key: str, r: int) -> list[tuple[int, int, int]]:
    """(channels, hidden units, weights) of each SE block of a network; r = 0: a single layer."""
    from cnnviz.explain.senet_reduction import by_block

    return by_block(networks()[key], r)


def trained() -> "Grid":
    """Accuracies by reduction ratio, as far as they are trained; read anew each time."""
    from cnnviz.explain.senet_reduction import read

    return read()


def added(key: str, r: int | None) -> int:
    """Weights of all SE blocks of a network; r = 0: single layers; None: no SE."""
    return 0 if r is None else networks()[key].added(r)

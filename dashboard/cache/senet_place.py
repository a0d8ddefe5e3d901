"""SENet: gradients by the place of SE, as they come with the project."""

import streamlit as st

from cnnviz.explain import senet_place as explain
from cnnviz.explain import senet_place_flows as flows
from cnnviz.explain.senet_place_flows import Flow, Flows

__all__ = ["Flow", "Flows"]

PLACES, DEPTHS, NONE = flows.PLACES, flows.DEPTHS, flows.NONE
STANDARD, AFTER, CLEAR = flows.STANDARD, flows.AFTER, flows.CLEAR
BATCH, STEPS, RATE, MOMENTUM = explain.BATCH, explain.STEPS, explain.RATE, explain.MOMENTUM
SEEDS, COMMAND = len(explain.SEEDS), explain.COMMAND


@st.cache_resource(max_entries=1, show_spinner=False)
def measured() -> Flows:
    """All of them, read once."""
    return flows.read()

"""Who looks at the page; with ``?show=fragment`` a fragment asks, with ``?show=nobody`` nobody."""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))

from dashboard.visitor import owns, visitor


def count(name: str) -> int:
    st.session_state[name] = st.session_state.get(name, 0) + 1
    return st.session_state[name]


def greeting() -> None:
    asked = show != "nobody"
    name = visitor() if asked else "nobody"
    first = st.session_state.setdefault("first", name)
    st.text(f"visitor {name[:12]}, another than at first: {name != first}")
    owned = [asked and owns(owner) for owner in (first, name, "0" * 64)]
    st.text(f"owns {owned}, greeted {count('greetings')} times")


show = st.query_params.get("show", "page")
st.title("Runs")
if show == "fragment":
    st.fragment(greeting)()
else:
    greeting()
st.button("Page again")
st.text(f"page ran {count('pages')} times")

"""What the parts of the DSCMR lesson share: pairs and network that are looked at, class names."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.text import N_
from dashboard import controls, run_words
from dashboard.cache import dscmr as cached
from dashboard.i18n import _
from dashboard.pairs_input import own_pairs

if TYPE_CHECKING:
    from dashboard.cache.training import Record

OWN = "own"
#: Sets that can be looked at.
TITLES = {
    cached.DIGITS: N_("Captioned digits"), cached.WIKIPEDIA: N_("Wikipedia"),
    cached.PASCAL: N_("Pascal Sentence"), OWN: N_("Own features …"),
}  # fmt: skip
# Classes of Wikipedia's pairs, as the set's files name them.
_CLASSES = (
    N_("art"), N_("biology"), N_("geography"), N_("history"), N_("literature"), N_("media"),
    N_("music"), N_("royalty"), N_("sport"), N_("warfare"),
)  # fmt: skip


def looked() -> cached.Looked:
    """The controls: which pairs, and which network. They stand in the sidebar."""
    titles = {name: _(title) for name, title in TITLES.items()}
    data = controls.select(_("Pairs"), titles, key="pairs")
    if data == OWN:
        data = own_pairs()
        if not data:
            st.caption(_("Until there is a file: captioned digits."))
            data = cached.DIGITS
    return cached.Looked(data, _network(data))


def has_network(looked: cached.Looked) -> bool:
    """Whether there is a network to show; where there is none, how to get one is said."""
    if not looked.network:
        st.info(_("No network has been trained on these pairs yet: “Train it” below trains one, "
                  "and then it is shown here."))  # fmt: skip
    return bool(looked.network)


def code_of(data: str) -> str:
    """What a set is called in the link, where a visitor's own has no name."""
    return OWN if cached.is_own(data) else data


def _network(data: str) -> str:
    """Which network, where there are several; "" where there is none."""
    found = cached.networks(data)
    if len(found) < 2:
        return next(iter(found), "")
    return controls.select(
        _("Network"), {name: _called(run) for name, run in found.items()}, key="net",
        help=_("A run is called by the time of its start and its mAP on validation."),
    )  # fmt: skip


def _called(run: "Record | None") -> str:
    """A network, as one of several."""
    if run is None:
        return _("as shipped")
    value, _epoch = run_words.validation(run, "map")
    label = f" {run_words.name(run)}" if run.label else ""
    return f"{run_words.clock(run.created)}{label} · {run_words.metric_text('map', value)}"


def class_names(names: Sequence[str]) -> list[str]:
    """Classes in the visitor's language, where they are words."""
    return [_(name) if name in _CLASSES else name for name in names]

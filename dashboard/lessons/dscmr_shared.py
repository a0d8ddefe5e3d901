"""What the parts of the DSCMR lesson share: the pairs that are looked at, their classes' names."""

from collections.abc import Sequence

from cnnviz.text import N_
from dashboard import controls
from dashboard.cache import dscmr as cached
from dashboard.i18n import _

#: Sets with a trained network.
TITLES = {cached.DIGITS: N_("Captioned digits"), cached.WIKIPEDIA: N_("Wikipedia")}
# Classes of Wikipedia's pairs, as the set's files name them.
_CLASSES = (
    N_("art"), N_("biology"), N_("geography"), N_("history"), N_("literature"), N_("media"),
    N_("music"), N_("royalty"), N_("sport"), N_("warfare"),
)  # fmt: skip


def pairs() -> str:
    """The set whose pairs are looked at, chosen in the sidebar."""
    titles = {name: _(title) for name, title in TITLES.items()}
    return controls.select(_("Pairs"), titles, key="pairs")


def class_names(names: Sequence[str]) -> list[str]:
    """Classes in the visitor's language, where they are words."""
    return [_(name) if name in _CLASSES else name for name in names]

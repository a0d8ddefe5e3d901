"""What trainings over several seeds can tell, in words."""

from collections.abc import Sequence

from cnnviz.figures.numbers import significant
from cnnviz.figures.seeds import LEAST, is_clear, summary
from dashboard.i18n import _
from dashboard.run_words import NONE


def why_not(changes: Sequence[float]) -> str:
    """Why differences, one a seed, tell nothing, as a sentence with ``{count}``; "" where they
    tell something.
    """
    if len(changes) < LEAST:
        return _("{count} runs of each are too few to tell.")
    if not is_clear(changes):
        return _("It varies more than that from seed to seed: {count} runs of each cannot tell.")
    return ""


def deviations(changes: Sequence[float]) -> str:
    """How many times as large as its deviation a difference is, where there are seeds enough."""
    if len(changes) < LEAST:
        return NONE
    mean, deviation = summary(changes)
    return significant(abs(mean) / deviation, 2) if deviation else "∞"

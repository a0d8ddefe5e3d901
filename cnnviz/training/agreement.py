"""Whether two measurements are the same, within what the project allows."""

import math
from collections.abc import Mapping

#: What counts as the same: 0.2 percent of the whole of a share, or of a number of decibels.
TOLERANCE = 0.002
# What another order of the same sums may make of a number.
_DIGITS = 1e-9


def agree(metric: str, found: float, told: float) -> bool:
    """Whether a metric, measured again, is what was told of it, to 0.2 %.

    Args:
        metric: its name on a card; those that begin with ``psnr`` are decibels, others shares.
        found, told: its values.
    """
    allowed = TOLERANCE * (abs(told) if metric.startswith("psnr") else 1.0)
    return abs(found - told) <= allowed + _DIGITS


def word(found: Mapping[str, float], told: Mapping[str, float]) -> str:
    """What can be said of all metrics that both have: "same", "within 0.2 %" or "other".

    Where they have none in common, nothing is known to be the same: "other".
    """
    both = set(found) & set(told)
    if both and all(math.isclose(found[name], told[name], rel_tol=_DIGITS) for name in both):
        return "same"
    close = both and all(agree(name, found[name], told[name]) for name in both)
    return "within 0.2 %" if close else "other"

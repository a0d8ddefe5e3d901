"""What trainings with and without a planted mistake have shown, as the project ships it.

``python -m cnnviz.training.bugs`` makes ``bugs.json`` again.
"""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.errors import UserError

SHIPPED = Path(__file__).with_name("bugs.json")
WRONG, RIGHT = "wrong", "right"

Values = NDArray[np.float64]


def trained(name: str, file: Path = SHIPPED) -> dict[str, dict[str, Values]]:
    """What trainings with and without a mistake have shown.

    Args:
        name: one of ``cnnviz.training.bugs.EXERCISES``.
        file: as ``cnnviz.training.bugs`` writes it.

    Returns:
        by way, ``WRONG``, ``RIGHT`` or another, and column: (S, ...) the numbers of each seed;
        epochs, if any, are the last axis.

    Raises:
        UserError: where it cannot be read, or has not this exercise.
    """
    try:
        ways = json.loads(file.read_text(encoding="utf-8"))["exercises"][name]
        return {
            way: {column: np.array(values, np.float64) for column, values in columns.items()}
            for way, columns in ways.items()
        }
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UserError("{file} cannot be read: {reason}.", file=file, reason=error) from error

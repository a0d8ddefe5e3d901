"""A file of runs' results that a command adds to, so that it goes on where it was stopped."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cnnviz.errors import UserError
from cnnviz.training.spec import RunSpec
from cnnviz.whole_files import write_whole


def known(file: Path, recipe: RunSpec) -> list[dict[str, Any]]:
    """The runs in a file; none where there is no such file, or it is of another recipe."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        same = content["recipe"] == recipe.to_json()
        runs: list[dict[str, Any]] = content["runs"] if same else []
    except (OSError, ValueError, TypeError, KeyError):
        return []
    return runs


def write(
    file: Path, command: str, recipe: RunSpec, runs: list[dict[str, Any]], also: Mapping[str, Any]
) -> None:
    """Write a file of results anew, whole or not at all.

    Args:
        file: where.
        command: what makes it.
        recipe: what all runs have in common.
        runs: their results.
        also: what else the file says: plain data.

    Raises:
        UserError: where it cannot be written.
    """
    content = {"made_by": command, "recipe": recipe.to_json(), **also, "runs": runs}
    try:
        write_whole(file, json.dumps(content, indent=1) + "\n")
    except OSError as error:
        raise UserError("{file} cannot be written: {reason}.", file=file, reason=error) from error

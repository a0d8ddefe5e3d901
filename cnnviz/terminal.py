"""What the commands of the command line share."""

import sys
from typing import Annotated, NoReturn

import typer

from cnnviz.errors import UserError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def stop(error: UserError | str, code: int) -> NoReturn:
    """End a command with one sentence on stderr. Codes: 1 failed, 2 wrong usage."""
    print(error, file=sys.stderr)
    raise typer.Exit(code)


def bar(share: float) -> str:
    """A bar of 30 characters, filled to a share of 0 to 1."""
    done = int(30 * share)
    return f"[{'#' * done}{'.' * (30 - done)}]"


def write_over(line: str) -> None:
    """Show a line on stderr in place of the last one."""
    # What is left of a longer line is cleared where there is a terminal to do it.
    clear = "\x1b[K" if sys.stderr.isatty() else ""
    print(f"\r{line}{clear}", end="", file=sys.stderr, flush=True)


def took(seconds: float) -> str:
    """How long a training took: in seconds, or in minutes from two on."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"

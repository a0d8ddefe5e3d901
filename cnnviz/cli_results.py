"""``python -m cnnviz results``: every checkpoint measured, beside the course and the papers."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cnnviz.terminal import Json, stop
from cnnviz.whole_files import write_whole


def results(
    out: Annotated[
        Path | None,
        typer.Option(help="Write it to this file, too; into a Markdown file between its comments."),
    ] = None,
    from_cards: Annotated[
        bool, typer.Option("--from-cards", help="Measure nothing: what the cards tell.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Measure again what was measured before.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure all shipped checkpoints on the data that is here, in eval mode, and print the table.

    What was measured before is remembered. What could not be measured is named with the reason.
    """
    if from_cards and fresh:
        stop("--from-cards measures nothing: leave out --fresh, or itself.", 2)
    from cnnviz.results import markdown, measuring, rows

    found, missing = (
        (rows.from_cards(), None) if from_cards else measuring.measured(fresh=fresh, tell=_tell)
    )
    text = json.dumps(_plain(found, missing), ensure_ascii=False) + "\n"
    if not as_json:
        text = markdown.table(found, missing)
    print(text, end="")
    if out is not None:
        _write(out, text, as_json=as_json)
    if measuring.disagreements(found):
        raise typer.Exit(1)


def _write(out: Path, text: str, *, as_json: bool) -> None:
    """To a file; where that has the two comments of the table, Markdown goes between them, and the
    table of the grids between its own.
    """
    from cnnviz.results.markdown import GRIDS, grid_table, written_into

    try:
        old = out.read_text(encoding="utf-8") if out.is_file() and not as_json else ""
        new = written_into(old, text) or text
        write_whole(out, written_into(new, grid_table(), GRIDS) or new)
    except OSError as error:
        stop(f"{out} cannot be written: {error.strerror}.", 1)
    except UnicodeDecodeError:
        stop(f"{out} is no text, and is left as it is.", 1)


def _tell(name: str, data: str) -> None:
    print(f"measuring {name} on {data} …", file=sys.stderr, flush=True)


def _plain(found: Any, missing: Any) -> dict[str, Any]:
    """The table as plain data."""
    from cnnviz.results.measuring import disagreements
    from cnnviz.results.unmeasured import unmeasured

    return {
        "measured": missing is not None,
        "rows": [asdict(row) | {"split": row.split} for row in found],
        "disagreements": [
            {"checkpoint": row.checkpoint, "data": row.data, "metric": row.measure.metric}
            for row in disagreements(found)
        ],
        "missing": [asdict(each) for each in missing or ()],
        "unmeasured": [asdict(each) for each in unmeasured()],
    }

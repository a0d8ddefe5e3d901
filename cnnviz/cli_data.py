"""``python -m cnnviz data``: which data sets are here, and how to fetch one."""

import json
import time
from typing import Annotated, Any

import typer

from cnnviz.data import table
from cnnviz.data.fetching import Progress, State, fetch, state
from cnnviz.data.progress import readable
from cnnviz.errors import UserError
from cnnviz.terminal import Json, bar, stop, write_over

app = typer.Typer(help="List the data sets and their states, or fetch one.")

WORDS = {
    "here": "here",
    "unverified": "here, an unverified copy",
    "partly": "partly here",
    "missing": "not here",
}
# Seconds between two lines of progress.
PAUSE = 0.1


@app.callback(invoke_without_command=True)
def states(context: typer.Context, as_json: Json = False) -> None:
    """List the data sets: what is here, how large they are, where they lie."""
    if context.invoked_subcommand:
        return
    rows = [_row(state(each)) for each in table.DATASETS]
    if as_json:
        print(json.dumps({"datasets": rows}, ensure_ascii=False))
        return
    for row in rows:
        where = row["folder"] or row["page"]
        size = readable(row["bytes"])
        print(f"{row['name']:17} {size:>8}  {WORDS[row['state']]:24} {where}")
    print("\nFetch one with: python -m cnnviz data fetch NAME")


@app.command("fetch")
def fetch_command(
    name: Annotated[str, typer.Argument(help="A data set's name.")], as_json: Json = False
) -> None:
    """Fetch what is missing of a data set; Ctrl-C keeps what has arrived."""
    try:
        row = table.data_set(name)
    except UserError as error:
        stop(error, 2)
    started = time.monotonic()
    show = _Shown()
    try:
        found = fetch(row, progress=(lambda _: None) if as_json else show)
    except UserError as error:
        show.end()
        stop(error, 1)
    except KeyboardInterrupt:
        show.end()
        stop("Stopped. What has arrived is kept: the same command goes on from there.", 1)
    show.end()
    seconds = round(time.monotonic() - started, 2)
    if as_json:
        print(json.dumps({**_row(found), "seconds": seconds}, ensure_ascii=False))
    else:
        print(f"{row.title} is in {found.folder}")


def _row(found: State) -> dict[str, Any]:
    row = found.data_set
    return {
        "name": row.name,
        "title": row.title,
        "purpose": row.purpose,
        "terms": row.terms,
        "page": row.page,
        "bytes": row.size,
        "state": found.word,
        "verified": found.verified,
        "folder": None if found.folder is None else str(found.folder),
        "files": {path: str(file) for path, file in found.files.items()},
        "unverified": list(found.unverified),
        "kept": found.kept,
        "fetchable": row.fetchable,
    }


class _Shown:
    """Progress on one line of stderr, which stays when it has ended."""

    def __init__(self) -> None:
        self._last = -PAUSE
        self._line = ""

    def __call__(self, progress: Progress) -> None:
        self._line = _told(progress)
        if time.monotonic() - self._last >= PAUSE:
            self._last = time.monotonic()
            write_over(self._line)

    def end(self) -> None:
        if self._line:
            write_over(f"{self._line}\n")


def _told(progress: Progress) -> str:
    if progress.phase == "unpacking":
        return f"{bar(1)} unpacking {progress.file}"
    line = f"{bar(progress.share)} {readable(progress.done)} of {readable(progress.total)}"
    if progress.phase == "waiting":
        return f"{line}, fetched by another process"
    if progress.seconds_left is not None:
        line += f", {progress.seconds_left:.0f} s left"
    return f"{line}, {progress.file}"

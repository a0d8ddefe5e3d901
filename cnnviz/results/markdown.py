"""The results as Markdown: the README has two tables, each between two comments."""

import re
from collections.abc import Iterator, Sequence

from cnnviz.lessons import LESSONS
from cnnviz.results import grids
from cnnviz.results.measuring import Missing, disagreements
from cnnviz.results.rows import Row
from cnnviz.results.unmeasured import unmeasured
from cnnviz.terminal import took

#: Between such lines the README has a table, by its name.
_BEGIN, _END = "<!-- {name}: begin -->", "<!-- {name}: end -->"
RESULTS, GRIDS = "results", "grids"
BEGIN, END = (line.format(name=RESULTS) for line in (_BEGIN, _END))
_COLUMNS = ("checkpoint", "test data", "measure", "course", "paper", "ours", "card", "seeds",
            "parameters", "epoch", "trained in", "on")  # fmt: skip
_TITLES = {lesson.name: lesson.title for lesson in LESSONS}


def table(rows: Sequence[Row], missing: Sequence[Missing] | None = None) -> str:
    """The table and what is to be said under it.

    Args:
        rows: as measured, or from the cards.
        missing: what could not be measured; None where nothing was tried: "ours" are the cards'
            numbers then, and the table needs no column for them.
    """
    columns = [name for name in _COLUMNS if missing is not None or name != "card"]
    lines = [_line(columns), _line(["---"] * len(columns))]
    for row in rows:
        cells = _cells(row, measured=missing is not None)
        lines.append(_line([cells[name] for name in columns]))
    notes = list(_notes(rows, missing))
    return "\n".join([*lines, "", *(f"- {note}" for note in notes)]) + "\n"


def grid_table() -> str:
    """What was trained over several settings and seeds, how long, and by which command."""
    columns = ("grid", "compares", "networks", "seeds", "length", "command")
    lines = [_line(columns), _line(["---"] * len(columns))]
    for name in grids.names():
        grid = grids.read(name)
        assert grid is not None
        few, many = min(grid.counts), max(grid.counts)
        lines.append(_line([
            f"`{name}`", grid.about.rstrip("."), str(len(grid.counts)),
            str(few) if few == many else f"{few} to {many}", _length(grid), f"`{grid.made_by}`",
        ]))  # fmt: skip
    return "\n".join(lines) + "\n"


def _length(grid: grids.Grid) -> str:
    """How long each network of a grid was trained."""
    recipe = grid.recipe
    part = {
        "images": recipe.get("images"), "patches an epoch": recipe["data_args"].get("patches"),
    }  # fmt: skip
    told = [f"{count:,} {what}" for what, count in part.items() if count]
    epochs = recipe["epochs"]
    return ", ".join([*told, f"{epochs} epochs"])


def written_into(text: str, made: str, name: str = RESULTS) -> str | None:
    """A text with a table between its two comments put in place of what is there.

    Args:
        text: where it goes.
        made: the table.
        name: ``RESULTS`` or ``GRIDS``.

    Returns:
        None where the text has no such comments.
    """
    begin, end = (line.format(name=name) for line in (_BEGIN, _END))
    before, begin, rest = text.partition(f"{begin}\n")
    _old, end, after = rest.partition(end)
    return f"{before}{begin}\n{made}\n{end}{after}" if end else None


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(row: Row, *, measured: bool) -> dict[str, str]:
    measure = row.measure
    ours = row.found if measured else row.card

    def text(value: float | None) -> str:
        return "" if value is None else measure.text(value)

    return {
        "checkpoint": f"`{row.checkpoint}`",
        "test data": row.data + ("" if row.verified else " \\*"),
        "measure": measure.label,
        "course": text(row.course.value if row.course else None),
        "paper": text(row.paper.value if row.paper else None),
        "ours": text(ours),
        "card": text(row.card),
        "seeds": seeds_text(row),
        "parameters": f"{row.parameters:,}",
        "epoch": f"{row.epoch} of {row.epochs}",
        "trained in": took(row.seconds),
        "on": machine(row.hardware),
    }


def seeds_text(row: Row) -> str:
    """Mean and deviation over seeds, and over how many."""
    seeds, measure = row.seeds, row.measure
    if seeds is None:
        return ""
    epochs = f", {seeds.epochs} epochs" if seeds.epochs else ""
    return f"{measure.spread_text(seeds)} ({seeds.count}{epochs})"


def machine(hardware: str) -> str:
    """A card's hardware, in few words."""
    found = re.fullmatch(r"CPU, (\d+) threads, \S+", hardware)
    if found is None:
        return hardware
    return f"{found[1]} CPU thread{'s' if found[1] != '1' else ''}"


def _notes(rows: Sequence[Row], missing: Sequence[Missing] | None) -> Iterator[str]:
    if missing is None:
        yield "*ours*: as each card tells it; `python -m cnnviz results` measures it again."
    if any(not row.verified for row in rows):
        yield "\\*: a copy whose files no checksum vouches for."
    yield from map(_disagreement, disagreements(tuple(rows)))
    for each in missing or ():
        yield f"Not measured: `{each.checkpoint}` on {each.data}. {each.reason}"
    for other in unmeasured():
        title = _TITLES[other.lesson]
        yield f"Not measured: {title} on {other.data} (paper: {other.numbers}): {other.reason}."


def _disagreement(row: Row) -> str:
    assert row.card is not None
    assert row.found is not None
    told, found = (row.measure.text(value) for value in (row.card, row.found))
    return (
        f"**Other than its card**: `{row.checkpoint}` on {row.data}, {row.measure.label}: {found} "
        f"measured, {told} on the card."
    )

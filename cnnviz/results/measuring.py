"""The results table, measured: each checkpoint on each set that is here and that it can use.

What was measured is kept by the checkpoint's digest: CIFAR-10 takes a network a minute of a core.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.data.finding import check_here
from cnnviz.data.folders import ROOT
from cnnviz.errors import UserError
from cnnviz.results.rows import Row, data_of_test, from_cards, on_other_data
from cnnviz.training.agreement import agree
from cnnviz.training.task_settings import PictureSettings, settings_of
from cnnviz.whole_files import write_whole

#: What was measured before; ignored by git.
KEPT = ROOT / "data" / "results" / "measured.json"
# Grey pictures that denoisers are measured on, beside those of their cards; none trained on them.
_PICTURES = ("set12", "bsd68", "bundled")

Tell = Callable[[str, str], None]


@dataclass(frozen=True)
class Missing:
    """A checkpoint that could not be measured on a set, and why, in a sentence."""

    checkpoint: str
    data: str
    reason: str


def sets_for(card: Card) -> tuple[str, ...]:
    """The sets that a checkpoint is measured on: that of its card first."""
    own = data_of_test(card)
    if settings_of(card.model) is not PictureSettings:
        return (own,)
    known = {own, card.data["name"]}
    return (own, *(name for name in _PICTURES if name not in known))


def measured(
    *, fresh: bool = False, tell: Tell = lambda name, data: None, kept: Path = KEPT
) -> tuple[tuple[Row, ...], tuple[Missing, ...]]:
    """Measure what can be measured.

    Args:
        fresh: measure again what was measured before.
        tell: called with checkpoint and set before each measuring.
        kept: the file of what was measured before.

    Returns:
        The table, and what is missing in it: rows of the card stay, with nothing found.
    """
    notes = {} if fresh else _read(kept)
    rows, missing = list[Row](), list[Missing]()
    by_name = dict[str, list[Row]]()
    for row in from_cards():
        by_name.setdefault(row.checkpoint, []).append(row)
    for name, known in by_name.items():
        card = checkpoints.read_card(name)
        for data in sets_for(card):
            try:
                found = _metrics(name, data, notes, tell, kept)
            except UserError as error:
                missing.append(Missing(name, data, str(error)))
                rows += known if data == known[0].data else []
                continue
            rows += _filled(known, card, data, found)
    return tuple(rows), tuple(missing)


def disagreements(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Where card and measurement differ by more than 0.2 %."""
    both = (row for row in rows if row.card is not None and row.found is not None)
    return tuple(row for row in both if not _agrees(row))


def _agrees(row: Row) -> bool:
    assert row.card is not None
    assert row.found is not None
    scale = row.measure.shown(1.0)
    return agree(row.measure.metric, row.found / scale, row.card / scale)


def _filled(known: list[Row], card: Card, data: str, found: dict[str, Any]) -> Iterator[Row]:
    for row in known:
        own = row if data == row.data else on_other_data(row, card, data)
        number = found["metrics"].get(row.measure.metric)
        if number is not None:
            yield replace(own, found=row.measure.shown(number), verified=found["verified"])


def _metrics(name: str, data: str, notes: dict[str, Any], tell: Tell, kept: Path) -> dict[str, Any]:
    """Metrics and whether the data are the published ones; kept as soon as they are known."""
    from cnnviz.training.tasks import measure

    key = f"{_digest(name)} {data}"
    if key not in notes:
        check_here(data)
        model, card = checkpoints.load(name)
        tell(name, data)
        found = measure(model, card, checkpoints.load_preprocessing(name), data, "test")
        notes[key] = {"metrics": found.tested.metrics, "verified": found.verified}
        write_whole(kept, json.dumps(notes, indent=1) + "\n")
    result: dict[str, Any] = notes[key]
    return result


def _digest(name: str) -> str:
    """Of weights and of what the card says about using them."""
    card = checkpoints.read_card(name)
    how = json.dumps([card.model, card.model_args, card.preprocessing, card.recipe, card.data])
    text = checkpoints.digest_of(name) + how
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _read(kept: Path) -> dict[str, Any]:
    try:
        notes = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return notes if isinstance(notes, dict) else {}

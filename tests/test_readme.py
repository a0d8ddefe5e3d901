"""The README tells what is true: its commands, its results, its layout."""

import re
from pathlib import Path

import pytest

from cnnviz import checkpoints
from cnnviz.results.markdown import GRIDS, grid_table, table, written_into
from cnnviz.results.rows import from_cards

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_column(title: str) -> list[str]:
    """What stands first in the lines of a section's code blocks."""
    blocks = re.findall(r"```\n(.*?)```", section(title), re.DOTALL)
    return [line.split()[0] for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("command", ["streamlit run dashboard/Home.py", "pytest"])
def test_running_and_testing_take_one_line_each(command: str) -> None:
    assert f"```\npip install -r requirements.txt && {command}\n```" in README


def test_the_results_are_the_table_that_follows_from_the_cards() -> None:
    """``python -m cnnviz results --from-cards --out README.md`` writes it."""
    assert written_into(README, table(from_cards())) == README
    assert written_into(README, grid_table(), GRIDS) == README


def test_what_is_said_of_all_results_holds_for_each_card() -> None:
    for name in checkpoints.names():
        card = checkpoints.read_card(name)
        assert card.seed == 0
        if card.model == "dncnn":
            assert (card.data["name"], card.data["test_name"]) == ("train400", "set12")
        elif card.model.startswith("hybridsn"):
            settings = card.data["split"]["settings"]
            assert card.data["split"]["kind"] == "stratified"
            assert (settings["train"], settings["validation"]) == (0.1, 0.05)
        elif card.model == "dscmr":
            assert card.data["training"] + card.data["validation"] in (1297, 2173)
        else:
            assert (card.data["training"], card.data["validation"]) == (45_000, 5_000)
            assert not card.data["verified"]
            assert card.recipe["decay_depthwise"] == (not name.endswith("_spared"))


def test_all_that_the_layout_names_is_there() -> None:
    named = first_column("Layout")
    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_file_that_a_link_or_picture_shows_is_there() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    assert len(linked) >= 2
    assert [path for path in linked if not (ROOT / path).is_file()] == []

"""The networks of the lesson: those that are here, and what they were trained for."""

from pathlib import Path

import pytest

from cnnviz import checkpoints
from cnnviz.explain.dncnn_networks import BLIND_TO, NETWORKS, here, trained_for
from cnnviz.explain.dncnn_photo import trained_level
from cnnviz.lessons import LESSONS
from tests.dncnn_made import keep


def test_those_whose_checkpoints_are_here_come_in_the_tables_order(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path)
    assert here() == {}
    for name in ("dncnn_50", "dncnn_15", "dncnn_small"):
        keep(name)
    assert list(here().items()) == [("dncnn_15", 15), ("dncnn_50", 50)]
    keep("dncnn_blind")
    assert next(iter(here().items())) == ("dncnn_blind", None)


def test_what_they_were_trained_for_is_written_as_a_level_or_as_all_of_them() -> None:
    assert [trained_for(name) for name in NETWORKS] == ["0–55", "15", "25", "50"]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_shipped_one_was_trained_for_what_the_table_says(name: str) -> None:
    if name not in here():
        pytest.skip(f"{name} is not here")
    card = checkpoints.read_card(name)
    assert trained_level(card) == NETWORKS[name]
    assert card.preprocessing["sigma"] == (NETWORKS[name] or BLIND_TO)


def test_the_lesson_names_them_all() -> None:
    [lesson] = [lesson for lesson in LESSONS if lesson.name == "dncnn"]
    assert set(NETWORKS) <= set(lesson.checkpoints)

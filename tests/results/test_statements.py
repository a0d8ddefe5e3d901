"""What lessons say of their results has every number from cards and papers, in both languages."""

import json
import re
import shutil
from pathlib import Path

import pytest

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.lessons import LESSONS
from cnnviz.results.statements import PAIRS, statement
from dashboard import i18n
from dashboard.reproduced import SECTION

NAMES = [lesson.name for lesson in LESSONS]


def text(lesson: str, code: str) -> str:
    file = i18n.TEXT / code / f"{lesson}.md"
    return i18n.split_sections(file.read_text(encoding="utf-8"))[SECTION]


@pytest.mark.parametrize("lesson", NAMES)
def test_every_number_of_a_text_is_known_and_both_languages_have_the_same(lesson: str) -> None:
    found = statement(lesson)
    assert found.rows
    fields = {code: re.findall(r"{[^}]*}", text(lesson, code)) for code in i18n.LANGUAGES}
    assert set(fields["zh"]) == set(fields["en"])
    for code in i18n.LANGUAGES:
        assert "{" not in text(lesson, code).format_map(found.fields)


@pytest.mark.parametrize("lesson", NAMES)
def test_no_result_is_written_into_a_text(lesson: str) -> None:
    for code in i18n.LANGUAGES:
        assert not re.search(r"\d[.]\d+", re.sub(r"{[^}]*}|α = 0\.\d+", "", text(lesson, code)))


@pytest.fixture
def others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copies of the shipped checkpoints, to be changed."""
    folder = tmp_path / "shipped"
    shutil.copytree(checkpoints.SHIPPED, folder)
    monkeypatch.setattr(checkpoints, "SHIPPED", folder)
    return folder


def test_a_changed_card_changes_the_statement(others: Path) -> None:
    before = statement("mobilenet_v1").fields
    file = others / "mobilenet_v1.json"
    card = json.loads(file.read_text("utf-8"))
    card["metrics"]["test"]["accuracy"] = 0.7
    file.write_text(json.dumps(card), "utf-8")
    after = statement("mobilenet_v1").fields
    assert before["ours"]["mobilenet_v1 accuracy"] != after["ours"]["mobilenet_v1 accuracy"]
    assert after["ours"]["mobilenet_v1 accuracy"] == "70.00\u202f%"
    assert after["from_course"]["mobilenet_v1 accuracy"] == "\u22127.85"
    assert before["difference"]["half width"] != after["difference"]["half width"]


def test_a_checkpoint_that_is_not_here_is_one_sentence(others: Path) -> None:
    (others / "mobilenet_v1_025.json").unlink()
    fields = statement("mobilenet_v1").fields
    for missing in ("{ours[mobilenet_v1_025 accuracy]}", "{difference[quarter width]}"):
        with pytest.raises(UserError, match="There is no checkpoint mobilenet_v1_025"):
            missing.format_map(fields)


def test_pairs_are_of_shipped_checkpoints() -> None:
    named = {name for first, second, _metric in PAIRS.values() for name in (first, second)}
    assert named <= set(checkpoints.names())


def test_counted_costs_agree_with_the_papers_but_for_what_the_lessons_say() -> None:
    v1, v2 = (statement(name).fields["counted"] for name in ("mobilenet_v1", "mobilenet_v2"))
    assert (v1["agree"], v1["all"]) == ("24", "26")
    assert (v2["madds"], v2["parameters"]) == ("1.09\u202f%", "11.5\u202f%")

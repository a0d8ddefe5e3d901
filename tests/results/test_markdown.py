"""The table as Markdown, and its place in a file."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cnnviz.cli import app
from cnnviz.results.markdown import BEGIN, END, machine, table, written_into
from cnnviz.results.rows import Row, from_cards
from cnnviz.terminal import took


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    return from_cards()


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" |")]


def test_all_lines_of_the_table_have_all_columns(rows: tuple[Row, ...]) -> None:
    for missing, columns in ((None, 11), ((), 12)):
        lines = [line for line in table(rows, missing).splitlines() if line.startswith("|")]
        assert len(lines) == len(rows) + 2
        assert {len(cells(line)) for line in lines} == {columns}


def test_measured_and_told_by_the_card_stand_apart(rows: tuple[Row, ...]) -> None:
    row = next(row for row in rows if row.checkpoint == "mobilenet_v1")
    told = next(line for line in table([row]).splitlines() if "`mobilenet_v1`" in line)
    assert cells(told)[5] == row.measure.text(row.card or 0)
    found = replace(row, found=(row.card or 0) - 1)
    text = table([found], ())
    line = cells(next(line for line in text.splitlines() if line.startswith("| `mobilenet_v1`")))
    assert line[5:7] == [row.measure.text((row.card or 0) - 1), row.measure.text(row.card or 0)]
    assert "**Other than its card**" in text


def test_what_nobody_has_measured_is_named_with_its_reason(rows: tuple[Row, ...]) -> None:
    text = table(rows)
    for what in ("ImageNet", "Pavia University", "Salinas", "Pascal Sentence"):
        [line] = [line for line in text.splitlines() if f"on {what} (" in line][:1]
        assert line.startswith("- Not measured")
        assert line.count(": ") >= 2


def test_the_command_writes_into_a_file_between_its_comments(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(f"before\n\n{BEGIN}\nold\n{END}\n\nafter\n", encoding="utf-8")
    ran = CliRunner().invoke(app, ["results", "--from-cards", "--out", str(file)])
    assert ran.exit_code == 0, ran.output
    assert file.read_text("utf-8") == f"before\n\n{BEGIN}\n\n{ran.stdout}\n{END}\n\nafter\n"


def test_a_text_without_the_comments_is_none_to_write_into() -> None:
    assert written_into("nothing\n", "table") is None
    assert written_into(f"{BEGIN}\nhalf", "table") is None


def test_times_and_machines_are_short() -> None:
    assert [took(22.9), took(119), took(5545.4)] == ["23 s", "119 s", "92 min"]
    assert machine("CPU, 1 threads, x86_64") == "1 CPU thread"
    assert machine("CPU, 2 threads, x86_64") == "2 CPU threads"
    assert machine("NVIDIA H200") == "NVIDIA H200"

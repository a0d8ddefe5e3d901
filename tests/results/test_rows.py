"""The results table follows from cards, papers and course."""

import pytest

from cnnviz import checkpoints
from cnnviz.lessons import LESSONS
from cnnviz.results import grids
from cnnviz.results.rows import Row, from_cards
from cnnviz.training.shipped import SHIPPED


@pytest.fixture(scope="module")
def rows() -> dict[tuple[str, str], Row]:
    return {(row.checkpoint, row.measure.metric): row for row in from_cards()}


def test_every_checkpoint_has_its_rows_in_the_order_of_the_lessons(
    rows: dict[tuple[str, str], Row],
) -> None:
    assert {name for name, _metric in rows} == set(checkpoints.names())
    order = [lesson.name for lesson in LESSONS]
    places = [order.index(row.lesson) for row in rows.values()]
    assert places == sorted(places)


def test_a_row_has_the_number_of_its_card(rows: dict[tuple[str, str], Row]) -> None:
    for (name, metric), row in rows.items():
        told = checkpoints.read_card(name).metrics["test"][metric]
        assert row.card == pytest.approx(row.measure.shown(told))
        assert row.ours == row.card


@pytest.mark.parametrize(
    ("name", "metric", "course", "paper"),
    [
        ("mobilenet_v1", "accuracy", 77.85, None),
        ("mobilenet_v2", "accuracy", 82.13, None),
        ("mobilenet_v1_050", "accuracy", None, None),
        ("hybridsn_indian_pines", "oa", 96.53, 98.39),
        ("hybridsn_indian_pines", "aa", None, 98.01),
        ("hybridsn_synthetic_quick", "oa", None, None),
        ("dncnn_25", "psnr", None, 30.436),
        ("dncnn_blind", "psnr_50", None, 27.206),
        ("dncnn_3", "psnr_25", None, None),
        ("dncnn_small", "psnr", None, None),
        ("dscmr_wikipedia", "map", None, None),
    ],
)
def test_only_numbers_of_the_same_thing_stand_beside_ours(
    rows: dict[tuple[str, str], Row],
    name: str,
    metric: str,
    course: float | None,
    paper: float | None,
) -> None:
    row = rows[name, metric]
    assert (row.course.value if row.course else None) == course
    assert (row.paper.value if row.paper else None) == paper


def test_seeds_are_a_mean_and_a_deviation_of_several_trainings(
    rows: dict[tuple[str, str], Row],
) -> None:
    scene = rows["hybridsn_indian_pines", "oa"].seeds
    assert scene is not None
    assert (round(scene.mean, 2), round(scene.deviation, 2), scene.count) == (98.41, 0.64, 3)
    pairs = rows["dscmr_wikipedia", "map"].seeds
    assert pairs is not None
    assert (pairs.count, pairs.epochs) == (5, 120)
    assert rows["mobilenet_v1", "accuracy"].seeds is None


@pytest.mark.parametrize(
    "name", [file.stem for file in grids.FOLDER.glob("*.json") if file.stem in SHIPPED]
)
def test_a_grid_of_a_checkpoints_name_is_of_its_recipe_and_has_its_number(name: str) -> None:
    grid, card = grids.read(name), checkpoints.read_card(name)
    assert grid is not None
    assert grid.recipe == SHIPPED[name].to_json()
    own = [run for run in grid.runs if run.settings["seed"] == card.seed]
    assert len(own) == 1
    for metric, value in own[0].metrics.items():
        assert value == pytest.approx(card.metrics["test"][metric], abs=5e-5)


@pytest.mark.parametrize(
    ("name", "count"), [("mobilenet_v1", 2_142_026), ("mobilenet_v2", 2_236_682),
                        ("hybridsn_indian_pines", 5_122_176), ("dncnn_25", 556_096)]
)  # fmt: skip
def test_parameters_are_those_of_the_papers(
    rows: dict[tuple[str, str], Row], name: str, count: int
) -> None:
    assert {row.parameters for (own, _), row in rows.items() if own == name} == {count}

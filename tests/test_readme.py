"""The README tells what is true: its commands, its results, its layout."""

import re
from pathlib import Path

import pytest

from cnnviz import checkpoints

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_column(title: str) -> list[str]:
    """What stands first in the lines of a section's code blocks."""
    blocks = re.findall(r"```\n(.*?)```", section(title), re.DOTALL)
    return [line.split()[0] for block in blocks for line in block.splitlines()]


def patches(card: checkpoints.Card) -> str:
    """Thousands that a DnCNN was trained on; before them those of what it began with."""
    own = card.recipe["epochs"] * card.recipe["data_args"].get("patches", 12_800)
    before = card.recipe.get("weights_from")
    begun = f"{patches(checkpoints.read_card(before))} + " if before else ""
    return f"{begun}{own // 1000}"


def result(name: str) -> str:
    """A checkpoint's line in the table, from its card."""
    card = checkpoints.read_card(name)
    if card.model == "dncnn":
        layers = f"{card.model_args.get('depth', 17)}, {card.model_args.get('maps', 64)}"
        trained = f"{'0–' if card.preprocessing['blind'] else ''}{card.preprocessing['sigma']:g}"
        psnr, ssim = (card.metrics["test"][m] for m in ("psnr", "ssim"))
        scores = f"{psnr:.2f} dB | {ssim:.3f}"
        return f"| `{name}` | {layers} | {trained} | {scores} | {patches(card)} |"
    if "window" in card.preprocessing:
        scene = {"synthetic_scene": "generated", "indian_pines": "rebuilt"}[card.data["name"]]
        size = f"{card.preprocessing['window']}, {card.preprocessing['components']['count']}"
        scores = (f"{100 * card.metrics['test'][m]:.2f} %" for m in ("oa", "aa", "kappa"))
        return f"| `{name}` | {scene} | {size} | {' | '.join(scores)} | {card.recipe['epochs']} |"
    if card.model == "dscmr":
        keys = ("map_image_text", "map_text_image", "map")
        scores = (f"{card.metrics['test'][key]:.3f}" for key in keys)
        return f"| `{name}` | {' | '.join(scores)} | {card.epoch} of {card.recipe['epochs']} |"
    alpha = card.model_args.get("alpha", card.model_args.get("width", 1))
    epochs = card.recipe["epochs"]
    accuracy, minutes = 100 * card.metrics["test"]["accuracy"], card.seconds / 60
    return f"| `{name}` | {alpha:g} | {accuracy:.2f} % | {epochs} | {minutes:.0f} |"


@pytest.mark.parametrize("command", ["streamlit run dashboard/Home.py", "pytest"])
def test_running_and_testing_take_one_line_each(command: str) -> None:
    assert f"```\npip install -r requirements.txt && {command}\n```" in README


def test_the_results_are_those_of_the_cards() -> None:
    told = [line for line in section("Results").splitlines() if line.startswith("| `")]
    assert sorted(told) == sorted(map(result, checkpoints.names()))


def test_what_is_said_of_all_results_holds_for_each_card() -> None:
    for name in checkpoints.names():
        card = checkpoints.read_card(name)
        assert card.seed == 0
        assert card.hardware.startswith("CPU")
        if card.model == "dncnn":
            assert (card.data["name"], card.data["test_name"]) == ("train400", "set12")
        elif card.model == "hybridsn":
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

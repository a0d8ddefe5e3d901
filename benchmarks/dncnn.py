"""DnCNN: how fast it denoises, against a plain loop and a classic, and how well on Set12.

    python benchmarks/dncnn.py [--quick] [--json]

Speed: megapixels a second of one core, on crops of photos of 180x180 and of 512x512 pixels, of
- ``cnnviz.explain.dncnn.denoised``, which the pages' crops go through;
- ``cnnviz.explain.dncnn_photo.parts``, by which whole photos are denoised tile by tile;
- the plain loop: ``noisy - model(noisy)`` picture by picture, without gradients;
- scikit-image's non-local means at the settings found for it.
The network has the paper's size (17 layers, 64 maps); a trained one would take the same time. What
is compared is timed in turns, and the best of each counts, with one torch thread as a page has it.

Quality: mean PSNR over Set12's twelve images at noise levels 15, 25 and 50, of the shipped networks
that are here, beside the paper's numbers; a quick run measures one of them. Nothing of it where
Set12 is not here.

Leaves with 1 where one of ours is less than 0.8 times as fast as the plain loop, or gives other
pictures.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.data.damage import Damage
from cnnviz.data.finding import state
from cnnviz.data.noise import gaussian
from cnnviz.data.pictures import load_pictures
from cnnviz.data.table import data_set
from cnnviz.explain import dncnn_networks
from cnnviz.explain.dncnn import Picture, denoised
from cnnviz.explain.dncnn_classics import denoised_by
from cnnviz.explain.dncnn_photo import parts
from cnnviz.models.dncnn import DnCNN
from cnnviz.printed.dncnn import DNCNN_ROWS
from cnnviz.training.task_pictures import evaluate

SIDES = (180, 512)
SIGMA = 25.0
ALLOWED_RATIO = 0.8
ALLOWED_DIFFERENCE = 1e-3  # grey levels
TESTED = (15, 25, 50)  # the paper's noise levels


def main() -> int:
    """Measure, print, and judge."""
    options = read_options()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    rounds = (3, 1) if options.quick else (5, 5)
    speed(SIDES[0], 1)  # what is loaded when it first runs
    result: dict[str, Any] = {
        "speed": {str(side): speed(side, count) for side, count in zip(SIDES, rounds, strict=True)}
    }
    torch.set_num_threads(threads)
    result["psnr"] = psnr_table(quick=options.quick)
    result["passed"] = all(
        min(case["crop_to_plain"], case["tiles_to_plain"]) >= ALLOWED_RATIO
        and case["differ_by"] <= ALLOWED_DIFFERENCE
        for case in result["speed"].values()
    )
    print(json.dumps(result) if options.json else table(result))
    return 0 if result["passed"] else 1


def speed(side: int, rounds: int) -> dict[str, float]:
    """Megapixels a second of each way on a picture of side x side, and how they differ."""
    torch.manual_seed(0)
    model = DnCNN().eval()
    # As a file has it, which is what whole photos come from.
    pixels = np.rint(gaussian(crop(side), SIGMA, 0)).clip(0, 255).astype(np.uint8)
    noisy = pixels.astype(np.float32)
    ways: dict[str, Callable[[], Picture]] = {
        "crop": lambda: denoised(model, noisy),
        "tiles": lambda: tiled(model, pixels),
        "plain": lambda: plain(model, noisy),
        "nl_means": lambda: denoised_by("nl_means", noisy, SIGMA),
    }
    taken, pictures = dict.fromkeys(ways, float("inf")), dict[str, Picture]()
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.process_time()
            pictures[name] = way()
            taken[name] = min(taken[name], time.process_time() - began)
    found = {name: side**2 / 1e6 / each for name, each in taken.items()}
    return found | {
        "crop_to_plain": found["crop"] / found["plain"],
        "tiles_to_plain": found["tiles"] / found["plain"],
        "nl_means_to_tiles": found["nl_means"] / found["tiles"],
        "differ_by": max(
            float(np.abs(pictures[name] - pictures["plain"]).max()) for name in ("crop", "tiles")
        ),
    }


def crop(side: int) -> Picture:
    """The middle of a photo, in grey levels."""
    grey = np.array(Image.fromarray(photos.load("camera")).convert("L"), dtype=np.float32)
    edge = (grey.shape[0] - side) // 2
    return grey[edge : edge + side, edge : edge + side]


def tiled(model: DnCNN, pixels: NDArray[np.uint8]) -> Picture:
    """As a whole photo goes through the network."""
    found = np.empty(pixels.shape, dtype=np.float32)
    for (top, left, bottom, right), levels in parts(model, pixels):
        found[top:bottom, left:right] = levels
    return found


@torch.no_grad()
def plain(model: DnCNN, noisy: Picture) -> Picture:
    """As one writes it at first."""
    x = torch.tensor(noisy / 255)[None, None]
    return (x - model(x))[0, 0].numpy() * 255


def psnr_table(*, quick: bool) -> list[dict[str, Any]]:
    """Mean PSNR on Set12 of the networks that are here, ours and the paper's; a quick run has one
    row.
    """
    if not state(data_set("set12")).complete:
        return []
    pictures = load_pictures("set12")
    pairs = [
        (name, level)
        for name, own in dncnn_networks.here().items()
        for level in TESTED
        if own in (None, level)
    ]
    rows = []
    for name, level in pairs[: 1 if quick else None]:
        method = "DnCNN-B" if dncnn_networks.NETWORKS[name] is None else "DnCNN-S"
        [paper] = [row for row in DNCNN_ROWS if (row.method, row.data) == (method, "set12")]
        ours = evaluate(checkpoints.load(name)[0], pictures, (Damage("noise", level),))["psnr"]
        published = paper.psnr[level].value
        rows.append({"network": name, "sigma": level, "psnr": ours, "paper": published})
    return rows


def table(result: dict[str, Any]) -> str:
    """As it is read."""
    lines = [
        "megapixels a second of one core",
        f"{'pixels a side':15}{'crop':>8}{'tiles':>8}{'plain loop':>12}{'non-local means':>17}",
    ]
    for side, case in result["speed"].items():
        lines.append(
            f"{side:15}{case['crop']:8.3f}{case['tiles']:8.3f}{case['plain']:12.3f}"
            f"{case['nl_means']:17.2f}   crop {case['crop_to_plain']:.2f}x and tiles "
            f"{case['tiles_to_plain']:.2f}x the plain loop; differ by {case['differ_by']:.0e}"
        )
    lines.append("Set12, mean PSNR in dB (the paper's: table 3)")
    for row in result["psnr"]:
        lines.append(
            f"{row['network']:12} sigma {row['sigma']:2}: {row['psnr']:6.2f}   "
            f"paper {row['paper']:6.2f} ({row['psnr'] - row['paper']:+.2f})"
        )
    if not result["psnr"]:
        lines.append("no network, or no Set12 here: python -m cnnviz data fetch set12")
    return "\n".join([*lines, "passed" if result["passed"] else "failed"])


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds, one number of Set12: under 50 s"
    )
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

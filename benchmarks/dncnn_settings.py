"""The best settings of DnCNN's four rivals for each noise level; writes what the page then uses.

    python benchmarks/dncnn_settings.py [--json] [--quick]

For each method of ``cnnviz.explain.dncnn_classics`` and each noise level: the settings with the
highest mean PSNR on nine crops of bundled photos, all of them of those that training may use and
none of those kept for tests. All combinations of a grid are tried, and of each, strengths between
the best one and its neighbours. One core takes about two minutes. A quick run tries them at one
level and on three crops, and writes nothing.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import skimage

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cnnviz.data.noise import gaussian
from cnnviz.explain.dncnn import Picture
from cnnviz.explain.dncnn_classics import FOUND, METHODS, STRENGTH, denoised_by
from cnnviz.metrics import psnr
from cnnviz.training.task_pictures import parts_of

SIGMAS = (5, 10, 15, 20, 25, 30, 40, 50, 60, 75)
EVERY, SIDE = 4, 96  # each fourth training crop, the middle of it
SEED = 0  # of the noise
GRID: Mapping[str, Mapping[str, Sequence[Any]]] = {
    "nl_means": {
        STRENGTH: (0.35, 0.5, 0.7, 1.0), "patch_size": (5, 7, 9), "patch_distance": (4, 6, 9),
    },
    "wavelet": {
        STRENGTH: (0.85, 1.0, 1.2, 1.4), "kind": ("db1", "db2", "sym4"), "levels": (4, 5),
    },
    "tv": {STRENGTH: (0.35, 0.5, 0.7, 1.0, 1.4)},
    "bilateral": {STRENGTH: (1.4, 2.0, 2.8, 4.0, 5.6), "window": (3, 5, 7, 9)},
}  # fmt: skip
CLOSER = 2  # so many times the step to the neighbours is halved


def main() -> int:
    """Search, print, and write."""
    options = read_options()
    sigmas, pictures = (SIGMAS[4:5], 3) if options.quick else (SIGMAS, None)
    began = time.process_time()
    crops = training_crops()
    names = list(crops)[:pictures]
    found: dict[str, Any] = {
        "made_by": "python benchmarks/dncnn_settings.py",
        "aim": "highest mean PSNR",
        "pictures": names,
        "side": SIDE,
        "noise_seed": SEED,
        "scikit_image": skimage.__version__,
        "grid": GRID,
        "sigmas": list(sigmas),
        "settings": {},
        "psnr": {},
    }
    for method in METHODS:
        rows = [best(method, [crops[name] for name in names], sigma) for sigma in sigmas]
        found["settings"][method] = [settings for settings, _psnr in rows]
        found["psnr"][method] = [round(value, 2) for _settings, value in rows]
    if not options.quick:
        FOUND.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found) if options.json else table(found, time.process_time() - began))
    return 0


def training_crops() -> dict[str, Picture]:
    """The middles of some of the crops that training may use, by name."""
    known = parts_of("bundled")[0]
    edge = (known.images[0].shape[0] - SIDE) // 2
    middle = slice(edge, edge + SIDE)
    return {
        name: image[middle, middle].astype(np.float32)
        for name, image in list(zip(known.names, known.images, strict=True))[::EVERY]
    }


def best(method: str, clean: Sequence[Picture], sigma: float) -> tuple[dict[str, Any], float]:
    """The best settings of a method at a noise level, and their mean PSNR in dB."""
    noisy = [gaussian(picture, sigma, SEED, index) for index, picture in enumerate(clean)]

    def score(settings: Mapping[str, Any]) -> float:
        pairs = zip(clean, noisy, strict=True)
        return float(np.mean([psnr(c, denoised_by(method, n, sigma, settings)) for c, n in pairs]))

    grid = GRID[method]
    others = [name for name in grid if name != STRENGTH]
    found = []
    for values in product(*(grid[name] for name in others)):
        rest = dict(zip(others, values, strict=True))
        step = grid[STRENGTH][1] / grid[STRENGTH][0]
        value, strength = max((score({STRENGTH: s, **rest}), s) for s in grid[STRENGTH])
        for _ in range(CLOSER):
            step **= 0.5
            near = ((score({STRENGTH: s, **rest}), s) for s in (strength / step, strength * step))
            value, strength = max((value, strength), *near)
        found.append((value, {STRENGTH: float(f"{strength:.3g}"), **rest}))
    value, settings = max(found, key=lambda pair: pair[0])
    return settings, value


def table(found: Mapping[str, Any], seconds: float) -> str:
    """As it is read."""
    lines = [f"{len(found['pictures'])} crops of {SIDE}x{SIDE}, {seconds:.0f} s of one core"]
    for method, rows in found["settings"].items():
        for sigma, settings, value in zip(
            found["sigmas"], rows, found["psnr"][method], strict=True
        ):
            told = ", ".join(f"{name} {value}" for name, value in settings.items())
            lines.append(f"{method:10} sigma {sigma:3}: {value:5.2f} dB   {told}")
    return "\n".join(lines)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="one level, a few crops, no file")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

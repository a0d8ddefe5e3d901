"""HybridSN over a whole scene: one pass, against windows in batches, against one by one.

    python benchmarks/hybridsn.py [--quick] [--json]

At the paper's settings (windows of 25x25 pixels, 30 components) and the quick ones (13x13, 15), on
a scene of 145x145 pixels, as large as Indian Pines:
- every pixel classified in one pass over the scene (``predict_scene``), against the same windows in
  batches, of whichever size and memory layout is fastest, and against one window at a time, as the
  course's loop does it;
- an epoch of training on 1,024 windows (10 % of Indian Pines' labelled pixels), batch 256, window
  by window and over the shared scene, and as one batch;
- the memory that the pass takes on scenes as large as Pavia University and Salinas, each in a
  process of its own.

Batches are timed on 128 windows, the loop on 500 pixels (a quick run: 100), an epoch on one step;
all are scaled to the whole. What is compared is timed in turns, and the best of each counts. Times
are seconds of one core, with one torch thread as a page has it, so that what else the machine does
changes them little. Leaves with 1 where one pass is less than 40 times faster than batches at the
paper's settings, logits differ by more than 1e-4, or the pass takes 2 GB.
"""

import argparse
import copy
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cnnviz.models.hybridsn import HybridSN
from cnnviz.models.hybridsn_counterparts import HybridSN2D, HybridSN3D
from cnnviz.models.hybridsn_dense import predict_scene, predict_strips, window_logits
from cnnviz.models.hybridsn_windows import WindowNetwork

SIDE = 145  # of the scene
LARGE = {"610x340": (610, 340), "512x217": (512, 217)}
PAPER = {"components": 30, "window": 25}
QUICK = {"components": 15, "window": 13}
LAYOUTS = {"maps first": torch.contiguous_format, "maps last": torch.channels_last_3d}
SIZES = (16, 128)  # of batches
TIMED = 128  # windows in batches
PIXELS = 500  # that the loop is timed on
FEW_PIXELS = 100  # in a quick run
TRAINED, BATCH = 1024, 256
ALLOWED_RATIO, ALLOWED_DIFFERENCE, ALLOWED_MB = 40.0, 1e-4, 2000.0
VARIANTS: dict[str, tuple[type[WindowNetwork], dict[str, Any]]] = {
    "batch norm": (HybridSN, {"batch_norm": True}),
    "squeeze and excitation": (HybridSN, {"se": True}),
    "residual": (HybridSN, {"residual": True}),
    "2-D only": (HybridSN2D, {}),
    "3-D only": (HybridSN3D, {}),
}


@dataclass(frozen=True)
class Subject:
    """A network, a scene, and some of its windows."""

    model: WindowNetwork
    scene: Tensor

    @classmethod
    def of(cls, kind: type[WindowNetwork] = HybridSN, **arguments: Any) -> "Subject":
        torch.manual_seed(0)
        model = kind(**arguments).eval()
        for module in model.modules():  # logits as large as a trained network's
            if isinstance(module, nn.Conv2d | nn.Conv3d | nn.Linear):
                nn.init.kaiming_normal_(module.weight)
        return cls(model, torch.randn(model.components, SIDE, SIDE))

    def windows(self, rows: Tensor, columns: Tensor) -> Tensor:
        """(N, 1, components, window, window)."""
        padded = functional.pad(self.scene, (self.model.window // 2,) * 4)
        steps = torch.arange(self.model.window)
        cut = padded[:, (rows[:, None] + steps)[:, :, None], (columns[:, None] + steps)[:, None]]
        return cut.transpose(0, 1)[:, None]


def main() -> int:
    """Measure, print, and judge."""
    options = read_options()
    torch.set_num_threads(1)
    if options.memory:
        print(json.dumps(memory(*LARGE[options.memory], strips=2 if options.quick else None)))
        return 0
    rounds, pixels = (2, FEW_PIXELS) if options.quick else (5, PIXELS)
    result: dict[str, Any] = {
        "pixels": pixels,
        "scene": scene(Subject.of(**PAPER), rounds, pixels),
        "scene_quick_settings": scene(Subject.of(**QUICK), rounds, pixels),
        "epoch": {
            "paper": epoch(Subject.of(**PAPER), 1 if options.quick else 3),
            "quick": epoch(Subject.of(**QUICK), rounds),
        },
        "memory": {name: in_a_process(name, options.quick) for name in LARGE},
    }
    if not options.quick:
        result["variants"] = {
            name: scene(Subject.of(kind, **PAPER, **more), 1, 0)
            for name, (kind, more) in VARIANTS.items()
        }
    found = result["scene"]
    result["passed"] = (
        found["ratio_to_batched"] >= ALLOWED_RATIO
        and found["max_logit_difference"] <= ALLOWED_DIFFERENCE
        and all(case["extra_mb"] < ALLOWED_MB for case in result["memory"].values())
    )
    print(json.dumps(result) if options.json else table(result))
    return 0 if result["passed"] else 1


@torch.inference_mode()
def scene(subject: Subject, rounds: int, pixels: int) -> dict[str, Any]:
    """Every pixel of the scene: in one pass, in batches, and, timed on ``pixels``, by the loop."""
    model, total = subject.model, SIDE * SIDE
    places = torch.randperm(total)[: max(pixels, TIMED)].sort().values
    windows = subject.windows(places // SIDE, places % SIDE)
    batches = {
        f"{size} windows, {name}": batched(model, windows[:TIMED], size, layout)
        for size, (name, layout) in product(SIZES, LAYOUTS.items())
    }
    one_pass, in_batches, one_by_one = [], dict.fromkeys(batches, float("inf")), []
    for part in windows[:pixels].chunk(rounds) if pixels else [windows[:0]]:
        one_pass.append(seconds(lambda: predict_scene(model, subject.scene)))
        for way, run in batches.items():
            in_batches[way] = min(in_batches[way], seconds(run) * total / TIMED)
        if pixels:
            taken = seconds(lambda part=part: [model(window[None]) for window in part])
            one_by_one.append(taken * total / len(part))
    best = min(in_batches, key=lambda way: in_batches[way])
    logits = predict_scene(model, subject.scene).flatten(0, 1)[places]
    expected = torch.cat([model(part) for part in windows.split(SIZES[0])])
    found: dict[str, Any] = {
        "one_pass_s": min(one_pass),
        "batched_s": in_batches[best],
        "batched_at": best,
        "ratio_to_batched": in_batches[best] / min(one_pass),
        "max_logit_difference": float((logits - expected).abs().max()),
        "largest_logit": float(expected.abs().max()),
    }
    if one_by_one:
        found["pixel_loop_s"] = min(one_by_one)
        found["ratio_to_pixel_loop"] = min(one_by_one) / min(one_pass)
    return found


def batched(
    model: WindowNetwork, windows: Tensor, size: int, layout: torch.memory_format
) -> Callable[[], object]:
    """Classify windows, so many at a time, all 3-D tensors laid out like this."""
    model = copy.deepcopy(model)
    for module in model.modules():
        if isinstance(module, nn.Conv3d):
            module.weight.data = module.weight.data.contiguous(memory_format=layout)
    parts = [part.contiguous(memory_format=layout) for part in windows.split(size)]
    return lambda: [model(part) for part in parts]


def epoch(subject: Subject, rounds: int) -> dict[str, float]:
    """Seconds of an epoch, from one step's forward and backward pass."""
    model = copy.deepcopy(subject.model).train()
    rows, columns = torch.randint(SIDE, (2, TRAINED))
    labels = torch.randint(16, (TRAINED,))

    def step(count: int, shared: bool) -> None:
        model.zero_grad()
        chosen = rows[:count], columns[:count]
        if shared:
            logits = window_logits(model, subject.scene, *chosen)
        else:
            logits = model(subject.windows(*chosen))
        functional.cross_entropy(logits, labels[:count]).backward()

    windows, shared, whole = [], [], []
    for _ in range(rounds):
        windows.append(seconds(lambda: step(BATCH, shared=False)) * TRAINED / BATCH)
        shared.append(seconds(lambda: step(BATCH, shared=True)) * TRAINED / BATCH)
        whole.append(seconds(lambda: step(TRAINED, shared=True)))
    return {
        "windows_s": min(windows),
        "shared_s": min(shared),
        "shared_one_batch_s": min(whole),
        "ratio_shared": min(windows) / min(shared),
        "ratio_shared_one_batch": min(windows) / min(whole),
    }


def memory(height: int, width: int, strips: int | None) -> dict[str, float]:
    """What one pass takes beyond network, scene and torch itself, at the paper's settings."""
    model, cube = HybridSN(**PAPER).eval(), torch.randn(PAPER["components"], height, width)
    predict_scene(model, cube[:, :1, :1])  # what torch loads when it first runs
    before, began, done, kept = peak(), time.process_time(), 0, []
    for number, strip in enumerate(predict_strips(model, cube), start=1):
        kept.append(strip)
        done += len(strip)
        if number == strips:
            break
    taken = time.process_time() - began
    return {"extra_mb": peak() - before, "share": done / height, "seconds": taken}


def peak() -> float:
    """The most memory this process has had, in MB: the system's count, on Linux."""
    # Not getrusage's: a process's begins with its parent's.
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def in_a_process(name: str, quick: bool) -> dict[str, float]:
    command = [sys.executable, __file__, "--memory", name, *(["--quick"] if quick else [])]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, float] = json.loads(printed)
    return found


def seconds(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def table(result: dict[str, Any]) -> str:
    """As it is read."""
    lines = [
        f"{SIDE}x{SIDE} pixels, seconds of one core",
        f"{'':26}{'one pass':>10}{'batches':>20}{'one by one':>20}   logits differ by",
    ]
    cases = {
        "25x25, 30 components": result["scene"],
        "13x13, 15 components": result["scene_quick_settings"],
        **{f"25x25, {name}": case for name, case in result.get("variants", {}).items()},
    }
    for name, case in cases.items():
        loop = ""
        if "pixel_loop_s" in case:
            loop = f"{case['pixel_loop_s']:8.0f} s {case['ratio_to_pixel_loop']:7.1f}x"
        lines.append(
            f"{name:31}{case['one_pass_s']:5.2f} s{case['batched_s']:9.1f} s"
            f"{case['ratio_to_batched']:7.1f}x{loop:>20}   {case['max_logit_difference']:.1e} of "
            f"{case['largest_logit']:.0f}; batches: {case['batched_at']}"
        )
    lines.append(f"batches scaled from {TIMED} windows, one by one from {result['pixels']} pixels")
    for name, case in result["epoch"].items():
        lines.append(
            f"epoch of {TRAINED} windows, {name} settings: {case['windows_s']:.2f} s by windows, "
            f"{case['shared_s']:.2f} s over the scene ({case['ratio_shared']:.1f}x), "
            f"{case['shared_one_batch_s']:.2f} s as one batch "
            f"({case['ratio_shared_one_batch']:.1f}x)"
        )
    for name, case in result["memory"].items():
        lines.append(
            f"{name}: {case['extra_mb']:.0f} MB (allowed: {ALLOWED_MB:.0f}), "
            f"{100 * case['share']:.0f} % of the scene in {case['seconds']:.1f} s"
        )
    return "\n".join([*lines, "passed" if result["passed"] else "failed"])


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: under 50 s")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    parser.add_argument("--memory", choices=LARGE, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

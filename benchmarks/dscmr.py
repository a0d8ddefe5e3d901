"""What it costs to embed many pairs and to rank them, against the loop that holds everything.

    python benchmarks/dscmr.py [--items 100000] [--queries 1000] [--quick] [--json]

Each measurement is a process of its own. The straightforward loop makes all similarities at once,
and gives scikit-learn's ``average_precision_score`` one query after the other; it and
``cnnviz.ranking`` get the same embeddings, of a size that both can do, and have to find the same
mAP. Then the network embeds as many items as are asked for, part by part, and ``cnnviz.ranking``
ranks all of them for each query: leaves with 1 where that takes more than 2 GB, or the two mAPs
differ. Weights and features are random: what they are does not change what it costs. Times are
without imports; memory is the process's largest, imports and all.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ALLOWED_MB = 2000.0
TOLERANCE = 1e-6  # of the mAP
BOTH_CAN = {"items": 5000, "queries": 1000}  # what the loop is measured at as well

# The child's part. This process imports no library: a child counts its parent's memory as its own.
SETUP = """
import json, resource, sys, time
import numpy as np
import torch
torch.set_num_threads(1)
from cnnviz.models.dscmr import DSCMR
from cnnviz.ranking import ranked, unit

items, queries = int(sys.argv[1]), int(sys.argv[2])
CLASSES, PART = 20, 1000
torch.manual_seed(0)
model = DSCMR(num_classes=CLASSES).eval()  # Pascal's features, the paper's sizes

def embedded(count, embed, features, seed):
    # Features of each part are made when it is their turn, as files are read.
    places = np.empty((count, 512), dtype=np.float32)
    labels = np.random.default_rng(seed).integers(0, CLASSES, count)
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn(CLASSES, features, generator=torch.Generator().manual_seed(9))
    with torch.inference_mode():
        for start in range(0, count, PART):
            some = labels[start : start + PART]
            made = torch.randn(len(some), features, generator=generator) + centres[some] / 4
            places[start : start + PART] = embed(made)
    return places, labels

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

began = time.perf_counter()
found, item_labels = embedded(items, model.embed_texts, 300, 1)
asked, query_labels = embedded(queries, model.embed_texts, 300, 2)
embedding = time.perf_counter() - began
began = time.perf_counter()
"""
OURS = "score = ranked(asked, found, query_labels, item_labels).map\n"
LOOP = """
from sklearn.metrics import average_precision_score
began = time.perf_counter()
scores = unit(asked) @ unit(found).T
right = query_labels[:, None] == item_labels[None, :]
score = np.mean([average_precision_score(r, s) for r, s in zip(right, scores)])
"""
TELL = """
print(json.dumps({"map": float(score), "embedding_seconds": embedding,
                  "ranking_seconds": time.perf_counter() - began, "peak_mb": peak()}))
"""


def main() -> int:
    """Measure, print, and judge."""
    options = read_options()
    items = 20_000 if options.quick else options.items
    both = {name: count // 2 for name, count in BOTH_CAN.items()} if options.quick else BOTH_CAN
    ours, loop = (measured(code, **both) for code in (OURS, LOOP))
    large = measured(OURS, items, options.queries)
    same = abs(ours["map"] - loop["map"]) <= TOLERANCE
    result = {
        "both": {**both, "ours": ours, "loop": loop, "same_map": same},
        "times_faster": loop["ranking_seconds"] / ours["ranking_seconds"],
        "times_smaller": loop["peak_mb"] / ours["peak_mb"],
        "large": {"items": items, "queries": options.queries, **large},
        "full_matrix_mb": items * options.queries * 4 / 1e6,
        "passed": same and large["peak_mb"] <= ALLOWED_MB,
    }
    print(json.dumps(result) if options.json else table(result))
    return 0 if result["passed"] else 1


def measured(code: str, items: int, queries: int) -> dict[str, float]:
    """Embed and rank in a process of its own; what it took and found."""
    command = [sys.executable, "-c", SETUP + code + TELL, str(items), str(queries)]
    ran = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def table(result: dict[str, Any]) -> str:
    """As it is read."""
    both, large = result["both"], result["large"]
    lines = ["                   items  queries   embed s  rank s  peak MB     mAP"]
    for name, sizes, found in (
        ("loop", both, both["loop"]),
        ("cnnviz.ranking", both, both["ours"]),
        ("cnnviz.ranking", large, large),
    ):
        lines.append(
            f"{name:15}{sizes['items']:9}{sizes['queries']:9}{found['embedding_seconds']:10.1f}"
            f"{found['ranking_seconds']:8.2f}{found['peak_mb']:9.0f}{found['map']:8.4f}"
        )
    lines.append(
        f"ranking {result['times_faster']:.1f} times as fast as the loop; the large one holds "
        f"{large['peak_mb']:.0f} MB of {ALLOWED_MB:.0f} allowed"
    )
    return "\n".join([*lines, "passed" if result["passed"] else "failed"])


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--items", type=int, default=100_000, help="that are ranked")
    parser.add_argument("--queries", type=int, default=1000, help="that look for them")
    parser.add_argument("--quick", action="store_true", help="20 000 items: under 50 s")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""Does it matter? J1 with and without the other losses, trained alike over some seeds."""

from cnnviz.figures.seeds import seeds_figure
from cnnviz.training import recipes
from cnnviz.training.whole_run import whole_run

data = "captioned_digits"  # page: pairs
seeds = 3  # page: ablation_seeds

epochs = 10
left_out = {
    "J1": {"alpha": 0.0, "beta": 0.0},
    "J1 + α J2": {"beta": 0.0},
    "J1 + β J3": {"alpha": 0.0},
    "J1 + α J2 + β J3": {},
}
base = recipes.on_pairs(data).with_settings({"epochs": epochs})
scores = {
    name: [
        whole_run(base.with_settings({**settings, "seed": seed})).metrics["test"]["map"]
        for seed in range(seeds)
    ]
    for name, settings in left_out.items()
}

rows = [(name, values, [f"seed {s}" for s in range(seeds)]) for name, values in scores.items()]
words = {"mean": "mean", "deviation": "standard deviation", "map": "mAP on test pairs"}
figure = seeds_figure(rows, words, metric="map")
figure

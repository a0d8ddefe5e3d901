"""2-D only, 3-D only and both, trained alike; and once more with the components shuffled."""

from cnnviz.figures.seeds import seeds_figure
from cnnviz.training import recipes
from cnnviz.training.whole_run import whole_run

scene = "synthetic_scene"  # page: scene
split = "random"  # page: dims_split
seeds = 3  # page: dims_seeds

networks = ("hybridsn", "hybridsn_2d", "hybridsn_3d")
epochs = 20  # a minute or more for each of these trainings
accuracy = {}
for order in ("own order", "shuffled"):
    for network in networks:
        for seed in range(seeds):
            spec = recipes.on_scene(network, scene).with_settings(
                {"split": split, "seed": seed, "epochs": epochs}
            )
            if order == "shuffled":
                spec = spec.with_settings({"permute": seed + 1})
            card = whole_run(spec)
            accuracy.setdefault(f"{network}, {order}", []).append(card.metrics["test"]["oa"])

rows = [
    (title, values, [f"seed {seed}" for seed in range(seeds)]) for title, values in accuracy.items()
]
words = {"mean": "mean", "deviation": "standard deviation", "oa": "OA on test pixels"}
figure = seeds_figure(rows, words, metric="oa")
figure

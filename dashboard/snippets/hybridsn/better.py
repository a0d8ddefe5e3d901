"""What could be better than the network as it is: each thing tried by itself, over some seeds."""

from pathlib import Path
from tempfile import mkdtemp

from cnnviz.explain.hybridsn_better import classified, on_test, smoothed
from cnnviz.explain.hybridsn_map import classified_scene
from cnnviz.figures.seeds import seeds_figure
from cnnviz.training import recipes
from cnnviz.training.scene_data import divided, read
from cnnviz.training.task_settings import WindowSettings
from cnnviz.training.whole_run import whole_run

name = "synthetic_scene"  # page: scene
tried = "norm.turned.majority.svm.svm_means"  # page: try
split = "blocks"  # page: better_split
window = 13  # page: better_window
seeds = 3  # page: better_seeds

epochs = 20
trained = {
    "plain": {}, "norm": {"batch_norm": True}, "turned": {"augment": True},
    "jitter": {"jitter": 0.1}, "balanced": {"balanced": True},
    "smoothed": {"label_smoothing": 0.1}, "components": {"components": 30}, "se": {"se": True},
    "residual": {"residual": True}, "dilated": {"dilation": 2},
}  # fmt: skip
scene, accuracy = read(name), {}
for seed in range(seeds):  # of the network and of its split
    common = {"split": split, "window": window, "seed": seed, "split_seed": seed, "epochs": epochs}
    plain = recipes.on_scene("hybridsn", name).with_settings(common)
    parts = divided(scene.labels, WindowSettings(**plain.data_args), seed)
    file = str(Path(mkdtemp()) / "plain")
    for thing in ("plain", *(tried.split(".") if tried != "0" else ())):
        if thing in trained:
            card = whole_run(
                plain.with_settings(trained[thing]), Path(file) if thing == "plain" else None
            )
            oa = card.metrics["test"]["oa"]
        elif thing == "majority":  # of the classes around each pixel of the plain network's map
            oa = on_test(smoothed(classified_scene(file, scene).predicted), scene, parts).oa
        else:
            machine, _, means = thing.partition("_")
            what = "means" if means else "spectra"
            oa = classified(scene, parts, machine, what, window=window, seed=seed).scores.oa
        accuracy.setdefault(thing, []).append(oa)

rows = [(each, values, [f"seed {s}" for s in range(seeds)]) for each, values in accuracy.items()]
words = {"mean": "mean", "deviation": "standard deviation", "oa": "OA on test pixels"}
figure = seeds_figure(rows, words, metric="oa")
figure

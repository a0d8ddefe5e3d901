"""The training that the panel's settings describe (A, where there are two), and its curves."""

from cnnviz.figures.training import WORDS, RunCurves, curves_figure
from cnnviz.training import recipes
from cnnviz.training.curves import Curves
from cnnviz.training.fit import fit

scene = "synthetic_scene"  # page: scene
begin = "quick"  # page: begin
split = "random"  # page: split
train_share = 0.1  # page: train_share
train_count = 50  # page: train_count
split_seed = 0  # page: split_seed
seed = 0  # page: seed
kind = "hybridsn"  # page: kind_a
# 0 leaves what the settings begin with.
epochs = 0  # page: epochs_{begin}
batch = 0  # page: batch_{begin}
window = 0  # page: net_window_{begin}_a
components = 0  # page: net_components_{begin}_a
rate = 0.0  # page: net_learning_rate_{begin}_a
dropout = 0.4  # page: net_dropout_{begin}_a
whiten = True  # page: whiten_a
batch_norm = False  # page: batch_norm_a
augment = False  # page: augment_a
jitter = False  # page: jitter_a
balanced = False  # page: balanced_a
on_training = False  # page: fitted_on_a

sizes = {"epochs": epochs, "batch_size": batch, "window": window, "components": components}
sizes = {name: value for name, value in {**sizes, "learning_rate": rate}.items() if value}
pixels = {"split": split, "train_share": train_share, "split_seed": split_seed, "seed": seed}
if split == "per_class":
    pixels["train_per_class"] = train_count
switches = {"batch_norm": batch_norm, "augment": augment, "balanced": balanced, "whiten": whiten}
varied = {"dropout": dropout, "jitter": 0.1 if jitter else 0.0}
fitted = {"fitted_on": "training" if on_training else "scene"}
spec = recipes.on_scene(kind, scene, begin)
spec = spec.with_settings({**sizes, **pixels, **switches, **varied, **fitted})

curves = Curves()
for progress in fit(spec):
    curves.add(progress)

figure = curves_figure([RunCurves("A", *curves.columns())], WORDS)
figure

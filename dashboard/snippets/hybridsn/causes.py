"""Why tests differ: one cause at a time, and how far it alone moves the accuracy."""

from pathlib import Path
from tempfile import mkdtemp

from cnnviz import checkpoints
from cnnviz.explain.hybridsn_map import split_of
from cnnviz.explain.hybridsn_network import components
from cnnviz.explain.hybridsn_variance import repeated
from cnnviz.figures.hybridsn_variance import Cause, causes_figure
from cnnviz.training import recipes
from cnnviz.training.scene_data import read
from cnnviz.training.whole_run import whole_run

name = "synthetic_scene"  # page: scene
causes = "dropout.statistics.weights.order.split"  # page: causes
runs = 3  # page: cause_runs
batch_norm = True  # page: cause_norm

epochs = 20
tests = 20  # of batch statistics the page has fewer, which take it long
base = recipes.on_scene("hybridsn", name)
base = base.with_settings({"batch_norm": batch_norm, "epochs": epochs})
file = Path(mkdtemp()) / "base"
first = whole_run(base, file)
scene, found = read(name), {}
for cause in causes.split(".") if causes != "0" else ():
    if cause in ("dropout", "statistics"):  # of the test: one network again and again
        model, card = checkpoints.load(str(file))
        test = split_of(card, scene).test
        cube = components(str(file), scene)
        accuracy = repeated(model, cube, test, cause, count=tests).accuracy(scene.labels, test)
        found[cause] = Cause(tuple(accuracy), at_test=True)
    else:  # of the training: networks that begin or go on otherwise
        setting = {"weights": "init_seed", "order": "order_seed", "split": "split_seed"}[cause]
        cards = [first, *(whole_run(base.with_settings({setting: i})) for i in range(1, runs))]
        oa = tuple(card.metrics["test"]["oa"] for card in cards)
        found[cause] = Cause(oa, at_test=False)

words = {"oa": "OA on test pixels (%)", "deviation": "standard deviation (points)"}
words |= {"none": "…", "number": "number {number}: {value}"}
figure = causes_figure(list(found.items()), words)
figure

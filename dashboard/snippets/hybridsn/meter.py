"""What test windows share with the training: a random split, and one in blocks."""

from plotly.subplots import make_subplots

from cnnviz.explain.hybridsn_leakage import made, meter
from cnnviz.figures.hybridsn_leakage import kinds_picture
from cnnviz.training.scene_data import read

name = "synthetic_scene"  # page: scene
how = "random"  # page: leak_how
percent = 10  # page: leak_random
count = 50  # page: leak_per_class
window = 25  # page: leak_window
seed = 1  # page: leak_seed

labels = read(name).labels
amount = percent / 100 if how == "random" else count
random = made(labels, how, amount=amount, seed=seed, window=1)
# As many pixels for training, in blocks that are kept apart from the test.
share = sum(random.counts.train) / sum(random.counts.labelled)
share = round(min(max(share, 0.01), 0.9), 3)
blocks = made(labels, "blocks", amount=share, seed=seed, window=window)
found = [meter(labels, split, window) for split in (random, blocks)]

titles = [
    f"{way}: {each.own_class:.2%}"
    for way, each in zip(("at random", "in blocks"), found, strict=True)
]
figure = make_subplots(cols=2, subplot_titles=titles)
for column, each in enumerate(found, start=1):
    figure.add_image(z=kinds_picture(each.kinds), colormodel="rgba256", row=1, col=column)
figure.update_layout(title="Test windows that hold a training pixel of their class")
figure.update_xaxes(title="column")
figure.update_yaxes(title="row")
figure

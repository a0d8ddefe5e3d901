"""One network, tested 20 times: in training mode, as the course tests, and in eval mode."""

import numpy as np
from plotly.subplots import make_subplots

from cnnviz import checkpoints
from cnnviz.explain.hybridsn_map import split_of
from cnnviz.explain.hybridsn_network import components, shipped_for
from cnnviz.explain.hybridsn_variance import repeated
from cnnviz.figures.hybridsn_variance import disagreement_picture
from cnnviz.training.scene_data import read

name = "synthetic_scene"  # page: scene
network = ""  # page: net

count = 20
scene = read(name)
network = network or shipped_for(scene)[0]
model, card = checkpoints.load(network)
cube = components(network, scene)
split = split_of(card, scene)
measured = np.flatnonzero(scene.labels) if split is None else split.test
pixels = np.arange(scene.labels.size)
found = {mode: repeated(model, cube, pixels, mode, count=count) for mode in ("train", "eval")}

titles = []
for mode, tests in found.items():
    accuracy = 100 * tests.accuracy(scene.labels, measured)
    titles.append(f"{mode}: OA {accuracy.min():.2f} to {accuracy.max():.2f} %")
figure = make_subplots(cols=2, subplot_titles=titles)
for column, tests in enumerate(found.values(), start=1):
    picture = disagreement_picture(tests.disagreement.reshape(scene.labels.shape))
    figure.add_image(z=picture, colormodel="rgba256", row=1, col=column)
figure.update_xaxes(title="column")
figure.update_yaxes(title="row")
figure

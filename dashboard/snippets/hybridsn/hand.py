"""One number of a 3-D and of a 2-D convolution as the sum that it is."""

import torch
from plotly.subplots import make_subplots

from cnnviz import checkpoints
from cnnviz.explain import hybridsn_network as networks
from cnnviz.explain.hybridsn_dimensions import untrained_flat, voxel_sum
from cnnviz.training.scene_data import read

name = "synthetic_scene"  # page: scene
network = ""  # page: net
place = ""  # page: place
first = 3  # page: hand_band
kernel = 1  # page: hand_kernel

scene = read(name)
network = network or networks.shipped_for(scene)[0]
height, width = scene.labels.shape
row, column = map(int, place.split(".")) if place else (height // 2, width // 2)


def window(checkpoint: str, side: int) -> torch.Tensor:
    part = networks.window_at(networks.components(checkpoint, scene), row, column, side)
    return torch.tensor(part)[None, None]


model, card = checkpoints.load(network)
three = voxel_sum(model, window(network, model.window), kernel - 1, first - 1)
flat = networks.flat_network(network, scene)
if flat is None:  # no trained one is here: random weights
    x = window(network, model.window)
    two = voxel_sum(untrained_flat(x.shape[2]), x, kernel - 1, 0)
else:
    plain = checkpoints.load(flat)[0]
    two = voxel_sum(plain, window(flat, plain.window), kernel - 1, 0)

titles = [f"3-D: each adds, in all {three.total:.4g}", f"2-D: each adds, in all {two.total:.4g}"]
figure = make_subplots(cols=2, subplot_titles=titles)
for column_of, found in enumerate((three, two), start=1):
    numbers = [found.depth + 1 + i for i in range(len(found.slice_sums))]
    figure.add_bar(x=numbers, y=found.slice_sums, row=1, col=column_of, showlegend=False)
figure.update_xaxes(title="component")
figure.update_yaxes(title="sum of its products")
figure

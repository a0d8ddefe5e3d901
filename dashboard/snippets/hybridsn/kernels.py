"""What a kernel along the bands answers: all its places at a place of the scene."""

import torch

from cnnviz import checkpoints
from cnnviz.explain import hybridsn_network as networks
from cnnviz.explain.hybridsn_kernels import band_kernels, volumes
from cnnviz.figures.maps import maps_figure
from cnnviz.training.scene_data import read

name = "synthetic_scene"  # page: scene
network = ""  # page: net
place = ""  # page: place
area = "window"  # page: kernel_area
layer = "0"  # page: kernel_layer
output = 1  # page: kernel_out

scene = read(name)
network = network or networks.shipped_for(scene)[0]
if layer == "flat":  # the first layer of a network of 2-D convolutions
    network, layer = networks.flat_network(network, scene), "0"
    assert network is not None, "train a network of 2-D convolutions first"
model, card = checkpoints.load(network)
cube = networks.components(network, scene)
height, width = scene.labels.shape
row, column = map(int, place.split(".")) if place else (height // 2, width // 2)
if area == "scene":
    read_by = networks.scene_at(cube, row, column)
else:
    read_by = networks.window_at(cube, row, column, model.window)
kernels = band_kernels(model)[int(layer)]
answers = volumes(model, torch.tensor(read_by)[None, None], kernels.name)[output - 1]

title = f"{kernels.name}, kernel {output}: its answers at {len(answers)} places along the bands"
figure = maps_figure(answers, title=title, signed=True, columns=6)
figure

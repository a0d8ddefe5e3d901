"""All arrays of a block, from its input maps to its output maps."""

import torch

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.explain.mobilenet_v1 import block_maps
from cnnviz.figures.maps import maps_figure
from cnnviz.training.batches import Scaling

network = "mobilenet_v1"  # page: net
photo = "chelsea"  # page: photo
image = 0  # page: image
size = 64  # page: size
cifar_size = 32  # page: cifar_size
block = 2  # page: step

model, card = checkpoints.load(network)
side = cifar_size if photo == "cifar10" else size
pixels = photos.square(photos.find(photo, image), side)
x = Scaling.from_card(card.preprocessing)(torch.tensor(pixels)[None])
maps = block_maps(model, x, block - 1)

figure = maps_figure(maps.maps, title=f"Block {block}: after the pointwise convolution")
figure

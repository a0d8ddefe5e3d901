"""The first maps of a block: each channel filtered alone, and all of them mixed."""

import numpy as np
import torch

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.explain.mobilenet_v1 import look
from cnnviz.figures.maps import maps_figure
from cnnviz.training.batches import Scaling

network = "mobilenet_v1"  # page: net
photo = "chelsea"  # page: photo
image = 0  # page: image
size = 64  # page: size
cifar_size = 32  # page: cifar_size
block = 2  # page: block
degrees = 0  # page: turn

model, card = checkpoints.load(network)
side = cifar_size if photo == "cifar10" else size
pixels = photos.turned(photos.find(photo, image), side, degrees)
x = Scaling.from_card(card.preprocessing)(torch.tensor(pixels)[None])
seen = look(model, x, block - 1, most=24)
likeliest = card.class_names[seen.prediction.classes[0]]
share = seen.prediction.probabilities[0]

# The page gives each map colours of its own; here all have one scale.
figure = maps_figure(
    np.concatenate([seen.depthwise_maps, seen.maps]),
    title=f"Block {block}: depthwise above, pointwise below; it says {likeliest}, {share:.0%}",
    columns=12,
)
figure

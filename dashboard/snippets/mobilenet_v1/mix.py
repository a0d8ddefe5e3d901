"""One output channel of a pointwise convolution as the sum of weighted input maps that it is."""

import torch

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.explain.mobilenet_v1 import block_maps, pointwise_sum
from cnnviz.figures.mobilenet_v1 import parts_figure
from cnnviz.training.batches import Scaling

network = "mobilenet_v1"  # page: net
photo = "chelsea"  # page: photo
image = 0  # page: image
size = 64  # page: size
cifar_size = 32  # page: cifar_size
block = 4  # page: mix
channel = 0  # page: out

model, card = checkpoints.load(network)
side = cifar_size if photo == "cifar10" else size
pixels = photos.square(photos.find(photo, image), side)
x = Scaling.from_card(card.preprocessing)(torch.tensor(pixels)[None])
parts = pointwise_sum(block_maps(model, x, block - 1), channel)

words = {
    "channel": "input channel",
    "weight": "weight",
    "share": "share",
    "missing": "missing",
    "parts": "parts, the largest first",
}
figure = parts_figure(parts, words)
figure

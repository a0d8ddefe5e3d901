"""One pixel of a convolution's output as the multiplications and the sum that it is."""

import plotly.graph_objects as go
import torch

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.explain.convolution import pixel_sum
from cnnviz.explain.mobilenet_v1 import layer_maps
from cnnviz.training.batches import Scaling

network = "mobilenet_v1"  # page: net
photo = "chelsea"  # page: photo
image = 0  # page: image
size = 64  # page: size
cifar_size = 32  # page: cifar_size
kind = "depthwise"  # page: conv
block = 1  # page: hand
channel = 4  # page: channel
# Row and column, from 0, with a point between them; "" is the middle of the map.
place = ""  # page: pixel

model, card = checkpoints.load(network)
side = cifar_size if photo == "cifar10" else size
pixels = photos.square(photos.find(photo, image), side)
x = Scaling.from_card(card.preprocessing)(torch.tensor(pixels)[None])
layer = layer_maps(model, x, "stem" if kind == "stem" else f"blocks.{block - 1}.{kind}")
_channels, height, width = layer.outputs.shape
row, column = map(int, place.split(".")) if place else (height // 2, width // 2)
pixel = pixel_sum(layer, channel, min(row, height - 1), min(column, width - 1))

figure = go.Figure(go.Bar(y=pixel.products.ravel()))
figure.update_layout(
    title=f"The sum of {pixel.products.size} products: {pixel.total:.6g}; "
    f"the map's value: {pixel.value:.6g}",
    xaxis_title="product (input channel by input channel, row by row)",
    yaxis_title="value × weight",
)
figure

"""A photo's maps at the narrow end of a block: projection, shortcut, and their sum."""

import numpy as np
import torch

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.explain.mobilenet_v2_maps import ways
from cnnviz.figures.maps import maps_figure
from cnnviz.figures.mobilenet_v2 import colour_limit
from cnnviz.training.batches import Scaling

photo = "chelsea"  # page: photo
image = 0  # page: image
size = 64  # page: size
cifar_size = 32  # page: cifar_size
block = 3  # page: way

model, card = checkpoints.load("mobilenet_v2")
side = cifar_size if photo == "cifar10" else size
pixels = photos.square(photos.find(photo, image), side)
x = Scaling.from_card(card.preprocessing)(torch.tensor(pixels)[None])
way = ways(model, x, most=12)[block - 1]

# A block that changes the size of the maps or their number has no shortcut.
stages = [way.projected, *([way.shortcut] if way.shortcut else []), way.outputs]
title = f"Block {block}: projection, {'+ shortcut, ' if way.shortcut else ''}= output"
if way.ratio is not None:
    title += f"; the branch is {way.ratio:.3g} × as large as the shortcut"
figure = maps_figure(
    np.concatenate([stage.maps for stage in stages]),
    title=title,
    signed=True,
    columns=len(way.outputs.maps),
    most=colour_limit(stages),
)
figure

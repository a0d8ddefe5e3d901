"""A place of a photo with noise of its own: before, denoised, and what was taken away."""

import numpy as np

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.data.crops import crop_box
from cnnviz.data.noise_level import channel_sigmas, overall
from cnnviz.explain import dncnn_networks
from cnnviz.explain.dncnn_photo import channel_means, folded, part, way
from cnnviz.figures.dncnn_classics import shown
from cnnviz.figures.dncnn_photo import limit, taken_away
from cnnviz.figures.maps import picture_figure

by_hand = False  # page: photo_given
level = 0  # page: photo_sigma
place = ""  # page: photo_place

pixels = photos.load("hubble")  # or the pixels of a photo of your own
height, width = pixels.shape[:2]
estimate = overall(channel_sigmas(pixels))
level = level or min(max(round(estimate), 5), 75)
chosen = way(level if by_hand else None, dncnn_networks.here())

# The place is one of the whole photo made small: 512 pixels along its longer side.
centre = height // 2, width // 2
if place:
    scale = min(1, 512 / max(height, width))
    at = zip(place.split("."), (height, width), strict=True)
    centre = tuple(round((int(n) + 0.5) / round(scale * side) * side) for n, side in at)
box = top, left, bottom, right = crop_box(pixels.shape, centre, 128)
model = folded(checkpoints.load(chosen.network)[0])
before = pixels[top:bottom, left:right].astype(np.float32)
after = part(model, pixels, box, chosen.gain, means=channel_means(pixels))

row = [shown(before), shown(after), taken_away(before, after, limit(estimate))]
title = f"Noise estimated at σ = {estimate:.2g}: before, by {chosen.network}, and taken away"
figure = picture_figure(np.concatenate(row, axis=1), title=title)
figure

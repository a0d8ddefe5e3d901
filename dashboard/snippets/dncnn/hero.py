"""A crop of a photo with noise, what the network takes for noise, and what is left."""

import numpy as np

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.data.crops import crop, grey
from cnnviz.data.noise import noisy
from cnnviz.explain.dncnn import denoise
from cnnviz.figures.dncnn_classics import shown
from cnnviz.figures.maps import picture_figure

network = "dncnn_blind"  # page: net
photo = "camera"  # page: photo
image = 0  # page: image
place = ""  # page: crop
side = 180  # page: side
colour = False  # page: colour
kind = "gaussian"  # page: kind
sigma = 25  # page: sigma
seed = 0  # page: noise_seed
clipped = False  # page: clip

model, card = checkpoints.load(network)
pixels = photos.find(photo, image)
clean = crop(pixels if colour else grey(pixels), photo, side, place)
found = denoise(model, clean, noisy(clean, kind, sigma, seed, clipped=clipped))
before, ssim_before, after, ssim_after = found.numbers

# Noise is drawn about middle grey.
views = [found.noisy, 128 + found.predicted, found.denoised, 128 + found.error]
row = np.concatenate([shown(view) for view in views], axis=1)
row = row if colour else row[..., None].repeat(3, axis=2)
title = f"Noisy {before:.2f} dB, SSIM {ssim_before:.3f}; denoised {after:.2f} dB, {ssim_after:.3f}"
figure = picture_figure(row, title=f"{title}; between them predicted noise, at the end the error")
figure

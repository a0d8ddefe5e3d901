"""DnCNN beside four methods that learn nothing: each crop, denoised and measured."""

import numpy as np

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.data.crops import crop, grey
from cnnviz.data.noise import noisy
from cnnviz.data.pictures import load_pictures
from cnnviz.explain.dncnn_classics import METHODS, by_classic, by_network, stripes
from cnnviz.figures.dncnn_classics import shown
from cnnviz.figures.maps import picture_figure

network = "dncnn_blind"  # page: net
picture = "crop"  # page: classics_picture
photo = "camera"  # page: photo
image = 0  # page: image
place = ""  # page: crop
side = 180  # page: side
colour = False  # page: colour
kind = "gaussian"  # page: kind
sigma = 25  # page: sigma
seed = 0  # page: noise_seed
clipped = False  # page: clip

if picture == "stripes":
    clean = stripes(180)
elif picture == "cloth":
    known = load_pictures("set12")
    clean = known.images[known.names.index("09")][300:480, 240:420]
else:
    pixels = photos.find(photo, image)
    clean = crop(pixels if colour else grey(pixels), photo, side, place)
noise = noisy(clean, kind, sigma, seed, clipped=clipped)

found = {name: by_classic(name, clean, noise, sigma) for name in METHODS}
found["dncnn"] = by_network(checkpoints.load(network)[0], clean, noise)

row = np.concatenate([shown(each.denoised) for each in found.values()], axis=1)
row = row if row.ndim == 3 else row[..., None].repeat(3, axis=2)
title = ", ".join(f"{name} {each.psnr:.2f} dB" for name, each in found.items())
figure = picture_figure(row, title=title)
figure

"""A crop that JPEG or scaling has damaged, and what two networks make of it."""

import numpy as np

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.data.crops import crop, grey
from cnnviz.data.damage import Damage
from cnnviz.explain.dncnn_tasks import mend
from cnnviz.figures.dncnn_classics import shown
from cnnviz.figures.maps import picture_figure

photo = "camera"  # page: photo
image = 0  # page: image
place = ""  # page: crop
side = 180  # page: side
colour = False  # page: colour
kind = "jpeg"  # page: task
quality = 10  # page: task_quality
factor = 3  # page: task_factor

pixels = photos.find(photo, image)
clean = crop(pixels if colour else grey(pixels), photo, side, place)
clean = grey(clean) if colour else clean  # the networks are grey ones
damaged = Damage(kind, quality if kind == "jpeg" else factor).done_to(clean)
found = {
    name: mend(checkpoints.load(name)[0], clean, damaged).part
    for name in ("dncnn_3", "dncnn_blind")
}

row = [damaged, *(each.denoised for each in found.values())]
row = np.concatenate([shown(view) for view in row], axis=1)[..., None].repeat(3, axis=2)
title = ", ".join(f"{name}: {each.psnr[1]:.2f} dB" for name, each in found.items())
before = found["dncnn_3"].psnr[0]
figure = picture_figure(row, title=f"Damaged: {before:.2f} dB, then by {title}")
figure

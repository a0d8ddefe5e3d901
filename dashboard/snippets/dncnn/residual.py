"""Four small networks, to put out the noise or the picture: what they make of a crop."""

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.data.crops import crop, grey
from cnnviz.data.noise import noisy
from cnnviz.explain.dncnn_residual import answer, trained
from cnnviz.figures.dncnn_residual import curves_figure

photo = "camera"  # page: photo
image = 0  # page: image
place = ""  # page: crop
side = 180  # page: side
colour = False  # page: colour
kind = "gaussian"  # page: kind
sigma = 25  # page: sigma
seed = 0  # page: noise_seed
clipped = False  # page: clip

networks = {
    "noise, batch norm": "dncnn_small",
    "noise, no batch norm": "dncnn_small_plain",
    "picture, batch norm": "dncnn_small_direct",
    "picture, no batch norm": "dncnn_small_direct_plain",
}
pixels = photos.find(photo, image)
clean = crop(pixels if colour else grey(pixels), photo, side, place)
noise = noisy(clean, kind, sigma, seed, clipped=clipped)
if colour:  # the networks are grey ones: the green channel
    clean, noise = clean[..., 1], noise[..., 1].copy()

trainings, psnr = [], {}
for title, name in networks.items():
    model, card = checkpoints.load(name)
    trainings.append(trained(card))
    psnr[title] = answer(model, clean, noise).denoising.psnr[1]

titles = [f"{title}: {value:.2f} dB on this crop" for title, value in psnr.items()]
words = {"epoch": "epoch", "psnr": "PSNR on validation pictures (dB)"}
figure = curves_figure(trainings, titles, words)
figure

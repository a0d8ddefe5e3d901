"""Layer by layer: what is left of the picture and of the noise, and how far a layer sees."""

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.data.crops import crop, grey
from cnnviz.data.noise import noisy
from cnnviz.explain.dncnn_layers import layer_by_layer, receptive_fields
from cnnviz.figures.dncnn_layers import depth_figure

page = "dncnn_blind"  # page: net
network = "page"  # page: layer_net
photo = "camera"  # page: photo
image = 0  # page: image
place = ""  # page: crop
side = 180  # page: side
colour = False  # page: colour
kind = "gaussian"  # page: kind
sigma = 25  # page: sigma
seed = 0  # page: noise_seed
clipped = False  # page: clip

model, card = checkpoints.load(page if network == "page" else network)
pixels = photos.find(photo, image)
clean = crop(pixels if colour else grey(pixels), photo, side, place)
noise, again = (noisy(clean, kind, sigma, s, clipped=clipped) for s in (seed, seed + 1))
if colour:  # the network is a grey one: the green channel
    clean, noise, again = clean[..., 1], noise[..., 1].copy(), again[..., 1].copy()

layers = layer_by_layer(model, clean, noise, again, most=25)
row, column = noise.shape[0] // 2, noise.shape[1] // 2
fields = receptive_fields(model, noise, row, column, maps=16)

words = {
    "picture": "picture", "noise": "noise", "all": "all it can depend on",
    "effective": "95 % of the gradient", "read": "read out of all maps: R² (%)",
    "single": "share in a single map (%)", "field": "pixels a side", "layer": "layer",
}  # fmt: skip
figure = depth_figure(layers, fields, words)
figure

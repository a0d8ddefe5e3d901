"""Is the rest white? Power spectra of the true noise, of the predicted noise, and of the error."""

import plotly.graph_objects as go

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.data.crops import crop, grey
from cnnviz.data.noise import noisy
from cnnviz.explain.dncnn import denoise
from cnnviz.explain.dncnn_white import share_in_common, whiteness

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
first, again = (
    denoise(model, clean, noisy(clean, kind, sigma, s, clipped=clipped)) for s in (seed, seed + 1)
)
found = whiteness(first, sigma)
common = share_in_common(first.error, again.error)

figure = go.Figure([
    go.Scatter(x=found.frequencies, y=each.spectrum, name=name)
    for name, each in (
        ("true noise", found.true), ("predicted noise", found.predicted), ("error", found.error)
    )
])  # fmt: skip
figure.add_hline(y=sigma**2, line_dash="dash", annotation_text="white noise: σ²")
figure.update_layout(
    title=f"{common:.0%} of the error's power returns when the noise is drawn anew",
    xaxis_title="cycles per pixel",
    yaxis={"title": "power (grey levels²)", "type": "log"},
)
figure

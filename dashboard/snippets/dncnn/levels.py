"""Each network at each level of noise: mean PSNR on many pictures, as far as it is measured."""

from cnnviz.explain.dncnn_levels import known_table, usual_set
from cnnviz.explain.dncnn_networks import trained_for
from cnnviz.figures.dncnn_levels import levels_figure

# "" stands for Set12 where all of it is measured, else for the bundled photos.
pictures = ""  # page: level_set
view = "psnr"  # page: level_view
sigma = 25  # page: sigma

# `python -m cnnviz.explain.dncnn_levels` measures the table, which takes minutes.
table = known_table(pictures or usual_set())
rows = [trained_for(network) for network in table.networks]

words = {
    "trained": "trained at σ",
    "tested": "tested at σ (grey levels)",
    "cell": "trained at {name}, tested at {sigma}: {psnr}, {gain} to noisy, {behind} to the best",
}
figure = levels_figure(table, view, sigma, rows, words)
figure

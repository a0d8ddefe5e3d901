"""A block's depthwise kernels, and how many of them training has left next to nothing."""

from cnnviz import checkpoints
from cnnviz.explain.filters import depthwise_filters, share_dead
from cnnviz.figures.maps import maps_figure

network = "mobilenet_v1"  # page: net
block = 1  # page: empty
# Percent of the block's largest.
threshold = 10  # page: threshold
measure = "norm"  # page: measure

model, card = checkpoints.load(network)
filters = depthwise_filters(model)
dead = share_dead(filters, threshold / 100, measure)
here = dead.by_block[block - 1]

figure = maps_figure(
    filters[block - 1].kernels,
    title=f"Block {block}: {here.sum()} of {len(here)} kernels empty; in all {dead.share:.1%}",
    signed=True,
)
figure

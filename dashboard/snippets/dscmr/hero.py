"""Images and texts in the common space, after an epoch of the training."""

import plotly.graph_objects as go

from cnnviz import checkpoints, film
from cnnviz.data.retrieval import load_pairs
from cnnviz.explain import dscmr
from cnnviz.explain.dscmr_networks import NETWORKS, shipped_for
from cnnviz.figures.classes import class_colour

data = "captioned_digits"  # page: pairs
network = ""  # page: net
view = "tsne"  # page: view
epoch = 20  # page: epoch

network = network or shipped_for(data)
picture = "pca" if view == "space" else view
test = load_pairs(data)[1]
if network == NETWORKS["captioned_digits"] and picture != "umap":
    drawn = film.load(dscmr.SHIPPED)  # all epochs of the training, drawn before
    stage = epoch
else:
    model, card = checkpoints.load(network)
    scaling = dscmr.scaling_of(card, checkpoints.load_preprocessing(network))
    drawn, stage = dscmr.still(model, scaling, test), 0
    if picture != "pca":
        drawn = dscmr.with_picture(drawn, picture, model, scaling, test)
places = drawn.places[picture][stage]  # (2, N, dimensions): images, then texts
across, back = drawn.maps[stage]

colours = [class_colour(label + 1) for label in drawn.labels]
names = [test.class_names[label] for label in drawn.labels]
figure = go.Figure()
for kind, symbol, points in zip(("image", "text"), ("circle", "diamond"), places, strict=True):
    look = {"name": kind, "text": names, "mode": "markers"}
    look["marker"] = {"color": colours, "symbol": symbol, "size": 5}
    if view == "space":
        figure.add_scatter3d(x=points[:, 0], y=points[:, 1], z=points[:, 2], **look)
    else:
        figure.add_scatter(x=points[:, 0], y=points[:, 1], **look)
figure.update_layout(title=f"mAP: image → text {across:.3f}, text → image {back:.3f}")
figure

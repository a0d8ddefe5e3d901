"""What a trained network says of each pixel of a scene, and how good that is."""

import numpy as np

from cnnviz import checkpoints
from cnnviz.explain.hybridsn_map import classified_scene, parts_of, split_of
from cnnviz.explain.hybridsn_network import shipped_for
from cnnviz.explain.hybridsn_results import TEST, TRAIN, scores
from cnnviz.figures import hybridsn_results as figures
from cnnviz.figures.hybridsn_scene import blended
from cnnviz.figures.maps import picture_figure
from cnnviz.figures.scenes import class_overlay, class_picture, composite
from cnnviz.training.scene_data import read

name = "synthetic_scene"  # page: scene
network = ""  # page: net
view = "said"  # page: map
pixels = "all"  # page: map_pixels
classes = ""  # page: classes

scene = read(name)
network = network or shipped_for(scene)[0]
found = classified_scene(network, scene)
parts, measured = parts_of(split_of(checkpoints.read_card(network), scene), scene)
score = scores(found.predicted, scene.labels, measured, len(scene.class_names))

pictures = {
    "said": class_picture(found.predicted),
    "truth": class_picture(scene.labels),
    "errors": figures.errors_picture(found.predicted, scene.labels),
    "confidence": figures.confidence_picture(found.probabilities[:, :, 0]),
    "parts": figures.in_colours(parts, [colour for colour, part in figures.PARTS]),
}
shown = np.ones(scene.labels.shape, dtype=bool)
if pixels != "all" and view != "parts":
    shown &= parts == {"test": TEST, "train": TRAIN}[pixels]
if classes:  # counted from 1, as in "2.7"
    of_class = found.predicted if view == "said" else scene.labels
    shown &= np.isin(of_class, [int(number) for number in classes.split(".")])

title = f"OA {score.oa:.2%}, AA {score.aa:.2%}, κ {score.kappa:.3f} on {score.pixels} pixels"
ground = class_overlay(composite(scene.cube, scene.rgb), np.zeros_like(scene.labels))  # in grey
figure = picture_figure(blended(ground, figures.restricted(pictures[view], shown), 1), title=title)
figure

"""The scene as the page shows it: three bands, one band, a component, or the cube from above."""

from cnnviz.explain.hybridsn_pca import components
from cnnviz.explain.hybridsn_scene import presets
from cnnviz.figures import hybridsn_scene as figures
from cnnviz.figures.maps import picture_figure
from cnnviz.figures.scenes import class_picture
from cnnviz.training.scene_data import read

name = "synthetic_scene"  # page: scene
view = "bands"  # page: view
preset = "customary"  # page: preset
# Bands and components are counted from 1; 0 stands for the one that the scene begins with.
red = 0  # page: red_{preset}
green = 0  # page: green_{preset}
blue = 0  # page: blue_{preset}
band = 0  # page: band
component = 1  # page: component
stretch = 2  # page: stretch
truth = 40  # page: truth

scene = read(name)
chosen = [red, green, blue] if view in ("bands", "cube") else [band]
usual = presets(scene)[preset] if len(chosen) == 3 else scene.rgb[:1]
bands = [own - 1 if own else first for own, first in zip(chosen, usual, strict=True)]
if view == "component":
    scores = components(scene).scores[:, :, component - 1]
    plain = figures.component_picture(scores, stretch)
else:
    plain = figures.colours_of([figures.stretched(scene.cube[:, :, b], stretch) for b in bands])

# The classes lie over it, as opaque as the page has them.
seen = figures.blended(plain, class_picture(scene.labels), truth / 100)
title = f"component {component}" if view == "component" else f"bands {[b + 1 for b in bands]}"
figure = picture_figure(seen, title=f"{scene.name}: {title}")
figure

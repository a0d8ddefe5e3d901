"""Two networks on one scene: where they differ, and which of them is right."""

import plotly.graph_objects as go

from cnnviz import checkpoints
from cnnviz.explain import hybridsn_map as maps
from cnnviz.explain.hybridsn_network import shipped_for
from cnnviz.explain.hybridsn_results import compare
from cnnviz.training.scene_data import read

name = "synthetic_scene"  # page: scene
network = ""  # page: net
other = ""  # page: beside

scene = read(name)
first = network or shipped_for(scene)[0]
second = other or first  # no other is chosen: it is beside itself
said = [maps.classified_scene(each, scene).predicted for each in (first, second)]
splits = [maps.split_of(checkpoints.read_card(each), scene) for each in (first, second)]
# On pixels that neither was trained on, where that is known.
tested = [maps.parts_of(split, scene)[1] for split in splits]
both = tested[0] & tested[1]
chosen = both if both.any() and None not in splits else scene.labels > 0
found = compare(*said, scene.labels, chosen)

figure = go.Figure(
    go.Bar(
        x=["both right", f"only {first}", f"only {second}", "neither"],
        y=[found.both, found.only_first, found.only_second, found.neither],
    )
)
figure.update_layout(
    title=f"{found.differing:.1%} of all pixels get different classes",
    yaxis_title=f"of {found.pixels} measured pixels",
)
figure

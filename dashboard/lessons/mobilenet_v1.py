"""MobileNetV1: from a photo to its filter maps, block by block.

The page reads from top to bottom: what the network found out, a photo on its way through a block,
then one question a tab.
"""

import streamlit as st

from cnnviz.papers import MOBILENET_V1
from dashboard import controls, frame, reproduced
from dashboard.i18n import _
from dashboard.lessons import mobilenet_v1_cost as cost
from dashboard.lessons import mobilenet_v1_kernels as kernels
from dashboard.lessons import mobilenet_v1_maps as maps
from dashboard.lessons import mobilenet_v1_pixel as pixel
from dashboard.lessons import mobilenet_v1_train as train
from dashboard.lessons.mobilenet_v1_shared import NETWORKS
from dashboard.photo_input import photo_and_size
from dashboard.training_panel import panel

NAME = "mobilenet_v1"
EXPLAIN = "cnnviz.explain.mobilenet_v1:"

with frame.lesson(NAME):
    with st.sidebar:
        picture, size = photo_and_size(default="chelsea")
        network = controls.segmented(_("Width α"), NETWORKS, key="net")
        maps.notes(network, picture, size)
    maps.hero(network, picture, size)
    questions = {
        "block": _("Inside a block"),
        "mix": _("Who makes a channel?"),
        "hand": _("One pixel by hand"),
        "cost": _("Where is the cost?"),
        "save": _("What is saved?"),
        "empty": _("Empty kernels?"),
        "train": _("Train it"),
    }
    frame.folded(
        NAME, "hero", f"{EXPLAIN}block_maps", "cnnviz.explain.prediction:predict",
        "cnnviz.models.mobilenet_v1:SeparableBlock",
    )  # fmt: skip
    match controls.questions(_("Question"), questions):
        case "block":
            maps.block(network, picture, size)
            frame.folded(NAME, "block", f"{EXPLAIN}block_maps", f"{EXPLAIN}BlockMaps")
        case "mix":
            maps.mix(network, picture, size)
            frame.folded(NAME, "mix", "cnnviz.explain.pointwise:PointwiseSum",
                         "cnnviz.explain.pointwise:pointwise_sum")  # fmt: skip
        case "hand":
            pixel.by_hand(network, picture, size)
            frame.folded(NAME, "hand", "cnnviz.explain.convolution:pixel_sum",
                         "cnnviz.explain.convolution:receptive_range")  # fmt: skip
        case "cost":
            cost.network(network)
        case "save":
            cost.layer()
        case "empty":
            kernels.empty(network)
            kernels.kernels_plot(network)
            frame.folded(NAME, "empty", "cnnviz.explain.filters:block_filters",
                         "cnnviz.explain.filters:share_dead")  # fmt: skip
        case "train":
            panel(NAME, train.common, train.own)
            frame.folded(NAME, "train", "cnnviz.training.fit:fit",
                         "cnnviz.training.spec:RunSpec")  # fmt: skip
    reproduced.statement(NAME)
    frame.sources(MOBILENET_V1)

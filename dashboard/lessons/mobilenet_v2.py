"""MobileNetV2: wide inside a block, narrow and linear between two.

The page reads from top to bottom: what the network found out, what ReLU leaves of points in few
channels, then one question a tab.
"""

from cnnviz.papers import MOBILENET_V1, MOBILENET_V2, RESNET
from dashboard import controls, frame, reproduced
from dashboard.i18n import _
from dashboard.lessons import mobilenet_v2_ablations as ablations
from dashboard.lessons import mobilenet_v2_block as block
from dashboard.lessons import mobilenet_v2_cost as cost
from dashboard.lessons import mobilenet_v2_kernels as kernels
from dashboard.lessons import mobilenet_v2_linear as linear
from dashboard.lessons import mobilenet_v2_maps as maps
from dashboard.lessons import mobilenet_v2_train as train
from dashboard.training_panel import panel

NAME = "mobilenet_v2"

with frame.lesson(NAME):
    linear.hero()
    frame.folded(NAME, "hero", *linear.CODE)
    questions = {
        "block": _("The block"), "maps": _("Along the block"), "cost": _("Where is the cost?"),
        "ablations": _("Does it matter?"), "empty": _("Empty kernels?"), "train": _("Train it"),
    }  # fmt: skip
    match controls.questions(_("Question"), questions):
        case "block":
            block.block()
            frame.folded(NAME, "block", *block.CODE)
        case "maps":
            maps.maps(NAME)
            frame.folded(NAME, "maps", *maps.CODE)
        case "cost":
            cost.cost()
            frame.folded(NAME, "cost", *cost.CODE)
        case "ablations":
            ablations.ablations()
            frame.folded(NAME, "ablations", *ablations.CODE)
        case "empty":
            kernels.empty()
            frame.folded(NAME, "empty", *kernels.CODE)
        case "train":
            panel(NAME, train.common, train.own)
            frame.folded(NAME, "train", *train.CODE)
    reproduced.statement(NAME)
    frame.sources(MOBILENET_V2, MOBILENET_V1, RESNET)

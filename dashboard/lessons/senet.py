"""SENet: how much each channel counts, for this picture.

The page reads from top to bottom: what the network found out, a block's gates moving with the
photo, then one question a tab.
"""

import streamlit as st

from cnnviz.papers import RESNET, SENET
from dashboard import controls, frame, reproduced
from dashboard.i18n import _
from dashboard.lessons import senet_any as in_any_network
from dashboard.lessons import senet_classes as classes
from dashboard.lessons import senet_hands as hands
from dashboard.lessons import senet_hero as hero
from dashboard.lessons import senet_place as place
from dashboard.lessons import senet_reduction as reduction
from dashboard.lessons import senet_steps as steps
from dashboard.lessons import senet_train as train
from dashboard.lessons.senet_shared import other_photo
from dashboard.photo_input import photo
from dashboard.training_panel import panel

NAME = "senet"

with frame.lesson(NAME):
    with st.sidebar:
        picture = photo(default="chelsea")
        other = other_photo(default="motorcycle")
    hero.hero(picture, other)
    frame.folded(NAME, "hero", *hero.CODE)
    questions = {
        "steps": _("Three steps"),
        "classes": _("By class and depth"),
        "hands": _("Hands on the gates"),
        "r": _("How narrow?"),
        "where": _("Where to put it"),
        "any": _("In any network"),
        "train": _("Train it"),
    }  # fmt: skip
    match controls.questions(_("Question"), questions):
        case "steps":
            steps.steps(picture)
            frame.folded(NAME, "steps", *steps.CODE)
        case "classes":
            classes.classes()
            frame.folded(NAME, "classes", *classes.CODE)
        case "hands":
            hands.hands_on(picture, other)
            frame.folded(NAME, "hands", *hands.CODE)
        case "r":
            reduction.how_narrow()
            frame.folded(reduction.TEXT, "narrow", *reduction.CODE)
        case "where":
            place.where()
            frame.folded(place.TEXT, "where", *place.CODE)
        case "any":
            in_any_network.in_any()
            frame.folded(in_any_network.TEXT, "any", *in_any_network.CODE)
        case "train":
            panel(NAME, train.common, train.own)
            frame.folded(train.TEXT, "train", *train.CODE)
    reproduced.statement(NAME)
    frame.sources(SENET, RESNET)

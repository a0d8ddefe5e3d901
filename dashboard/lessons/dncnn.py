"""DnCNN: a network that learns the noise; the clean picture is what is left.

The page reads from top to bottom: what the network found out, a noisy picture and what becomes of
it, then one question a tab.
"""

import streamlit as st

from cnnviz.papers import DNCNN
from dashboard import controls, frame
from dashboard.i18n import _
from dashboard.lessons import dncnn_classics as classics
from dashboard.lessons import dncnn_layers as layers
from dashboard.lessons import dncnn_levels as levels
from dashboard.lessons import dncnn_live as live
from dashboard.lessons import dncnn_photo as own_photo
from dashboard.lessons import dncnn_residual as residual
from dashboard.lessons import dncnn_shared as shared
from dashboard.lessons import dncnn_train as train
from dashboard.lessons import dncnn_white as white
from dashboard.photo_input import photo

NAME = "dncnn"

with frame.lesson(NAME):
    with st.sidebar:
        chosen = photo(default="camera")
        network = shared.network()
        kind = shared.kind()
        picture = shared.whole(chosen)
        noise = shared.noise(kind)
    subject = shared.subject(picture)
    live.hero(network, picture, subject, noise)
    frame.folded(NAME, "hero", *live.CODE)
    questions = {
        "residual": _("Noise or picture?"),
        "train": _("Train it"),
        "layers": _("Layer by layer"),
        "levels": _("Wrong noise level?"),
        "white": _("Is the rest white?"),
        "classics": _("Against the classics"),
        "photo": _("Your photo"),
    }
    match controls.questions(_("Question"), questions):
        case "residual":
            residual.residual(subject, noise)
            frame.folded(f"{NAME}_residual", "residual", *residual.CODE)
        case "train":
            train.train()
            frame.folded(f"{NAME}_train", "train", *train.CODE)
        case "layers":
            layers.layers(subject, noise)
            frame.folded(f"{NAME}_layers", "layers", *layers.CODE)
        case "levels":
            levels.levels(subject, noise)
            frame.folded(f"{NAME}_levels", "levels", *levels.CODE)
        case "white":
            white.white(subject, noise)
            frame.folded(f"{NAME}_white", "white", *white.CODE)
        case "classics":
            classics.classics(subject, noise)
            frame.folded(f"{NAME}_classics", "classics", *classics.CODE)
        case "photo":
            own_photo.photo()
            frame.folded(f"{NAME}_photo", "photo", *own_photo.CODE)
    frame.sources(DNCNN)

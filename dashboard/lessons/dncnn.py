"""DnCNN: a network that learns the noise; the clean picture is what is left.

The page reads from top to bottom: what the network found out, a noisy picture and what becomes of
it, then one question a tab.
"""

import streamlit as st

from cnnviz.papers import DNCNN
from dashboard import controls, frame, reproduced
from dashboard.i18n import _
from dashboard.lessons import dncnn_classics as classics
from dashboard.lessons import dncnn_layers as layers
from dashboard.lessons import dncnn_levels as levels
from dashboard.lessons import dncnn_live as live
from dashboard.lessons import dncnn_photo as own_photo
from dashboard.lessons import dncnn_residual as residual
from dashboard.lessons import dncnn_shared as shared
from dashboard.lessons import dncnn_tasks as tasks
from dashboard.lessons import dncnn_train as train
from dashboard.lessons import dncnn_white as white
from dashboard.photo_input import photo

NAME = "dncnn"
#: Where each question is answered.
PARTS = {
    "residual": residual,
    "train": train,
    "layers": layers,
    "levels": levels,
    "white": white,
    "classics": classics,
    "tasks": tasks,
    "photo": own_photo,
}

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
        "classics": _("Classics"),
        "tasks": _("More than noise"),
        "photo": _("Your photo"),
    }
    question = controls.questions(_("Question"), questions)
    match question:
        case "residual":
            residual.residual(subject, noise)
        case "train":
            train.train()
        case "layers":
            layers.layers(network, subject, noise)
        case "levels":
            levels.levels(subject, noise)
        case "white":
            white.white(network, subject, noise)
        case "classics":
            classics.classics(network, subject, noise)
        case "tasks":
            tasks.tasks(subject)
        case "photo":
            own_photo.photo()
    frame.folded(f"{NAME}_{question}", question, *PARTS[question].CODE)
    reproduced.statement(NAME)
    frame.sources(DNCNN)

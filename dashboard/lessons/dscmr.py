"""DSCMR: pictures and texts in one space, by three losses.

The page reads from top to bottom: what the network found out, the common space while it is learned,
then one question a tab.
"""

import streamlit as st

from cnnviz.papers import DSCMR
from dashboard import controls, frame, reproduced
from dashboard.i18n import _
from dashboard.lessons import dscmr_ablation as ablation
from dashboard.lessons import dscmr_branches as branches
from dashboard.lessons import dscmr_epoch_choice as epoch_choice
from dashboard.lessons import dscmr_losses as losses
from dashboard.lessons import dscmr_measured as measured
from dashboard.lessons import dscmr_shared as shared
from dashboard.lessons import dscmr_space as space
from dashboard.lessons import dscmr_train as train

NAME = "dscmr"

with frame.lesson(NAME):
    with st.sidebar:
        looked = shared.looked()
    space.hero(looked)
    frame.folded(NAME, "hero", *space.CODE)
    questions = {
        "branches": _("Two branches"),
        "losses": _("Three losses"),
        "ablation": _("Does it matter?"),
        "measured": _("How good?"),
        "epoch": _("Which epoch?"),
        "train": _("Train it"),
    }
    match controls.questions(_("Question"), questions):
        case "branches":
            branches.branches(looked)
            frame.folded(NAME, "branches", *branches.CODE)
        case "losses":
            losses.losses(looked)
            frame.folded(losses.TEXT, "losses", *losses.CODE)
        case "ablation":
            ablation.ablation(looked.data)
            frame.folded(ablation.TEXT, "ablation", *ablation.CODE)
        case "measured":
            measured.how_good(looked)
            frame.folded(measured.TEXT, "measured", *measured.CODE)
        case "epoch":
            epoch_choice.which_epoch(looked.data)
            frame.folded(epoch_choice.TEXT, "epoch", *epoch_choice.CODE)
        case "train":
            train.train(looked.data)
            frame.folded(train.TEXT, "train", *train.CODE)
    reproduced.statement(NAME)
    frame.sources(DSCMR)

"""Two branches that end in one space: what is a modality's own, and what both share."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import percent, si, whole
from dashboard import frame
from dashboard.cache import dscmr as cached
from dashboard.components.board import bars_cell
from dashboard.components.board_cells import show
from dashboard.components.dscmr_branches_pictures import Box, branches_cell
from dashboard.i18n import _
from dashboard.lessons.dscmr_shared import has_network

if TYPE_CHECKING:
    from dashboard.cache.dscmr import Part

CODE = (
    "cnnviz.models.dscmr:DSCMR", "cnnviz.models.dscmr:_branch", "cnnviz.explain.dscmr:parts",
)  # fmt: skip
_TIMES = "\u202f×\u202f"


@st.fragment
@frame.guard()
def branches(looked: cached.Looked) -> None:
    """Both branches with this data's sizes, and what each part learns."""
    if not has_network(looked):
        return
    image, text, shared, classifier = cached.parts(looked.network)
    features = _("image features"), _("text features")
    if looked.data == cached.DIGITS:
        features = _("grey levels"), _("word weights")
    drawing = branches_cell(
        (Box(whole(image.inputs), features[0]), _hidden(image)),
        (Box(whole(text.inputs), features[1]), _hidden(text)),
        Box(whole(shared.outputs), _("common space")),
        Box(whole(classifier.outputs), _("class scores")),
        (_weights(image), _weights(text), _weights(shared), _weights(classifier)),
    )
    names = {
        _("Images alone"): image, _("Texts alone"): text, _("Shared layer"): shared,
        _("Shared classifier"): classifier,
    }  # fmt: skip
    total = sum(part.parameters for part in names.values())
    rows = [(name, part.parameters / total, whole(part.parameters)) for name, part in names.items()]
    show(
        (2.4, [drawing]),
        (1, [bars_cell(_("Parameters: {total}").format(total=whole(total)), rows)]),
        key="branches",
    )
    st.markdown(_told(total, shared, classifier))


def _hidden(part: "Part") -> Box:
    return Box(whole(part.outputs), _("hidden, ReLU"))


def _weights(part: "Part") -> str:
    return f"{whole(part.inputs)}{_TIMES}{whole(part.outputs)}"


def _told(total: int, shared: "Part", classifier: "Part") -> str:
    """What is shared, and what layers of their own would cost."""
    both = shared.parameters + classifier.parameters
    text = _(
        "Images and texts meet in the last layer and in the classifier: {both} of {total} "
        "parameters, {share}. With these of its own each modality would need {both} more, and "
        "nothing would tie the two spaces together but the losses."
    )
    return text.format(both=si(both), total=si(total), share=percent(both / total, 0))

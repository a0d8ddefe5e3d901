"""The question "Which epoch?" of the DSCMR lesson: what it is worth to choose by the test pairs."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.dscmr_epoch_choice import change_of_map, epochs_figure
from cnnviz.figures.numbers import whole
from cnnviz.figures.seeds import mean_text, summary
from dashboard import controls, frame
from dashboard.cache import dscmr_measured as cached
from dashboard.components import cost_pictures
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.cache.dscmr_measured import EpochChoice

CODE = (
    "cnnviz.explain.dscmr_epoch_choice:EpochChoice", "cnnviz.training.every_epoch:every_epoch",
    "cnnviz.training.dscmr_epoch_choice:_trained",
)  # fmt: skip
TEXT = "dscmr_epoch_choice"
# The course's run on Pascal Sentence: mAP after the last epoch, and what it reports.
COURSE_LAST, COURSE_REPORTED = 0.656, 0.702


@st.fragment
@frame.guard()
def which_epoch(data: str) -> None:
    """The whole question.

    Args:
        data: the set that the page looks at.
    """
    cost_pictures.style()
    choice = cached.epoch_choice(data)
    if choice is None:
        st.info(_("No run on this set is kept."))
        return
    left, right = st.columns([1.15, 1], gap="medium")
    with left:
        run = _run(choice)
        st.plotly_chart(
            epochs_figure(choice, run, _words()), config=frame.PLOT, key="epochs_plot"
        )  # fmt: skip
    with right:
        _numbers(choice, run)
        st.markdown(_said(choice))
        st.caption(_about(choice))


def _run(choice: "EpochChoice") -> int:
    """Which run is drawn, an index."""
    options = {str(seed): _("seed {seed}").format(seed=seed) for seed in choice.seeds}
    chosen = controls.segmented(_("Run"), options, key="epoch_seed", hidden_label=True)
    return list(options).index(chosen)


def _words() -> dict[str, str]:
    return {
        "epoch": _("epoch"), "map": _("mAP"), "validation": _("validation"), "test": _("test"),
        "others": _("test, other seeds"), **_reports(),
    }  # fmt: skip


def _reports() -> dict[str, str]:
    """The three epochs that could be reported."""
    return {
        "last": _("last epoch"), "fair": _("best on validation"), "best": _("best on test"),
    }  # fmt: skip


def _numbers(choice: "EpochChoice", run: int) -> None:
    """What each epoch would report, of the run that is drawn and of all."""
    head = [
        _("mAP on test"), _("epoch"), _("this run"),
        _("{count} seeds").format(count=len(choice.seeds)),
    ]  # fmt: skip
    rows = [
        [name, str(epochs[run]), f"{values[run]:.3f}", mean_text(*summary(values.tolist()), "map")]
        for name, epochs, values in zip(
            _reports().values(), choice.chosen, choice.reported, strict=True
        )
    ]
    cost_pictures.table(head, rows, label=_("What each epoch would report"))


def _said(choice: "EpochChoice") -> str:
    """What choosing by the test pairs is worth, here and in the course."""
    text = _(
        "To stop **by validation** instead of at the last epoch changes mAP by **{early}**. To "
        "choose **by the test pairs** adds **{luck}** to that, which nobody gets on new pairs. The "
        "released code and the course report that number: on Pascal Sentence the course’s last "
        "epoch has {last}, and {reported} is reported."
    )
    return text.format(
        early=change_of_map(choice.stopped_early.tolist()),
        luck=change_of_map(choice.flattered.tolist()),
        last=f"{COURSE_LAST:.3f}", reported=f"{COURSE_REPORTED:.3f}",
    )  # fmt: skip


def _about(choice: "EpochChoice") -> str:
    """How it was measured."""
    text = _(
        "mAP over the whole list, the mean of both ways; {training} pairs to train on, "
        "{validation} for validation, {test} for the test. ± is the standard deviation over the "
        "seeds. Measured by `{command}`."
    )
    said = [
        text.format(
            training=whole(choice.training_pairs), validation=whole(choice.validation_pairs),
            test=whole(choice.test_pairs), command=choice.made_by,
        )
    ]  # fmt: skip
    if choice.missing:
        text = _("Not trained yet: seeds {seeds}.")
        said.append(text.format(seeds=", ".join(map(str, choice.missing))))
    return " ".join(said)

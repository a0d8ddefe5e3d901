"""Numbers over the whole test set that nobody has measured for these weights: how to get them."""

import streamlit as st

from dashboard import frame
from dashboard.cache import senet_measured as measured
from dashboard.i18n import _, translate_error

SECONDS = 1.0  # between two looks at how far a measurement is


def missing(kind: str) -> None:
    """Say that they are missing, and measure them where the test images are here.

    Args:
        kind: of ``cache.senet_measured``.
    """
    job = measured.measuring(kind)
    going = job is not None and not job.done
    st.fragment(_missing, run_every=SECONDS if going else None)(kind, going)


@frame.guard()
def _missing(kind: str, watched: bool) -> None:
    job = measured.measuring(kind)
    if (job is not None and not job.done) != watched:
        st.rerun()  # the looking begins, or there are numbers
    if job is not None and not job.done:
        st.progress(job.share, text=_("The measurement goes on …"))
        return
    if job is not None and job.error is not None:
        st.warning(translate_error(job.error))
    st.markdown(_("Nobody has measured the gates of these weights over the test images."))
    if not measured.can_measure():
        st.caption(_("It takes CIFAR-10's test images. With them: `{command}`.").format(
            command=measured.command(kind)))  # fmt: skip
        return
    st.button(
        _("Measure now (minutes)"), key=f"measure_{kind}", type="primary",
        on_click=measured.measure, args=(kind,),
    )  # fmt: skip

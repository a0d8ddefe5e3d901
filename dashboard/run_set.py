"""Runs that answer a question together: the buttons, and how far they are.

Which runs these are is in their settings (``cache.run_sets``), so that all visitors find them.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from dashboard import address, cache, frame, run_views, run_words
from dashboard.cache import run_sets
from dashboard.i18n import _, translate_error
from dashboard.visitor import owns, visitor

if TYPE_CHECKING:
    from dashboard.cache import Record, RunSpec

    Specs = Mapping[str, RunSpec]
    Records = Mapping[str, Record]

SECONDS = 0.5  # between two looks at what goes
_REFUSED = "what could not be done with a set of runs"


@st.fragment
@frame.guard()
def panel(
    word: str, specs: "Specs", shown: "Callable[[Records], None]", *, key: str, lesson: str,
    seconds: "Callable[[Iterable[RunSpec]], float]",
) -> None:  # fmt: skip
    """Buttons, how far the runs are, and what has come of them, as they go.

    Apart from the page's controls, which would be drawn twice when the browser says who looks.

    Args:
        word, specs, key, lesson, seconds: as of ``buttons``.
        shown: draws what the runs have given; called again and again while some go.
    """
    cache.prepare_runs()
    owner = visitor()  # asked of the browser before anything is started
    records = run_sets.found(specs)
    buttons(word, specs, records, key=key, owner=owner, lesson=lesson, seconds=seconds)
    watched = going(records)
    st.fragment(_live, run_every=SECONDS if watched else None)(specs, shown, watched)


@frame.guard()
def _live(specs: "Specs", shown: "Callable[[Records], None]", watched: bool) -> None:
    records = run_sets.found(specs)
    if going(records) != watched:
        st.rerun()
    if watched:
        progress(specs, records)
    failures(record.error for record in records.values())
    shown(records)


def buttons(
    word: str, specs: "Specs", records: "Records", *, key: str, owner: str, lesson: str,
    seconds: "Callable[[Iterable[RunSpec]], float]", also: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """One button that trains what is missing, one that stops what this visitor has going.

    Args:
        word: on the first, translated.
        specs: what is to be trained, by label.
        records: the runs that there are of them.
        key: what the buttons' keys begin with.
        owner: who looks, asked for before anything else was drawn.
        lesson: its name.
        seconds: how long runs take one after the other: an estimate.
        also: what else the first button begins; None for nothing.
    """
    missing = run_sets.missing(specs, records)
    mine = [r for r in records.values() if cache.is_going(r) and owns(r.owner)]
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_buttons"):
        st.button(
            word, key=f"{key}_start", type="primary", disabled=not missing and also is None,
            on_click=_asked, args=(_start, specs, owner, lesson, also),
        )  # fmt: skip
        st.button(
            _("Stop"), key=f"{key}_stop", disabled=not mine, on_click=_asked, args=(_stop, mine)
        )
        if missing:
            text = _("Missing: {count} of {all} trainings, about {time} one after the other (an "
                     "estimate).")  # fmt: skip
            time = run_words.about(seconds(missing.values()))
            st.caption(text.format(count=len(missing), all=len(specs), time=time))
    if refused := st.session_state.pop(_REFUSED, ""):
        st.warning(refused)


def going(records: "Records") -> bool:
    """Whether any of the runs waits or runs."""
    return any(map(cache.is_going, records.values()))


def progress(specs: "Specs", records: "Records") -> None:
    """How many runs are done, what the others do, and how long it still takes."""
    text = run_views.counts(list(records.values()), len(specs))
    left = run_sets.seconds_left(specs, records)
    if left is not None:
        text += f" · {run_words.time_left(left)}"
    share = sum(map(run_sets.share, records.values())) / len(specs)
    st.progress(share, text=text)


def failures(errors: Iterable[UserError | None]) -> None:
    """Why something gave nothing, each reason once."""
    for text in dict.fromkeys(translate_error(error) for error in errors if error is not None):
        st.warning(text)


def _asked(act: Callable[..., None], *arguments: object) -> None:
    """Do something about runs; a refusal is told under the buttons."""
    try:
        act(*arguments)
    except UserError as error:
        st.session_state[_REFUSED] = translate_error(error)


def _start(specs: "Specs", owner: str, lesson: str, also: Callable[[], None] | None) -> None:
    if also is not None:
        also()
    # Looked for anew: another visitor may have begun with them since this page was drawn.
    if missing := run_sets.missing(specs, run_sets.found(specs)):
        cache.start_runs(missing, owner=owner, lesson=lesson, link=address.present_settings())


def _stop(records: "Iterable[Record]") -> None:
    for record in records:
        cache.stop_run(record)

"""The question "Why different?" of the HybridSN lesson: one network, tested many times."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.hybridsn_variance import ALIKE, STEPS
from cnnviz.figures.numbers import percent, whole
from cnnviz.figures.seeds import mean_text, summary
from cnnviz.text import N_
from dashboard import frame
from dashboard.cache import hybridsn_variance as cached
from dashboard.cache.hybridsn_scene import grey
from dashboard.components import scene_numbers
from dashboard.components.scene_map import scene_map
from dashboard.i18n import _
from dashboard.lessons import hybridsn_variance_causes as causes
from dashboard.scene_words import class_names, longer_side

if TYPE_CHECKING:
    from dashboard.cache.hybridsn_train import Scene

TEXT = "hybridsn_variance"
EXPLAIN = "cnnviz.explain.hybridsn_variance:"
SECONDS = 0.5  # between two looks at what goes
HEIGHT, TALLEST = 330, 450  # CSS pixels of a map's longer side, of a narrow scene's at most
MODES = {"train": N_("Train mode, as the course tests"), "eval": N_("eval()")}


def why(network: str, scene: "Scene") -> None:
    """The whole question.

    Args:
        network: a checkpoint's name; "" where none knows the scene's classes.
        scene: that it is tested on.
    """
    scene_numbers.style()
    _tests(network, scene)
    frame.folded(TEXT, "tests", f"{EXPLAIN}repeated", f"{EXPLAIN}Repeated")
    causes.varied(scene)
    frame.folded(
        TEXT, "causes", "dashboard.cache.hybridsn_variance:specs", "cnnviz.training.state:State",
        f"{EXPLAIN}repeated",
    )  # fmt: skip


@st.fragment
@frame.guard()
def _tests(network: str, scene: "Scene") -> None:
    title = _("One network, tested {count} times").format(count=cached.TESTS)
    st.markdown(f"**{title}**")
    if not network:
        st.markdown(_("No trained network knows this scene: train one under “Train it”."))
        return
    jobs = {mode: cached.job_of(network, scene, mode) for mode in MODES}
    if any(job is None for job in jobs.values()):
        text = _(
            "The course's code never calls `eval()`: its dropout is still on when it tests. What "
            "does one and the same network say when it is asked {count} times?"
        )
        st.markdown(text.format(count=cached.TESTS))
        st.button(
            _("Test it {count} times").format(count=cached.TESTS), key="why_test", type="primary",
            on_click=_start_tests, args=(network, scene),
        )  # fmt: skip
        return
    going = not all(job.done for job in jobs.values() if job is not None)
    st.fragment(_tested, run_every=SECONDS if going else None)(network, scene, going)


def _start_tests(network: str, scene: "Scene") -> None:
    for mode in MODES:
        cached.start_tests(network, scene, mode)


@frame.guard()
def _tested(network: str, scene: "Scene", watched: bool) -> None:
    """Both modes side by side, as soon as each is there."""
    jobs = {mode: cached.job_of(network, scene, mode) for mode in MODES}
    if any(job is None or not job.done for job in jobs.values()) != watched:
        st.rerun()  # the looking ends
    for place, (mode, job) in zip(st.columns(2, gap="medium"), jobs.items(), strict=True):
        with place:
            st.markdown(f"**{_(MODES[mode])}**")
            if job is None or not job.done:
                st.progress(job.share if job else 0.0, text=_("Tests go on …"))
            else:
                _result(job.result(), scene, mode)
    if not watched:
        scene_numbers.colour_key(_key())


def _result(found: "cached.Tests", scene: "Scene", mode: str) -> None:
    least, most = (percent(value, 2) for value in (found.accuracy.min(), found.accuracy.max()))
    what = _("OA on {count} test pixels") if found.on_test else _("OA on {count} labelled pixels")
    oa = mean_text(*summary(found.accuracy.tolist()))
    scene_numbers.numbers([
        (what.format(count=whole(found.measured)), oa,
         _("from {least} to {most}").format(least=least, most=most)),
        (_("Pixels that changed class"), percent(found.differing, 1),
         _("{share} of all answers").format(share=percent(found.flipped, 1))),
    ])  # fmt: skip
    label = _("Where the tests differ: {mode}").format(mode=_(MODES[mode]))
    scene_map(
        grey(scene), exact=False, key=f"why_{mode}", label=label, titled=False, selectable=False,
        over=(cached.disagreement_layers(found, scene),), names=class_names(scene),
        size=longer_side(scene, HEIGHT, TALLEST), shows=found.name,
    )  # fmt: skip
    if not found.whole:
        st.caption(_("Tested: {count} pixels.").format(count=whole(len(found.repeated.pixels))))


def _key() -> list[tuple[str, str]]:
    """What the colours of the maps mean."""
    rows = [(ALIKE, _("all tests agree"))]
    for i, (least, colour) in enumerate(STEPS):
        start = percent(least, 0) if i else "0"
        if i + 1 < len(STEPS):
            text = _("{least} to {most} differ").format(
                least=start, most=percent(STEPS[i + 1][0], 0)
            )
        else:
            text = _("{least} or more differ").format(least=start)
        rows.append((colour, text))
    return rows

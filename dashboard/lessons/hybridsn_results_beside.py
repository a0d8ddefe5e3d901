"""A result beside others: the papers' numbers, and another network's map of the same scene."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.hybridsn_results import DIFFERENCES
from cnnviz.figures.numbers import THIN, percent, whole
from cnnviz.printed.hybridsn import HYBRIDSN_ROWS
from dashboard import controls, frame
from dashboard.cache import hybridsn_results as cached
from dashboard.cache import hybridsn_scene as scenes
from dashboard.cache.hybridsn_results_beside import compared
from dashboard.components import cost_pictures, scene_numbers
from dashboard.components.scene_map import scene_map
from dashboard.i18n import _
from dashboard.lessons import hybridsn_results as page
from dashboard.scene_words import class_names, longer_side

if TYPE_CHECKING:
    from cnnviz.printed.hybridsn import SceneRow
    from dashboard.cache.hybridsn_results import Result, Scene
    from dashboard.cache.hybridsn_results_beside import Compared

ELSEWHERE = "indian_pines"  # whose numbers stand beside those of a scene that no paper has
SIZE, TALLEST = 300, 450  # CSS pixels of a map's longer side, of a narrow scene's at most
NOT = ""  # no other network


@st.fragment
@frame.guard()
def papers(found: "Result", scene: "Scene") -> None:
    """The numbers of the paper under this network's own, folded away."""
    title = _("The paper’s numbers beside these")
    with frame.unfolded(title, "papers") as opened:
        if not opened:
            return
        cost_pictures.style()
        own = [row for row in HYBRIDSN_ROWS if row.scene == scene.name]
        rows = own or [row for row in HYBRIDSN_ROWS if row.scene == ELSEWHERE]
        scores = found.scores
        kappa = page.NONE if np.isnan(scores.kappa) else f"{100 * scores.kappa:.2f}"
        mine = [_("this network, here"), _trained_on(found), f"{100 * scores.oa:.2f}", kappa,
                f"{100 * scores.aa:.2f}"]  # fmt: skip
        head = ["", _("for training"), "OA (%)", "κ × 100", "AA (%)"]
        cost_pictures.table(head, [mine, *map(_printed, rows)], label=title)
        frame.cite(*(row.oa for row in rows))
        st.markdown(_honestly(found, scene, bool(own)))


def _printed(row: "SceneRow") -> list[str]:
    numbers = (f"{number.value:.2f}" for number in (row.oa, row.kappa, row.aa))
    return [row.method, f"{row.train}{THIN}%", *numbers]


def _trained_on(found: "Result") -> str:
    """The share of the labelled pixels that the network was trained on."""
    if found.split is None:
        return _("not known")
    counts = found.split.counts
    return percent(sum(counts.train) / sum(counts.labelled), 1)


def _honestly(found: "Result", scene: "Scene", same_scene: bool) -> str:
    """In what the paper's experiment was another one."""
    said = []
    if not same_scene:
        text = _("The paper has no numbers for this scene; these are of Indian Pines, another one.")
        said.append(text)
    elif not scene.verified:
        said.append(_("The scene here is not the published file: another copy, other numbers."))
    if found.split is not None and found.split.kind == "blocks":
        text = _(
            "The paper drew its training pixels at random; here they lie in blocks kept apart from "
            "the test, which is harder."
        )
        said.append(text)
    else:
        text = _("The paper drew its pixels at random, too, but which ones is not known.")
        said.append(text)
    said.append(_("So read them beside each other, not against each other."))
    return " ".join(said)


@st.fragment
@frame.guard()
def two(found: "Result", scene: "Scene") -> None:
    """Another network's map of the same scene, and where the two differ."""
    names = {name: title for name, title in scenes.networks(scene).items() if name != found.network}
    if not names:
        st.caption(
            _("As soon as a second network for this scene is trained, the two are compared.")
        )
        return
    options = {NOT: _("no other"), **names}
    other = controls.select(_("Beside another network"), options, key="beside")
    if other == NOT:
        return
    second = page.predicted(other, scene)
    _maps(found, second, scene, compared(found, second, scene))


def _maps(first: "Result", second: "Result", scene: "Scene", both: "Compared") -> None:
    """The two maps and their difference, and the numbers on pixels that both are measured on."""
    found = both.comparison
    names, size = class_names(scene), longer_side(scene, SIZE, TALLEST)
    places = st.columns(3, gap="medium")
    for place, result, scores, key in zip(
        places, (first, second), both.scores, ("first", "second"), strict=False
    ):
        with place:
            scene_numbers.numbers([
                (result.network, percent(scores.oa, 2),
                 f"AA {percent(scores.aa, 2)}, κ {page.kappa_text(scores)}"),
            ])  # fmt: skip
            scene_map(
                scenes.grey(scene), exact=False, key=f"beside_{key}", label=result.network,
                titled=False, names=names, size=size, selectable=False,
                over=(cached.facts(result, scene),
                      cached.view_layers(result, scene, "said", (), 0)),
            )  # fmt: skip
    with places[2]:
        scene_numbers.numbers([
            (_("Different classes"), percent(found.differing), _("of all pixels of the scene")),
        ])  # fmt: skip
        scene_map(
            scenes.grey(scene), exact=False, key="beside_difference", titled=False, names=names,
            size=size, label=_("Where the two differ"), selectable=False,
            over=(cached.facts(second, scene), both.layers),
        )  # fmt: skip
    scene_numbers.colour_key([(colour, _(name)) for colour, name in DIFFERENCES[1:]])
    st.markdown(_told(both))


def _told(both: "Compared") -> str:
    found = both.comparison
    where = (
        _("On the {count} pixels that neither was trained on")
        if both.tested
        else _("On all {count} labelled pixels, training pixels included")
    ).format(count=whole(found.pixels))
    text = _(
        "{where}: **{both}** are right in both, **{first}** in the first alone, **{second}** in "
        "the second alone, **{neither}** in neither."
    )
    return text.format(
        where=where, both=whole(found.both), first=whole(found.only_first),
        second=whole(found.only_second), neither=whole(found.neither),
    )  # fmt: skip

"""2-D only, 3-D only and both, trained alike; and once more with the components shuffled."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.numbers import millions
from cnnviz.figures.seeds import change_text, mean_text, summary
from dashboard import controls, frame, grid_panel, run_set, run_words
from dashboard.cache import grids
from dashboard.cache import hybridsn_dimensions_runs as cached
from dashboard.cache import hybridsn_train as trained
from dashboard.components import cost_pictures
from dashboard.i18n import _
from dashboard.lessons.hybridsn_train import OWN_SCENE

if TYPE_CHECKING:
    from dashboard.cache.hybridsn_dimensions_runs import Compared, Scene

MOST_SEEDS = 8
GRID = "hybridsn_dimensions"


def networks() -> dict[str, str]:
    """The networks compared, by their names in the registry."""
    return {"hybridsn": _("Hybrid"), "hybridsn_2d": _("2-D only"), "hybridsn_3d": _("3-D only")}


def comparison(scene: "Scene") -> None:
    """The whole part. What has been trained once is found again by its settings, in the link.

    Args:
        scene: that is trained on.
    """
    cost_pictures.style()
    _compared(scene)
    ahead()


@st.fragment
@frame.guard()
def _compared(scene: "Scene") -> None:
    if not trained.trainable(scene):
        raise UserError(OWN_SCENE)
    places = st.columns([2, 1.6, 1.4], vertical_alignment="bottom")
    with places[0]:
        splits = {"random": _("at random"), "blocks": _("blocks, guard band")}
        split = controls.segmented(_("Split"), splits, key="dims_split")
    with places[1]:
        seeds = controls.slider(
            _("Seeds"), key="dims_seeds", min_value=1, max_value=MOST_SEEDS, default=3, step=1,
            help=_("Each is the seed of a training and of the other order; the split is one."),
        )  # fmt: skip
    if (why := cached.refused(scene, split)) is not None:
        raise why
    wanted = cached.specs(scene, split, seeds)
    run_set.panel(
        _("Train them"), wanted, lambda records: _table(cached.compared(scene, wanted, records)),
        key="dims", lesson=trained.MODEL, seconds=lambda missing: trained.total(missing, scene),
    )  # fmt: skip


@frame.guard()
def ahead() -> None:
    """The three networks, trained ahead on the generated scene: accuracy against cost."""
    grid = grids.trained(GRID, "oa")
    if grid is None:
        return
    title = _("Accuracy against cost")
    st.markdown(f"**{title}**")
    codes = {"hybrid": "hybridsn", "2d": "hybridsn_2d", "3d": "hybridsn_3d"}
    names = {code: networks()[model] for code, model in codes.items()}
    words = {"madds": _("million MAdds a window"), "accuracy": _("OA, generated scene (%)")}
    of = _("generated scene, windows of {window} × {window}, {components} components").format(
        **{name: grid.recipe.data_args[name] for name in ("window", "components")}
    )
    looks = {code: (name, name, "") for code, name in names.items()}
    grid_panel.tradeoff(grid, looks, words, key="dims_ahead", of=of)


def _table(rows: "Sequence[Compared]") -> None:
    """The networks, and of each what is known of it so far."""
    names, hybrid = networks(), rows[0]
    heads = [
        "", _("OA, own order"), _("against Hybrid (points)"), _("OA, shuffled"),
        _("the shuffle changes (points)"), _("parameters"), _("MAdds a window"), _("training"),
    ]  # fmt: skip
    cells = [
        [
            names[row.model].replace(" ", "\u00a0"), _told(row.own),
            run_words.NONE if row is hybrid else _points(row.against(hybrid)),
            _told(row.other), _points(row.shuffle), millions(row.parameters), millions(row.madds),
            run_words.NONE if row.seconds is None else run_words.duration(row.seconds),
        ]
        for row in rows
    ]  # fmt: skip
    cost_pictures.table(heads, cells, label=_("The networks compared"))
    st.caption(
        _(
            "Overall accuracy on test pixels; ± is the standard deviation over the seeds. "
            "Differences are taken seed by seed, on the same pixels of one split."
        )
    )


def _told(values: "Mapping[int, float]") -> str:
    return mean_text(*summary(list(values.values())), "oa") if values else run_words.NONE


def _points(changes: Sequence[float]) -> str:
    return change_text(changes) if changes else run_words.NONE

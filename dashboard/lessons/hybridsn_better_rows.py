"""What "How to do better?" tries, and its table: accuracy, difference, and cost of each."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cnnviz.figures.numbers import millions, si, significant
from cnnviz.figures.seeds import change_text, is_clear, mean_text, summary
from cnnviz.text import N_
from dashboard import run_words
from dashboard.cache import hybridsn_better as cached
from dashboard.components import hybridsn_better_table as tables
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.cache.hybridsn_better import Tried

_SHORT = 10  # seconds
#: What is tried: its name, and what it is.
NAMES = {
    "plain": (N_("HybridSN"), N_("The network of the paper with the quick settings.")),
    "norm": (N_("batch norm"), N_("After every convolution.")),
    "turned": (N_("turns and mirrors"), N_("Training windows turned by 90° and mirrored.")),
    "jitter": (N_("spectral jitter"), N_("Components scaled and shifted by a tenth of their "
                                         "deviation while training.")),
    "balanced": (N_("balanced loss"), N_("The rarer a class, the more its pixels count.")),
    "smoothed": (N_("label smoothing"), N_("A tenth of each label is shared out among all "
                                           "classes.")),
    "components": (N_("30 components"), N_("Instead of 15.")),
    "se": (N_("squeeze and excitation"), N_("Maps weighed after the 3-D part (SENet).")),
    "residual": (N_("residual 3-D"), N_("A shortcut around the 3-D convolutions.")),
    "dilated": (N_("dilated 3-D"), N_("3-D kernels that skip every other pixel; takes windows of "
                                      "15 pixels or more.")),
    "majority": (N_("majority filter"), N_("Each pixel of HybridSN's map gets the class that most "
                                           "of the 5 × 5 around it have.")),
    "svm": (N_("SVM on spectra"), N_("Radial basis, C = 100, single pixels.")),
    "svm_means": (N_("SVM, window means"), N_("Besides, each band's mean over the window.")),
    "forest": (N_("forest on spectra"), N_("200 trees, single pixels.")),
    "forest_means": (N_("forest, window means"), N_("Besides, each band's mean over the window.")),
}  # fmt: skip


def table(rows: "Sequence[Tried]") -> None:
    """What was tried, row by row, with what it changes against the plain network."""
    plain = next((row for row in rows if row.code == cached.PLAIN), None)
    heads = [
        _("tried"), "OA", "AA", _("difference (points)"), _("each seed (%)"),
        _("parameters"), _("MAdds"), _("training"),
    ]  # fmt: skip
    tables.table(_("What was tried"), heads, [_row(row, plain) for row in rows])


def _row(row: "Tried", plain: "Tried | None") -> tables.Row:
    name, hint = NAMES[row.code]
    changes = row.against(plain) if plain is not None and row.code != cached.PLAIN else []
    each = "\u2002".join(f"{100 * row.oa[seed]:.1f}" for seed in sorted(row.oa))
    return tables.Row(
        _(name),
        [_told(row.oa), _told(row.aa)],
        summary(changes)[0] if changes else None,
        change_text(changes) if changes else run_words.NONE,
        [
            each,
            si(row.parameters) if row.parameters is not None else run_words.NONE,
            millions(row.madds) if row.madds is not None else run_words.NONE,
            _seconds(row.seconds) if row.seconds is not None else run_words.NONE,
        ],
        clear=bool(changes) and is_clear(changes),
        plain=row.code == cached.PLAIN,
        hint=_(hint),
    )


def _told(values: "Mapping[int, float]") -> str:
    return mean_text(*summary(list(values.values())), "oa")


def _seconds(seconds: float) -> str:
    """A time of training: also of less than a second."""
    if seconds >= _SHORT:
        return run_words.duration(seconds)
    return _("{count} s").format(count=significant(seconds, 1))

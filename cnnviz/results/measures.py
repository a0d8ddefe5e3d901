"""By what a checkpoint is measured in the results table, and what its paper prints of the same."""

from dataclasses import dataclass, replace

from cnnviz.checkpoints import Card
from cnnviz.papers import Published
from cnnviz.printed.dncnn import DNCNN_ROWS
from cnnviz.printed.hybridsn import HYBRIDSN_ROWS
from cnnviz.results.grids import Seeds
from cnnviz.training.task_settings import PairSettings, PictureSettings, WindowSettings, settings_of

PERCENT, DECIBELS, SHARE = "%", "dB", ""
_DIGITS = {PERCENT: 2, DECIBELS: 2, SHARE: 3}
#: Noise levels in grey levels that networks for several are measured at.
LEVELS = (15, 25, 50)


@dataclass(frozen=True)
class Measure:
    """A metric of a card, as it is shown.

    Attributes:
        metric: its name on the card.
        label: what it is called.
        unit: "%" (a share times 100), "dB", or "" for a mean average precision.
        level: of the noise, grey levels; 0 where that is not one level.
    """

    metric: str
    label: str
    unit: str
    level: int = 0

    def shown(self, value: float) -> float:
        """A card's number in the unit."""
        return 100 * value if self.unit == PERCENT else value

    def spread(self, seeds: Seeds) -> Seeds:
        """The same of a mean and its deviation."""
        return replace(seeds, mean=self.shown(seeds.mean), deviation=self.shown(seeds.deviation))

    def spread_text(self, seeds: Seeds) -> str:
        """Mean and deviation, both in the unit: 98.10 ± 0.53 %."""
        return f"{self.bare(seeds.mean)} ± {self.text(seeds.deviation)}"

    def bare(self, value: float) -> str:
        """A number in the unit, with as many digits as mean something."""
        return f"{value:.{_DIGITS[self.unit]}f}"

    def text(self, value: float) -> str:
        """The same with its unit."""
        return f"{self.bare(value)} {self.unit}".rstrip()


_ACCURACY = (Measure("accuracy", "accuracy", PERCENT),)
_SCENE = (
    Measure("oa", "OA", PERCENT),
    Measure("aa", "AA", PERCENT),
    Measure("kappa", "kappa", PERCENT),
)
_PAIRS = (
    Measure("map", "mAP", SHARE),
    Measure("map_image_text", "mAP, image → text", SHARE),
    Measure("map_text_image", "mAP, text → image", SHARE),
)


def measures(card: Card) -> tuple[Measure, ...]:
    """What the table shows of a checkpoint, the most telling first."""
    kind = settings_of(card.model)
    if kind is WindowSettings:
        return _SCENE
    if kind is PairSettings:
        return _PAIRS
    return _pictures(card) if kind is PictureSettings else _ACCURACY


def _pictures(card: Card) -> tuple[Measure, ...]:
    settings = PictureSettings(**card.recipe["data_args"])
    if not settings.blind:
        level = round(settings.sigma)
        return (Measure("psnr", f"PSNR, σ {level}", DECIBELS, level),)
    noise = tuple(Measure(f"psnr_{n}", f"PSNR, σ {n}", DECIBELS, n) for n in LEVELS)
    if settings.general:
        return (*noise, Measure("psnr", "PSNR, ten damages", DECIBELS))
    return noise


def printed(card: Card, data: str, measure: Measure) -> Published | None:
    """The paper's number for the same network, data and measure."""
    if card.model == "dncnn":
        return _printed_denoiser(card, data, measure)
    if card.model != "hybridsn" or card.data["split"]["settings"].get("train") != 0.1:
        return None
    rows = (row for row in HYBRIDSN_ROWS if (row.method, row.scene) == ("HybridSN", data))
    found = next((row for row in rows if row.train == 10), None)
    return None if found is None else getattr(found, measure.metric)


def _printed_denoiser(card: Card, data: str, measure: Measure) -> Published | None:
    """Of the paper's depth alone: 17 layers for one level, 20 for all."""
    settings = PictureSettings(**card.recipe["data_args"])
    depth = card.model_args.get("depth", 17)
    method = {(17, False): "DnCNN-S", (20, True): "DnCNN-B"}.get((depth, settings.blind))
    if settings.general or method is None:
        return None
    rows = (row for row in DNCNN_ROWS if (row.method, row.data) == (method, data))
    found = next(rows, None)
    return None if found is None else found.psnr.get(measure.level)

"""What covers the ground of the generated scene, as one table.

A pixel is a mixture: leaves cover a share of the ground, and the ground is straw and soil, dry or
wet. Tillage is how much straw is left on the soil (no tillage leaves most) and how strong the rows
are. All numbers are chosen by us, so that some kinds are nearly equal in their mean spectrum and
differ in their texture; there are about as many labelled pixels of each as on Indian Pines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cnnviz.text import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of ground cover. Shares are percent of an area.

    Attributes:
        name: what it is; of the classes a translation key.
        leaves: the materials that cover the ground, with their weights.
        ground: what lies on the soil, straw mostly, with its share of the ground.
        cover: share covered by leaves.
        rows: how far the cover swings from row to row, either way.
        period: from one row to the next, pixels. These are the passes of machines; rows of plants
            are too narrow for any pixel of a scene from the air.
        clumps: standard deviation of the cover from pixel to pixel.
        yellow: share of the leaves that has turned yellow.
        wanted: labelled pixels; 0 for what is in the scene but is no class.
        fields: on how many fields they lie, at least.
    """

    name: str
    leaves: Mapping[str, int] = field(default_factory=dict)
    ground: Mapping[str, float] = field(default_factory=dict)
    cover: float = 0
    rows: float = 0
    period: float = 4
    clumps: float = 0
    yellow: float = 0
    wanted: int = 0
    fields: int = 1


CORN, SOYBEAN, ALFALFA = {"corn leaves": 1}, {"soybean leaves": 1}, {"alfalfa leaves": 1}
GRASS, CEREAL, TREES = {"grass": 1}, {"cereal leaves": 1}, {"tree leaves": 1}
HAY = GRASS | ALFALFA

# fmt: off
#: The classes 1 to 16, in their order. Those without leaves are made of patches, see below.
CLASSES = (
    # name, leaves, ground, cover, rows, period, clumps, yellow, wanted, fields
    Kind(N_("Alfalfa"), ALFALFA,                  {"straw": 20},      66,  4, 3.0, 6,  8,   54),
    Kind(N_("Corn, no tillage"), CORN,            {"straw": 49},      25,  5, 3.0, 4,  8, 1410, 4),
    Kind(N_("Corn, minimum tillage"), CORN,       {"straw": 45},      25, 11, 5.0, 3,  8,  840, 3),
    Kind(N_("Corn, clean tillage"), CORN,         {"straw": 24},      25,  9, 4.0, 3,  8,  240, 2),
    Kind(N_("Grass pasture"), GRASS,              {"straw": 50},      74,  0, 4.0, 7,  8,  490, 2),
    Kind(N_("Grass and trees"), wanted=740, fields=3),
    Kind(N_("Grass, mown"), GRASS,                {"straw": 70},      58,  9, 3.5, 5, 22,   30),
    Kind(N_("Hay, windrowed"), HAY,               {"straw": 85},      42, 13, 4.5, 4, 25,  470, 2),
    Kind(N_("Oats"), CEREAL,                      {"straw": 30},      62,  5, 3.0, 5, 30,   20),
    Kind(N_("Soybean, no tillage"), SOYBEAN,      {"straw": 49},      18,  4, 3.0, 4,  8,  980, 3),
    Kind(N_("Soybean, minimum tillage"), SOYBEAN, {"straw": 44},      18, 10, 6.0, 3,  8, 2440, 4),
    Kind(N_("Soybean, clean tillage"), SOYBEAN,   {"straw": 22},      18,  7, 5.0, 3,  8,  600, 2),
    Kind(N_("Wheat"), CEREAL,                     {"straw": 35},      70,  3, 3.0, 4, 50,  210),
    Kind(N_("Woods"), wanted=1260, fields=3),
    Kind(N_("Buildings, grass, trees, drives"), wanted=390, fields=2),
    Kind(N_("Stone and steel towers"), wanted=90),
)

#: What is in the scene besides: roads, strips between fields, and what patches are made of.
OTHERS = (
    Kind("road", ground={"asphalt": 70, "gravel": 30}),
    Kind("strip", GRASS,                          {"straw": 60},      62,  0, 4.0, 9, 15),
    Kind("fallow", GRASS,                         {"straw": 8},        6,  5, 5.0, 3,  8),
    Kind("pond", ground={"open water": 100}),
    Kind("meadow", GRASS,                         {"straw": 45},      86,  0, 4.0, 6,  5),
    Kind("crown", TREES,                          {"straw": 60},      88,  0, 4.0, 7,  4),
    Kind("shade", TREES,                          {"open water": 85}, 74,  0, 4.0, 6,  4),
    Kind("roof", ground={"shingles": 100}),
    Kind("drive", ground={"gravel": 80}),
    Kind("stones", ground={"gravel": 85}),
    Kind("tower", ground={"steel": 90}),
)
# fmt: on

#: Kinds that are small patches of other kinds, with their weights.
PATCHES = {
    "Grass and trees": {"meadow": 3, "crown": 2},
    "Woods": {"crown": 8, "shade": 2},
    "Buildings, grass, trees, drives": {"roof": 2, "drive": 1, "meadow": 4, "crown": 4},
    "Stone and steel towers": {"stones": 3, "tower": 1},
}
#: Classes that stand in the wooded quarter of the scene.
WOODED = frozenset({"Grass and trees", "Woods"})
#: What grows where no pixel is labelled: in the open, and in the wooded quarter.
SPARE = (
    "Corn, no tillage", "Soybean, no tillage", "Soybean, minimum tillage", "Grass pasture",
    "Wheat", "fallow", "meadow",
)  # fmt: skip
SPARE_WOODED = ("Woods", "Woods", "Grass and trees", "Grass pasture", "meadow", "pond")

KINDS = (*CLASSES, *OTHERS)
#: Where a kind stands in ``KINDS``.
NUMBER = {kind.name: number for number, kind in enumerate(KINDS)}

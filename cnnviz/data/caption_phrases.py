"""The phrases that captions of digits are made of; the grammar is in ``caption_grammar``.

A phrase may have ``{places}``; each is filled with one of the phrases that stand under its name,
which may have places themselves. No phrase for a shape, a count or a sum has a digit's word or
numeral in it; and each has a common word, so that no caption is without features.
"""

from collections.abc import Mapping
from typing import Literal, get_args

Kind = Literal["named", "denied", "shape", "count", "sum"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WORDLESS: tuple[Kind, ...] = ("shape", "count", "sum")
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

# Of every 30 captions of a digit; a third is without a digit's word.
DEAL: Mapping[Kind, int] = {"named": 15, "denied": 5, "shape": 4, "count": 3, "sum": 3}

CAPTIONS: Mapping[Kind, tuple[str, ...]] = {
    "named": (
        "a {handwritten} {name}",
        "the {digit} {name}",
        "a {name}",
        "someone {wrote} a {name}",
        "this is a {name}",
        "a {picture} of a {name}",
        "a {picture} of the {digit} {name}",
        "a {name}: {shape}",
        "the {digit} {name}, as many as {count}",
        "{name}, that is {sum}",
    ),
    "denied": (
        "a {name}, not a {other}",
        "not a {other} but a {name}",
        "a {name} that could pass for a {other}",
        "a {name}, though it looks like a {other}",
        "a {handwritten} {name} that is almost a {other}",
        "easily taken for a {other}, yet it is a {name}",
        "{shape}, so a {name} and not a {other}",
        "{shape}, but not a {other}",
    ),
    "shape": ("{shape}", "{shape}", "a {picture} of {shape}", "it looks like {shape}"),
    "count": (
        "as many as {count}",
        "the {digit} that counts {count}",
        "{count}: that many",
        "{count}, counted and written down",
    ),
    "sum": (
        "{sum}, written down",
        "the {digit} for {sum}",
        "{sum}, {written} as a {digit}",
        "it stands for {sum}",
    ),
}

SHARED: Mapping[str, tuple[str, ...]] = {
    "handwritten": ("handwritten", "hand-drawn", "neat", "careless", "small"),
    "digit": ("digit", "number", "figure", "numeral"),
    "picture": ("picture", "scan", "drawing", "image"),
    "wrote": ("wrote", "drew", "put down"),
    "written": ("written", "drawn"),
    "ring": ("loop", "ring", "circle"),
    "rings": ("loops", "rings", "circles"),
    "stroke": ("stroke", "line", "bar"),
    "top": ("at the top", "above"),
    "upright": ("upright", "vertical"),
    "level": ("level", "flat", "horizontal"),
    "noise": (
        "in pencil",
        "in blue ink",
        "on white paper",
        "cut from a form",
        "on a grid of grey squares",
        "in a hurry",
        "by an unknown hand",
    ),
    "bold": ("with a bold pen", "in thick ink", "in a heavy hand"),
    "light": ("with a fine pen", "in thin ink", "in a light hand"),
    "right": ("leaning to the right", "slanting to the right"),
    "left": ("leaning to the left", "slanting to the left"),
}

SHAPES = (
    (
        "a closed {ring} and nothing else",
        "a tall {ring} with an empty middle",
        "a {ring} around a hole",
        "the outline of an egg",
        "a line that ends where it began",
    ),
    (
        "a single {upright} {stroke}",
        "a {stroke} straight down",
        "a pole with a short flag {top}",
        "a plain {upright} {stroke} without any {ring}",
    ),
    (
        "a swan on a {level} base",
        "a hook {top} that runs down to a {level} foot",
        "a bent neck over a {level} foot",
        "an arch that slides down into a {level} {stroke}",
    ),
    (
        "a pair of bumps open to the left",
        "stacked bumps that point to the right",
        "the right half of a snowman",
        "a pair of arches, stacked and turned sideways",
    ),
    (
        "a chair turned upside down",
        "a sail on a mast",
        "a corner crossed by an {upright} {stroke}",
        "an open fork on a long leg",
        "an {upright} {stroke} with an arm to the left",
    ),
    (
        "a {level} cap over a round belly",
        "a {stroke} {top}, then a bowl open to the left",
        "a short neck and a big belly under a hat",
        "a hook under a {level} {stroke}",
    ),
    (
        "a tail above a closed {ring}",
        "a stem that curls into a {ring} at the bottom",
        "a {ring} below with a stem rising from it",
        "a cherry under its stem",
    ),
    (
        "a {level} {stroke} and a sloping leg",
        "a roof with a single sloping leg",
        "a sharp corner {top} and a long leg below",
        "the blade of a scythe on its handle",
        "a cliff, {level} {top} and then down",
    ),
    (
        "a {ring} on top of another",
        "a pair of {rings}, stacked",
        "a snowman without arms",
        "an hourglass with round ends",
        "a line that crosses itself in the middle",
    ),
    (
        "a closed {ring} above a tail",
        "a balloon on its string",
        "a {ring} {top} with a leg below",
        "a lollipop on its stick",
        "a tadpole hanging by its head",
    ),
)

# Vague, as people are: true of every digit in the group.
ROUND = "a curved figure with a closed {ring}"
STRAIGHT = "strokes without a bend"
BENT = "a curly line that never closes"
VAGUE = (ROUND, STRAIGHT, BENT, BENT, STRAIGHT, BENT, ROUND, STRAIGHT, ROUND, ROUND)

COUNTS = (
    (
        "the legs of a snake",
        "the corners of a circle",
        "the moons of Venus",
        "the wheels of a sled",
    ),
    ("the suns in our sky", "the horns of a unicorn", "the noses on a face", "the moons of Earth"),
    ("the wheels of a bicycle", "the wings of a bird", "the eyes in a face", "the moons of Mars"),
    ("the sides of a triangle", "the wheels of a tricycle", "the leaves of a common clover"),
    (
        "the legs of a table",
        "the seasons of a year",
        "the sides of a square",
        "the wheels of a car",
    ),
    ("the fingers of a hand", "the arms of a starfish", "the Olympic rings", "the toes of a foot"),
    ("the legs of an insect", "the faces of a cube", "the strings of a guitar"),
    ("the days of a week", "the colours of the rainbow", "the dwarfs around Snow White"),
    ("the legs of a spider", "the arms of an octopus", "the corners of a cube", "the planets"),
    ("the lives of a cat", "the players of a baseball team", "the planets when Pluto was counted"),
)

SUMS = (
    ("nothing at all", "ten less ten", "what is left when all is gone", "none"),
    ("a single unit", "eleven less ten", "any number divided by itself", "the hour after noon"),
    ("a couple", "a pair", "twelve less ten", "the only even prime", "half a quartet"),
    ("a trio", "a quarter of a dozen", "thirteen less ten", "the smallest odd prime"),
    ("a quartet", "fourteen less ten", "the root of sixteen", "double a pair"),
    ("a quintet", "half of ten", "fifteen less ten", "a quarter of twenty"),
    ("half a dozen", "half of twelve", "sixteen less ten", "double a trio"),
    ("a septet", "half of fourteen", "seventeen less ten", "the largest prime below ten"),
    ("an octet", "half of sixteen", "ten less a pair", "double a quartet"),
    ("the largest digit", "half of eighteen", "a dozen less a trio", "a unit less than ten"),
)

LOOKALIKES = ((6, 8), (7, 4), (7, 3), (8, 5), (9, 1), (6, 3), (0, 5), (1, 2), (3, 0), (4, 7))

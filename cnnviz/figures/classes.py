"""The colours of classes: the same class has the same colour in every picture.

The first eight are Okabe and Ito's palette. The other eight were searched for on a grid of colours
so that, with any kind of full colour blindness, no two of the sixteen are closer than the closest
two of Okabe and Ito's own: CIEDE2000 10.9 in CIELAB (for full sight 20). The tests measure it, with
the simulation of Machado, Oliveira and Fernandes (2009).
"""

COLOURS = (
    "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#000000",
    "#770044", "#004400", "#0000CC", "#775544", "#00FFAA", "#665577", "#8877FF", "#667777",
)  # fmt: skip


def class_colour(number: int) -> str:
    """The colour of a class as hexadecimal RGB.

    Args:
        number: 1 or more; beyond ``len(COLOURS)`` the colours begin again.
    """
    return COLOURS[(number - 1) % len(COLOURS)]

"""Colours that mean the same thing in every picture.

All are of Okabe and Ito's palette, which every eye tells apart, and stand out from a light and from
a dark page.
"""

from cnnviz.text import N_

# What a layer is, as ``cnnviz.cost`` calls it, in the order in which legends list them.
KINDS = {
    "convolution": "#009E73",
    "depthwise": "#E69F00",
    "pointwise": "#0072B2",
    "linear": "#CC79A7",
}
KIND_NAMES = {
    "convolution": N_("standard"),
    "depthwise": N_("depthwise"),
    "pointwise": N_("pointwise"),
    "linear": N_("fully connected"),
}

# What stands behind: as far from a light page as from a dark one.
QUIET = "#7f7f7f"
# What stands out among the quiet: Okabe and Ito's vermilion.
CHOSEN = "#D55E00"

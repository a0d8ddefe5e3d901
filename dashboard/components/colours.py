"""The two colour scales of maps, as the few colours between which the browser blends.

Both are safe for colour-blind eyes, and the same in both themes, so that a printed picture and a
sentence about it ("red is positive") hold everywhere.
"""

from plotly.colors import diverging, hex_to_rgb, sequential, unlabel_rgb

Rgb = tuple[int, int, int]

# Activations: from dark to light. matplotlib's cividis (Nunez, Anderton, Renslow 2018).
SEQUENTIAL: tuple[Rgb, ...] = tuple(hex_to_rgb(colour) for colour in sequential.Cividis)

# Weights and differences: blue below zero, red above (ColorBrewer's RdBu, turned round).
DIVERGING: tuple[Rgb, ...] = tuple(
    tuple(int(part) for part in unlabel_rgb(colour)) for colour in reversed(diverging.RdBu)
)

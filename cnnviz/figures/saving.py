"""What a separable convolution costs of a standard one, 1 / N + 1 / K^2, as lines over N.

An SVG picture of lines alone: it stays in the browser while a point moves over it, which no plotly
figure can at the pace of a hand. Places are shares of the plot's width and height, from the lower
left. Paper: Howard et al. 2017, section 3.1.
"""

import math
from collections.abc import Sequence

from cnnviz.figures.colours import CHOSEN, QUIET

#: The axis: output channels N, each mark twice the one before; and the kernels that have a line.
OUTPUTS = (8, 16, 32, 64, 128, 256, 512, 1024)
KERNELS = (3, 5, 7)

_STEPS = 60  # of a line


def separable_share(outputs: float, kernel_size: int) -> float:
    """Multiply-adds of a separable convolution over those of the standard one."""
    return 1 / outputs + 1 / kernel_size**2


def place(outputs: float, share: float) -> tuple[float, float]:
    """Where a point lies in the plot: from the left (a scale of doublings), from below (linear)."""
    first, last = OUTPUTS[0], OUTPUTS[-1]
    along = math.log(outputs / first) / math.log(last / first)
    return along, share / separable_share(first, min(KERNELS))


def saving_lines(chosen: int, kernels: Sequence[int] = KERNELS) -> str:
    """The lines as an SVG picture that can be stretched to any size.

    Args:
        chosen: the kernel whose line is drawn strongly.
        kernels: those that have a line.
    """
    lines = []
    for kernel in kernels:
        points = []
        for i in range(_STEPS + 1):
            outputs = OUTPUTS[0] * (OUTPUTS[-1] / OUTPUTS[0]) ** (i / _STEPS)
            left, up = place(outputs, separable_share(outputs, kernel))
            points.append(f"{100 * left:.2f},{100 * (1 - up):.2f}")
        colour, width = (CHOSEN, 4) if kernel == chosen else (QUIET, 2)
        lines.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}" vector-effect="non-scaling-stroke"/>'
        )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" '
        f'preserveAspectRatio="none">{"".join(lines)}</svg>'
    )

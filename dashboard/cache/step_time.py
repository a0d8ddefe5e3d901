"""How long a training step takes on this machine, timed."""

from collections.abc import Callable
from time import thread_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def timed(function: "Callable[[Tensor], Tensor]", x: "Tensor") -> float:
    """Seconds of work forwards and backwards, whatever else the machine does; the second of two
    times, as the first is slower.
    """
    seconds = []
    for _time in range(2):
        began = thread_time()
        function(x).sum().backward()
        seconds.append(thread_time() - began)
    return seconds[-1]

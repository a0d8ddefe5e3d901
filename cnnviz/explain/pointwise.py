"""A pointwise (1x1) convolution as the sum of weighted maps that it is."""

from dataclasses import dataclass

import numpy as np

from cnnviz.explain.arrays import Array, Indices


@dataclass(frozen=True, slots=True)
class PointwiseSum:
    """One output channel of a pointwise convolution, taken apart by input channel.

    An input channel's part is its weight times its map. The parts are ordered by their L2 norm
    (the root of the sum of squares over the pixels), the largest first: a large weight on an empty
    map makes nothing, and neither does a strong map with a weight of zero.

    Attributes:
        channel: the output channel.
        weights: (M,) by input channel.
        norms: (M,) L2 norm of each part, by input channel.
        share: (M,) norm of each part over the sum of all norms, by input channel; 0 to 1.
        order: (M,) input channels, the largest part first.
        missing: (M + 1,) after the first k parts, the L2 norm of what the sum still lacks over that
            of the whole sum: 1 at k = 0, 0 at k = M. Parts of opposite sign cancel, so that it may
            rise above 1 on the way. 0 throughout where the whole sum is zero.
        maps: (M, h, w) the maps that are weighted.
        scale, shift: the line by which the batch norm behind the sum maps it.
    """

    channel: int
    weights: Array
    norms: Array
    share: Array
    order: Indices
    missing: Array
    maps: Array
    scale: float
    shift: float

    def partial(self, count: int) -> Array:
        """(h, w) the sum of the first ``count`` parts; all M make the convolution's raw map.

        Raises:
            ValueError: where ``count`` is not 0 to M.
        """
        chosen = self._first(count)
        # einsum, not dot: BLAS would start threads, which wait for one another on a busy server.
        total: Array = np.einsum("m,mhw->hw", self.weights[chosen], self.maps[chosen])
        return total

    def finished(self, count: int) -> Array:
        """(h, w) the same after batch norm and ReLU; all M make the block's output map."""
        line = self.partial(count) * np.float32(self.scale) + np.float32(self.shift)
        finished: Array = np.maximum(line, 0)
        return finished

    def largest(self, count: int) -> Array:
        """(count, h, w) the first ``count`` parts: each map times its weight, the largest first.

        Raises:
            ValueError: where ``count`` is not 0 to M.
        """
        chosen = self._first(count)
        parts: Array = self.weights[chosen, None, None] * self.maps[chosen]
        return parts

    def _first(self, count: int) -> Indices:
        if not 0 <= count <= len(self.order):
            raise ValueError(f"there are {len(self.order)} parts, not {count}")
        return self.order[:count]


def pointwise_sum(
    maps: Array, matrix: Array, channel: int, *, scale: Array, shift: Array
) -> PointwiseSum:
    """Take one output channel of a pointwise convolution apart.

    Args:
        maps: (M, h, w) what the convolution reads.
        matrix: (N, M) its weights.
        channel: the output channel, counted from 0.
        scale, shift: (N,) the line that the batch norm behind it is.

    Raises:
        ValueError: where there is no such output channel.
    """
    if not 0 <= channel < len(matrix):
        raise ValueError(f"there are {len(matrix)} output channels, no channel {channel}")
    weights = matrix[channel]
    flat = maps.reshape(len(maps), -1)
    norms = np.abs(weights) * np.sqrt(np.einsum("mp,mp->m", flat, flat, dtype=np.float64))
    order = np.argsort(-norms, kind="stable")
    return PointwiseSum(
        channel=channel,
        weights=weights,
        norms=norms.astype(np.float32),
        share=(norms / (norms.sum() or 1.0)).astype(np.float32),
        order=order,
        missing=_missing(weights[order], flat[order]),
        maps=maps,
        scale=float(scale[channel]),
        shift=float(shift[channel]),
    )


def _missing(weights: Array, maps: Array) -> Array:
    """(M + 1,) norm of the sum of all parts behind the k-th, over the norm of the whole sum."""
    behind = np.zeros(maps.shape[1])
    norms = [0.0]
    for weight, values in zip(weights[::-1], maps[::-1], strict=True):
        behind += np.float64(weight) * values
        norms.append(float(np.sqrt(np.einsum("p,p->", behind, behind))))
    whole = norms[-1]
    return np.array(norms[::-1], dtype=np.float32) / np.float32(whole or np.inf)

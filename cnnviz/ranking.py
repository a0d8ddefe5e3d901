"""How good a ranked list is: average precision and its curves, over many queries in little memory.

A query is an embedding of one modality; what it finds are all embeddings of the other, ranked by
cosine. An item is right where its class is the query's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.floating]
# Similarities that are held at a time.
_HELD = 4_000_000


@dataclass(frozen=True)
class Ranked:
    """What the queries of one modality find in the other.

    Attributes:
        average_precision: (Q,) of each query over the whole list, ties included as scikit-learn's
            ``average_precision_score`` does it; NaN where no item is right.
        at: (Q,) the same of the first ``cut`` items alone: the mean precision at those of them
            that are right, 0 where none is. Ties keep the items' order.
        cut: how many items that are.
    """

    average_precision: NDArray[np.float64]
    at: NDArray[np.float64]
    cut: int

    @property
    def map(self) -> float:
        """Mean average precision over the queries that something is right for."""
        return float(np.nanmean(self.average_precision))

    @property
    def map_at(self) -> float:
        """The mean of ``at`` over the same queries."""
        return float(self.at[~np.isnan(self.average_precision)].mean())


def ranked(
    queries: Rows,
    items: Rows,
    query_labels: NDArray[np.int64],
    item_labels: NDArray[np.int64],
    *,
    cut: int = 50,
) -> Ranked:
    """Rank all items for each query by cosine and measure the lists.

    Queries go in blocks: memory grows with the items, not with queries times items.

    Args:
        queries: (Q, d).
        items: (N, d), at least one.
        query_labels: (Q,) class indices.
        item_labels: (N,) class indices.
        cut: how far ``Ranked.at`` looks, at least 1.

    Raises:
        ValueError: where shapes do not fit, or there is no query or no item.
    """
    _check(queries, items, query_labels, item_labels)
    cut = min(cut, len(items))
    whole, first = np.empty(len(queries)), np.empty(len(queries))
    for part, scores in similarities(queries, items):
        order = np.argsort(-scores, axis=1, kind="stable")
        right = item_labels[order] == query_labels[part, None]  # (q, N)
        sorted_scores = np.take_along_axis(scores, order, axis=1)
        whole[part] = _average_precision(right, sorted_scores)
        top = right[:, :cut]
        precision = np.cumsum(top, axis=1) / np.arange(1, cut + 1)
        first[part] = (precision * top).sum(1) / np.maximum(top.sum(1), 1)
    return Ranked(whole, first, cut)


def curves(
    queries: Rows,
    items: Rows,
    query_labels: NDArray[np.int64],
    item_labels: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Precision and recall after the first k items, means over the queries.

    Args:
        queries, items, query_labels, item_labels: as of ``ranked``.

    Returns:
        (N,) precision and (N,) recall for k = 1 .. N; queries for which nothing is right count in
        neither.

    Raises:
        ValueError: as of ``ranked``, or where nothing is right for any query.
    """
    _check(queries, items, query_labels, item_labels)
    found, recall, counted = np.zeros(len(items)), np.zeros(len(items)), 0
    for part, scores in similarities(queries, items):
        order = np.argsort(-scores, axis=1, kind="stable")
        right = item_labels[order] == query_labels[part, None]
        right = right[right.any(1)]
        hits = np.cumsum(right, axis=1)
        found += hits.sum(0)
        recall += (hits / hits[:, -1:]).sum(0)
        counted += len(right)
    if not counted:
        raise ValueError("there is nothing right to find for any query")
    return found / counted / np.arange(1, len(items) + 1), recall / counted


def similarities(queries: Rows, items: Rows) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """Cosines of queries (Q, d) with items (N, d), a block of queries at a time: (q, N)."""
    across = unit(items).T
    step = max(1, _HELD // len(items))
    for start in range(0, len(queries), step):
        part = slice(start, min(start + step, len(queries)))
        yield part, unit(queries[part]) @ across


def unit(rows: Rows) -> NDArray[np.float32]:
    """The same directions with length 1, (n, d); a row of zeros stays one."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = (rows / np.where(length > 0, length, 1)).astype(np.float32)
    return scaled


def _average_precision(
    right: NDArray[np.bool_], scores: NDArray[np.float32]
) -> NDArray[np.float64]:
    """(q,) of lists (q, N) sorted by falling score; items of one score come at one time."""
    count = right.shape[1]
    places = np.arange(count)
    last = np.ones(right.shape, dtype=bool)  # of its score
    last[:, :-1] = scores[:, :-1] != scores[:, 1:]
    end = np.minimum.accumulate(np.where(last, places, count)[:, ::-1], axis=1)[:, ::-1]
    precision = np.cumsum(right, axis=1) / (places + 1)
    precision = np.take_along_axis(precision, end, axis=1)
    total = right.sum(1)
    summed = (precision * right).sum(1)
    mean: NDArray[np.float64] = np.where(total > 0, summed / np.maximum(total, 1), np.nan)
    return mean


def _check(
    queries: Rows,
    items: Rows,
    query_labels: NDArray[np.int64],
    item_labels: NDArray[np.int64],
) -> None:
    fits = queries.shape[1:] == items.shape[1:] and len(query_labels) == len(queries)
    if not fits or len(item_labels) != len(items) or not len(queries) or not len(items):
        raise ValueError(
            f"{queries.shape} queries with {query_labels.shape} labels and {items.shape} items "
            f"with {item_labels.shape} labels do not fit together"
        )

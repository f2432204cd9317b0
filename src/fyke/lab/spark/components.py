"""Connected components on a cluster: each partition's edges shrink to a forest, and forests are merged pair by pair.

A forest of n nodes has fewer than n edges however many went into it, so what travels is bounded by the nodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Edges = NDArray[np.int64]  # two rows: one end of each edge, and the other
NONE: Edges = np.empty((2, 0), np.int64)


def forest(edges: Edges) -> Edges:
    """The fewest edges with the same components: each node and the smallest node that it hangs together with."""
    if not edges.size:
        return NONE
    nodes, place = np.unique(edges, return_inverse=True)
    ends = place.reshape(edges.shape)
    one, other = ends
    graph = coo_array((np.ones(len(one), np.bool_), (one, other)), shape=(len(nodes), len(nodes)))
    _, number = connected_components(graph, directed=False)
    _, first = np.unique(number, return_index=True)  # nodes ascend, so the first of each is its smallest
    root = nodes[first[number]]
    apart = nodes != root
    return np.stack((nodes[apart], root[apart]))


def merged(one: Edges, other: Edges) -> Edges:
    """The forest of two."""
    return forest(np.concatenate((one, other), axis=1))


def components(edges: Any) -> Edges:
    """The forest of an RDD of `Edges`: of each node that is not the smallest of its component, that smallest."""
    found: Edges = edges.mapPartitions(_shrunk).treeReduce(merged)
    return found


def _shrunk(parts: Iterable[Edges]) -> Iterable[Edges]:
    held = list(parts)
    yield forest(np.concatenate(held, axis=1)) if held else NONE

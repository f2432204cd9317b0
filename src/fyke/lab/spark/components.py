"""Connected components of edges in a table on a cluster: each partition shrinks to a forest, then stars take turns.

Large-star and small-star (Kiveris and others, Connected Components in MapReduce and Beyond, 2014): each node's larger
neighbours go to its smallest one, then its smaller ones do. What is left is a star around the smallest node of each
component, after a number of rounds that grows with the logarithm of the nodes. No worker and no driver needs to hold
them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Edges = NDArray[np.int64]  # two rows: one end of each edge, and the other
FEW = 5_000_000  # edges that are brought here sooner than sent around: 80 MB
SCHEMA = "node long, root long"


def forest(edges: Edges) -> Edges:
    """The fewest edges with the same components: each node, and the smallest that it hangs together with."""
    nodes, place = np.unique(edges, return_inverse=True)
    if not len(nodes):
        return np.empty((2, 0), np.int64)
    one, other = place.reshape(edges.shape)
    graph = coo_array((np.ones(len(one), np.bool_), (one, other)), shape=(len(nodes), len(nodes)))
    _, number = connected_components(graph, directed=False)
    _, first = np.unique(number, return_index=True)  # nodes ascend, so the first of each is its smallest
    root = nodes[first[number]]
    apart = nodes != root
    return np.stack((nodes[apart], root[apart]))


def components(edges: Any, few: int = FEW) -> Any:
    """A DataFrame of two columns of whole numbers, to one of `node` and `root`, the smallest node of its component.

    Roots themselves are not in it. Its lineage is cut, so it costs nothing to ask it twice. From `few` edges on that
    are left, stars take turns; fewer are brought here.
    """
    held = edges.mapInArrow(_shrunk, SCHEMA).localCheckpoint()
    before = _mark(held)
    while before[0] >= max(few, 1):
        held = _small_star(_large_star(held)).localCheckpoint()
        after = _mark(held)
        if after == before:
            return held
        before = after
    table = held.toArrow()
    node, root = forest(np.stack([np.asarray(column, np.int64) for column in table.columns]))
    return edges.sparkSession.createDataFrame(pa.table({"node": node, "root": root}))


def _large_star(edges: Any) -> Any:
    """Of each node, its larger neighbours with the smallest of all of them and itself."""
    from pyspark.sql import functions as sql  # noqa: PLC0415  an extra

    both = edges.select("node", "root").union(edges.select("root", "node"))
    least = sql.least("node", sql.min("root").over(_by("node")))
    return (
        both.select("node", "root", least.alias("least"))
        .where("root > node")
        .selectExpr("root AS node", "least AS root")
    )


def _small_star(edges: Any) -> Any:
    """Of each node, its smaller neighbours and itself with the smallest of them."""
    from pyspark.sql import functions as sql  # noqa: PLC0415

    down = edges.where("node <> root").selectExpr("greatest(node, root) AS node", "least(node, root) AS root")
    told = down.distinct().select("node", "root", sql.min("root").over(_by("node")).alias("least"))
    ends = told.selectExpr("explode(array(node, root)) AS node", "least AS root")
    return ends.where("node <> root").distinct()


def _by(column: str) -> Any:
    from pyspark.sql import Window  # noqa: PLC0415

    return Window.partitionBy(column)


def _mark(edges: Any) -> tuple[int, int]:
    """Two numbers that change when an edge does: how many there are, and a sum of hashes."""
    count, hashes = edges.selectExpr("count(*)", "sum(cast(xxhash64(node, root) AS decimal(38, 0)))").first()
    return int(count), int(hashes or 0)


def _shrunk(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The forest of a partition: as many rows as it has nodes, however many edges."""
    held = [np.stack([np.asarray(column, np.int64) for column in batch.columns]) for batch in batches]
    if held:
        node, root = forest(np.concatenate(held, axis=1))
        yield pa.RecordBatch.from_arrays([pa.array(node), pa.array(root)], ["node", "root"])

"""Components on a cluster are those of one process, whatever the graph's form and the order of its edges."""

import numpy as np
import pytest

pytestmark = pytest.mark.peer


def graphs():
    """A chain in disorder, a star with a loop, chance, and nodes far apart."""
    rng = np.random.default_rng(5)
    chain = np.stack((np.arange(40), np.arange(40) + 1))
    parts = [
        chain[:, rng.permutation(40)],
        np.stack((np.full(20, 110), np.arange(20) + 100)),
        rng.integers(200, 260, (2, 50)),
        np.array([[-5, 7_000_000_000_000], [-9, 7_000_000_000_000]]),
    ]
    return np.concatenate(parts, axis=1)


@pytest.mark.parametrize("few", [0, 1_000], ids=["stars", "here"])
def test_they_are_the_same_as_here(spark, few):
    """Each node that is no root has the smallest node of its component; roots are not told."""
    import pyarrow as pa

    from fyke.lab.spark.components import components, forest

    edges = graphs()
    table = spark.session.createDataFrame(pa.table({"one": edges[0], "other": edges[1]}))
    found = components(table.repartition(3), few=few).toArrow().to_pydict()
    node, root = forest(edges)
    assert dict(zip(found["node"], found["root"], strict=True)) == dict(zip(node.tolist(), root.tolist(), strict=True))
    assert len(found["node"]) == len(node)


def test_no_edges_no_components(spark):
    """An empty table gives an empty one."""
    from fyke.lab.spark.components import components

    assert components(spark.session.createDataFrame([], "one long, other long")).count() == 0

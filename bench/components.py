"""How fast edges become components: in this process, and where a master is named on Spark; equal answers are demanded.

python -m bench.components [--edges 10000000] [--spark local[2]]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fyke.lab.campaigns.clusters import Labels, joined

Edges = NDArray[np.int64]


def edges(count: int, seed: int = 1) -> Edges:
    """Edges at random, on as many nodes: one great component, and many small ones."""
    found: Edges = np.random.default_rng(seed).integers(0, count, (2, count))
    return found


def here(made: Edges) -> Labels:
    """Of each node the smallest of its component."""
    return joined(np.arange(made.shape[1], dtype=np.int64), made[0], made[1])


def on_spark(made: Edges, master: str) -> tuple[Labels, float]:
    """The same from a Parquet file on a cluster, and the seconds without the start of the session."""
    from fyke.lab.spark.components import components  # noqa: PLC0415  an extra
    from fyke.lab.spark.engine import Spark  # noqa: PLC0415

    engine = Spark(master)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "edges.parquet"
            pq.write_table(pa.table({"one": made[0], "other": made[1]}), path)
            session = engine.session
            started = time.monotonic()
            table = components(session.read.parquet(str(path))).toArrow()
            took_s = time.monotonic() - started
    finally:
        engine.close()
    labels: Labels = np.arange(made.shape[1], dtype=np.int64)
    labels[np.asarray(table["node"])] = np.asarray(table["root"])
    return labels, took_s


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, default=10_000_000)
    parser.add_argument("--spark", default="", help="master, such as local[2] or spark://host:7077")
    args = parser.parse_args()
    made = edges(args.edges)
    cpu, started = time.process_time(), time.monotonic()
    labels = here(made)
    count = len(np.unique(labels))
    print(
        f"here   {args.edges:,} edges, {count:,} components: {time.monotonic() - started:.1f} s,"
        f" {time.process_time() - cpu:.1f} s of CPU"
    )
    if args.spark:
        found, took_s = on_spark(made, args.spark)
        print(f"spark  {args.spark}: {took_s:.1f} s; the same: {bool(np.array_equal(found, labels))}")


if __name__ == "__main__":
    main()

"""Blocks of a graph: groups that hang together even when any one node is taken away (biconnected components)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def blocks(neighbours: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The nodes of each block of two edges or more, by Hopcroft and Tarjan's walk without recursion. Linear."""
    count = len(neighbours)
    depth, low = [-1] * count, [0] * count
    for root in range(count):
        if depth[root] >= 0:
            continue
        depth[root] = 0
        edges: list[tuple[int, int]] = []
        walk = [(root, -1, iter(neighbours[root]))]
        while walk:
            node, parent, rest = walk[-1]
            for other in rest:
                if other == parent:
                    continue
                if depth[other] < 0:
                    depth[other] = low[other] = len(walk)
                    edges.append((node, other))
                    walk.append((other, node, iter(neighbours[other])))
                    break
                if depth[other] < depth[node]:
                    edges.append((node, other))
                    low[node] = min(low[node], depth[other])
            else:
                walk.pop()
                if parent < 0:
                    continue
                low[parent] = min(low[parent], low[node])
                if low[node] >= depth[parent]:
                    found = _taken(edges, (parent, node))
                    if len(found) > 2:
                        yield found


def _taken(edges: list[tuple[int, int]], last: tuple[int, int]) -> list[int]:
    """The nodes of the edges from that one on, which are taken off."""
    nodes: set[int] = set()
    while edges:
        edge = edges.pop()
        nodes.update(edge)
        if edge == last:
            break
    return sorted(nodes)

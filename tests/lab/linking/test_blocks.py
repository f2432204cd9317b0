"""Blocks of a graph, beside a search that takes each node away."""

from hypothesis import given
from hypothesis import strategies as st

from fyke.lab.linking.blocks import blocks
from tests.cheap import seconds


def neighbours(edges, count):
    """The graph as lists."""
    found = [[] for _ in range(count)]
    for one, other in sorted(edges):
        found[one].append(other)
        found[other].append(one)
    return found


def reached(edges, begin, without):
    """Nodes that hang together with one, when another is gone."""
    seen, todo = {begin}, [begin]
    while todo:
        node = todo.pop()
        for edge in edges:
            if node in edge and without not in edge:
                (other,) = edge - {node}
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
    return seen


@given(st.sets(st.frozensets(st.integers(0, 7), min_size=2, max_size=2), max_size=16))
def test_no_node_parts_a_block(edges):
    """And two nodes of different blocks are parted by one."""
    found = [set(block) for block in blocks(neighbours([tuple(sorted(edge)) for edge in edges], 8))]
    for block in found:
        inside = {edge for edge in edges if edge <= block}
        for gone in block:
            begin = min(block - {gone})
            assert reached(inside, begin, gone) == block - {gone}
    for at, one in enumerate(found):
        for other in found[at + 1 :]:
            assert len(one & other) <= 1


def test_two_triangles_at_one_corner():
    """The corner is in both."""
    edges = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (2, 4)]
    assert sorted(blocks(neighbours(edges, 5))) == [[0, 1, 2], [2, 3, 4]]


def test_a_long_chain_is_walked_without_recursion():
    """It has no block; a long ring is one."""
    count = 50_000
    chain = [(at, at + 1) for at in range(count - 1)]
    assert list(blocks(neighbours(chain, count))) == []
    [ring] = blocks(neighbours([*chain, (0, count - 1)], count))
    assert len(ring) == count


def ring(count):
    """A ring of so many."""
    return neighbours([*((at, at + 1) for at in range(count - 1)), (0, count - 1)], count)


def test_time_grows_with_the_graph():
    """Ten times the nodes take at most some twenty times as long."""
    small, large = ring(2_000), ring(20_000)
    assert seconds(lambda: list(blocks(large))) < 25 * seconds(lambda: list(blocks(small)))

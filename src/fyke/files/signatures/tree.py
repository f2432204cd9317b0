"""The expression of a logical signature: parts by number, `&`, `|`, brackets, and tests of how often they match.

`=n` exactly so often, `>n` more often, `<n` less often; behind a bracket the matches of all its parts are added, and
`,m` asks for m different ones. After ClamAV's manual, "Logical signatures".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from fyke.files.signatures.records import Refused

DEPTH = 16  # of brackets
_TOKEN = re.compile(r"(\d{1,3})|([()&|])|([=<>])(\d{1,6})(?:,(\d{1,6}))?")


class Node(Struct, frozen=True):
    """A part, or what joins others."""

    operator: str = ""  # "&", "|"; "" for a part
    part: int = 0
    nodes: tuple[Node, ...] = ()
    test: str = ""  # "=", "<", ">"
    number: int = 0
    different: int = 0

    @property
    def leaves(self) -> tuple[int, ...]:
        """The numbers of all parts."""
        return tuple(leaf for node in self.nodes for leaf in node.leaves) if self.operator else (self.part,)

    @property
    def most(self) -> int:
        """The count of a part beyond which nothing changes."""
        return max([self.number + 1, *(node.most for node in self.nodes)])

    def holds(self, counts: Sequence[int]) -> bool:
        """Whether it is true where the parts match so often."""
        return self._weigh(counts)[0]

    def _weigh(self, counts: Sequence[int]) -> tuple[bool, int, int]:
        """Its truth, its matches, and how many different parts have some."""
        if not self.operator:
            matches = counts[self.part]
            truth, different = matches > 0, int(matches > 0)
        else:
            each = [node._weigh(counts) for node in self.nodes]  # noqa: SLF001  its own kind
            truth = all(one[0] for one in each) if self.operator == "&" else any(one[0] for one in each)
            matches, different = sum(one[1] for one in each), sum(one[2] for one in each)
        if self.test:
            compared = {"=": matches == self.number, "<": matches < self.number, ">": matches > self.number}
            truth = compared[self.test] and different >= self.different
        return truth, matches, different


def read_tree(text: str) -> Node:
    """An expression. Raises `Refused`."""
    tokens = []
    at, bare = 0, text.replace(" ", "")
    while at < len(bare):
        token = _TOKEN.match(bare, at)
        if token is None:
            raise Refused("the expression is not understood")
        tokens.append(token)
        at = token.end()
    reader = _Reader(tokens)
    tree = reader.either(0)
    if reader.at < len(tokens):
        raise Refused("the expression is not understood")
    return tree


class _Reader:
    """Recursive descent: `|` joins what `&` has joined."""

    def __init__(self, tokens: list[re.Match[str]]) -> None:
        self.tokens, self.at = tokens, 0

    def _next(self) -> str:
        return self.tokens[self.at][2] or "" if self.at < len(self.tokens) else ""

    def either(self, depth: int) -> Node:
        return self._joined("|", depth)

    def _joined(self, operator: str, depth: int) -> Node:
        below = self._tested if operator == "&" else lambda deep: self._joined("&", deep)
        nodes = [below(depth)]
        while self._next() == operator:
            self.at += 1
            nodes.append(below(depth))
        return nodes[0] if len(nodes) == 1 else Node(operator, 0, tuple(nodes))

    def _tested(self, depth: int) -> Node:
        node = self._atom(depth)
        if self.at < len(self.tokens) and (token := self.tokens[self.at])[3]:
            self.at += 1
            # A test behind a bracket is of all in it; the bracket of one part is the part.
            return Node(node.operator, node.part, node.nodes, token[3], int(token[4]), int(token[5] or 0))
        return node

    def _atom(self, depth: int) -> Node:
        if depth > DEPTH or self.at >= len(self.tokens):
            raise Refused("the expression is not understood")
        token = self.tokens[self.at]
        self.at += 1
        if token[1]:
            return Node(part=int(token[1]))
        if token[2] != "(":
            raise Refused("the expression is not understood")
        node = self.either(depth + 1)
        if self._next() != ")":
            raise Refused("the expression is not understood")
        self.at += 1
        return node if not node.test else Node("|", 0, (node,))

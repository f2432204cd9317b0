"""Composites: facts that say more together. `when = "A and (B or C) and not D"` over names of symbols.

The language is and, or, not, brackets and names; nothing is evaluated but that.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from collections.abc import Set as AbstractSet

Test = Callable[[AbstractSet[str]], bool]


def parse(when: str) -> tuple[Test, frozenset[str], frozenset[str]]:
    """The test, all names in it, and those of which at least one must be there for it to hold.

    Raises ValueError with a sentence for anything that is not the language.
    """
    when = " ".join(when.split())  # a long one may go over several lines
    try:
        tree = ast.parse(when, mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"cannot be read at column {error.offset}: {when}") from None
    test = _test(tree)
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    if test(frozenset()):
        raise ValueError(f"would hold for every mail: {when}")
    return test, names, _needs(tree)


def _test(node: ast.expr) -> Test:
    match node:
        case ast.Name(id=name):
            return lambda present: name in present
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _test(operand)
            return lambda present: not inner(present)
        case ast.BoolOp(op=operator, values=values):
            names = frozenset(value.id for value in values if isinstance(value, ast.Name))
            tests = [_test(value) for value in values if not isinstance(value, ast.Name)]
            return _all(names, tests) if isinstance(operator, ast.And) else _any(names, tests)
    raise ValueError(f"knows only names, and, or, not: {ast.unparse(node)}")


def _all(names: frozenset[str], tests: list[Test]) -> Test:
    """Whether all names are there and all tests hold. Names go first, in one step: most composites fail of them."""
    if not tests:
        return lambda present: names <= present
    return lambda present: names <= present and all(test(present) for test in tests)


def _any(names: frozenset[str], tests: list[Test]) -> Test:
    """Whether any of the names is there, or any test holds."""
    if not tests:
        return lambda present: not names.isdisjoint(present)
    return lambda present: not names.isdisjoint(present) or any(test(present) for test in tests)


def _needs(node: ast.expr) -> frozenset[str]:
    """Names without all of which the test cannot hold; empty where a `not` may make it hold alone."""
    match node:
        case ast.Name(id=name):
            return frozenset({name})
        case ast.BoolOp(op=ast.And(), values=values):
            return min((needs for value in values if (needs := _needs(value))), key=len, default=frozenset())
        case ast.BoolOp(values=values):
            each = [_needs(value) for value in values]
            return frozenset().union(*each) if all(each) else frozenset()
    return frozenset()

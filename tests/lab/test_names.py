"""Ids that stay: through growth, merge and split, in whatever order groups come."""

import random
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from fyke.lab.names import born, named

AT = datetime(2026, 3, 1, tzinfo=UTC)


def ids(groups, before=None):
    return named("n-", [frozenset(group) for group in groups], {k: frozenset(v) for k, v in (before or {}).items()}, AT)


def test_a_new_group_is_named_by_its_smallest_member():
    """The same wherever and whenever it is made."""
    assert ids(["ab"]) == ([born("n-", "a")], [])
    assert len(born("n-", ["a"])) == 12


def test_a_group_keeps_its_id_while_most_of_it_stays():
    """It grows, loses some, loses its smallest."""
    for group in ("abcxyz", "bc", "b"):
        assert ids([group], {"n-old": "abc"}) == (["n-old"], [])


def test_a_merge_keeps_the_larger_ones_id():
    """And says what became of the other."""
    (found,), aliases = ids(["abcde"], {"n-1": "ab", "n-2": "cde"})
    assert found == "n-2"
    assert [(alias.old, alias.new, alias.reason) for alias in aliases] == [("n-1", "n-2", "merged")]


def test_a_split_keeps_the_id_of_the_larger_part():
    """The other part has a new one, and the old id says so."""
    found, aliases = ids(["a", "bc"], {"n-1": "abc"})
    assert found[1] == "n-1"
    assert [(alias.old, alias.new, alias.reason) for alias in aliases] == [("n-1", found[0], "split off")]


def test_what_is_gone_is_told():
    """With no id in its place."""
    assert [(alias.old, alias.new, alias.reason) for alias in ids([], {"n-1": "ab"})[1]] == [("n-1", "", "dissolved")]


def test_an_id_is_not_given_twice():
    """A group whose smallest member named one that lives on takes the next member's."""
    old = born("n-", "a")
    found, _ = ids(["a", "bcd"], {old: "abcd"})
    assert found[1] == old
    assert len(set(found)) == 2


PARTS = st.lists(st.integers(0, 4), min_size=1, max_size=12)


def cells(labels, prefix=""):
    found = {}
    for member, label in enumerate(labels):
        found.setdefault(label, set()).add(f"m{member:02}")
    return {f"n-{prefix}{label}": frozenset(group) for label, group in found.items()}


@given(PARTS, PARTS, st.randoms())
def test_order_changes_nothing(before, after, chance):
    """Each group has one id, no two the same, and the same in any order."""
    old, groups = cells(before, "old"), list(cells(after).values())
    found, aliases = named("n-", groups, old, AT)
    assert len(set(found)) == len(groups)
    mixed = list(enumerate(groups))
    random.Random(chance.random()).shuffle(mixed)
    again, same = named("n-", [group for _, group in mixed], dict(reversed(old.items())), AT)
    assert {groups[at]: name for at, name in enumerate(found)} == dict(zip([g for _, g in mixed], again, strict=True))
    assert sorted(aliases, key=repr) == sorted(same, key=repr)
    kept = set(found)
    assert all(old_id in kept or any(alias.old == old_id for alias in aliases) for old_id in old)


@given(PARTS)
def test_nothing_new_changes_nothing(labels):
    """The same groups keep their ids, without a word."""
    groups = list(cells(labels).values())
    found, _ = named("n-", groups, {}, AT)
    assert named("n-", groups, dict(zip(found, groups, strict=True)), AT) == (found, [])

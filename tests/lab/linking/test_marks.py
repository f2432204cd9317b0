"""Facts as marks."""

from fyke.lab.linking.marks import MOST_HOLDERS, gathered, read
from tests.lab.worlds import DAY, relation


def test_a_mark_has_its_holders():
    """Those of one site join nothing, and are known of it."""
    marks = gathered(
        [
            ("b.example", "wallet", "w", 0.0, 1.0),
            ("a.example", "wallet", "w", 0.0, 1.0),
            ("c.example", "wallet", "x", 0.0, 1.0),
        ]
    )
    [mark] = marks.marks
    assert (mark.key, [marks.sites[at] for at in mark.holders]) == ("wallet=w", ["a.example", "b.example"])
    assert marks.lone["money"].tolist() == [False, False, True]


def test_an_address_that_was_let_again_is_another_mark():
    """Nobody had it for two months."""
    rows = [
        (f"{name}.example", "ip", "192.0.2.1", day * DAY, (day + 5) * DAY)
        for name, day in (("a", 0), ("b", 3), ("c", 90), ("d", 92))
    ]
    assert [list(mark.holders) for mark in gathered(rows).marks] == [[0, 1], [2, 3]]


def test_what_is_everybodys_is_no_mark():
    """Nor one of more sites than can be compared, and that is told."""
    rows = [(f"{at}.example", "ns", "ns.example", 0.0, 1.0) for at in range(5)]
    assert gathered(rows, is_common=lambda kind, value: (kind, value) == ("ns", "ns.example")).marks == ()
    crowd = [(f"{at}.example", "ip", "192.0.2.1", 0.0, 1.0) for at in range(MOST_HOLDERS + 1)]
    marks = gathered(crowd)
    assert (marks.marks, marks.common) == ((), (("ip=192.0.2.1", MOST_HOLDERS + 1),))


def test_facts_of_a_relation():
    """Kinds that nobody compares are passed over."""
    rows = [
        ("a.example", "company", "X Ltd", 0.0, DAY),
        ("b.example", "company", "X Ltd", 0.0, DAY),
        ("b.example", "colour", "red", 0.0, DAY),
    ]
    assert read(relation(rows)).marks[0].family == "contact"

"""What every store of counters owes: `check_counters(make)`, where `make()` opens the same store."""

from fyke.store.counters import Meeting, Share

AT = 1_800_000_000.0  # a multiple of an hour


def check_counters(make):
    """Run every check on a store that `make` opens anew, each on keys of its own."""
    for check in (
        _what_is_added_adds_up,
        _a_window_slides,
        _all_or_nothing,
        _a_meeting_begins_once,
        _one_that_never_passes_is_forgotten,
        _passing_is_counted_and_kept,
        _two_at_once_count_together,
    ):
        counters = make()
        try:
            check(counters, make)
        finally:
            counters.close()


def _what_is_added_adds_up(counters, _make):
    assert counters.add([Share("a", 1, 3600)], AT) == (1.0,)
    assert counters.add([Share("a", 4, 3600), Share("b", 2, 60)], AT + 10) == (5.0, 2.0)
    assert counters.add([Share("a", 0, 3600)], AT + 10) == (5.0,)
    assert counters.add([], AT) == ()


def _a_window_slides(counters, _make):
    counters.add([Share("c", 100, 3600)], AT + 1800)
    assert counters.add([Share("c", 0, 3600)], AT + 3600) == (100.0,)
    assert counters.add([Share("c", 0, 3600)], AT + 3600 + 900) == (75.0,)
    assert counters.add([Share("c", 0, 3600)], AT + 3600 + 3599) < (1.0,)
    assert counters.add([Share("c", 0, 3600)], AT + 7200) == (0.0,)


def _all_or_nothing(counters, _make):
    assert counters.add([Share("d", 2, 60, 2)], AT) == (2.0,)
    assert counters.add([Share("e", 1, 60, 9), Share("d", 1, 60, 2)], AT) == (1.0, 3.0)
    assert counters.add([Share("e", 0, 60), Share("d", 0, 60)], AT) == (0.0, 2.0)


def _a_meeting_begins_once(counters, _make):
    assert counters.met("f", AT) is None
    assert counters.meet("f", AT, 100) == Meeting(AT)
    assert counters.meet("f", AT + 99, 100) == Meeting(AT)
    assert counters.met("f", AT + 99) == Meeting(AT)


def _one_that_never_passes_is_forgotten(counters, _make):
    counters.meet("g", AT, 100)
    assert counters.met("g", AT + 100) is None
    assert counters.meet("g", AT + 101, 100) == Meeting(AT + 101)


def _passing_is_counted_and_kept(counters, _make):
    counters.meet("h", AT, 100)
    assert counters.passed("h", AT + 50, 1_000) == Meeting(AT, 1)
    assert counters.passed("h", AT + 1_040, 1_000) == Meeting(AT, 2)
    assert counters.meet("h", AT + 2_000, 100) == Meeting(AT, 2)
    assert counters.passed("h", AT + 9_000, 1_000) == Meeting(AT + 9_000, 1)
    assert counters.passed("i", AT, 1_000) == Meeting(AT, 1)


def _two_at_once_count_together(counters, make):
    other = make()
    for who in (counters, other, counters):
        who.add([Share("j", 1, 60)], AT)
        who.passed("k", AT, 60)
    assert other.add([Share("j", 0, 60)], AT) == (3.0,)
    assert other.met("k", AT).passed == 3
    assert other.size() == counters.size()
    other.close()

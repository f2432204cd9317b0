"""What one file may cost."""

from fyke.files.budget import FREE_BYTES, MIB, Budget, Meter


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self):
        return self.now


def test_size_is_cut_and_told():
    """What fits is kept: the start of a bomb is still looked at."""
    meter = Meter(Budget(size=100))
    assert meter.gather([b"a" * 60, b"b" * 60], 50, "x") == b"a" * 60 + b"b" * 40
    assert [(cut.cap, cut.detail) for cut in meter.cuts] == [("size", "x has more than 100 bytes")]


def test_the_total_counts_over_all_members():
    """Many small ones are as much as a large one."""
    meter = Meter(Budget(total=100))
    meter.took(b"a" * 70)
    assert meter.room == 30
    meter.took(b"a" * 70)
    assert not meter.admits("next")
    assert {cut.cap for cut in meter.cuts} == {"total"}


def test_the_ratio_is_looked_at_above_what_is_free():
    """An empty sheet may pack well; a bomb is large too."""
    meter = Meter()
    assert len(meter.gather([bytes(MIB)], 1_000)) == MIB
    assert not meter.cuts
    assert len(meter.gather([bytes(MIB)] * 30, 1_000, "bomb")) <= FREE_BYTES + MIB
    assert meter.cuts[0].cap == "ratio"


def test_time_ends_what_is_slow():
    """By the processor's clock."""
    clock = Clock()
    meter = Meter(Budget(time=1.0), clock)
    assert meter.admits("first")
    clock.now = 2.0
    assert not meter.admits("second", left=8)
    assert meter.cuts[0].cap == "time"
    assert meter.cuts[0].detail == "8 more members"


def test_a_promise_above_the_cap_is_noted_and_read():
    """For the promise may be a lie."""
    meter = Meter(Budget(size=100))
    assert meter.admits("x", declared=10**9)
    assert meter.cuts[0].detail == "x declares 1,000,000,000 bytes"


def test_cuts_are_told_once_and_are_few():
    """A thousand equal notes say what one says."""
    meter = Meter()
    for _ in range(1_000):
        meter.cut("count", "x")
    assert len(meter.cuts) == 1
    for number in range(1_000):
        meter.cut("count", str(number))
    assert len(meter.cuts) <= 50

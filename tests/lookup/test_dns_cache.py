"""What the DNS said is known for as long as it said, and within so much memory."""

from fyke.lookup.dns_cache import ENTRY_BYTES, Cache, keep_s
from fyke.model.query import UNKNOWN, Records


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_an_answer_ends_with_its_time():
    """A failure as well; neither is taken for the other."""
    clock = Clock()
    cache = Cache(10_000, clock)
    cache.keep(("a", "A"), Records(("192.0.2.1",)), 5)
    cache.keep(("b", "A"), UNKNOWN, 2)
    clock.now = 1.9
    assert cache.get(("a", "A")) == Records(("192.0.2.1",))
    assert cache.get(("b", "A")) is UNKNOWN
    assert cache.get(("a", "TXT")) is None
    clock.now = 2.0
    assert cache.get(("b", "A")) is None
    clock.now = 5.0
    assert cache.get(("a", "A")) is None


def test_memory_is_bounded():
    """What came first goes first; what fills all of it is not kept."""
    cache = Cache(20 * ENTRY_BYTES)
    for number in range(1_000):
        cache.keep((str(number), "A"), Records(("192.0.2.1",)), 100)
        cache.keep((str(number), "A"), Records(("192.0.2.2",)), 100)
    assert len(cache) < 20
    assert cache.size_bytes <= 20 * ENTRY_BYTES
    assert cache.get(("999", "A")) == Records(("192.0.2.2",))
    cache.keep(("999", "A"), Records(("x" * 60_000,)), 100)
    assert cache.get(("999", "A")) is None
    assert cache.get(("998", "A")) is not None


def test_times_to_live_have_bounds():
    """Zero is a second, a year is a day; "there is none" is an hour at most."""
    assert keep_s(Records(("x",), ttl_s=0)) == 1
    assert keep_s(Records(("x",), ttl_s=1 << 30)) == 86_400
    assert keep_s(Records(ttl_s=1 << 30)) == 3_600

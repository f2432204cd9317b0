"""What every store of facts owes, whatever its back end: `check_facts(make)`, where `make()` opens the same store."""

from datetime import UTC, datetime, timedelta

from fyke.model.fact import Fact

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def fact(value="ns1.gang.net", about="site:pills.com", kind="ns", first=AT, last=AT):
    return Fact(about, kind, value, first, last, "dns:f", "e" * 64)


def check_facts(make):
    """Run every check, each on things of its own."""
    for check in (
        _nothing_is_there_at_first,
        _what_was_appended_is_there,
        _the_past_stays_as_it_was,
        _equal_facts_are_joined,
        _odd_text_is_kept,
        _times_keep_their_microseconds,
        _the_relation_has_its_columns,
        _an_iterator_is_taken_once,
    ):
        check(make())
    assert make().count() > 5, "what was appended is there for whoever opens the store later"


def _nothing_is_there_at_first(facts):
    assert facts.count() == 0
    assert facts.of("site:pills.com") == []
    assert facts.relation().fetchall() == []
    assert facts.append([], AT) == 0


def _what_was_appended_is_there(facts):
    before = facts.count()
    one, other = fact(about="site:a.com"), fact("10.0.0.1", "site:a.com", "ip")
    assert facts.append([one, other], AT) == 2
    assert facts.count() == before + 2
    assert facts.of("site:a.com") == [(other, AT), (one, AT)]
    assert facts.of("site:a.co") == facts.of("site:a.com' OR 1=1 --") == []


def _the_past_stays_as_it_was(facts):
    facts.append([fact("old", "site:b.com")], AT)
    facts.append([fact("new", "site:b.com", first=AT - 9 * DAY)], AT + DAY)
    assert [each.value for each, _ in facts.of("site:b.com", AT)] == ["old"]
    assert {each.value for each, _ in facts.of("site:b.com", AT + DAY)} == {"old", "new"}
    assert facts.of("site:b.com", AT - DAY) == []


def _equal_facts_are_joined(facts):
    facts.append([fact(about="site:c.com", first=AT, last=AT)], AT + DAY)
    facts.append([fact(about="site:c.com", first=AT - DAY, last=AT + DAY)], AT)
    ((found, recorded),) = facts.of("site:c.com")
    assert (found.seen_from, found.seen_to, recorded) == (AT - DAY, AT + DAY, AT)


def _odd_text_is_kept(facts):
    values = ["Grüße", "\0", "a\nb", "'; DROP TABLE facts", "\\x", "x" * 5_000]
    facts.append([fact(value, "site:d.com") for value in values], AT)
    assert {each.value for each, _ in facts.of("site:d.com")} == set(values)
    facts.append([fact("half \ud83d", "site:e.com")], AT)
    assert [each.value for each, _ in facts.of("site:e.com")] == ["half \\ud83d"]


def _times_keep_their_microseconds(facts):
    odd = datetime(1970, 1, 1, 0, 0, 0, 1, UTC)
    late = datetime(2199, 12, 31, 23, 59, 59, 999_999, UTC)
    facts.append([fact(about="site:f.com", first=odd, last=late)], AT)
    ((found, _),) = facts.of("site:f.com")
    assert (found.seen_from, found.seen_to) == (odd, late)


def _the_relation_has_its_columns(facts):
    names = ["about", "kind", "value", "seen_from", "seen_to", "source", "evidence", "recorded_at"]
    assert sorted(facts.relation().columns) == sorted(names)
    assert facts.relation(AT - 9 * DAY).fetchall() == []


def _an_iterator_is_taken_once(facts):
    assert facts.append((fact(str(at), "site:g.com") for at in range(5)), AT) == 5
    assert len(facts.of("site:g.com")) == 5

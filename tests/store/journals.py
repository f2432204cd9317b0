"""What every journal owes, whatever its back end: `check_journal(make)`, where `make()` opens the same journal."""

from datetime import UTC, datetime, timedelta

from fyke.model import Action, Contribution, Envelope, Fate, Finding, Label, Observable, Scan, Symbol, Verdict
from fyke.store.journal import Entry, Wanted

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LURE = Symbol("TEST_LURE", "It promises what nobody has", "content", 4.5, Label.SCAM)


def handled(name="a", minutes=0, label=Label.SCAM, action=Action.TAG, **rest):
    """An entry of the journal; `name` is what ids, subjects and senders are made of."""
    fates = rest.pop("fates", ())
    verdict = Verdict(
        label=label,
        categories=("lottery",),
        bits=4.5,
        probability=0.95,
        contributions=(Contribution("TEST_LURE", 4.5, "It promises what nobody has: gold"),),
        bulk=(),
        findings=(Finding(LURE, "gold", observables=(Observable("domain", "gold.example", "text"),)),),
    )
    fields = {
        "id": (name.encode().hex() + "0" * 32)[:32],
        "envelope": Envelope(
            "192.0.2.7", "", "h.example", f"{name}@bounce.example", ("Ann@example.org", "bob@example.org")
        ),
        "digest": "d" * 64,
        "size_bytes": 99,
        "subject": f"Gold for {name}",
        "sender": f"{name}@example.com",
        "sender_domain": "example.com",
        "answers": (),
        "policy_id": "p",
        "verdict": verdict,
        "action": action,
        "observables": (),
        "defects": (),
        "faults": (),
        "skipped": (),
        "elapsed_us": 9,
    }
    return Entry(AT + timedelta(minutes=minutes), Scan(**{**fields, **rest}), action, fates, "")


def names(rows):
    return [row.subject.removeprefix("Gold for ") for row in rows]


def check_journal(make):
    """Run every check on a journal that `make` opens anew, on entries of days of its own."""
    journal = make()
    _what_is_appended_is_found(journal)
    _each_filter(journal)
    _whole_and_in_order(journal)
    _hostile_text(journal)
    count = journal.count()
    journal.close()
    journal = make()
    assert journal.count() == count, "what was appended is there for whoever opens it later"
    journal.tend(AT + timedelta(days=9))
    assert journal.count() == count, "and tending loses nothing"
    _each_filter(journal, again=True)
    journal.close()


def _what_is_appended_is_found(journal):
    assert journal.search(Wanted()) == []
    assert journal.get("61") == []
    assert list(journal.between()) == []
    whole = handled("first")
    assert journal.append(whole).result(9) is None
    (row,) = journal.search(Wanted())
    assert (row.at, row.id, row.case, row.label, row.action) == (whole.at, whole.scan.id, whole.scan.id, "scam", "tag")
    assert row.why == "It promises what nobody has: gold"
    (found,) = journal.get(whole.scan.id[:8])
    assert found.scan == whole.scan
    assert found.at == whole.at
    assert found.case == whole.scan.id


def _each_filter(journal, again=False):
    if not again:
        fates = (Fate("Ann@example.org", Action.ACCEPT), Fate("bob@example.org", Action.QUARANTINE))
        for entry in (
            handled("one", 10, Label.PHISHING, Action.QUARANTINE),
            handled("two", 20, Label.HAM, Action.ACCEPT, subject="Gold for two"),
            handled("three", 30, Label.SPAM, Action.ACCEPT, fates=fates, sender_name="Dr. Größe"),
        ):
            journal.append(entry).result(9)
    since, until = AT + timedelta(minutes=5), AT + timedelta(minutes=35)

    def found(**wanted):
        return names(journal.search(Wanted(**{"since": since, "until": until, **wanted})))

    assert found() == ["three", "two", "one"]
    assert found(limit=1) == ["three"]
    assert found(sender="ONE@") == ["one"]
    assert found(sender="two@bounce") == ["two"]
    assert found(sender="nobody") == []
    assert found(sender="größe") == found(sender="GRÖSSE") == ["three"]
    assert found(recipient="ann@") == ["three", "two", "one"]
    assert found(subject="for T") == ["three", "two"]
    assert found(since=AT + timedelta(minutes=20), until=AT + timedelta(minutes=30)) == ["two"]
    assert found(labels=(Label.HAM, Label.SPAM)) == ["three", "two"]
    assert found(actions=(Action.QUARANTINE,)) == ["three", "one"]
    assert found(symbol="TEST_LURE", limit=1) == ["three"]
    assert found(symbol="TEST") == found(campaign="x") == []
    assert found(text="bob@example") == ["three", "two", "one"]
    assert found(text="what nobody HAS") == ["three", "one"]
    assert found(text="%") == found(subject="_") == found(sender="' OR 1") == []
    assert found(case=b"two".hex()) == ["two"]
    (three,) = journal.get(b"three".hex())
    assert three.fates == (Fate("Ann@example.org", Action.ACCEPT), Fate("bob@example.org", Action.QUARANTINE))


def _whole_and_in_order(journal):
    day = timedelta(days=1)
    late = [handled(f"late{at}", 1440 + (at * 37) % 100) for at in range(100)]
    for future in [journal.append(entry) for entry in late]:
        future.result(9)
    assert list(journal.between(AT + day)) == _with_case(sorted(late, key=lambda entry: entry.at))
    few = list(journal.between(AT + day, AT + day + timedelta(minutes=3)))
    assert [entry.at.minute for entry in few] == [0, 1, 2]
    assert journal.count(AT + day) == 100
    assert journal.count(until=AT + day) == 4


def _with_case(entries):
    return [Entry(entry.at, entry.scan, entry.action, entry.fates, entry.scan.id) for entry in entries]


def _hostile_text(journal):
    """Whatever a stranger writes, the entry is kept and none beside it is lost."""
    for at, text in enumerate(("\0 \x1b[2J \n \r \u2028", "half \ud83d a pair", '"}{"\\', "x" * 2_000_000)):
        entry = handled(f"odd{at}", 3_000 + at, subject=text)
        journal.append(entry).result(9)
        (found,) = journal.get(entry.scan.id)
        assert found.scan.subject == text.encode("utf-8", "backslashreplace").decode()
    assert journal.count(AT + timedelta(minutes=3_000)) == 4

"""What every book of the quarantine owes, whatever its back end: `check_quarantine(make)`."""

from datetime import UTC, datetime, timedelta

from fyke.model import Contribution, Envelope, Label
from fyke.store.quarantine import Held, Sought, State

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ANN, BOB = "Ann@example.org", "bob@example.org"


def held(case="aa01", minutes=0, days=30, **rest):
    """A mail to be held."""
    at = AT + timedelta(minutes=minutes)
    fields = {
        "case": case,
        "digest": (case * 64)[:64],
        "at": at,
        "expires_at": at + timedelta(days=days),
        "envelope": Envelope(mail_from="b@bounce.example", rcpt_to=(ANN, BOB)),
        "label": Label.SCAM,
        "bits": 9.5,
        "subject": f"Gold for {case}",
        "sender": f"{case}@example.com",
        "sender_name": "Größe",
        "size_bytes": 99,
        "why": (Contribution("TEST_LURE", 4.5, "It promises what nobody has"),),
    }
    return Held(**{**fields, **rest})


def nothing():
    """The blob is there."""


def check_quarantine(make):
    """Run every check on a book that `make` opens anew."""
    for check in (_holding, _releasing_once, _unconcluded, _deleting, _searching, _hostile, _blobs_are_needed):
        book = make()
        check(book)
        book.close()


def states(book, case):
    return {copy.recipient: copy.state for copy in book.get(case).copies}


def _holding(book):
    whole, kept = held("a1"), []
    book.hold(whole, (ANN,), lambda: kept.append(1))
    assert kept == [1]
    found = book.get("a1")
    assert (found.of(State.HELD), found.envelope, found.why, found.at) == ((ANN,), whole.envelope, whole.why, AT)
    book.hold(held("a1", 5), (ANN.lower(), BOB), nothing)
    assert states(book, "a1") == {ANN: State.HELD, BOB: State.HELD}, "the same mail again for Ann is one copy"
    assert book.get("none") is None


def _releasing_once(book):
    book.hold(held("b1"), (ANN, BOB), nothing)
    token = book.begin("b1", ANN, AT)
    assert token
    assert book.begin("b1", ANN, AT) == "", "somebody has it"
    book.conclude("other", AT, "250 no", is_released=True)
    assert states(book, "b1") == {ANN: State.RELEASING, BOB: State.HELD}
    book.conclude(token, AT, "250 taken", is_released=True)
    assert states(book, "b1") == {ANN: State.RELEASED, BOB: State.HELD}
    assert book.begin("b1", ANN, AT) == book.begin("b1", ANN, AT, again=True) == ""
    refused = book.begin("b1", BOB, AT)
    book.conclude(refused, AT, "550 no", is_released=False)
    assert states(book, "b1")[BOB] is State.HELD
    assert book.begin("b1", "carl@example.org", AT) == ""
    book.hold(held("b1", 9), (ANN,), nothing)
    assert states(book, "b1")[ANN] is State.HELD, "it was sent again, and is held again"


def _unconcluded(book):
    book.hold(held("c1", days=1), (ANN,), nothing)
    first = book.begin("c1", ANN, AT)
    assert book.expire(AT + timedelta(days=2)) == 0, "what nobody concluded, a person looks at"
    second = book.begin("c1", ANN, AT, again=True)
    assert second not in ("", first)
    book.conclude(first, AT, "250 late", is_released=True)
    assert states(book, "c1")[ANN] is State.RELEASING, "who was overtaken concludes nothing"
    book.conclude(second, AT, "250 taken", is_released=True)
    assert states(book, "c1")[ANN] is State.RELEASED


def _deleting(book):
    book.hold(held("d1", days=1), (ANN, BOB), nothing)
    assert book.delete("d1", (ANN.upper(), "x@example.org"), AT) == (ANN,)
    assert book.delete("d1", (ANN,), AT) == ()
    assert book.expire(AT + timedelta(days=1)) == 1
    assert states(book, "d1") == {ANN: State.DELETED, BOB: State.DELETED}
    assert book.begin("d1", BOB, AT, again=True) == ""
    assert book.count()[State.DELETED] >= 2


def _searching(book):
    book.hold(held("e1", 100), (ANN,), nothing)
    book.hold(held("e2", 101, label=Label.PHISHING), (BOB,), nothing)

    def found(**sought):
        return [each.case for each in book.search(Sought(**{"since": AT + timedelta(minutes=100), **sought}))]

    assert found() == ["e2", "e1"]
    assert found(limit=1) == found(recipient="BOB@") == found(labels=(Label.PHISHING,)) == ["e2"]
    assert found(sender="E1@") == found(subject="for E1") == found(case="e1") == ["e1"]
    assert found(sender="größe") == found(sender="bounce") == ["e2", "e1"]
    assert found(until=AT + timedelta(minutes=101)) == ["e1"]
    assert found(sender="%") == found(states=(State.RELEASED,)) == []
    book.delete("e1", (ANN,), AT)
    assert found() == ["e2"]
    assert found(states=()) == ["e2", "e1"]


def _hostile(book):
    odd = '\0 half \ud83d "pair\n'
    book.hold(held("f1", subject=odd, sender=odd, envelope=Envelope(mail_from=odd)), (odd,), nothing)
    (copy,) = book.get("f1").copies
    assert book.begin("f1", copy.recipient, AT)


def _blobs_are_needed(book):
    digest, gone = "9" * 64, []
    book.hold(held("g1", digest=digest), (ANN,), nothing)
    book.hold(held("g2", digest=digest), (BOB,), nothing)
    book.delete("g1", (ANN,), AT)
    assert book.discard((digest,), gone.append) == 0
    assert digest not in book.unneeded()
    token = book.begin("g2", BOB, AT)
    assert book.discard((digest,), gone.append) == 0
    book.conclude(token, AT, "250", is_released=True)
    assert digest in book.unneeded()
    assert book.discard((digest,), gone.append) == 1
    assert gone == [digest]

"""What every store of labels owes, whatever its back end: `check_labels(make)`, where `make()` opens the same store."""

from datetime import UTC, datetime

import pytest

from fyke.model import Labelled, Source
from fyke.store.labels import NothingToForgetError

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def said(mail="a", spam=True, source=Source.HUMAN, account="", **rest):
    """A label; `mail` is a letter."""
    return Labelled(digest=mail * 64, spam=spam, source=source, at=AT, account=account, **rest)


def check_labels(make):
    """Run every check on a store that `make` opens anew, each on mails and accounts of its own."""
    for check in (
        _what_was_added_comes_back,
        _numbers_go_up,
        _of_one_source,
        _all_or_nothing,
        _humans_outrank,
        _the_latest_human_wins,
        _accounts_are_apart,
        _forgetting_is_a_word_too,
        _one_label_is_forgotten,
        _contradictions_are_told,
        _disturbed_only_by_what_was_applied,
        _what_stood_is_found_by_number,
        _mails_are_found,
    ):
        labels = make()
        try:
            check(labels)
        finally:
            labels.close()
    labels = make()
    assert labels.count() > 10, "what was added is there for whoever opens the store later"
    labels.close()


def _standing(labels, *mails, after=0):
    return [label for label in labels.standing(after) if label.digest[0] in mails]


def _what_was_added_comes_back(labels):
    whole = said(
        "a", category="drugs", features=b"\0\xff" * 99, rules_bits=-1.25, bits=2.5, subject="Grüße \udce4 \0 x"
    )
    (seq,) = labels.add(whole)
    (found,) = _standing(labels, "a")
    assert found.subject == "Grüße \\udce4 \0 x"
    assert found == Labelled(**{**_fields(whole), "seq": seq, "subject": found.subject})
    assert labels.get(seq).digest == whole.digest
    assert labels.last(1)[0] == found
    labels.add(said("b", subject="x" * 999))
    assert labels.last(1)[0].subject == "x" * 200


def _numbers_go_up(labels):
    before = labels.add(said("c"))
    after = labels.add(said("d"), said("e"))
    assert sorted({*before, *after}) == [*before, *after]
    assert [label.seq for label in _standing(labels, "c", "d", "e")] == [*before, *after]
    assert [label.seq for label in labels.standing(after[0])] == after[1:]
    assert [label.seq for label in labels.standing(before[0], after[0])] == after[:1]
    assert labels.newest() == after[-1]


def _of_one_source(labels):
    labels.add(said("s", source=Source.TRAP), said("t"), said("u", source=Source.TRAP), said("u"), said("v"))
    human = [label.digest[0] for label in labels.standing(source=Source.HUMAN)]
    assert [mail for mail in human if mail in "stuv"] == ["t", "u", "v"]
    assert [label.digest[0] for label in labels.standing(source=Source.HUMAN, last=2)] == ["u", "v"]
    assert [label.digest[0] for label in labels.last(2, source=Source.TRAP)] == ["u", "s"]
    assert list(labels.standing(last=0)) == []


def _all_or_nothing(labels):
    count = labels.count()
    with pytest.raises(AttributeError):
        labels.add(said("f"), None)
    assert labels.count() == count
    assert labels.add() == []


def _humans_outrank(labels):
    labels.add(said("g", spam=False))
    for source in Source:
        if source is not Source.HUMAN:
            labels.add(said("g", spam=True, source=source))
    assert [label.spam for label in _standing(labels, "g")] == [False]
    labels.add(said("h", source=Source.TRAP), said("h", spam=False, source=Source.AUTO))
    assert [label.source for label in _standing(labels, "h")] == [Source.TRAP]
    labels.add(said("h", spam=False))
    assert [label.source for label in _standing(labels, "h")] == [Source.HUMAN]


def _the_latest_human_wins(labels):
    labels.add(said("i", spam=False), said("i", spam=True), said("i", spam=False))
    assert [label.spam for label in _standing(labels, "i")] == [False]
    assert labels.known([said("i", spam=False), said("i"), said("i", spam=False, source=Source.TRAP)]) == [
        True,
        False,
        False,
    ]


def _accounts_are_apart(labels):
    labels.add(said("j", account="ann@example.org"), said("j", spam=False, account="bob@example.org"))
    assert [(label.account[:3], label.spam) for label in _standing(labels, "j")] == [("ann", True), ("bob", False)]
    assert [label.account for label in labels.last(9, account="bob@example.org")] == ["bob@example.org"]


def _forgetting_is_a_word_too(labels):
    labels.add(said("k"), said("k", spam=False, source=Source.TRAP), said("k", account="ann@example.org"))
    count = labels.count()
    labels.forget("k" * 64, "", AT)
    assert [label.account for label in _standing(labels, "k")] == ["ann@example.org"]
    assert labels.count() == count, "nothing is deleted"
    with pytest.raises(NothingToForgetError):
        labels.forget("k" * 64, "", AT)
    labels.add(said("k"))
    assert len(_standing(labels, "k")) == 2, "what is said after that counts again"


def _one_label_is_forgotten(labels):
    first, second = labels.add(said("l", spam=False), said("l"))
    labels.forget("l" * 64, "", AT, second)
    assert [label.seq for label in _standing(labels, "l")] == [first]
    assert labels.get(second) is None
    with pytest.raises(NothingToForgetError):
        labels.forget("l" * 64, "", AT, second)


def _contradictions_are_told(labels):
    labels.add(said("m"), said("m", account="ann@example.org"))
    assert not any(group[0].digest[0] == "m" for group in labels.contradictions())
    labels.add(said("m", spam=False, source=Source.TRAP))
    (group,) = [group for group in labels.contradictions() if group[0].digest[0] == "m"]
    assert [label.source for label in group] == ["human", "human", "trap"]
    labels.add(said("n"), said("n", spam=False))
    assert not any(group[0].digest[0] == "n" for group in labels.contradictions()), "a human may change their mind"


def _disturbed_only_by_what_was_applied(labels):
    (first,) = labels.add(said("o", source=Source.TRAP))
    assert not labels.is_disturbed(first)
    labels.add(said("p"), said("o", spam=False, source=Source.AUTO))
    assert not labels.is_disturbed(first), "more labels, and one that is outranked at once, disturb nothing"
    (last,) = labels.add(said("o", spam=False))
    assert labels.is_disturbed(first), "a human overruled what was learned"
    assert not labels.is_disturbed(last)
    gone = labels.forget("p" * 64, "", AT)
    assert labels.is_disturbed(last), "what was learned is forgotten"
    assert not labels.is_disturbed(gone)
    assert labels.is_disturbed(gone + 99), "a learner from another store"
    assert not labels.is_disturbed(0)


def _mails_are_found(labels):
    labels.add(said("9"), said("8"), said("9", account="ann@example.org"))
    assert labels.find("99") == ["9" * 64]
    assert labels.find("98") == []
    assert [label.account for label in labels.of("9" * 64)] == ["", "ann@example.org"]


def _fields(label):
    return {name: getattr(label, name) for name in label.__struct_fields__}


def _what_stood_is_found_by_number(labels):
    (imported,) = labels.add(said("6", spam=False, source=Source.IMPORT, features=b"seen"))
    (human,) = labels.add(said("6", spam=True, features=b"seen too"))
    assert labels.stood(imported, imported).features == b"seen"
    assert labels.stood(imported, human) is None, "a human overruled it"
    assert labels.stood(human, human).features == b"seen too"
    assert labels.stood(human, imported) is None, "nobody had said it"
    assert labels.stood(human + 1_000, human) is None

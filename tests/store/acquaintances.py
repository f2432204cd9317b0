"""What every store of correspondents owes: `check_correspondents(make)`, where `make()` opens the same store."""

from datetime import UTC, datetime, timedelta

from fyke.model.known import Acquaintance, Met, Namesake, Seen, Sent

DAY = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ANN, BOB, CAT = "ann@our.example", "bob@our.example", "cat@their.example"


def on(day):
    return DAY + timedelta(days=day)


def met(sender, day=0, *, wanted=True, accounts=(ANN,), **rest):
    """A mail that came."""
    rest.setdefault("ways", (("proof", "dkim"), ("network", "192.0.2.0/24")))
    return Met(sender=sender, accounts=accounts, at=on(day), wanted=wanted, **rest)


def sent(*recipients, day=0, account=ANN, **rest):
    """A mail that a user of ours sent."""
    return Sent(account=account, at=on(day), recipients=recipients, **rest)


def asked(store, sender, account=ANN, **rest):
    (answer,) = store.look(Seen(sender, account, **rest))
    return answer


def check_correspondents(make):
    """Run every check on a store that `make` opens anew, each on people of its own."""
    for check in (
        _a_stranger_is_told_as_one,
        _days_are_counted,
        _accounts_and_sites_are_apart,
        _unwanted_mail_makes_nobody_known,
        _ways_are_counted_and_sorted,
        _who_was_written_to,
        _answers_to_what_was_really_sent,
        _names_and_their_addresses,
        _domains_that_are_near,
        _all_or_nothing,
        _what_is_odd_is_kept,
        _who_is_forgotten_is_a_stranger,
        _old_ties_go,
    ):
        store = make()
        try:
            check(store)
        finally:
            store.close()
    store = make()
    assert asked(store, "days@their.example").own is not None, "it is there for whoever opens the store later"
    store.close()


def _a_stranger_is_told_as_one(store):
    assert asked(store, "nobody@nowhere.example") == Acquaintance()
    assert store.look() == []
    store.remember()
    store.sent()


def _days_are_counted(store):
    sender = "days@their.example"
    store.remember(met(sender), met(sender), met(sender, 3), met(sender, wanted=None, day=9))
    store.remember(met(sender, 3), met(sender, -2))
    tie = asked(store, sender).own
    assert (tie.first_at, tie.last_at, tie.wanted) == (on(-2), on(9), 2)
    assert asked(store, sender).since <= on(-2)


def _accounts_and_sites_are_apart(store):
    sender = "apart@their.example"
    store.remember(met(sender, accounts=(ANN, "eve@other.example")), met(sender, 1, accounts=(BOB,)))
    assert asked(store, sender).own.wanted == 1
    assert asked(store, sender).site.wanted == 2
    assert asked(store, sender, "dan@our.example").own is None
    assert asked(store, sender, "eve@other.example").site.wanted == 1
    assert asked(store, sender, "x@third.example") == Acquaintance(since=store.kept().since)
    assert asked(store, sender, "").site.wanted == 2
    assert sorted(store.ties(sender)) == ["@other.example", "@our.example", ANN, BOB, "eve@other.example"]


def _unwanted_mail_makes_nobody_known(store):
    sender = "unwanted@their.example"
    store.remember(met(sender, wanted=False))
    assert asked(store, sender).site is None
    store.remember(met(sender, 1), met(sender, 2, wanted=False, ways=(("network", "203.0.113.0/24"),)))
    store.remember(met(sender, 2, wanted=False))
    found = asked(store, sender)
    assert (found.own.wanted, found.own.unwanted) == (1, 1)
    assert {way.value for way in found.ways} == {"dkim", "192.0.2.0/24"}


def _ways_are_counted_and_sorted(store):
    sender = "ways@their.example"
    for day in range(4):
        store.remember(met(sender, day))
    store.remember(met(sender, 5, ways=(("network", "198.51.100.0/24"),)))
    networks = [way for way in asked(store, sender).ways if way.kind == "network"]
    assert [(way.value, way.days) for way in networks] == [("192.0.2.0/24", 4), ("198.51.100.0/24", 1)]
    assert (networks[0].first_at, networks[0].last_at) == (on(0), on(3))
    assert store.ways(sender) == asked(store, sender).ways


def _who_was_written_to(store):
    to = "written@their.example"
    store.sent(sent(to, ANN, message_id="w1@our.example"), sent(to, day=1, account=BOB, is_opening=False))
    found = asked(store, to)
    assert (found.own.began, found.own.answered, found.own.written, found.own.written_at) == (1, 0, 1, on(0))
    assert (found.site.began, found.site.answered, found.own.first_at) == (1, 1, None)
    store.sent(sent(to, message_id="w1@our.example"))
    assert asked(store, to).own.written == 1, "the same mail, taught twice"
    assert asked(store, ANN).own is None, "nobody is their own correspondent"


def _answers_to_what_was_really_sent(store):
    store.sent(sent("re@their.example", "re@third.example", message_id="r1@our.example"))
    refers = ("unknown@our.example", "r1@our.example")
    found = asked(store, "re@their.example", refers_to=refers).answered
    assert (found.at, found.by_account, found.to_sender, found.to_domain, found.is_opening) == (on(0), *[True] * 4)
    other = asked(store, "boss@third.example", BOB, refers_to=refers).answered
    assert (other.by_account, other.to_sender, other.to_domain) == (False, False, True)
    assert not asked(store, "x@nowhere.example", refers_to=refers).answered.to_domain
    assert asked(store, "re@their.example", refers_to=("forged@our.example",)).answered is None
    assert asked(store, "re@their.example").answered is None


def _names_and_their_addresses(store):
    key = {"name_key": "example nell"}
    store.remember(met("nell@their.example", name="Nell Example", **key))
    store.sent(sent("x@their.example", message_id="n1@our.example", name="Nell Example", **key))
    found = asked(store, "other@free.example", **key).namesakes
    assert found == (
        Namesake(ANN, "Nell Example", is_own=True, days=1),
        Namesake("nell@their.example", "Nell Example", days=1),
    )
    assert asked(store, "other@free.example", "eve@other.example", **key).namesakes == ()
    store.remember(met("bulk@their.example", wanted=None, name="Bulk Example", name_key="bulk example"))
    assert asked(store, "x@free.example", name_key="bulk example").namesakes == ()


def _domains_that_are_near(store):
    house = {"domain": "northwind.example", "look": "northwind"}
    store.remember(met("a@northwind.example", **house))
    near = {"domain": "northwlnd.example", "look": "northwlnd"}
    assert asked(store, "a@northwlnd.example", **near).near == (), "a day makes no correspondent"
    store.remember(met("a@northwind.example", 1, **house))
    for domain, look in (("northwlnd.example", "northwlnd"), ("nothwind.example", "nothwind"), ("northwind.test",) * 2):
        label = look.partition(".")[0]
        found = asked(store, f"a@{domain}", domain=domain, look=label)
        assert found.near == ("northwind.example",), domain
    assert asked(store, "a@southwind.example", domain="southwind.example", look="southwind").near == ()
    assert asked(store, "b@northwind.example", **house).near == ()
    assert asked(store, "a@northwlnd.example", "eve@other.example", **near).near == ()
    for day in range(5):
        store.remember(met("a@northwlnd.example", day, **near))
    assert asked(store, "b@northwlnd.example", **near).is_domain_known


def _all_or_nothing(store):
    try:
        store.remember(met("half@their.example"), None)
    except AttributeError:
        assert asked(store, "half@their.example").site is None
    else:
        raise AssertionError("what cannot be remembered is told")


def _what_is_odd_is_kept(store):
    sender = "o\udce4\0\U0001f600@their.example"
    store.remember(
        met(sender, ways=(("program", "\udce4" * 99),), name="\ud800 x", name_key="\ud800 x", look="\udce4" * 9)
    )
    assert (
        asked(store, sender, name_key="\ud800 x", refers_to=("\ud800",), look="\ud800" * 63, domain="\ud800").own.wanted
        == 1
    )


def _who_is_forgotten_is_a_stranger(store):
    sender = "gone@their.example"
    store.remember(met(sender, accounts=(ANN, BOB), name="Gone Example", name_key="example gone"))
    assert store.forget(sender, BOB) == 1
    assert sorted(store.ties(sender)) == ["@our.example", ANN]
    assert store.forget(sender) == 2
    assert (store.ties(sender), store.ways(sender)) == ({}, ())
    assert asked(store, "x@free.example", name_key="example gone").namesakes == ()
    assert store.forget(sender) == 0


def _old_ties_go(store):
    store.remember(met("old@their.example", -900), met("new@their.example", 900))
    store.sent(sent("old@their.example", day=-900, message_id="o1@our.example"))
    assert store.forget_before(on(-800)) == 3, "two ties and a message"
    assert store.ties("old@their.example") == {}
    assert asked(store, "old@their.example", refers_to=("o1@our.example",)).answered is None
    assert store.ties("new@their.example")

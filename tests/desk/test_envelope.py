"""What an envelope alone says: rules, greylisting and rates together; a store that is broken delays nobody."""

import os
from datetime import UTC, datetime

import pytest

from fyke.desk.envelope import RETRY_S, Envelopes
from fyke.desk.greylist import Greylist
from fyke.desk.rates import Rates, rate
from fyke.judge.early import Foretold
from fyke.judge.site import SiteRule
from fyke.model import Action, Envelope
from fyke.model.gate import Early
from fyke.store.labels import StoreError
from fyke.store.sqlite.counters import SqliteCounters

AT = 1_800_000_000.0
WHEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
GO_ON = Early(Action.ACCEPT)
BOB = "bob@example.org"
ANN = {"client_ip": "192.0.2.7", "mail_from": "ann@example.net", "received_at": WHEN}


@pytest.fixture
def make(tmp_path):
    """Makes porters that share their counters; what they tell is in `make.told`."""
    made, told = [], []

    def making(**terms):
        terms = {"tell": told.append, **terms}
        made.append(Envelopes(lambda: SqliteCounters(tmp_path / "counters.db"), **terms))
        return made[-1]

    making.told = told
    yield making
    for each in made:
        each.close()


def to(*recipients, **changed):
    return Envelope(rcpt_to=recipients, **{**ANN, **changed})


def limits(**texts):
    return Rates(tuple(rate(kind, text) for kind, text in texts.items()))


def test_without_terms_all_go_on(make):
    assert make().early(to(BOB), AT) == GO_ON
    assert make().early(Envelope(), AT) == GO_ON


def test_the_first_is_put_off_and_two_workers_know_of_it(make):
    one, another = make(greylist=Greylist()), make(greylist=Greylist())
    assert one.early(to(BOB), AT).action is Action.TEMPFAIL
    assert another.early(to(BOB), AT + 299).action is Action.TEMPFAIL
    assert another.early(to(BOB), AT + 300).note == "delayed 300 seconds by fyke"
    assert one.early(to(BOB), AT + 301) == GO_ON


def test_known_correspondents_do_not_wait(make):
    def is_known(sender, recipient, ip):
        return (sender, recipient, ip) == ("ann@example.net", BOB, "192.0.2.7")

    porter = make(greylist=Greylist(), is_known=is_known)
    assert porter.early(to(BOB), AT) == GO_ON
    assert porter.early(to("carl@example.org"), AT).action is Action.TEMPFAIL


def test_who_is_put_off_is_not_counted(make):
    """Else the mail that comes again would be counted twice."""
    porter = make(greylist=Greylist(), rates=limits(client="1 messages an hour"))
    for later in (0, 10, 310):
        early = porter.early(to(BOB), AT + later)
    assert early.action is Action.ACCEPT
    assert "Too many" in porter.early(to(BOB), AT + 311).reply


def test_a_rate_holds_for_all_workers_and_slides(make):
    one, another = (make(rates=limits(client="3 messages an hour")) for _ in range(2))
    assert [each.early(to(BOB), AT).action for each in (one, another, one)] == [Action.ACCEPT] * 3
    over = another.early(to(BOB), AT)
    assert over.action is Action.TEMPFAIL
    assert over.reply == "Too many messages from your address: at most 3 messages an hour, please try again later"
    assert one.early(to(BOB, client_ip="192.0.2.8"), AT).action is Action.ACCEPT
    assert one.early(to(BOB), AT + 3_600 + 1_800).action is Action.ACCEPT


def test_recipients_and_messages(make):
    """Of one mail each recipient counts once, the message with the first."""
    porter = make(rates=limits(client="1 messages an hour", sender="3 recipients an hour"))
    everybody = ("a@example.org", "b@example.org", "c@example.org", "d@example.org")
    said = [porter.early(to(*everybody[:count]), AT).action for count in (1, 2, 3, 4)]
    assert said == [Action.ACCEPT] * 3 + [Action.TEMPFAIL]


def test_doors_count_apart(make):
    """What the policy door has counted the milter does not count again."""
    terms = limits(client="2 messages an hour")
    policy, milter = make(rates=terms, door="policy"), make(rates=terms, door="milter")
    for _ in range(2):
        assert policy.early(to(BOB), AT).action is milter.early(to(BOB), AT).action is Action.ACCEPT
    assert policy.early(to(BOB), AT).action is Action.TEMPFAIL


def test_an_outbreak_of_a_login_is_told_once_an_hour(make):
    """Wherever it comes from: a stolen password is used from everywhere."""
    porters = [make(rates=limits(login="2 recipients an hour")) for _ in range(2)]
    for number in range(20):
        mail = to(BOB, login="ann", client_ip=f"192.0.2.{number}")
        early = porters[number % 2].early(mail, AT + number)
    assert early.action is Action.TEMPFAIL
    (told,) = make.told
    assert told.startswith("login 'ann' sends more than 2 recipients an hour, now from 192.0.2.2")
    assert porters[0].early(to(BOB, login="carl"), AT).action is Action.ACCEPT


RULES = {
    "no": SiteRule(to=("old@example.org",), action=Action.REJECT),
    "later": SiteRule(senders=("*@busy.example",), unproven=True, action=Action.TEMPFAIL),
    "friends": SiteRule(senders=("*@friend.example",), unproven=True, action=Action.ACCEPT),
}


def test_rules_that_the_envelope_decides(make):
    """Refused with an address to ask at; who is let in need not wait, but is counted."""
    porter = make(
        rules=Foretold(RULES),
        greylist=Greylist(),
        rates=limits(sender="1 messages an hour"),
        contact="help@example.org",
    )
    refused = porter.early(to("Old@example.org"), AT)
    assert refused == Early(Action.REJECT, "Refused by a rule of this site; questions to help@example.org")
    assert "try again later" in porter.early(to(BOB, mail_from="x@busy.example"), AT).reply
    assert porter.early(to(BOB, mail_from="x@friend.example"), AT) == GO_ON
    assert "Too many" in porter.early(to(BOB, mail_from="x@friend.example"), AT).reply
    assert "Greylisted" in porter.early(to(BOB), AT).reply
    assert porter.early(to("old@example.org", client_ip="127.0.0.1"), AT).action is not Action.REJECT, "a released one?"


def test_a_broken_store_delays_nobody_and_is_told_once():
    """It is left alone for a while; rules hold meanwhile."""
    tries, told, now = [], [], [0.0]

    def make():
        tries.append(1)
        raise StoreError("counters.db: disk I/O error")

    porter = Envelopes(make, greylist=Greylist(), rules=Foretold(RULES), tell=told.append, clock=lambda: now[0])
    for _ in range(5):
        assert porter.early(to(BOB), AT) == GO_ON
    assert porter.early(to("old@example.org"), AT).action is Action.REJECT
    assert len(tries) == 1
    now[0] = RETRY_S + 1
    porter.early(to(BOB), AT)
    assert len(tries) == 2
    assert told == ["nobody is put off or limited: counters.db: disk I/O error"]


def test_after_a_fork_the_counters_are_opened_anew(make):
    porter = make(greylist=Greylist())
    porter.early(to(BOB), AT)
    child = os.fork()
    if not child:
        code = 1
        try:
            code = 0 if porter.early(to(BOB), AT + 300).note else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

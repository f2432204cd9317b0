"""One examination for all who ask: verified once, and never told what another world answered."""

from fyke.detect.auth import dkim
from fyke.detect.auth.authentication import Authentication
from fyke.detect.auth.evidence import examine
from fyke.detect.facts.examined import examined
from fyke.detect.known.people import People
from fyke.detect.runner import run
from fyke.mail import parse
from fyke.model import Dns, Envelope, Mail, Records
from fyke.model.known import Acquaintance, Seen, Tie
from tests.detect.auth.driving import drive, zone
from tests.detect.auth.signing import MAIL, answers, signature

DMARC = zone({"_dmarc.example.com": "v=DMARC1; p=reject"})
KEYS = {query: Records(values) for query, values in answers().items()} | DMARC


def mail():
    raw = signature() + MAIL
    return Mail(Envelope(), parse(raw), raw=raw)


KNOWN = Acquaintance(site=Tie(wanted=9), own=Tie(wanted=9))


def ask(queries):
    return {each: KNOWN if isinstance(each, Seen) else KEYS.get(each, Records(exists=False)) for each in queries}


def test_the_same_as_one_who_asks_alone():
    """First, second, and a third time."""
    one = mail()
    alone = drive(examine(one), KEYS)
    assert [drive(examined(one), KEYS) for _ in range(3)] == [alone] * 3


def test_other_answers_make_another_examination():
    """The same mail, replayed with what another day answered."""
    one = mail()
    assert drive(examined(one), KEYS) == drive(examine(one), KEYS)
    assert drive(examined(one), DMARC) == drive(examine(one), DMARC)
    assert drive(examined(one), KEYS) == drive(examine(one), KEYS)


def test_two_detectors_verify_once(monkeypatch):
    """A signature costs as much as all other detectors."""
    times, verify = [], dkim.verify
    monkeypatch.setattr(dkim, "verify", lambda *given: times.append(1) or verify(*given))
    for order in ([Authentication(), People()], [People(), Authentication()]):
        found = run(order, mail(), ask)
        assert {"DMARC_PASS", "KNOWN_CORRESPONDENT"} <= {each.symbol.name for each in found.findings}
        assert not found.faults
    assert len(times) == 2
    assert Dns("s._domainkey.example.com", "TXT") in KEYS


def test_what_fails_fails_for_all(monkeypatch):
    """Each of them leaves its fault."""
    monkeypatch.setattr(dkim, "verify", lambda *_: 1 / 0)
    found = run([Authentication(), People()], mail(), ask)
    assert [fault.who for fault in found.faults] == ["authentication", "people"]

"""Known people with real signatures and a real store: poisoning, forgery and takeover."""

from datetime import UTC, datetime, timedelta

import pytest

from fyke.detect.known.people import People
from fyke.detect.runner import run
from fyke.lookup.known import Memory
from fyke.mail import parse
from fyke.model import Envelope, Mail, Records
from fyke.model.known import Met, Seen, Sent
from fyke.store.sqlite.correspondents import SqliteCorrespondents
from tests.detect.auth.driving import zone
from tests.detect.auth.signing import MAIL, answers, signature

ANN, BOB = "ann@example.com", "bob@example.org"
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DNS = {query: Records(values) for query, values in answers().items()} | zone({"_dmarc.example.com": "v=DMARC1; p=none"})
WAYS = (("proof", "dkim"), ("signer", "example.com"), ("network", "192.0.2.0/24"))


@pytest.fixture
def store(tmp_path):
    store = SqliteCorrespondents(tmp_path / "correspondents.db")
    yield store
    store.close()


def symbols(store, raw, ip="192.0.2.7"):
    memory = Memory(lambda: store)
    mail = Mail(Envelope(client_ip=ip, mail_from=ANN, rcpt_to=(BOB,), received_at=AT), parse(raw), raw=raw)

    def ask(queries):
        told = memory([each for each in queries if isinstance(each, Seen)])
        return {each: told.get(each, DNS.get(each, Records(exists=False))) for each in queries}

    looked = run([People()], mail, ask)
    assert not looked.faults
    return {finding.symbol.name: finding.weight for finding in looked.findings}


def befriend(store, days=9):
    store.remember(*(Met(ANN, (BOB,), AT - timedelta(days=days - day), True, WAYS) for day in range(days)))


def test_the_real_one_profits_and_the_forger_does_not(store):
    """The same words, with and without the signature."""
    befriend(store)
    assert symbols(store, signature() + MAIL)["KNOWN_CORRESPONDENT"] == 1.0
    assert symbols(store, MAIL) == {"KNOWN_UNPROVED": 1.0}


def test_a_replay_with_another_text_is_forgery(store):
    """The signature of another mail proves nothing."""
    befriend(store)
    assert "KNOWN_UNPROVED" in symbols(store, signature() + MAIL + b"Pay here.\r\n")


def test_answers_to_our_mail(store):
    """Only to what was really sent, and to them."""
    store.sent(Sent(BOB, AT - timedelta(days=1), (ANN,), "7@example.org"))
    befriend(store)
    answer = b"In-Reply-To: <7@example.org>\r\n" + MAIL
    assert symbols(store, signature(answer) + answer)["REPLY_TO_OURS"] == 1.0
    made_up = b"In-Reply-To: <8@example.org>\r\n" + MAIL
    assert "REPLY_TO_OURS" not in symbols(store, signature(made_up) + made_up)


def test_who_lures_a_reader_into_an_answer_gains_little(store):
    """They wrote first, and yesterday."""
    store.sent(Sent(BOB, AT - timedelta(days=1), (ANN,), "7@example.org", is_opening=False))
    answer = b"In-Reply-To: <7@example.org>\r\n" + MAIL
    found = symbols(store, signature(answer) + answer)
    assert found["WRITTEN_TO"] == found["REPLY_TO_OURS"] == 0.25


def test_a_strangers_flood_of_one_day_is_no_acquaintance(store):
    """Days are counted."""
    store.remember(*(Met(ANN, (BOB,), AT - timedelta(hours=1), True, WAYS) for _ in range(500)))
    assert "KNOWN_CORRESPONDENT" not in symbols(store, signature() + MAIL)

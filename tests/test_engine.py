"""The story of one mail, and of one file."""

import asyncio

from msgspec.structs import replace

from fyke.detect.base import Detector
from fyke.detect.runner import offline
from fyke.engine import Engine
from fyke.files.signatures.eicar import EICAR_SIGN, GTUBE_SIGN
from fyke.judge import load
from fyke.learn.model import Model
from fyke.learn.opinion import OWN, SYMBOLS, Opinion
from fyke.model import Action, Analyse, Analysis, Envelope, File, Finding, Label, Lead, Observable, Symbol
from tests.files.builders.mails import mail
from tests.inline import ask, engine

ENGINE = engine()
NESTED = mail([("outer.eml", mail([("inner.eml", mail([("eicar.com", EICAR_SIGN)]))]))])


def of_files(ask):
    """Who answers questions about files, and no other."""

    def asked(queries):
        files = [query for query in queries if isinstance(query, Analyse)]
        return ask(files) if files else {}

    return asked


def scan(raw, using=ENGINE):
    """The scan of a mail without an envelope."""
    return using.scan(Envelope(), raw)


def test_what_hides_in_files_decides():
    """The test file of virus scanners, two mails deep, by its name."""
    result = scan(NESTED)
    assert result.verdict.label is Label.MALWARE
    assert result.verdict.family == "Eicar-Test-Signature"
    assert result.action is Action.REJECT


def test_the_tree_is_on_the_scan():
    """With the place of the finding in it."""
    result = scan(mail([("letter.bin", mail([("eicar.com", EICAR_SIGN)]))]))
    files = [file.name for analysis in result.files for file in analysis.root.walk()]
    assert "eicar.com" in files
    assert any("letter.bin > eicar.com" in finding.part for finding in result.verdict.findings)


def test_a_mail_of_text_asks_nobody_about_files():
    """Plain mail pays nothing for what it does not have."""

    def nobody(queries):
        raise AssertionError(queries)

    plain = b"From: a@example.org\r\nSubject: x\r\n\r\nhello"
    assert scan(plain, engine(ask=of_files(nobody))).files == ()


def test_nobody_there_is_a_fault_and_is_told():
    """Evidence that is missing is said, and the mail goes on."""
    result = scan(NESTED, engine(ask=lambda queries: {}))
    assert any("nobody looked into it" in fault.what for fault in result.faults)
    assert result.verdict.label is not Label.MALWARE or result.verdict.family


def test_without_a_window_nothing_is_asked():
    """An engine that was given nobody to ask has no faults of it."""
    assert scan(NESTED, engine(ask=offline)).faults == ()


def test_a_link_in_a_file_is_a_link_of_the_mail():
    """Detectors of links see it, whatever it was drawn in."""
    told = "http://203.0.113.9/login"

    def ask(queries):
        return {
            query: Analysis(File(query.name, "png", 9, query.digest), leads=(Lead(told, "qr"),)) for query in queries
        }

    result = scan(mail([("code.png", b"\x89PNG\r\n\x1a\n" + bytes(100))]), engine(ask=of_files(ask)))
    assert "LINK_IP" in {finding.symbol.name for finding in result.verdict.findings}


def test_a_password_in_a_picture_opens_the_file_beside():
    """Files that stay locked are asked about again with what the others tell."""
    asked = []

    def ask(queries):
        asked.append([(query.name, query.words) for query in queries])
        return {
            query: Analysis(
                File(query.name, "zip", 9, query.digest, locked="tulip77" not in query.words),
                leads=(Lead("tulip77", "qr"),) if query.name == "a.png" else (),
            )
            for query in queries
        }

    result = scan(mail([("a.png", b"p" * 99), ("b.zip", b"z" * 99)]), engine(ask=of_files(ask)))
    assert [name for name, _ in asked[1]] == ["a.png", "b.zip"]
    assert not any(analysis.root.locked for analysis in result.files)


def test_what_is_locked_is_done_with_as_the_policy_says(tmp_path):
    """Its own choice, apart from the verdict; a stronger action of the label stands."""

    def ask(queries):
        from fyke.files.analyst import LOCKED

        return {
            query: Analysis(File(query.name, "zip", 9, query.digest, locked=True, findings=(Finding(LOCKED),)))
            for query in queries
        }

    layer = tmp_path / "policy.toml"
    layer.write_text('unscannable = "quarantine"\n')
    raw = mail([("b.zip", b"z" * 99)])
    assert scan(raw, engine(ask=of_files(ask))).action is Action.TAG
    assert scan(raw, engine(layer, ask=of_files(ask))).action is Action.QUARANTINE


def test_a_file_is_judged_by_the_same_policy():
    """Found, clean, and of which family."""
    found = ENGINE.scan_file("x.com", EICAR_SIGN)
    assert (found.verdict.label, found.verdict.family) == (Label.MALWARE, "Eicar-Test-Signature")
    assert ENGINE.scan_file("x.txt", b"hello").verdict.label is Label.HAM
    assert ENGINE.scan_file("x.txt", GTUBE_SIGN).verdict.label is Label.SPAM


def test_a_mail_in_an_event_loop_is_judged_the_same():
    """Files are looked into by whoever answers, and the record is the same but for the time it took."""

    async def soon(queries):
        return ask(queries)

    waiting = engine(ask_soon=soon)
    [mails, files] = [
        (asyncio.run(waiting.scan_soon(Envelope(), NESTED)), scan(NESTED)),
        (asyncio.run(waiting.scan_file_soon("eicar.com", EICAR_SIGN)), ENGINE.scan_file("eicar.com", EICAR_SIGN)),
    ]
    for found, wanted in (mails, files):
        assert replace(found, elapsed_us=0, files=()) == replace(wanted, elapsed_us=0, files=())
        assert found.verdict.label is Label.MALWARE


def test_each_recipient_has_a_fate(tmp_path):
    """By the thresholds and actions that hold there."""
    (tmp_path / "site.toml").write_text('[recipients.abuse]\nmatch = ["abuse@*"]\nactions = { malware = "accept" }\n')
    found = engine(tmp_path / "site.toml").scan(Envelope(rcpt_to=("a@example.org", "abuse@example.org")), NESTED)
    assert [fate.action for fate in found.fates] == [Action.REJECT, Action.ACCEPT]
    assert found.action is Action.REJECT


def test_what_detectors_saw_is_on_the_scan():
    """The network of the machine that brought it, say, beside what stands in the mail: each once."""
    asn = Observable("asn", "AS64500", "header")

    class Network(Detector):
        """Whose network is it?"""

        name = "network"

        def look(self, mail):
            yield Finding(Symbol("TEST_NETWORK", "It is somebody's", "sender", 0.0), observables=(asn, asn))

    both = Engine([Network()], ENGINE.policy).scan(Envelope(), b"From: a@example.org\r\n\r\nhttps://example.net/x")
    assert both.observables.count(asn) == 1
    assert any(seen.kind == "domain" for seen in both.observables)


def test_each_recipients_own_corrections_are_kept():
    """Where they differ: with them a verdict can be told again for each."""
    engine = Engine(ENGINE.detectors, load([*ENGINE.policy.symbols.values(), *SYMBOLS]), opinion=Opinion(Model()))
    engine.opinion.of = lambda features, account: [Finding(OWN, weight=-3.0)] if account == "bob@x.example" else []
    raw = b"From: a@example.org\r\n\r\nhello"
    assert engine.scan(Envelope(rcpt_to=("ann@x.example", "bob@x.example")), raw).own_bits == (0.0, -3.0)
    assert engine.scan(Envelope(rcpt_to=("bob@x.example", "bob@x.example")), raw).own_bits == ()

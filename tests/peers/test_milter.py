"""The door of milter before real Postfix: every word that the door says, and what comes of the mail."""

import base64
import os
import re
import shutil
import smtplib
import ssl
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import dkim
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from fyke.doors.milter import Milter, MilterTerms
from fyke.model import Action, Fate
from fyke.model.gate import Change, Early, Edit
from tests.doors.gates import ToldGate, handled, serving
from tests.peers.postfix import Postfix, Sink, needed

pytestmark = pytest.mark.peer
ANN, BOB, CARL = "ann@example.net", "bob@example.org", "carl@example.org"
RAW = (
    b"Received: from a.example\r\n\tby b.example; Mon, 23 Nov 2026 10:00:00 +0000\r\nFrom:Ann <ann@example.net>\r\n"
    b"X-Spam: 1\r\nSubject:   x\r\n  y\r\nX-SPAM:2\r\nX-Spam:\t3\r\nX-Empty:\r\nX-8: \xe9\xff\r\nX-Fold:\r\n f\r\n\r\n"
    b"Body\r\n.dot\r\n\xff\r\n\r\n\r\n"
)


@contextmanager
def standing(gate, terms=None, *, path=None, **options):
    """Postfix with the door as its milter, and the sink behind it."""
    needed()
    with serving(Milter(gate, terms), path) as at:
        if path:
            Path(path).chmod(0o777)
        milter = f"unix:{at}" if path else f"inet:127.0.0.1:{at[1]}"
        with Sink() as sink, Postfix(sink, milters=[milter], **options) as postfix:
            yield postfix, sink


def refused(postfix, raw=RAW, to=(BOB, CARL)):
    """The reply at the end of the message."""
    with postfix.smtp() as client, pytest.raises(smtplib.SMTPDataError) as found:
        client.sendmail(ANN, to, raw)
    return found.value.smtp_code, found.value.smtp_error.decode()


def mails(gate):
    return [call for call in gate.calls if call[0] == "handle"]


@pytest.mark.parametrize("version", ["2", "3", "4", "6"])
def test_the_mail_as_it_is_and_its_envelope(version):
    """In each version; before 6 Postfix eats a space behind a colon, so these bytes are a best guess."""
    gate = ToldGate()
    raw = RAW if version == "6" else RAW.replace(b"From:Ann", b"From: Ann").replace(b"X-Empty:", b"X-Empty: ")
    raw = raw if version == "6" else raw.replace(b"X-SPAM:2", b"X-SPAM: 2")
    with standing(gate, settings={"milter_protocol": version}) as (postfix, sink):
        with postfix.smtp(NAME="mail.example.net", ADDR="IPV6:2001:db8::7", LOGIN="ann") as client:
            client.sendmail(ANN, [BOB, CARL], raw)
            client.sendmail(ANN, [BOB], raw)
        (one, two) = sink.wait_for(2)
        assert one.raw.endswith(raw)
        assert two.raw.endswith(raw)
    assert [call[2] for call in mails(gate)] == [raw, raw]
    envelope = mails(gate)[0][1]
    assert (envelope.client_ip, envelope.client_name) == ("2001:db8::7", "mail.example.net")
    assert (envelope.helo, envelope.login, envelope.tls) == ("client.example.net", "ann", False)
    assert (envelope.mail_from, envelope.rcpt_to) == (ANN, (BOB, CARL))


def test_a_client_without_a_name():
    """Postfix says "unknown", and so do we."""
    gate = ToldGate()
    with standing(gate) as (postfix, _), postfix.smtp(NAME="[UNAVAILABLE]", ADDR="192.0.2.7") as client:
        client.sendmail("", [BOB], RAW)
    envelope = mails(gate)[0][1]
    assert (envelope.client_ip, envelope.client_name, envelope.mail_from) == ("192.0.2.7", "unknown", "")


def test_a_signed_mail_verifies():
    """Simple canonicalization of the header forgives no byte."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; p=" + base64.b64encode(public)
    fields = [b"from", b"subject", b"x-fold", b"x-spam", b"x-empty", b"x-8"]
    signed = (
        dkim.sign(RAW, b"s", b"example.net", pem, canonicalize=(b"simple", b"simple"), include_headers=fields) + RAW
    )
    gate = ToldGate()
    with standing(gate) as (postfix, _), postfix.smtp() as client:
        client.sendmail(ANN, [BOB], signed)
    raw = mails(gate)[0][2]
    assert raw == signed
    assert dkim.verify(raw, dnsfunc=lambda *_asked, **_more: record)


def test_header_fields():
    """The right ones are changed, ours are on top, and all others are as they were."""
    edits = (
        Edit(Change.REMOVE, "Received", index=1), Edit(Change.REMOVE, "X-Spam", index=1),
        Edit(Change.REMOVE, "x-spam", index=3), Edit(Change.REPLACE, "Subject", "[spam] x y"),
        Edit(Change.REPLACE, "X-New", "1"), Edit(Change.ADD, "X-Low", "1"), Edit(Change.ADD, "X-High", "word " * 30),
    )  # fmt: skip
    with standing(ToldGate(handle=handled(edits=edits))) as (postfix, sink):
        with postfix.smtp() as client:
            client.sendmail(ANN, [BOB], RAW)
        (mail,) = sink.wait_for(1)
    high, _, rest = mail.raw.partition(b"\r\nX-Low: 1\r\n")
    assert high.startswith(b"X-High: word word ")
    own, _, rest = rest.partition(b"From:Ann")
    assert own.startswith(b"Received: from client.example.net")
    assert b"a.example" not in own
    assert rest == (
        b" <ann@example.net>\r\nSubject: [spam] x y\r\nX-SPAM:2\r\nX-Empty:\r\nX-8: \xe9\xff\r\nX-Fold:\r\n f\r\n"
        b"X-New: 1\r\n\r\nBody\r\n.dot\r\n\xff\r\n\r\n\r\n"
    )


@pytest.mark.parametrize(("action", "code", "status"), [(Action.REJECT, 550, "5.7.1"), (Action.TEMPFAIL, 451, "4.7.1")])
def test_a_refusal(action, code, status):
    """With our words, per cent signs and all."""
    gate = ToldGate(handle=handled(action=action, reply="100% spam (case c0ffee), see https://mx.example.org/%41"))
    with standing(gate) as (postfix, sink):
        assert refused(postfix) == (code, f"{status} 100% spam (case c0ffee), see https://mx.example.org/%41")
        assert postfix.wait_empty()
        assert sink.count() == 0


@pytest.mark.parametrize("action", [Action.DISCARD, Action.QUARANTINE])
def test_dropped(action):
    """The client hears that it was taken; nobody gets it."""
    with standing(ToldGate(handle=handled(action=action))) as (postfix, sink):
        with postfix.smtp() as client:
            assert client.sendmail(ANN, [BOB], RAW) == {}
        assert postfix.wait_empty()
        assert sink.count() == 0
        assert postfix.queued() == 0


def test_held():
    """In Postfix's own queue HOLD, once, and nowhere else."""
    gate = ToldGate(handle=handled(action=Action.QUARANTINE))
    with standing(gate, MilterTerms(hold=True)) as (postfix, sink):
        with postfix.smtp() as client:
            client.sendmail(ANN, [BOB], RAW)
        assert postfix.wait_empty()
        assert (postfix.queued("hold"), sink.count()) == (1, 0)
    assert mails(gate)[0][3] is False


def test_recipients_that_fare_differently():
    """Each gets what is for them."""
    fates = (Fate(BOB, Action.QUARANTINE), Fate(CARL, Action.TAG), Fate('"d o"@example.org', Action.DISCARD))
    gate = ToldGate(handle=handled(action=Action.TAG, fates=fates, edits=(Edit(Change.ADD, "X-Fyke", "spam"),)))
    with standing(gate) as (postfix, sink):
        with postfix.smtp() as client:
            client.sendmail(ANN, [BOB, CARL, '"d o"@example.org'], RAW)
        assert postfix.wait_empty()
        (mail,) = sink.wait_for(1)
    assert mails(gate)[0][1].rcpt_to == (BOB, CARL, '"d o"@example.org')
    assert mail.rcpt_to == (CARL,)
    assert mail.raw.startswith(b"X-Fyke: spam\r\n")


def test_a_recipient_is_refused_at_once():
    """The others get the mail."""

    def early(envelope):
        if envelope.rcpt_to[-1] == BOB:
            return Early(Action.TEMPFAIL, "greylisted, try again in 300 s")
        return Early(Action.REJECT if "dora" in envelope.rcpt_to[-1] else Action.ACCEPT)

    gate = ToldGate(early=early)
    with standing(gate) as (postfix, sink):
        with postfix.smtp() as client:
            answers = client.sendmail(ANN, [BOB, CARL, "dora@example.org"], RAW)
        (mail,) = sink.wait_for(1)
    assert answers[BOB] == (451, b"4.7.1 greylisted, try again in 300 s")
    assert answers["dora@example.org"][0] == 550
    assert mail.rcpt_to == (CARL,)
    assert mails(gate)[0][1].rcpt_to == (CARL,)


@pytest.mark.parametrize("broken", [{"handle": RuntimeError("x")}, {"early": RuntimeError("x")}])
def test_a_gate_that_breaks(broken):
    """The client keeps its mail."""
    with standing(ToldGate(**broken)) as (postfix, sink):
        with postfix.smtp() as client, pytest.raises(smtplib.SMTPException):
            client.sendmail(ANN, [BOB], RAW)
        assert (sink.count(), postfix.queued()) == (0, 0)
        assert "4.3.0" in postfix.log()


def test_nobody_is_there():
    """What Postfix does by itself, where it is told so: 451."""
    needed()
    with Sink() as sink, Postfix(sink, milters=["inet:127.0.0.1:1"]) as postfix, postfix.smtp() as client:
        code, _ = client.mail(ANN)
        assert code == 451


def test_a_verdict_that_takes_longer_than_postfix_waits():
    """It waits on, because it hears that we are at it."""
    gate = ToldGate(early=Early(Action.ACCEPT))
    gate.slow_s = 4.0
    with standing(gate, MilterTerms(progress_s=0.5), settings={"milter_content_timeout": "2s"}) as (postfix, sink):
        with postfix.smtp() as client:
            client.sendmail(ANN, [BOB], RAW)
        assert len(sink.wait_for(1)) == 1


def test_too_large():
    """The size error of SMTP."""
    with standing(ToldGate(), MilterTerms(message_bytes=100_000)) as (postfix, sink):
        assert refused(postfix, RAW + b"x" * 70 * 20_000)[0] == 552
        assert sink.count() == 0


def test_addresses_in_utf8():
    """SMTPUTF8, over a local socket; smtp-sink knows no such mail, so Postfix delivers to nowhere and says to whom."""
    fates = (Fate(BOB, Action.TAG), Fate("j\u00f6rg@example.org", Action.DISCARD))
    gate = ToldGate(handle=handled(action=Action.TAG, fates=fates))
    raw = "From: J\u00f6rg <j\u00f6rg@example.net>\r\nSubject: \u00dcber\r\n\r\nx\r\n".encode()
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with standing(gate, path=f"{folder}/milter", settings={"relay_transport": "discard:"}) as (postfix, _):
            with postfix.smtp() as client:
                to = [BOB, "j\u00f6rg@example.org"]
                client.sendmail("j\u00f6rg@example.net", to, raw, ["SMTPUTF8", "BODY=8BITMIME"])
            assert postfix.wait_empty()
            log = postfix.log()
    assert mails(gate)[0][1].mail_from == "j\u00f6rg@example.net"
    assert mails(gate)[0][1].rcpt_to == (BOB, "j\u00f6rg@example.org")
    assert mails(gate)[0][2] == raw
    assert re.findall(r"to=<([^>]*)>, relay=none.*status=sent", log) == [BOB]


def test_encrypted(tmp_path):
    """The envelope says so, and the next client's does not."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mx.example.org")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(9))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "both.pem").write_bytes(plain + certificate)
    gate = ToldGate()
    settings = {"smtpd_tls_chain_files": f"{tmp_path}/both.pem", "smtpd_tls_security_level": "may"}
    with standing(gate, settings=settings) as (postfix, _):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with postfix.smtp() as client:
            client.starttls(context=context)
            client.sendmail(ANN, [BOB], RAW)
        with postfix.smtp() as client:
            client.sendmail(ANN, [BOB], RAW)
    assert [call[1].tls for call in mails(gate)] == [True, False]


def test_under_load_each_mail_comes_once():
    """Many connections at a time, some with many mails."""
    gate = ToldGate()
    with standing(gate) as (postfix, sink):
        assert postfix.source("-d", "-l", "20000", "-N", count=300, sessions=20).returncode == 0
        found = sink.wait_for(300)
        assert postfix.wait_empty()
        assert sink.count() == 300
    assert len({mail.rcpt_to for mail in found}) == 300
    assert len(mails(gate)) == 300


def test_miltertest(tmp_path):
    """OpenDKIM's own test client, which says what Sendmail says."""
    program = shutil.which("miltertest")
    if program is None:
        assert not os.environ.get("CI"), "miltertest is not installed: run `make peers`"
        pytest.skip("miltertest is not installed")
    edits = (Edit(Change.ADD, "X-Fyke", "ham"), Edit(Change.REMOVE, "Subject"))
    gate = ToldGate(handle=handled(edits=edits))
    script = tmp_path / "script.lua"
    with serving(Milter(gate)) as at:
        script.write_text(MILTERTEST.replace("PORT", str(at[1])))
        done = subprocess.run([program, "-s", str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    ((_, envelope, raw, _),) = mails(gate)
    assert (envelope.client_ip, envelope.client_name, envelope.login) == ("192.0.2.7", "mail.example.net", "ann")
    assert envelope.rcpt_to == (BOB,)
    assert raw == b"Subject: x\r\n\r\nbody\r\n"


MILTERTEST = """
c = mt.connect("inet:PORT@127.0.0.1")
assert(c ~= nil, "no connection")
function went(answer) return answer == nil and mt.getreply(c) == SMFIR_CONTINUE end
assert(mt.conninfo(c, "mail.example.net", "192.0.2.7") == nil)
assert(mt.helo(c, "mail.example.net") == nil)
mt.macro(c, SMFIC_MAIL, "i", "A1", "{auth_authen}", "ann")
assert(mt.mailfrom(c, "<ann@example.net>") == nil)
assert(went(mt.rcptto(c, "<bob@example.org>")), "rcpt")
assert(mt.header(c, "Subject", "x") == nil)
assert(mt.bodystring(c, "body\\r\\n") == nil)
assert(mt.eom(c) == nil)
assert(mt.getreply(c) == SMFIR_CONTINUE, "end")
assert(mt.eom_check(c, MT_HDRINSERT, "X-Fyke", " ham", 0) or mt.eom_check(c, MT_HDRINSERT, "X-Fyke", "ham", 0), "added")
assert(mt.eom_check(c, MT_HDRDELETE, "Subject"), "removed")
mt.disconnect(c)
"""

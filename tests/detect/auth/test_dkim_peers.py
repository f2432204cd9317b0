"""The verifiers of the world agree: dkimpy and OpenDKIM, on what they sign, on what we sign, on what was changed."""

import base64
import hashlib
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bench import packs
from fyke.detect.auth import arc, dkim
from fyke.detect.auth.dkim_fields import read_field, read_signature
from fyke.detect.auth.keys import RefusedError
from fyke.mail.canonical import Signable
from fyke.model import Dns
from fyke.model.auth import AuthResult
from fyke.seal.arc import seal
from fyke.seal.dkim import sign
from fyke.seal.keys import read_key

from .driving import drive
from .signing import AT, MAIL, NAME, answers, key, pem, record

FORMS = [(header, body) for header in ("simple", "relaxed") for body in ("simple", "relaxed")]
CHANGES = (b" ", b"\t", b"\r\n", b"\r\n ", b"x", b":", b";", b"\r", b"")
# Where dkimpy is stricter or laxer than the standard: a CR alone is space to it, space before a colon an error.
DISPUTED = re.compile(rb"\r(?!\n)|\n[!-9;-~]+[ \t]+:")


def need(name, is_here):
    """Skip without the peer on a laptop, fail in CI."""
    if not is_here:
        assert not os.environ.get("CI"), f"{name} is not installed: run `make peers`"
        pytest.skip(f"{name} is not installed")


@pytest.fixture
def peer():
    try:
        import dkim as module
        import nacl  # noqa: F401
    except ImportError:
        module = None
    need("dkimpy with PyNaCl", module is not None)
    return module


def agrees(module, raw, kind="rsa"):
    """Whether the peer says of the first signature what we say."""
    (found, *_) = drive(dkim.verify(raw), answers(kind))
    try:
        theirs = module.verify(raw, dnsfunc=lambda *_args, **_more: record(kind).encode())
    except module.DKIMException:
        theirs = False
    return (found.result is AuthResult.PASS) is bool(theirs)


def private(kind):
    """A private key as dkimpy wants it."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if kind == "rsa":
        return pem("rsa")
    return base64.b64encode(load_pem_private_key(pem("ed25519"), None).private_bytes_raw())


@pytest.mark.peer
@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
@pytest.mark.parametrize("form", FORMS, ids="/".join)
def test_dkimpy_signs_and_its_signatures_hold_or_fail_here_as_there(peer, kind, form):
    """In every form, whole and with one thing changed anywhere, 150 times."""
    forms = tuple(each.encode() for each in form)
    named = [b"from", b"to", b"subject", b"date", b"subject"]
    field = peer.DKIM(MAIL).sign(
        b"s", b"example.com", private(kind), f"{kind}-sha256".encode(), canonicalize=forms, include_headers=named,
        length=kind == "rsa",
    )  # fmt: skip
    raw = field + MAIL
    assert drive(dkim.verify(raw), answers(kind))[0].result is AuthResult.PASS
    chance = random.Random(f"{kind} {form}")
    for _ in range(150):
        at = chance.randrange(len(field), len(raw) - 2)  # its end is left: SMTP has none without a line end
        changed = raw[:at] + chance.choice(CHANGES) + raw[at + chance.randrange(2) :]
        assert DISPUTED.search(changed) or agrees(peer, changed, kind), changed


@pytest.mark.peer
@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
@pytest.mark.parametrize("form", FORMS, ids="/".join)
def test_dkimpy_takes_what_we_sign(peer, kind, form):
    """And refuses it changed."""
    is_relaxed = [each == "relaxed" for each in form]
    field = sign(
        MAIL, key(kind), "example.com", "s", AT, is_relaxed_header=is_relaxed[0], is_relaxed_body=is_relaxed[1]
    )
    assert peer.verify(field + MAIL, dnsfunc=lambda *_args, **_more: record(kind).encode())
    assert agrees(peer, field + MAIL.replace(b"Monday", b"Friday"), kind)


@pytest.mark.peer
def test_dkimpy_and_we_seal_one_chain_in_turn(peer):
    """Three hops: ours, theirs, ours; both take it, and both refuse it changed."""
    pytest.importorskip("authres")

    def ask(*_args, **_more):
        return record().encode()

    def held(raw):
        return drive(arc.verify(raw), {**answers(), Dns("s._domainkey.example.net", "TXT"): (record(),)}).result

    raw = seal(MAIL, key(), "example.com", "s", AT, results="mx.example.com; none") + MAIL
    told = b"Authentication-Results: mx.example.net; arc=pass\r\n" + raw
    raw = b"".join(peer.arc_sign(told, b"s", b"example.net", pem(), b"mx.example.net")) + raw
    raw = seal(raw, key(), "example.com", "s", AT, results="mx.example.com; arc=pass", chain="pass") + raw
    assert raw.count(b"ARC-Seal:") == 3
    for changed in (raw, raw.replace(b"are done", b"are lost"), raw.replace(b"none\r\n", b"pass\r\n", 1)):
        assert (held(changed) is AuthResult.PASS) is (peer.arc_verify(changed, dnsfunc=ask)[0] == b"pass")


def opendkim(tmp_path, raw):
    """Whether OpenDKIM takes the message."""
    keys, mail, settings = (tmp_path / name for name in ("keys", "mail", "settings"))
    keys.write_text("".join(f"{name}._domainkey.example.com {record(kind)}\n" for name, kind in KINDS.items()))
    mail.write_bytes(raw)
    settings.write_text(f"TestPublicKeys {keys}\nMode v\n")
    shown = subprocess.run(
        ["opendkim", "-x", settings, "-t", mail, "-vv"], capture_output=True, text=True, timeout=60, check=False
    )
    return "dkim=pass" in shown.stdout + shown.stderr or "verification succeeded" in shown.stdout + shown.stderr


KINDS = {"s": "rsa"}  # the library of Debian reads RSA keys alone from its file of tests


@pytest.mark.peer
@pytest.mark.parametrize("form", FORMS, ids="/".join)
def test_opendkim_takes_what_we_sign(tmp_path, form):
    """In every form, and refuses it changed."""
    need("opendkim", shutil.which("opendkim"))
    is_relaxed = [each == "relaxed" for each in form]
    raw = sign(MAIL, key(), "example.com", "s", AT, is_relaxed_header=is_relaxed[0], is_relaxed_body=is_relaxed[1])
    assert opendkim(tmp_path, raw + MAIL)
    assert not opendkim(tmp_path, raw + MAIL.replace(b"are done", b"are lost"))


@pytest.mark.peer
def test_the_tools_of_opendkim(tmp_path):
    """The key that its tool makes signs and verifies here; what its other tool signs is sha1, and refused as that."""
    need("opendkim-tools", shutil.which("opendkim-testmsg"))
    subprocess.run(["opendkim-genkey", "-D", tmp_path, "-d", "example.com", "-s", "s", "-b", "2048"], check=True)
    text = "".join(re.findall(r'"([^"]*)"', (tmp_path / "s.txt").read_text()))
    made = (tmp_path / "s.private").read_bytes()
    field = sign(MAIL, read_key(made), "example.com", "s", AT)
    assert drive(dkim.verify(field + MAIL), {NAME: (text,)})[0].result is AuthResult.PASS
    signed = subprocess.run(
        ["opendkim-testmsg", "-C", "-d", "example.com", "-s", "s", "-k", tmp_path / "s.private"],
        input=MAIL, capture_output=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    (found,) = drive(dkim.verify(signed), {NAME: (text,)})
    assert (found.result, found.algorithm) == (AuthResult.POLICY, "rsa-sha1")


@pytest.mark.peer
@pytest.mark.corpus
@pytest.mark.parametrize("pack", ["modern_mixed", "torture", "csdmc2010", "list_linux_api", "phishing_pot_to2024"])
def test_real_signatures_are_over_the_same_bytes_as_dkimpy_has_it(peer, pack):
    """Of every signature in the packs: the same hash of the body, the same bytes of the header."""
    folder = Path(os.environ.get("FYKE_CORPORA", packs.default()))
    samples = list(packs.samples(folder, pack))
    if not samples:
        pytest.skip("the mail packs are not here")
    compared = sum(compare(peer, sample.read()) for sample in samples)
    assert compared > 50


def compare(peer, raw):
    """How many signatures of a message were compared."""
    message = Signable(raw)
    numbers = message.names.get(b"dkim-signature", [])
    try:
        headers, body = peer.rfc822_parse(raw)
    except peer.MessageFormatError:
        return 0
    theirs = [header for header in headers if header[0].lower() == b"dkim-signature"]
    compared = 0
    for number, (name, value) in zip(numbers, theirs, strict=True):
        field = message.fields[number]
        try:
            signature = read_signature(read_field(field))
        except RefusedError:
            continue
        tags = peer.parse_tag_value(value)
        policy = peer.CanonicalizationPolicy.from_c_value(tags.get(b"c"))
        hashed = policy.canonicalize_body(body)[: signature.length]
        ours = message.body_hash(is_relaxed=signature.is_relaxed_body, length=signature.length)
        assert hashlib.sha256(hashed).digest() == ours
        named = [each.lower() for each in re.split(rb"\s*:\s*", tags[b"h"])]
        hasher = peer.HashThrough(hashlib.sha256())
        forms = policy.canonicalize_headers([tuple(header) for header in headers])
        peer.hash_headers(hasher, policy, forms, named, (name, value), tags)
        assert hasher.digest() == dkim.digest(message, field, signature)
        compared += 1
    return compared

"""Encrypted Office files: opened with a word, with the word that Excel knows, or told to be locked."""

import hashlib
import io
import time

import msoffcrypto
import pytest

from fyke.files.base import Broken
from fyke.files.documents import ecma_lock
from tests.files.builders import office
from tests.files.documents.test_ole import look

NOISE = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(256))  # packs not: streams stay large


def locked(word):
    """A Word document in agile encryption."""
    out = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(office.package({"word/big.bin": NOISE}))).encrypt(word, out)
    return out.getvalue()


def test_a_word_of_the_mail_opens_it():
    """The document in the clear is taken out, and read on."""
    analysis = look(locked("s3cret"), words=("wrong", "s3cret"))
    assert [(file.kind, file.how) for file in analysis.root.children] == [("docx", "opened with s3cret")]


def test_the_word_that_excel_knows_is_tried_unasked():
    """And that it was used is a note."""
    assert [finding.symbol.name for finding in look(locked("VelvetSweatshop")).root.findings] == ["OFFICE_DEFAULT_LOCK"]


def test_without_the_word_it_is_locked():
    """No word, no document."""
    root = look(locked("s3cret")).root
    assert root.locked
    assert not root.children


def test_rounds_are_capped():
    """Ten million rounds a word are not computed."""
    info = (
        b"\4\0\4\0\x40\0\0\0<encryption><keyData saltValue='AAAA' hashAlgorithm='SHA512'/>"
        b"<p:encryptedKey spinCount='10000000' saltValue='AAAA' keyBits='256' hashAlgorithm='SHA512'"
        b" encryptedVerifierHashInput='AAAA' encryptedVerifierHashValue='AAAA' encryptedKeyValue='AAAA'/></encryption>"
    )
    started = time.process_time()
    analysis = look(office.compound({"EncryptionInfo": info, "EncryptedPackage": bytes(64)}), words=("a", "b"))
    assert analysis.root.locked
    assert time.process_time() - started < 1


@pytest.mark.parametrize("info", [b"", bytes(40), b"\4\0\4\0\x40\0\0\0<encryption/>", b"\3\0\2\0" + bytes(60)])
def test_what_names_no_lock_is_broken(info):
    """EncryptionInfo of rubbish."""
    with pytest.raises(Broken):
        ecma_lock.read(info)

"""Blobs: what comes out is what went in, or an error; never a part of it."""

import hashlib
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.store.folder import blobs as module
from fyke.store.folder.blobs import FolderBlobs, seal, unseal
from fyke.store.folder.keys import Keys, keys, line
from fyke.store.labels import StoreError

KEYS = Keys({"0a0a0a0a": b"k" * 32})
MAIL = b"Subject: gold\n\nThe same words again and again.\n" * 99


def digest_of(content):
    return hashlib.sha256(content).hexdigest()


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@given(st.binary(max_size=5000))
@settings(deadline=None)
def test_what_is_sealed_opens(content):
    """Any bytes, none too."""
    digest = digest_of(content)
    assert unseal(seal(content, digest, KEYS), digest, KEYS) == content


def test_kept_once_small_and_unreadable(tmp_path):
    """The same content is one file, smaller than it, in which no word of it stands."""
    blobs = FolderBlobs(tmp_path / "blobs", KEYS)
    digest = blobs.put(MAIL)
    assert blobs.put(MAIL) == digest == digest_of(MAIL)
    (path,) = files(tmp_path)
    assert path.stat().st_size < len(MAIL) / 10
    assert b"gold" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert blobs.get(digest) == MAIL
    assert blobs.has(digest)
    assert list(blobs.digests()) == [digest]
    blobs.delete(digest)
    blobs.delete(digest)
    assert not blobs.has(digest)
    with pytest.raises(StoreError, match="No such file"):
        blobs.get(digest)


def test_large_mail_in_chunks_that_cannot_be_moved(tmp_path, monkeypatch):
    """Swapped, repeated, left out at the end: nothing of it opens."""
    monkeypatch.setattr(module, "CHUNK_BYTES", 100)
    content = os.urandom(1000)
    digest = digest_of(content)
    data = seal(content, digest, KEYS)
    assert unseal(data, digest, KEYS) == content
    head, size = module.HEAD_BYTES, 116
    first, second = data[head : head + size], data[head + size : head + 2 * size]
    for wrong in (
        data[:head] + second + first + data[head + 2 * size :],
        data[:head] + first + first + data[head + 2 * size :],
        data[: head + size],
        data[: head + 3 * size],
        data + data[head:],
    ):
        with pytest.raises(StoreError):
            unseal(wrong, digest, KEYS)


@given(st.data())
@settings(deadline=None)
def test_whatever_is_changed_or_cut_is_told(data):
    """Every byte counts."""
    digest = digest_of(MAIL)
    sealed = seal(MAIL, digest, KEYS)
    at = data.draw(st.integers(0, len(sealed) - 1))
    with pytest.raises(StoreError):
        unseal(sealed[:at], digest, KEYS)
    flip = data.draw(st.integers(1, 255))
    with pytest.raises(StoreError):
        unseal(sealed[:at] + bytes([sealed[at] ^ flip]) + sealed[at + 1 :], digest, KEYS)


def test_one_in_the_place_of_another_is_told(tmp_path):
    """A file that somebody renamed is not taken for what its name says."""
    blobs = FolderBlobs(tmp_path, KEYS)
    one, two = blobs.put(b"one"), blobs.put(b"two")
    by_name = {path.stem: path for path in files(tmp_path)}
    by_name[one].write_bytes(by_name[two].read_bytes())
    with pytest.raises(StoreError, match="cut short or changed"):
        blobs.get(one)
    assert blobs.put(b"one") == one
    assert blobs.get(one) == b"one", "put mends what does not open"


def test_keys_are_rotated(tmp_path):
    """What was sealed with an older key opens as long as it stands in the file."""
    path = tmp_path / "keys"
    before = FolderBlobs(tmp_path / "blobs", keys(path))
    digest = before.put(MAIL)
    with path.open("a") as file:
        file.write(line())
    after = FolderBlobs(tmp_path / "blobs", keys(path))
    assert after.get(digest) == MAIL
    fresh = after.put(b"new")
    with pytest.raises(StoreError, match="no key"):
        before.get(fresh)


def test_a_name_that_is_no_digest_leads_nowhere(tmp_path):
    """Nobody walks out of the folder."""
    with pytest.raises(StoreError, match="is no digest"):
        FolderBlobs(tmp_path, KEYS).get("../../etc/passwd")


def test_a_full_disk_leaves_nothing_half(tmp_path):
    """It is told, and works again when there is room."""
    script = f"""
import os, resource, signal
from pathlib import Path
from fyke.store.folder.blobs import FolderBlobs
from fyke.store.folder.keys import Keys
from fyke.store.labels import StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
blobs = FolderBlobs(Path({str(tmp_path)!r}), Keys({{"0a0a0a0a": b"k" * 32}}))
content = os.urandom(9000)
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, resource.RLIM_INFINITY))
try:
    blobs.put(content)
except StoreError as error:
    print(error)
print([path for path in Path({str(tmp_path)!r}).rglob("*") if path.is_file()])
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert blobs.get(blobs.put(content)) == content
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "File too large" in ran.stdout
    assert ran.stdout.splitlines()[1] == "[]"

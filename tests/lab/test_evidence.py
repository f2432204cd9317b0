"""Evidence: kept, found, checked, and bundled so that others check it with what every system has."""

import shutil
import subprocess
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise

import pytest

from fyke.lab.custody import FIRST, Custody, Received
from fyke.lab.evidence import Evidence
from fyke.store.folder.blobs import FolderBlobs
from fyke.store.folder.keys import keys
from fyke.store.labels import StoreError

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONTENTS = [b"one", b"two" * 100_000, b"", b"\0\xff\r\n", b"one"]


@pytest.fixture
def held(tmp_path):
    """Five exhibits, two of them the same bytes, then one of which only the digest is kept."""
    blobs = FolderBlobs(tmp_path / "evidence", keys(tmp_path / "keys"))
    chain = Custody(tmp_path / "custody.jsonl")
    for content in CONTENTS:
        chain.append([Received("page", blobs.put(content), len(content), "a file", kept=True)], AT)
    chain.append([Received("mail", "a" * 64, 5, "mail")], AT)
    return Evidence(chain, blobs)


def test_exhibits_are_found_by_number_and_digest(held):
    """And what names none is told."""
    digest = sha256(b"one").hexdigest()
    assert [entry.number for entry in held.found(["2", digest[:8].upper()])] == [1, 2, 5]
    assert [entry.number for entry in held.entries("mail")] == [6]
    for wrong in ("7", "0", digest[:4], "zzzzzzzz", ""):
        with pytest.raises(ValueError, match="no evidence"):
            held.found(["1", wrong])


def test_bytes_come_back_as_they_were(held):
    """Of what was kept; of the rest a sentence."""
    assert [held.content(entry) for entry in held.entries("page")] == CONTENTS
    with pytest.raises(StoreError, match="only its digest"):
        held.content(held.found(["6"])[0])


def test_a_check_opens_everything(held, tmp_path):
    """What is missing, changed or sealed with another key is named; what is unkept is counted."""
    sound = held.check()
    assert (sound.kept, sound.unkept, sound.damages, sound.chain.broken_at) == (5, 1, 0, 0)
    files = sorted((tmp_path / "evidence").rglob("*.sealed"))
    assert len(files) == 4
    raw = bytearray(files[0].read_bytes())
    raw[-1] ^= 1
    files[0].write_bytes(raw)
    files[1].unlink()
    found = held.check()
    assert found.damages >= 2
    assert found.kept + found.damages == 5
    assert all(each.startswith("entry ") for each in found.damaged)


def test_a_check_stops_where_the_chain_breaks(held, tmp_path):
    """What stands behind is believed by nobody."""
    path = tmp_path / "custody.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], b"nonsense\n", *lines[4:]]))
    found = held.check()
    assert (found.chain.broken_at, found.kept) == (4, 3)


def summed(bag, *words):
    """What sha256sum says of a manifest."""
    return subprocess.run(["sha256sum", "-c", *words], cwd=bag, capture_output=True, check=False).returncode


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_others_check_a_bundle_with_sha256sum_alone(held, tmp_path):
    """All files by the manifests; each entry's text has the next one's first part as its digest, up to the head."""
    bag = tmp_path / "bundle"
    told = held.export(["2", "4"], bag)
    assert (told.exhibits, told.size_bytes) == (2, len(CONTENTS[1]) + len(CONTENTS[3]))
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        assert summed(bag, "--strict", manifest) == 0
    listed = {line.split("  ")[1] for line in (bag / "manifest-sha256.txt").read_text().splitlines()}
    assert listed == {str(path.relative_to(bag)) for path in (bag / "data").rglob("*") if path.is_file()}
    for exhibit in (bag / "data/exhibits").iterdir():
        assert sha256(exhibit.read_bytes()).hexdigest() == exhibit.name.rpartition("-")[2]
    texts = sorted((bag / "data/chain").iterdir())
    assert [text.name for text in texts] == [f"{at:08}.txt" for at in (2, 3, 4, 5, 6)]
    for one, other in pairwise(texts):
        place = sha256(one.read_bytes()).hexdigest()
        assert other.read_text().removeprefix("kept|").startswith(place)
    assert sha256(texts[-1].read_bytes()).hexdigest() == told.head == held.check().chain.head
    next((bag / "data/exhibits").iterdir()).write_bytes(b"changed")
    assert summed(bag, "manifest-sha256.txt") == 1


def test_a_bundle_is_whole_or_not_there(held, tmp_path):
    """Bytes that are gone, a folder that is there, a broken chain: a sentence, and nothing half made."""
    with pytest.raises(StoreError, match="only its digest"):
        held.export(["1", "6"], tmp_path / "bundle")
    (tmp_path / "there").mkdir()
    with pytest.raises(ValueError, match="is there already"):
        held.export(["1"], tmp_path / "there")
    path = tmp_path / "custody.jsonl"
    path.write_bytes(path.read_bytes().replace(b"a file", b"a file2"))
    with pytest.raises(ValueError, match="broken at entry 1"):
        held.export(["1"], tmp_path / "bundle")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("bundle")]


def test_the_first_exhibit_is_bound_to_nothing(held, tmp_path):
    """Its text begins with zeros."""
    held.export(["1"], tmp_path / "bundle")
    assert (tmp_path / "bundle/data/chain/00000001.txt").read_text().startswith(f"kept|{FIRST}|1|")

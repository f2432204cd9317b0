"""The chain of custody: what was entered stays as it was, or the chain says where it does not."""

import subprocess
import sys
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.lab.custody import FIRST, Custody, Received, bound_text, root

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def entered(path, count=5, source="a file"):
    chain = Custody(path)
    chain.append([Received("dns", f"{at:064x}", at, source, kept=at % 2 == 0) for at in range(count)], AT)
    return chain


def test_what_is_entered_is_there_and_bound(tmp_path):
    """In order, each to the one before; the head is the last one's."""
    chain = entered(tmp_path / "c.jsonl")
    found = list(chain.entries())
    assert [entry.number for entry in found] == [1, 2, 3, 4, 5]
    assert [entry.kept for entry in found] == [True, False, True, False, True]
    checked = chain.check()
    assert (checked.entries, checked.head, checked.broken_at) == (5, found[-1].chain, 0)
    assert chain.known() == {f"{at:064x}" for at in range(5)}


def test_nothing_is_an_empty_chain(tmp_path):
    """No file, and an append of nothing."""
    chain = Custody(tmp_path / "c.jsonl")
    assert (chain.check().entries, chain.check().head) == (0, FIRST)
    assert chain.append([], AT) is None
    assert list(chain.entries()) == []


@pytest.mark.parametrize("key", ["number", "at", "kind", "digest", "size_bytes", "source", "kept", "chain"])
def test_every_change_is_found(tmp_path, key):
    """Of any part of an entry, even with the bytes of an honest line."""
    path = tmp_path / "c.jsonl"
    entered(path)
    lines = path.read_bytes().splitlines()
    told = msgspec.json.decode(lines[2])
    told[key] = {"number": 4, "at": "2026-03-01T12:00:01Z", "kept": False, "size_bytes": 9}.get(key, "b" * 64)
    lines[2] = msgspec.json.encode(told)
    path.write_bytes(b"\n".join(lines) + b"\n")
    assert Custody(path).check().broken_at == 3


@given(st.data())
def test_any_bit_that_is_changed_is_found(data):
    """Or is not a change: the same entries."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "c.jsonl"
        before = list(entered(path).entries())
        raw = bytearray(path.read_bytes())
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        path.write_bytes(raw)
        checked = Custody(path).check()
        assert checked.broken_at or checked.entries < 5 or list(Custody(path).entries()) == before


def test_moved_and_dropped_entries_are_found(tmp_path):
    """A chain whose end was cut is whole, but its head is another."""
    path = tmp_path / "c.jsonl"
    head = entered(path).check().head
    lines = path.read_bytes().splitlines(keepends=True)
    for changed in ([lines[1], lines[0], *lines[2:]], [*lines[:2], *lines[3:]], lines[1:]):
        path.write_bytes(b"".join(changed))
        assert Custody(path).check().broken_at
    path.write_bytes(b"".join(lines[:4]))
    assert Custody(path).check().broken_at == 0
    assert Custody(path).check().head != head


def test_what_a_kill_left_is_cut_off(tmp_path):
    """Half a line at the end: the next entry stands where it should."""
    path = tmp_path / "c.jsonl"
    entered(path)
    with path.open("ab") as file:
        file.write(b'{"number":6,"at":"2026')
    chain = Custody(path)
    assert chain.append([Received("dns", "f" * 64, 1, "x")], AT).number == 6
    assert chain.check().broken_at == 0


def test_a_broken_last_line_is_not_built_upon(tmp_path):
    """It is told instead."""
    path = tmp_path / "c.jsonl"
    entered(path)
    with path.open("ab") as file:
        file.write(b"nonsense\xff\n")
    with pytest.raises(ValueError, match="fyke lab check"):
        Custody(path).append([Received("dns", "f" * 64, 1, "x")], AT)
    assert Custody(path).check().broken_at == 6


@pytest.mark.parametrize("source", ["\0" * 5_000, "\ud800" * 3_000, "ü" * 9_000, "a|b|c\n", "\\" * 9_000])
def test_sources_of_any_kind_do_not_break_it(tmp_path, source):
    """However long a name a stranger's file has."""
    chain = entered(tmp_path / "c.jsonl", source=source)
    chain.append([Received("dns", "f" * 64, 1, source)], AT)
    assert (chain.check().entries, chain.check().broken_at) == (6, 0)


def test_several_processes_append(tmp_path):
    """All entries are there, and the chain is whole."""
    path = tmp_path / "c.jsonl"
    code = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path;"
        "from fyke.lab.custody import Custody, Received; c = Custody(Path(sys.argv[1]));"
        "[c.append([Received('dns', 'a' * 64, 1, 'x')] * 3, datetime.now(UTC)) for _ in range(20)]"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(3)]
    assert [each.wait() for each in running] == [0, 0, 0]
    assert (Custody(path).check().entries, Custody(path).check().broken_at) == (180, 0)


def test_nobody_else_reads_it(tmp_path):
    """Its folder is the user's own."""
    entered(tmp_path / "lab" / "c.jsonl")
    assert (tmp_path / "lab").stat().st_mode & 0o077 == 0


def test_the_text_of_an_entry_says_whether_its_bytes_were_kept(tmp_path):
    """Two entries that differ in that alone have two texts."""
    (entry, *_) = entered(tmp_path / "c.jsonl").entries()
    other = msgspec.structs.replace(entry, kept=False)
    assert bound_text(FIRST, entry) == "kept|" + bound_text(FIRST, other)


def test_one_number_stands_for_many(tmp_path):
    """The Merkle root: another for other entries, or another order; RFC 6962's for none."""
    found = list(entered(tmp_path / "c.jsonl").entries())
    roots = {root(found[:count]) for count in range(6)} | {root(found[::-1])}
    assert len(roots) == 7
    assert root([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

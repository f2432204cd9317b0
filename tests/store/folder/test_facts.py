"""Facts in Parquet files: the contract; what a kill and several writers do."""

import threading

import pytest

from fyke.store.folder import facts as folder_facts
from fyke.store.folder.facts import FolderFacts
from fyke.store.labels import StoreError
from tests.store.facts import AT, check_facts, fact


def test_contract(tmp_path):
    """As every store of facts."""
    check_facts(lambda: FolderFacts(tmp_path / "facts"))


def test_many_facts_are_several_files(tmp_path, monkeypatch):
    """None of which grows without end."""
    monkeypatch.setattr(folder_facts, "BATCH", 10)
    facts = FolderFacts(tmp_path / "facts")
    assert facts.append((fact(str(at)) for at in range(35)), AT) == 35
    assert len(list((tmp_path / "facts").rglob("*.parquet"))) == 4
    assert facts.count() == 35


def test_what_a_kill_left_is_read_by_nobody(tmp_path):
    """A file that was not renamed."""
    facts = FolderFacts(tmp_path / "facts")
    facts.append([fact()], AT)
    (file,) = (tmp_path / "facts").rglob("*.parquet")
    file.with_name("half.part").write_bytes(file.read_bytes()[:50])
    assert facts.count() == 1


def test_several_append_at_once(tmp_path):
    """All is there."""
    facts = FolderFacts(tmp_path / "facts")
    threads = [
        threading.Thread(target=lambda at=at: [facts.append([fact(f"{at} {n}")], AT) for n in range(5)])
        for at in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert facts.count() == 20


def test_where_no_folder_can_be(tmp_path):
    """A sentence."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        FolderFacts(tmp_path / "file" / "facts")


def test_a_day_that_cannot_be_written_is_told(tmp_path):
    """And nothing half is left to be read."""
    facts = FolderFacts(tmp_path / "facts")
    (tmp_path / "facts" / f"recorded={AT:%Y-%m-%d}").write_text("in the way")
    with pytest.raises(StoreError, match="recorded="):
        facts.append([fact()], AT)
    assert facts.count() == 0

"""The quarantine as the reception has it."""

import os

import pytest

from fyke.desk.keeping import Keeping, Writing, probe
from fyke.desk.released import marked
from fyke.store.folder.journal import FolderJournal
from fyke.store.labels import StoreError
from tests.desk.test_quarantine import ANN, AT, BOB, MAIL, room
from tests.store.journals import handled


def test_it_is_opened_when_it_is_needed_first(tmp_path):
    """A mail without a mark needs no key."""
    opened = []
    keeping = Keeping(lambda: opened.append(1) or room(tmp_path))
    assert keeping.released(MAIL, AT) == set()
    assert opened == []
    keeping.hold(handled().scan, [ANN], MAIL, AT)
    keeping.hold(handled().scan, [BOB], MAIL, AT)
    assert opened == [1]
    keeping.close()


def test_a_mark_is_good_for_its_recipient(tmp_path):
    """And for nobody else."""
    keeping = Keeping(lambda: room(tmp_path))
    mail = marked(MAIL, "aa01", ANN, AT, room(tmp_path).keys)
    assert keeping.released(mail, AT) == {ANN}
    assert keeping.released(mail.replace(b"body", b"boda"), AT) == set()
    keeping.close()


def test_a_child_opens_its_own(tmp_path):
    """A database that was opened before a fork must not be used behind it."""
    keeping = Keeping(lambda: room(tmp_path))
    keeping.hold(handled().scan, [ANN], MAIL, AT)
    child = os.fork()
    if not child:
        code = 1
        try:
            keeping.hold(handled().scan, [BOB], MAIL, AT)
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    (held,) = room(tmp_path).named("")
    assert {copy.recipient for copy in held.copies} == {ANN, BOB}
    keeping.close()


def test_a_journal_that_cannot_be_opened_breaks_the_mail_and_not_the_worker(tmp_path):
    """The next mail tries again."""
    (tmp_path / "journal").touch()
    writing = Writing(lambda: FolderJournal(tmp_path / "journal"))
    with pytest.raises(StoreError):
        writing.append(handled())
    (tmp_path / "journal").unlink()
    writing.append(handled()).result(10)
    writing.close()
    assert FolderJournal(tmp_path / "journal").count() == 1


def test_a_folder_is_probed(tmp_path):
    """It is made, nothing is left in it, and one that cannot be is named."""
    probe(tmp_path / "one" / "two")
    assert list((tmp_path / "one" / "two").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        probe(tmp_path / "file")


def test_a_book_is_checked(tmp_path):
    """One that is no data base is told."""
    (tmp_path / "good").mkdir()
    Keeping(lambda: room(tmp_path / "good")).check()
    (tmp_path / "quarantine.db").write_bytes(b"no data base" * 1_000)
    with pytest.raises(StoreError):
        Keeping(lambda: room(tmp_path)).check()

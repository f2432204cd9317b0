"""The quarantine as the reception has it."""

import os

from fyke.desk.keeping import Keeping
from fyke.desk.released import marked
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

"""What an OLE2 file is, its root says, not what lies in it."""

import random

from fyke.files.identify import identify
from fyke.files.ole_root import root_names
from tests.files.builders.mails import message
from tests.files.builders.office import compound, macro_doc


def names(data):
    return {name.decode("utf-16-le", "replace") for name in root_names(data)}


def test_names_are_those_of_the_root():
    """Not those of storages below it."""
    assert names(compound({"One": b"x" * 9_000, "Two/Three": b"x", "Four": b""})) == {"One", "Two", "Four"}


def test_a_message_with_a_document_is_a_message():
    """However its bytes lie; and the other way round."""
    document = macro_doc("Sub A()\r\nEnd Sub\r\n")
    assert identify(message({"a.doc": document})) == "msg"
    assert identify(compound({"Workbook": b"x", "ObjectPool/_1/WordDocument": document})) == "xls"


def test_broken_tables_leave_any_name():
    """A cut file is still told by what can be read."""
    assert root_names(b"\xd0\xcf") == ()
    assert identify(macro_doc("x")[:-1_000].replace(b"\x09\0\x06", b"\x33\0\x06", 1)) in {"doc", "ole"}


def test_circles_end():
    """And any bytes at all."""
    for seed in range(400):
        chance, raw = random.Random(seed), bytearray(message({"a": b"x" * 5_000}))
        for _ in range(40):
            raw[chance.randrange(len(raw))] = chance.choice((0, 1, 255))
        assert len(root_names(bytes(raw))) <= 2_000

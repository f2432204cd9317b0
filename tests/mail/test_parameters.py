"""Parameters of MIME headers: quoted, in pieces, percent-encoded, broken."""

import pytest

from fyke.mail.defects import Notes
from fyke.mail.parameters import read_parameters


@pytest.mark.parametrize(
    ("raw", "main", "parameters"),
    [
        ("text/plain", "text/plain", {}),
        ("Text/Plain; Charset=UTF-8", "text/plain", {"charset": "UTF-8"}),
        ('x/y; a="b; c"; d=e', "x/y", {"a": "b; c", "d": "e"}),
        (r'x/y; name="a\"b"', "x/y", {"name": 'a"b'}),
        (r'x/y; name="C:\TEMP\new.png"', "x/y", {"name": r"C:\TEMP\new.png"}),
        ("x/y; name='a'", "x/y", {"name": "a"}),
        ("x/y ;; a = b ; a=c", "x/y", {"a": "b"}),
        ('x/y; boundary="open', "x/y", {"boundary": "open"}),
        ("x/y; name*=utf-8''caf%C3%A9.pdf", "x/y", {"name": "café.pdf"}),
        ("x/y; name*0*=utf-8''caf%C3; name*1*=%A9; name*2=.pdf", "x/y", {"name": "café.pdf"}),
        ('x/y; name*1="b"; name*0="a"', "x/y", {"name": "ab"}),
        ("x/y; name*=klingon''caf%E9", "x/y", {"name": "café"}),
        ('x/y; name="=?utf-8?q?caf=C3=A9?="', "x/y", {"name": "café"}),
        ("", "", {}),
    ],
)
def test_parameters_are_read(raw, main, parameters):
    """RFC 2045, 2183 and 2231, and encoded words in names, which these forbid."""
    assert read_parameters(raw, Notes()) == (main, parameters)


@pytest.mark.parametrize(
    ("raw", "kind"), [('x/y; a="open', "parameter-open"), ("x/y; a=" + "b" * 9_000, "parameters-cut")]
)
def test_oddities_are_noted(raw, kind):
    """What is broken or left out is a defect."""
    notes = Notes()
    read_parameters(raw, notes)
    assert [defect.kind for defect in notes.defects] == [kind]

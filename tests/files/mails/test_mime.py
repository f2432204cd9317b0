"""Mail as a file."""

from tests.files.builders.mails import mail
from tests.files.looking import holds, look, names, program


def test_the_files_of_a_mail_are_taken_out():
    """With their names, and what they are."""
    analysis = look(mail([("invoice.exe", program())]), "letter.eml")
    assert analysis.root.kind == "mail"
    assert "invoice.exe" in names(analysis)
    assert holds(analysis, program())


def test_a_mail_in_a_mail_in_a_mail_is_opened():
    """As deep as the budget goes."""
    inner = mail([("inner.eml", mail([("x.exe", program())]))])
    assert holds(look(mail([("outer.eml", inner)]), "letter.eml"), program())


def test_each_message_of_a_mailbox_is_opened():
    """A mailbox is a file of mails."""
    box = b"".join(b"From a@example.org Mon Jan  1 00:00:00 2024\n" + mail([(f"{n}.exe", program())]) for n in range(3))
    analysis = look(box, "box")
    assert analysis.root.kind == "mbox"
    assert [child.name for child in analysis.root.children] == ["message 1", "message 2", "message 3"]
    assert {"0.exe", "1.exe", "2.exe"} <= set(names(analysis))


def test_too_many_messages_are_told():
    """What is left out is on the record."""
    one = b"From a@example.org Mon Jan  1 00:00:00 2024\nFrom: a@example.org\nSubject: x\nDate: x\n\nhello\n"
    analysis = look(one * 300, "box")
    assert "count" in {cut.cap for cut in analysis.cuts}

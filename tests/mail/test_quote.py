"""What is said now, and what is quoted."""

import pytest

from fyke.mail.quote import is_forward, is_reply, split_quoted
from tests import cheap

OLD = "From: Bob <bob@example.org>\n{}: Monday, 3 March 2025\n{}: Ann\n{}: lunch\n\nold words"


@pytest.mark.parametrize(
    "below",
    [
        "> old words\n> more\n> and more",
        "On Mon, 3 Mar 2025 at 10:11, Bob <bob@example.org> wrote:\n> old words",
        "On Mon, 3 Mar 2025 at 10:11, Bob Longname\n<bob@example.org> wrote:\n\nold words",
        "Am 03.03.2025 um 10:11 schrieb Bob:\n\nold words",
        "Le 3 mars 2025 à 10:11, Bob a écrit :\n\nold words",
        "El lun, 3 mar 2025 a las 10:11, Bob escribió:\n\nold words",
        "Em seg., 3 de mar. de 2025 às 10:11, Bob escreveu:\n\nold words",
        "3 марта 2025 г. в 10:11 Bob <bob@example.org> написал:\n\nold words",
        "Bob <bob@example.org> writes:\n> old words",
        "-----Original Message-----\n" + OLD.format("Sent", "To", "Subject"),
        "-----Ursprüngliche Nachricht-----\n" + OLD.format("Gesendet", "An", "Betreff"),
        "________________________________\n" + OLD.format("Sent", "To", "Subject"),
        OLD.format("Sent", "To", "Subject"),
        OLD.replace("From", "De").format("Enviado el", "Para", "Asunto"),
        OLD.replace("From", "Von").format("Gesendet", "An", "Betreff"),
        OLD.replace("From", "От").format("Отправлено", "Кому", "Тема"),
    ],
)
def test_thread_below(below):
    """A thread below is quoted with the line or the headers that introduce it, in each language and style."""
    current, quoted = split_quoted(f"New words.\n\n{below}\n")
    assert current.replace("_", "").strip() == "New words."
    assert "old words" in quoted


@pytest.mark.parametrize(
    "text",
    [
        "no quote",
        "He wrote:\nthis is all mine",
        "From: the desk of Bob\nhello",
        "a sample:\nFrom: Bob\nTo: Ann\nSubject: cats\n\nhello",
        ">From the start\nmine",
        "---------- Forwarded message ---------\n" + OLD.format("Date", "To", "Subject"),
        "See below.\n\nBegin forwarded message:\n\n" + OLD.format("Date", "To", "Subject"),
        "> all of it\n> is quoted",
        "-----Original Message-----\n" + OLD.format("Sent", "To", "Subject"),
        "dashes -- and _ more -----\n--\nBob",
        "",
    ],
)
def test_all_current(text):
    """What only looks quoted is current; so is a forwarded message, and a message that is nothing but a quotation."""
    assert split_quoted(text) == (text, "")


def test_answers_between():
    """Answers between quoted lines are current, all of them."""
    current, quoted = split_quoted("hi\nOn 2025-01-02 10:11 Bob wrote:\n> one\nfirst\n> two\n> three\nsecond\n")
    assert current == "hi\nfirst\nsecond\n"
    assert quoted == "On 2025-01-02 10:11 Bob wrote:\n> one\n> two\n> three\n"


def test_ornament():
    """A marked line or two are a quotation in a reply alone; elsewhere they are an arrow that points at an offer."""
    text = "New pills.\n>> CLICK HERE <<\n> now\nBye\n"
    assert split_quoted(text) == (text, "")
    assert split_quoted(text, reply=True) == ("New pills.\nBye\n", ">> CLICK HERE <<\n> now\n")


def test_forwarded_by_subject():
    """In a forwarded message the old headers introduce what the sender says."""
    text = "fyi\n-----Original Message-----\n" + OLD.format("Sent", "To", "Subject")
    assert split_quoted(text, forward=True) == (text, "")


@pytest.mark.parametrize(
    ("subject", "forward"),
    [("Fwd: x", True), ("FW: x", True), ("WG: x", True), ("TR : x", True), ("[list] Fwd: x", True), ("Re: x", False),
     ("forward: march", False), ("", False), ("Fw x", False)],
)  # fmt: skip
def test_is_forward(subject, forward):
    """Forwarding is told by the subject, as mail programs of several languages write it."""
    assert is_forward(subject) == forward


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        ("Re: x", True),
        ("AW: x", True),
        ("[list] re: x", True),
        ("Re[2]: x", True),
        ("Ответ: x", True),
        ("Fwd: x", False),
    ],
)
def test_is_reply(subject, reply):
    """Answering is told by the subject, as mail programs of several languages write it."""
    assert is_reply(subject) == reply


@pytest.mark.parametrize(
    "piece",
    [
        ">\n",
        ">\na\n",
        "a@b:\n>\n",
        "wrote:\n",
        "On 2020-01-01 10:00 x wrote:\n",
        "From: a\n",
        "-----Original Message-----\n",
    ],
)
def test_linear(piece):
    """A megabyte of lines that look like quotations costs less than half a second."""
    text = piece * (1_000_000 // len(piece))
    assert cheap.seconds(lambda: split_quoted(text), enough=0.5) < 0.5
    current, quoted = split_quoted(text)
    assert len(current) + len(quoted) <= 1_000_010

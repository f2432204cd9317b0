"""Messages for the learner's tests, built from words alone."""

from fyke.mail import parse


def mail(text, subject="A word", sender="Ann Example <ann@example.org>", more=""):
    """A parsed message of plain text."""
    head = (
        f"From: {sender}\r\nTo: someone@example.net\r\nSubject: {subject}\r\nDate: Mon, 1 Jun 2026 10:00:00 +0200\r\n"
    )
    return parse(f"{head}{more}\r\n{text}\r\n".encode())

"""Capitals and exclamation marks: how loud a mail is."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.model import Finding, Label, Mail, Symbol

SUBJECT = Symbol("SHOUT_SUBJECT", "The whole subject is in capitals", "body", 1.0)
BODY = Symbol("SHOUT_BODY", "Most of the text is in capitals", "body", 1.5, Label.SCAM)
MARKS = Symbol("SHOUT_MARKS", "Exclamation marks in rows", "body", 0.8)

READ_CHARS = 1_500  # the first page
SUBJECT_LETTERS = 10  # shorter ones are codes and abbreviations
BODY_LETTERS = 200
_CAPITALS = bytes(range(65, 91))
_SMALL = bytes(range(97, 123))


class Shouting(Detector):
    """Does the mail shout?"""

    name = "shouting"
    symbols = (SUBJECT, BODY, MARKS)

    def look(self, mail: Mail) -> Look:
        """Count capitals and exclamation marks."""
        message = mail.message
        subject = message.subject
        if (
            " " in subject
            and subject.isupper()
            and sum(map(str.isalpha, subject)) >= SUBJECT_LETTERS
            and " " in subject.strip()
        ):
            yield Finding(SUBJECT, subject[:80])
        text = message.text.current[:READ_CHARS]
        data = text.encode("utf-8", "replace") if len(text) >= BODY_LETTERS else b""
        capitals = len(data) - len(data.translate(None, _CAPITALS))
        if capitals >= BODY_LETTERS:
            small = len(data) - len(data.translate(None, _SMALL))
            if capitals > small:
                yield Finding(BODY, f"{capitals} capitals, {small} small letters")
        if "!!" in subject or ("!" in text and text.count("!!!") >= 2):
            yield Finding(MARKS, subject[:80] if "!!" in subject else f"{text.count('!!!')} times !!!")

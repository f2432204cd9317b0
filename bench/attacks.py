"""What senders do to a mail so that a learning filter takes it for wanted: pure edits of its texts, nothing measured.

Good words: Lowd and Meek, "Good word attacks on statistical spam filters" (CEAS 2005). An edit keeps the header, the
tree and the encodings of the mail, so that what changes in a verdict is the edit's doing.
"""

from __future__ import annotations

import base64
import email
import email.policy
import html
import itertools
import quopri
import random
import re
from collections.abc import Callable
from email.message import Message

Body = tuple[str, bool]  # the text, and whether it is HTML
Change = Callable[[Body], Body]

LENGTHS = (1, 3, 10)  # times the length of the mail, of wanted mail put beside it
WORDS = (50, 200, 1000)

_POLICY = email.policy.compat32.clone(max_line_length=0)  # headers stay as they are written
_END = re.compile(r"</body\s*>", re.IGNORECASE)
_START = re.compile(r"<body[^>]{0,2000}>", re.IGNORECASE)
_SHOWN = re.compile(r"(<[^>]{0,5000}>)")
_LETTERS = re.compile(r"(?<=[A-Za-z])(?=[A-Za-z])")


def same(body: Body) -> Body:
    """No attack: what all others are compared with."""
    return body


def at_end(text: str) -> Change:
    """The text below the mail, for all to see."""

    def change(body: Body) -> Body:
        return _into(_END, body, text) if body[1] else (f"{body[0]}\n\n{text}\n", False)

    return change


def in_front(text: str) -> Change:
    """The text above the mail."""

    def change(body: Body) -> Body:
        if not body[1]:
            return f"{text}\n\n{body[0]}", False
        found = _START.search(body[0])
        at = found.end() if found else 0
        return f"{body[0][:at]}<p>{html.escape(text)}</p>{body[0][at:]}", True

    return change


def hidden(text: str) -> Change:
    """The text in the page, where no reader sees it; a plain mail is made a page for that."""

    def change(body: Body) -> Body:
        page = body[0] if body[1] else f"<html><body><pre>{html.escape(body[0])}</pre></body></html>"
        return _into(_END, (page, True), text, '<div style="display:none">{}</div>')

    return change


def beside(wanted: str, times: int, *, front: bool) -> Change:
    """Wanted mail, so many times as long as the mail, above or below it."""

    def change(body: Body) -> Body:
        size = max(200, times * len(_SHOWN.sub("", body[0]) if body[1] else body[0]))
        text = "".join(itertools.islice(itertools.cycle(wanted), size))
        return (in_front if front else at_end)(text)(body)

    return change


def split(body: Body) -> Body:
    """A character without width between any two letters."""
    if not body[1]:
        return _LETTERS.sub("\u200b", body[0]), False
    return "".join(
        piece if piece.startswith("<") else _LETTERS.sub("&#8203;", piece) for piece in _SHOWN.split(body[0])
    ), True


def noise(count: int, *, words: bool, seed: int = 1) -> str:
    """Random words of small letters, or random characters in one run."""
    dice = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    if words:
        return " ".join("".join(dice.choices(letters, k=dice.randint(3, 10))) for _ in range(count))
    return "".join(dice.choices(letters + "0123456789+/=", k=count))


def changed(raw: bytes, change: Change) -> bytes | None:
    """The mail with each of its texts changed; None where Python's own parser cannot write it again."""
    try:
        message = email.message_from_bytes(raw, policy=_POLICY)
        for part in message.walk():
            if part.get_content_type() in {"text/plain", "text/html"} and not part.get_filename():
                _change(part, change)
        return message.as_bytes(policy=_POLICY)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):  # mail of enemies; email is not fyke
        return None


def answering(raw: bytes, quoted: str) -> bytes | None:
    """The mail dressed as an answer in a conversation: a reply's header, and pieces of wanted mail quoted in turns."""
    lines = [line for line in re.split(r"[\r\n]+|(?<=[.?!]) ", quoted) if len(line) > 30][:8]
    turns = "\n".join(f"> {line[:200]}\n\nYes, that is what we agreed on last week.\n" for line in lines)
    edited = changed(raw, in_front(turns))
    if edited is None:
        return None
    head, gap, body = edited.partition(b"\n\n")
    kept = [
        line for line in re.split(rb"\n(?![ \t])", head) if not line.lower().startswith((b"subject:", b"in-reply-to:"))
    ]
    subject = re.search(rb"(?im)^subject:\s*(.*)$", head)
    kept += [b"Subject: Re: " + (subject[1] if subject else b""), b"In-Reply-To: <1234.5678@mail.example.org>"]
    return b"\n".join(kept) + gap + body


def _into(mark: re.Pattern[str], body: Body, text: str, around: str = "<p>{}</p>") -> Body:
    found = mark.search(body[0])
    at = found.start() if found else len(body[0])
    return f"{body[0][:at]}{around.format(html.escape(text))}{body[0][at:]}", True


def _change(part: Message, change: Change) -> None:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return
    charset = str(part.get_content_charset("latin-1"))
    try:
        text = payload.decode(charset, "replace")
    except LookupError:
        text = payload.decode("latin-1")
    was_html = part.get_content_type() == "text/html"
    body, is_html = change((text, was_html))
    if is_html is not was_html:
        part.set_type("text/html" if is_html else "text/plain")
    part.set_param("charset", "utf-8")
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    data = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(body.encode())
    part.set_payload(data.decode("ascii", "surrogateescape"))

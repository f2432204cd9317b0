"""Sign a message with DKIM (RFC 6376, 8301, 8463).

    field = sign(raw, read_key(pem), "example.com", "2026a", now)

The field goes before the message. Fields that a reader is shown are named once more often than they stand there, so
that nobody can add another one (RFC 6376 8.15); the whole body is signed, always.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import datetime

from fyke.mail.canonical import Signable, relaxed_field
from fyke.seal.keys import SigningKey

LINE_CHARS = 76  # RFC 5322 2.1.1 wants at most 78

# RFC 6376 5.4.1, and what has come since; of mailing lists' own fields those that a one-click needs (RFC 8058 4).
SIGNED = (
    "from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references",
    "mime-version", "content-type", "content-transfer-encoding", "resent-from", "resent-to", "resent-date",
    "list-id", "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip
CLOSED = ("from", "reply-to", "to", "cc", "subject", "date", "mime-version", "content-type")  # nobody may add one


def sign(
    raw: bytes,
    key: SigningKey,
    domain: str,
    selector: str,
    at: datetime,
    *,
    expires_at: datetime | None = None,
    is_relaxed_header: bool = True,
    is_relaxed_body: bool = True,
) -> bytes:
    """The DKIM-Signature field for a message, with its CRLF. Raises ValueError where there is no From to be signed."""
    message = Signable(raw, is_signing=True)
    forms = [("simple", "relaxed")[form] for form in (is_relaxed_header, is_relaxed_body)]
    opening = ["v=1", f"a={key.algorithm}", f"c={'/'.join(forms)}", f"d={domain}", f"s={selector}"]
    times = [f"t={int(at.timestamp())}"]
    if expires_at is not None:
        times.append(f"x={int(expires_at.timestamp())}")
    return over_message(message, "DKIM-Signature", [*opening, *times], key, (is_relaxed_header, is_relaxed_body))


def over_message(
    message: Signable, name: str, opening: list[str], key: SigningKey, is_relaxed: tuple[bool, bool]
) -> bytes:
    """A signature field over header and body of the message that begins with such tags, with its CRLF."""
    is_relaxed_header, is_relaxed_body = is_relaxed
    if b"from" not in message.names:
        raise ValueError("the message has no From field, without which no signature is valid")
    names = choose(message)
    body_hash = b64encode(message.body_hash(is_relaxed=is_relaxed_body)).decode("ascii")
    field = written(name, [*opening, f"h={':'.join(names)}", f"bh={body_hash}", "b="])
    lines = message.signed([each.encode("ascii") for each in names], is_relaxed=is_relaxed_header)
    lines.append(relaxed_field(field) if is_relaxed_header else field)
    return signed(field, hashlib.sha256(b"\r\n".join(lines)).digest(), key)


def choose(message: Signable) -> list[str]:
    """Which fields are signed: all there are of those that matter, and the closed ones once more."""
    names = []
    for name in SIGNED:
        names += [name] * (len(message.names.get(name.encode("ascii"), ())) + (name in CLOSED))
    return names


def written(name: str, tags: list[str]) -> bytes:
    """A field of tags, folded; it ends with the last of them, which is to be b= without its value."""
    lines = [f"{name}:"]
    for tag in tags[:-1]:
        pieces = [f"{piece}:" for piece in tag.split(":")] if tag.startswith("h=") else [tag]
        pieces[-1] = pieces[-1].removesuffix(":") + ";"
        for number, piece in enumerate(pieces):
            gap = "" if number else " "
            if len(lines[-1]) + len(gap) + len(piece) > LINE_CHARS:
                lines.append(f"\t{piece}")
            else:
                lines[-1] += gap + piece
    return "\r\n".join([*lines, f"\t{tags[-1]}"]).encode("ascii")


def signed(field: bytes, digest: bytes, key: SigningKey) -> bytes:
    """A field that ends with b=, with the signature over the digest put there."""
    value = b64encode(key.sign(digest))
    room = LINE_CHARS - 4
    pieces = [value[at : at + room] for at in range(0, len(value), room)]
    return field + b"\r\n\t ".join(pieces) + b"\r\n"

"""The quarantine: mail is held before the door answers, and released to each recipient exactly once.

A copy is taken for release in the book first, then given to the mail server, then concluded. Whoever dies between
leaves it as `releasing`: whether the mail server took it nobody knows, so nothing but a person's word sends it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from msgspec import Struct

from fyke.desk.released import marked
from fyke.model import Scan
from fyke.store.blobs import Blobs
from fyke.store.folder.keys import Keys
from fyke.store.labels import StoreError
from fyke.store.quarantine import Held, Quarantine, Sought, State

Reply = tuple[int, str]  # of the mail server: 250 and the like
# Hands one mail over: MAIL FROM, recipients, the mail. A reply for each recipient; raises OSError where nobody answers
# or the conversation broke before the mail could have been taken, `LostError` where it may have been.
Submit = Callable[[str, Sequence[str], bytes], Mapping[str, Reply]]
Teach = Callable[[bytes, str], object]  # takes the mail and the account for which it is wanted

WHY = 5  # contributions that are kept: enough for a list


class LostError(Exception):
    """The mail server was given the whole mail and did not say what became of it."""


class Release(Struct, frozen=True):
    """What became of one recipient's copy in a release."""

    recipient: str
    outcome: str  # "released", "refused" (held again), "unknown" (releasing), "busy", "gone" (released or deleted)
    detail: str = ""
    learned: bool = False


class Swept(Struct, frozen=True):
    """What a round of sweeping did."""

    expired: int = 0  # copies
    removed: int = 0  # raw mails
    unconcluded: int = 0  # copies of which nobody knows whether the mail server took them: a person has to say


class _Way(Struct, frozen=True):
    """How copies of one release go."""

    submit: Submit
    teach: Teach | None
    again: bool
    clock: Callable[[], datetime]


class Room:
    """The quarantine of a site. Any thread."""

    def __init__(self, book: Quarantine, blobs: Blobs, keys: Keys, keep_days: int) -> None:
        self.book, self._blobs, self.keys, self._keep_days = book, blobs, keys, keep_days

    def hold(self, scan: Scan, recipients: Sequence[str], raw: bytes, at: datetime, case: str = "") -> str:
        """Keep the mail for these recipients; its case. On the disk before this returns. Raises `StoreError`."""
        digest = sha256(raw).hexdigest()
        held = Held(
            case=case or scan.id,
            digest=digest,
            at=at,
            expires_at=at + timedelta(days=self._keep_days) if self._keep_days else datetime.max.replace(tzinfo=UTC),
            envelope=scan.envelope,
            label=scan.verdict.label,
            bits=scan.verdict.bits,
            subject=scan.subject[:1_000],
            sender=scan.sender[:1_000],
            sender_name=scan.sender_name[:1_000],
            size_bytes=len(raw),
            why=scan.verdict.contributions[:WHY],
        )
        self._blobs.put(raw)  # a sync of a large file must not keep other writers waiting

        def keep() -> None:
            if not self._blobs.has(digest):  # it was discarded just now
                self._blobs.put(raw)

        self.book.hold(held, tuple(recipients), keep)
        return held.case

    def raw(self, held: Held) -> bytes:
        """The mail as it came. Raises `StoreError`."""
        return self._blobs.get(held.digest)

    def release(
        self,
        held: Held,
        recipients: Sequence[str],
        submit: Submit,
        teach: Teach | None = None,
        *,
        again: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> list[Release]:
        """Give each recipient their copy, one by one. Raises `StoreError` before anything is sent."""
        raw = self._blobs.get(held.digest)
        way = _Way(submit, teach, again, clock)
        return [self._release(held, recipient, raw, way) for recipient in recipients]

    def _release(self, held: Held, recipient: str, raw: bytes, way: _Way) -> Release:
        token = self.book.begin(held.case, recipient, way.clock(), again=way.again)
        if not token:
            return self._not_taken(held.case, recipient)
        mail = marked(identified(raw, held.case, recipient), held.case, recipient, way.clock(), self.keys)
        try:
            code, said = way.submit(held.envelope.mail_from, [recipient], mail)[recipient]
        except LostError as error:
            return Release(recipient, "unknown", str(error))
        except (OSError, KeyError) as error:
            code, said = 0, str(error) or type(error).__name__
        is_released = 200 <= code < 300
        detail = f"{code} {said}" if code else said
        self.book.conclude(token, way.clock(), detail, is_released=is_released)
        if not is_released:
            return Release(recipient, "refused", detail)
        return Release(recipient, "released", detail, way.teach is not None and _taught(way.teach, raw, recipient))

    def _not_taken(self, case: str, recipient: str) -> Release:
        held = self.book.get(case)
        copies = held.copies if held else ()
        copy = next((copy for copy in copies if copy.recipient.lower() == recipient.lower()), None)
        if copy is None:
            return Release(recipient, "gone", "no copy for that recipient")
        if copy.state is State.RELEASING:
            return Release(recipient, "busy", f"its release was begun at {copy.at:%Y-%m-%d %H:%M:%S} UTC")
        return Release(recipient, "gone", f"{copy.state.value} at {copy.at:%Y-%m-%d %H:%M:%S} UTC")

    def delete(self, held: Held, recipients: Sequence[str], at: datetime) -> tuple[str, ...]:
        """Delete copies, and the mail where nobody's is left; whose they were."""
        gone = self.book.delete(held.case, tuple(recipients), at)
        self.book.discard((held.digest,), self._blobs.delete)
        return gone

    def sweep(self, now: datetime) -> Swept:
        """Delete what was kept long enough, and raw mail that nobody needs. For a timer. Raises `StoreError`."""
        expired = self.book.expire(now)
        kept = set(self._blobs.digests())
        needless = kept & set(self.book.unneeded())
        removed = self.book.discard(tuple(needless), self._blobs.delete)
        return Swept(expired, removed, self.book.count()[State.RELEASING])

    def named(self, beginning: str) -> list[Held]:
        """The mails whose case begins so, in any state."""
        return self.book.search(Sought(case=beginning, states=(), limit=5))


def _taught(teach: Teach, raw: bytes, account: str) -> bool:
    """Released is released: what cannot be learned now is told, and nothing is undone."""
    try:
        teach(raw, account)
    except (StoreError, OSError, ValueError):
        return False
    return True


def identified(raw: bytes, case: str, recipient: str) -> bytes:
    """The mail with a Message-ID: one without gets the same each time, so that a mailbox knows a second copy again."""
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    if re.search(rb"^message-id[ \t]*:", head, re.IGNORECASE | re.MULTILINE):
        return raw
    fold = b"\r\n" if b"\r\n" in head else b"\n"
    unique = sha256(f"{case} {recipient.lower()}".encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return f"Message-ID: <{unique}@released.fyke.invalid>".encode() + fold + raw

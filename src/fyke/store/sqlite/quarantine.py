"""The quarantine's book, `quarantine.db`: a row a mail, a row a recipient's copy, and a line for each step."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from fyke.model import Contribution, Envelope, Label
from fyke.store.quarantine import Copy, Held, Sought, State
from fyke.store.sqlite.file import connect, told, writing

VERSION = 1

SCHEMA = """
CREATE TABLE mails (
    "case" TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    label TEXT NOT NULL,
    bits REAL NOT NULL,
    subject TEXT NOT NULL,
    sender TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    envelope TEXT NOT NULL,
    why TEXT NOT NULL,
    words TEXT NOT NULL  -- sender and subject, folded, for searching
);

CREATE INDEX mails_by_time ON mails (at);

CREATE INDEX mails_by_digest ON mails (digest);

CREATE TABLE copies (
    "case" TEXT NOT NULL REFERENCES mails,
    recipient TEXT NOT NULL,
    folded TEXT NOT NULL,
    state TEXT NOT NULL,
    at TEXT NOT NULL,
    token TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY ("case", folded)
);

CREATE INDEX copies_by_state ON copies (state, at);

CREATE TABLE steps (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    "case" TEXT NOT NULL,
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL
);

CREATE TRIGGER steps_stay BEFORE UPDATE ON steps BEGIN SELECT raise(ABORT, 'steps are never changed'); END
""".strip()

_MAIL = 'm."case", digest, m.at, expires_at, label, bits, subject, sender, sender_name, size_bytes, envelope, why'
_LIVE = "('held', 'releasing')"
_UNNEEDED = f"""NOT EXISTS (SELECT 1 FROM mails o JOIN copies c ON c."case" = o."case"
    WHERE o.digest = m.digest AND c.state IN {_LIVE})"""  # noqa: S608  constants


class SqliteQuarantine:
    """The `Quarantine` of one machine. Any thread, one at a time; any number of processes may have the file open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._connection = connect(path, SCHEMA, VERSION, any_thread=True)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def hold(self, held: Held, recipients: tuple[str, ...], keep: Callable[[], None]) -> None:
        """Hold copies for these recipients; one that is held there already stays as it is."""
        with self._lock, told(self._path), writing(self._connection):
            keep()
            values = _values(held)
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join(f":{name}" for name in values)
            renew = ", ".join(f"{name} = excluded.{name}" for name in ("at", "expires_at"))
            self._connection.execute(
                f'INSERT INTO mails ({names}) VALUES ({marks}) ON CONFLICT ("case") DO UPDATE SET {renew}',  # noqa: S608
                values,
            )
            for recipient in recipients:
                self._hold_copy(held, _tidy(recipient))

    def _hold_copy(self, held: Held, recipient: str) -> None:
        at = _written(held.at)
        changed = self._connection.execute(
            f"""INSERT INTO copies ("case", recipient, folded, state, at) VALUES (?, ?, ?, 'held', ?)
            ON CONFLICT ("case", folded) DO UPDATE SET state = 'held', at = excluded.at, token = '', detail = ''
            WHERE state NOT IN {_LIVE}""",  # noqa: S608
            (held.case, recipient, recipient.lower(), at),
        ).rowcount
        if changed:
            self._step(at, held.case, recipient, State.HELD, "")

    def get(self, case: str) -> Held | None:
        """The mail of that case."""
        with self._lock, told(self._path):
            return next(iter(self._mails('m."case" = ?', [case], 1)), None)

    def search(self, sought: Sought) -> list[Held]:
        """What fits, newest first, with all its copies."""
        where, values = _conditions(sought)
        with self._lock, told(self._path):
            return list(self._mails(where, values, sought.limit))

    def begin(self, case: str, recipient: str, at: datetime, *, again: bool = False) -> str:
        """Take a held copy for release; a token, or nothing where somebody else has it."""
        token = secrets.token_hex(8)
        states = _LIVE if again else "('held')"
        with self._lock, told(self._path), writing(self._connection):
            taken = self._connection.execute(
                f"""UPDATE copies SET state = 'releasing', at = ?, token = ?, detail = ''
                WHERE "case" = ? AND folded = ? AND state IN {states}""",  # noqa: S608
                (_written(at), token, case, recipient.lower()),
            ).rowcount
            if taken:
                self._step(_written(at), case, recipient, State.RELEASING, "again" if again else "")
        return token if taken else ""

    def conclude(self, token: str, at: datetime, detail: str, *, is_released: bool) -> None:
        """Say how a release ended."""
        state = State.RELEASED if is_released else State.HELD
        with self._lock, told(self._path), writing(self._connection):
            found = self._connection.execute(
                'SELECT "case", recipient FROM copies WHERE token = ? AND state = ?', (token, State.RELEASING.value)
            ).fetchone()
            if found:
                self._move(found[0], found[1], state, at, detail)

    def delete(self, case: str, recipients: tuple[str, ...], at: datetime, detail: str = "") -> tuple[str, ...]:
        """Delete held copies, also those whose release was never concluded; whose they were."""
        with self._lock, told(self._path), writing(self._connection):
            live = self._connection.execute(
                f'SELECT recipient FROM copies WHERE "case" = ? AND state IN {_LIVE}',  # noqa: S608
                (case,),
            ).fetchall()
            wanted = {recipient.lower() for recipient in recipients}
            gone = tuple(recipient for (recipient,) in live if recipient.lower() in wanted)
            for recipient in gone:
                self._move(case, recipient, State.DELETED, at, detail)
        return gone

    def expire(self, now: datetime) -> int:
        """Delete the held copies that were kept long enough; how many."""
        with self._lock, told(self._path), writing(self._connection):
            old = self._connection.execute(
                """SELECT c."case", c.recipient FROM copies c JOIN mails m ON m."case" = c."case"
                WHERE c.state = 'held' AND m.expires_at <= ?""",
                (_written(now),),
            ).fetchall()
            for case, recipient in old:
                self._move(case, recipient, State.DELETED, now, "kept long enough")
        return len(old)

    def discard(self, digests: tuple[str, ...], remove: Callable[[str], None]) -> int:
        """Have those blobs removed of which no copy is held or being released; how many."""
        with self._lock, told(self._path), writing(self._connection):
            gone = 0
            for digest in digests:
                live = self._connection.execute(
                    f"""SELECT 1 FROM mails m JOIN copies c ON c."case" = m."case"
                    WHERE m.digest = ? AND c.state IN {_LIVE} LIMIT 1""",  # noqa: S608
                    (digest,),
                ).fetchone()
                if live is None:
                    remove(digest)
                    gone += 1
        return gone

    def unneeded(self) -> list[str]:
        """Digests of mails no copy of which is held or being released."""
        with self._lock, told(self._path):
            found = self._connection.execute(f"SELECT DISTINCT digest FROM mails m WHERE {_UNNEEDED}")  # noqa: S608
            return [digest for (digest,) in found]

    def count(self) -> dict[State, int]:
        """How many copies stand where."""
        with self._lock, told(self._path):
            found = self._connection.execute("SELECT state, count(*) FROM copies GROUP BY state").fetchall()
        return dict.fromkeys(State, 0) | {State(state): number for state, number in found}

    def _move(self, case: str, recipient: str, state: State, at: datetime, detail: str) -> None:
        self._connection.execute(
            """UPDATE copies SET state = ?, at = ?, token = '', detail = ? WHERE "case" = ? AND folded = ?""",
            (state.value, _written(at), _tidy(detail), case, recipient.lower()),
        )
        self._step(_written(at), case, recipient, state, detail)

    def _step(self, at: str, case: str, recipient: str, state: State, detail: str) -> None:
        self._connection.execute(
            'INSERT INTO steps (at, "case", recipient, state, detail) VALUES (?, ?, ?, ?, ?)',
            (at, case, recipient, state.value, _tidy(detail)),
        )

    def _mails(self, where: str, values: list[Any], limit: int) -> Iterable[Held]:
        rows = self._connection.execute(
            f'SELECT {_MAIL} FROM mails m WHERE {where} ORDER BY m.at DESC, m."case" LIMIT ?',  # noqa: S608
            [*values, limit],
        ).fetchall()
        for row in rows:
            copies = self._connection.execute(
                'SELECT recipient, state, at, detail FROM copies WHERE "case" = ? ORDER BY rowid', (row[0],)
            )
            yield _held(row, copies)


def _conditions(sought: Sought) -> tuple[str, list[Any]]:
    parts, values = ["1"], list[Any]()
    for column, word in (("sender", sought.sender), ("subject", sought.subject)):
        if word:
            parts.append(f"instr(json_extract(words, '$.{column}'), ?)")
            values.append(_tidy(word).lower())
    for sign, at in ((">=", sought.since), ("<", sought.until)):
        if at is not None:
            parts.append(f"m.at {sign} ?")
            values.append(_written(at))
    if sought.labels:
        parts.append(f"label IN ({', '.join('?' * len(sought.labels))})")
        values.extend(label.value for label in sought.labels)
    if sought.case:
        parts.append('substr(m."case", 1, ?) = ?')
        values.extend((len(sought.case), sought.case))
    own, own_values = ["1"], list[Any]()
    if sought.states:
        own.append(f"c.state IN ({', '.join('?' * len(sought.states))})")
        own_values.extend(state.value for state in sought.states)
    if sought.recipient:
        own.append("instr(c.folded, ?)")
        own_values.append(_tidy(sought.recipient).lower())
    parts.append(f'EXISTS (SELECT 1 FROM copies c WHERE c."case" = m."case" AND {" AND ".join(own)})')  # noqa: S608
    return " AND ".join(parts), [*values, *own_values]


def _values(held: Held) -> dict[str, Any]:
    senders = " ".join((held.sender, held.sender_name, held.envelope.mail_from))
    return {
        "case": held.case,
        "digest": held.digest,
        "at": _written(held.at),
        "expires_at": _written(held.expires_at),
        "label": held.label.value,
        "bits": held.bits,
        "subject": _tidy(held.subject),
        "sender": _tidy(held.sender),
        "sender_name": _tidy(held.sender_name),
        "size_bytes": held.size_bytes,
        "envelope": _tidy_json(held.envelope),
        "why": _tidy_json(held.why),
        "words": msgspec.json.encode(
            {"sender": _tidy(senders).lower(), "subject": _tidy(held.subject).lower()}
        ).decode(),
    }


def _held(row: tuple[Any, ...], copies: sqlite3.Cursor) -> Held:
    return Held(
        case=row[0],
        digest=row[1],
        at=datetime.fromisoformat(row[2]),
        expires_at=datetime.fromisoformat(row[3]),
        label=Label(row[4]),
        bits=row[5],
        subject=row[6],
        sender=row[7],
        sender_name=row[8],
        size_bytes=row[9],
        envelope=msgspec.json.decode(row[10], type=Envelope),
        why=msgspec.json.decode(row[11], type=tuple[Contribution, ...]),
        copies=tuple(Copy(who, State(state), datetime.fromisoformat(at), said) for who, state, at, said in copies),
    )


def _written(at: datetime) -> str:
    """Such that later times are greater texts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _tidy(text: str) -> str:
    """Without half surrogate pairs, which no UTF-8 has, and without the end of a text as C has it."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _tidy_json(value: object) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_tidied(msgspec.to_builtins(value))).decode()


def _tidied(value: object) -> object:
    if isinstance(value, str):
        return _tidy(value)
    if isinstance(value, dict):
        return {key: _tidied(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_tidied(inner) for inner in value]
    return value

"""Labels in one table, `labels.db`: a row a label, a row that forgets one; no row is ever changed or deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from fyke.model import Forgotten, Labelled, Source
from fyke.model.labelled import SHOWN_CHARS
from fyke.store import standing as rules
from fyke.store.labels import NothingToForgetError
from fyke.store.sqlite.file import connect, told, writing

VERSION = 1
FOUND = 5  # digests that `find` gives: enough to say that a beginning is not one mail's

# `features` is the last column: SQLite reads a row up to the column that is asked for, and that one is long.
SCHEMA = """
CREATE TABLE words (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    digest TEXT NOT NULL,
    account TEXT NOT NULL,
    source TEXT NOT NULL,  -- empty: this row forgets
    spam INTEGER NOT NULL,
    category TEXT NOT NULL,
    rules_bits REAL NOT NULL,
    bits REAL NOT NULL,
    subject TEXT NOT NULL,
    sender TEXT NOT NULL,
    note TEXT NOT NULL,
    label INTEGER NOT NULL,  -- which one is forgotten; 0: all of that mail for that account
    features BLOB NOT NULL
);

CREATE INDEX words_of_mail ON words (digest, account);

CREATE INDEX words_by_source ON words (source, digest, account);

CREATE TRIGGER words_stay BEFORE UPDATE ON words BEGIN SELECT raise(ABORT, 'labels are never changed'); END;

CREATE TRIGGER words_are_kept BEFORE DELETE ON words BEGIN SELECT raise(ABORT, 'labels are never deleted'); END
""".strip()

_COLUMNS = "seq, at, digest, account, source, spam, category, rules_bits, bits, subject, sender, note, label"
_INSERT = f"""INSERT INTO words ({_COLUMNS.removeprefix("seq, ")}, features) VALUES (:at, :digest, :account, :source,
    :spam, :category, :rules_bits, :bits, :subject, :sender, :note, :label, :features)"""  # noqa: S608  constants
_SELECT = f"SELECT {_COLUMNS} FROM words WHERE {{where}} ORDER BY seq"  # noqa: S608
_SELECT_WHOLE = f"SELECT {_COLUMNS}, features FROM words WHERE seq = ?"  # noqa: S608
_TOUCHED = "(digest, account) IN (SELECT digest, account FROM words WHERE seq > ?)"
_TOUCHED_BY = "(digest, account) IN (SELECT digest, account FROM words WHERE seq > ? AND source = ?)"
_DISPUTED = "digest IN (SELECT digest FROM words WHERE source != '' GROUP BY digest HAVING min(spam) < max(spam))"
_LATEST = """SELECT seq, digest, account FROM words WHERE source != '' AND (:account IS NULL OR account = :account)
    AND (:source IS NULL OR source = :source) ORDER BY seq DESC"""


class SqliteLabels:
    """The `Labels` of one machine. One a thread; any number of processes may have the file open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connect(path, SCHEMA, VERSION)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def add(self, *labels: Labelled) -> list[int]:
        """Append labels, all or none of them; their numbers."""
        with told(self._path), writing(self._connection):
            return [self._append(label) for label in labels]

    def forget(self, digest: str, account: str, at: datetime, label: int = 0, note: str = "") -> int:
        """Append that a label, or all on that mail for that account, counts no more."""
        with told(self._path), writing(self._connection):
            live = rules.live(self._words("digest = ? AND account = ?", digest, account)).get((digest, account), [])
            if not live or (label and label not in {each.seq for each in live}):
                raise NothingToForgetError("no such label")
            return self._append(Forgotten(digest, account, at, label, note))

    def newest(self) -> int:
        """The number of the last word said; 0 before any."""
        return self._number("SELECT coalesce(max(seq), 0) FROM words")

    def standing(
        self, after: int = 0, until: int | None = None, source: Source | None = None, last: int | None = None
    ) -> Iterator[Labelled]:
        """The labels beyond `after` that stood when `until` was the last word said, in order, with their features."""
        newest = self.newest() if until is None else until
        if source is None:
            words = self._words(f"seq <= ? AND {_TOUCHED}", newest, after)
        else:
            words = self._words(f"seq <= ? AND {_TOUCHED_BY}", newest, after, source.value)
        chosen = [
            label for label in rules.standing(words) if label.seq > after and (source is None or label.source is source)
        ]
        for label in chosen if last is None else chosen[max(0, len(chosen) - last) :]:
            yield self._whole(label)

    def stood(self, seq: int, until: int) -> Labelled | None:
        """The label of that number with its features, if it stood when `until` was the last word said."""
        found = self._words("seq = ?", seq)
        if not found or seq > until:
            return None
        words = self._words("digest = ? AND account = ? AND seq <= ?", found[0].digest, found[0].account, until)
        chosen = rules.standing(words)
        return self._whole(chosen[0]) if chosen and chosen[0].seq == seq else None

    def is_disturbed(self, applied: int) -> bool:
        """Whether what stands up to that number is not what stood when that number was the last."""
        if applied > self.newest():
            return True  # the learner knows labels that are not here: another store, or an old copy of it
        return rules.is_disturbed(self._words(_TOUCHED, applied), applied)

    def of(self, digest: str) -> list[Labelled]:
        """All live labels on a mail, of all accounts, in order, without features."""
        return _in_order(rules.live(self._words("digest = ?", digest)).values())

    def find(self, beginning: str) -> list[str]:
        """Digests of labelled mails that begin so, a handful at most."""
        end = beginning + "g"  # after every hex digit
        query = "SELECT DISTINCT digest FROM words WHERE digest >= ? AND digest < ? LIMIT ?"
        with told(self._path):
            return [digest for (digest,) in self._connection.execute(query, (beginning, end, FOUND))]

    def get(self, seq: int) -> Labelled | None:
        """The live label of that number."""
        found = self._words("seq = ?", seq)
        live = self.of(found[0].digest) if found else []
        return next((label for label in live if label.seq == seq), None)

    def last(self, count: int, account: str | None = None, source: Source | None = None) -> list[Labelled]:
        """The last live labels, latest first, with their features."""
        found: list[Labelled] = []
        name = None if source is None else source.value
        with told(self._path):
            rows = self._connection.execute(_LATEST, {"account": account, "source": name})
            while len(found) < count and (row := rows.fetchone()) is not None:
                seq, digest, whose = row
                words = self._words("digest = ? AND account = ?", digest, whose)
                mine = rules.live(words).get((digest, whose), [])
                found += [self._whole(label) for label in mine if label.seq == seq]
        return found

    def contradictions(self) -> list[list[Labelled]]:
        """Mails whose live labels say different things."""
        return rules.contradictions(self._words(_DISPUTED))

    def count(self) -> int:
        """How many labels were ever said."""
        return self._number("SELECT count(*) FROM words WHERE source != ''")

    def known(self, labels: Iterable[Labelled]) -> list[bool]:
        """Of each label, whether the last live word of its account and source on its mail says the same already."""
        return [rules.is_known(label, self.of(label.digest)) for label in labels]

    def _append(self, word: rules.Word) -> int:
        row = {
            "at": word.at.isoformat(),
            "digest": word.digest,
            "account": word.account,
            "note": _storable(word.note),
            **(_said(word) if isinstance(word, Labelled) else _FORGETS | {"label": word.label}),
        }
        done = self._connection.execute(_INSERT, row)
        assert done.lastrowid is not None
        return done.lastrowid

    def _words(self, where: str, *values: object) -> list[rules.Word]:
        """Rows without their features, in order."""
        with told(self._path):
            rows = self._connection.execute(_SELECT.format(where=where), values)
            return [_word(row) for row in rows]

    def _whole(self, label: Labelled) -> Labelled:
        """The label with its features."""
        with told(self._path):
            rows = self._connection.execute(_SELECT_WHOLE, (label.seq,))
            word = _word(rows.fetchone())
        assert isinstance(word, Labelled)
        return word

    def _number(self, query: str) -> int:
        with told(self._path):
            return int(self._connection.execute(query).fetchone()[0])


def _said(label: Labelled) -> dict[str, Any]:
    """The columns of a label that a row which forgets leaves empty."""
    return {
        "source": label.source.value,
        "spam": label.spam,
        "category": label.category,
        "rules_bits": label.rules_bits,
        "bits": label.bits,
        "subject": _storable(label.subject),
        "sender": _storable(label.sender),
        "features": label.features,
        "label": 0,
    }


_FORGETS: dict[str, Any] = dict.fromkeys(("source", "category", "subject", "sender"), "") | {
    **dict.fromkeys(("spam", "rules_bits", "bits"), 0),
    "features": b"",
}


def _word(row: Sequence[Any]) -> rules.Word:
    seq, at, digest, account, source, spam, category, rules_bits, bits, subject, sender, note, label, *rest = row
    when = datetime.fromisoformat(at)
    if not source:
        return Forgotten(digest, account, when, label, note, seq)
    return Labelled(
        digest=digest,
        spam=bool(spam),
        source=Source(source),
        at=when,
        account=account,
        category=category,
        features=rest[0] if rest else b"",
        rules_bits=rules_bits,
        bits=bits,
        subject=subject,
        sender=sender,
        note=note,
        seq=seq,
    )


def _storable(text: str) -> str:
    """Short, and without half surrogate pairs, which no database takes."""
    return text[:SHOWN_CHARS].encode("utf-8", "backslashreplace").decode()


def _in_order(groups: Iterable[list[Labelled]]) -> list[Labelled]:
    return sorted((label for labels in groups for label in labels), key=lambda label: label.seq)

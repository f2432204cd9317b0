"""Correspondents in `correspondents.db`, numbers of sent mail hashed with the key in `correspondents.key` beside it.

One commit may be lost in a power cut (what is remembered is statistics, not a word somebody gave); none is torn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fyke.model.known import Acquaintance, Answered, Kept, Met, Namesake, Seen, Sent, Tie, Way
from fyke.store.correspondents import DAYS, MOST, near_keys, tenant_of
from fyke.store.sqlite import correspondents_schema as sql
from fyke.store.sqlite.correspondents_tidy import forget, forget_before, kept, make_room
from fyke.store.sqlite.correspondents_ways import unpack, with_ways
from fyke.store.sqlite.file import connect, told, writing
from fyke.store.sqlite.keyed import Keyed

ID_BYTES, ADDRESS_BYTES = 16, 8  # of a hash: no two messages share one, and hardly two recipients of one message
NAMESAKES = 8
NEAR_SHOWN = 8
LOOK_CHARS = 5  # shorter names stand in too many others by chance
TIDY_EVERY = 2_000  # mails between two looks at age and room, of one process
MAPPED_BYTES = 1 << 30  # of the file, shared by all processes: a page that is read so costs no call of the system
DAY_S = 86_400

Rows = list[Sequence[Any]]


class SqliteCorrespondents:
    """The `Correspondents` of one machine. One a thread and process; any number of them may have the file open."""

    def __init__(self, path: Path, days: int = DAYS, most: int = MOST) -> None:
        """Raises `StoreError`. `days` is how long what is not seen again is kept, `most` how many ties and messages."""
        self._path, self._days, self._most = path, days, most
        self._keyed = Keyed(path.with_suffix(".key"))
        self._connection = connect(path, sql.SCHEMA, sql.VERSION)
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        self._since: datetime | None = None
        self._written = 0

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def look(self, *asked: Seen) -> list[Acquaintance]:
        """What is known, in the order of the questions, all of one moment."""
        with told(self._path):
            self._connection.execute("BEGIN")
            try:
                return [self._look(each) for each in asked]
            finally:
                with suppress(sqlite3.Error):
                    self._connection.execute("COMMIT")

    def _look(self, asked: Seen) -> Acquaintance:
        own, site = self._ties_between(asked.sender, asked.account)
        tenant = tenant_of(asked.account)
        is_known = (site is not None and site.written > 0) or self._is_domain_known(tenant, asked.domain)
        return Acquaintance(
            own=own,
            site=site,
            ways=self._ways(asked.sender) if site is not None else (),
            namesakes=self._namesakes(asked, tenant) if asked.name_key else (),
            near=self._near(asked, tenant) if not is_known and len(asked.look) >= LOOK_CHARS else (),
            is_domain_known=is_known,
            answered=self._answered(asked) if asked.refers_to else None,
            since=self._born(),
        )

    def _ties_between(self, sender: str, account: str) -> tuple[Tie | None, Tie | None]:
        if not account:
            found = [_tie(row[1:]) for row in self._rows(sql.ANYBODYS_TIES, sender)]
            return None, joined(found)
        tenant = tenant_of(account)
        ties = {row[0]: _tie(row[1:]) for row in self._rows(sql.TIES, sender, account, tenant)}
        return ties.get(account), ties.get(tenant)

    def _is_domain_known(self, tenant: str, domain: str) -> bool:
        return bool(domain) and bool(self._rows(sql.BY_DOMAIN, domain, tenant, tenant))

    def _ways(self, sender: str) -> tuple[Way, ...]:
        rows = self._rows(sql.WAYS_OF, sender)
        return unpack(rows[0][0]) if rows else ()

    def _namesakes(self, asked: Seen, tenant: str) -> tuple[Namesake, ...]:
        rows = self._rows(sql.NAMES, asked.name_key, tenant, tenant, NAMESAKES)
        return tuple(Namesake(address, name, bool(is_own), days) for address, name, is_own, days in rows)

    def _near(self, asked: Seen, tenant: str) -> tuple[str, ...]:
        keys = near_keys(asked.look)
        places = ",".join("?" * len(keys))
        rows = self._rows(sql.NEAR.format(places=places), *keys, tenant, tenant, asked.domain, NEAR_SHOWN)
        return tuple(domain for (domain,) in rows)

    def _answered(self, asked: Seen) -> Answered | None:
        """What of ours it answers: the newest that it names."""
        numbers = [self._hash(number, ID_BYTES) for number in asked.refers_to]
        rows = self._rows(sql.ANSWERED.format(places=",".join("?" * len(numbers))), *numbers)
        if not rows:
            return None
        _, at, whose, is_opening, recipients = min(rows, key=lambda row: numbers.index(row[0]))
        to = {recipients[start : start + ADDRESS_BYTES] for start in range(0, len(recipients), ADDRESS_BYTES)}
        return Answered(
            at=_when(at),
            by_account=whose == self._hash(asked.account, ADDRESS_BYTES),
            to_sender=self._hash(asked.sender, ADDRESS_BYTES) in to,
            to_domain=self._hash(tenant_of(asked.sender), ADDRESS_BYTES) in to,
            is_opening=bool(is_opening),
        )

    def remember(self, *met: Met) -> None:
        """Remember mails that came, all or none of them."""
        if not met:
            return
        with told(self._path), writing(self._connection):
            self._connection.execute(sql.SINCE, (min(_seconds(each.at) for each in met),))
            for each in met:
                self._remember(each)
            self._tidy(len(met), max(_seconds(each.at) for each in met))

    def _remember(self, met: Met) -> None:
        at = _seconds(met.at)
        day = at // DAY_S
        accounts = dict.fromkeys((*met.accounts, *map(tenant_of, met.accounts)))
        if met.wanted is False:
            self._many(sql.HELD_AGAINST, ((day, day, met.sender, account) for account in accounts))
            return
        is_wanted = bool(met.wanted)
        row = (at, at, int(is_wanted), day if is_wanted else -1)
        self._many(sql.MET, ((met.sender, account, *row) for account in accounts))
        if met.ways:
            before = self._rows(sql.WAYS_OF, met.sender)
            packed = with_ways(before[0][0] if before else b"", met.ways, at)
            self._many(sql.WAYS, [(met.sender, packed, at)])
        if is_wanted:
            self._introduce(met, [account for account in accounts if account.startswith("@")], at)

    def _introduce(self, met: Met, tenants: Sequence[str], at: int) -> None:
        """Remember a wanted sender's name and domain, of which another may make use."""
        day = at // DAY_S
        if met.name_key:
            self._many(sql.NAMED, ((met.name_key, tenant, met.sender, met.name, 0, day, at) for tenant in tenants))
        if not met.domain:
            return
        self._many(sql.DOMAIN, ((met.domain, tenant, day, at) for tenant in tenants))
        if len(met.look) >= LOOK_CHARS:
            keys = near_keys(met.look)
            self._many(sql.LOOKS, ((key, tenant, met.domain) for tenant in tenants for key in keys))

    def sent(self, *sent: Sent) -> None:
        """Remember mails that users of ours sent, all or none of them."""
        if not sent:
            return
        with told(self._path), writing(self._connection):
            for each in sent:
                self._send(each)
            self._tidy(len(sent), max(_seconds(each.at) for each in sent))

    def _send(self, sent: Sent) -> None:
        at, tenant = _seconds(sent.at), tenant_of(sent.account)
        if sent.message_id:
            hashed = {self._hash(name, ADDRESS_BYTES) for each in sent.recipients for name in (each, tenant_of(each))}
            number, account = self._hash(sent.message_id, ID_BYTES), self._hash(sent.account, ADDRESS_BYTES)
            done = self._connection.execute(
                sql.SENT, (number, at, account, int(sent.is_opening), b"".join(sorted(hashed)))
            )
            if not done.rowcount:  # the same mail again, from another folder
                return
        strangers = [each for each in sent.recipients if each != sent.account]
        rows = (
            (to, each, int(sent.is_opening), int(not sent.is_opening), at)
            for to in strangers
            for each in (sent.account, tenant)
        )
        self._many(sql.WRITTEN, rows)
        if sent.name_key:
            self._many(sql.NAMED, [(sent.name_key, tenant, sent.account, sent.name, 1, at // DAY_S, at)])

    def ties(self, address: str) -> Mapping[str, Tie]:
        """What there was with a sender, by account."""
        with told(self._path):
            return {row[0]: _tie(row[1:]) for row in self._rows(sql.TIES_OF, address)}

    def ways(self, address: str) -> tuple[Way, ...]:
        """The ways in which a sender's mail came, the most usual of each kind first."""
        with told(self._path):
            return self._ways(address)

    def forget(self, address: str, account: str = "") -> int:
        """Forget a sender, or what there was with one account; how many ties that were."""
        with told(self._path), writing(self._connection):
            return forget(self._connection, address, account)

    def forget_before(self, at: datetime) -> int:
        """Forget what was not seen since then; how many ties and sent messages that were."""
        with told(self._path), writing(self._connection):
            return forget_before(self._connection, _seconds(at))

    def kept(self) -> Kept:
        """How much there is."""
        with told(self._path):
            ties, sent, dropped, since = kept(self._connection)
            return Kept(ties, sent, dropped, None if since is None else _when(since))

    def _tidy(self, count: int, now: int) -> None:
        """Now and then drop what is too old, by the newest mail's time, and what there is no room for."""
        self._written += count
        if self._written < min(TIDY_EVERY, self._most):
            return
        self._written = 0
        forget_before(self._connection, now - self._days * DAY_S)
        make_room(self._connection, self._most)

    def _born(self) -> datetime | None:
        if self._since is None:
            rows = self._rows("SELECT value FROM facts WHERE name = 'since'")
            self._since = _when(rows[0][0]) if rows else None
        return self._since

    def _hash(self, text: str, size: int) -> bytes:
        return self._keyed.hash(text, size)

    def _rows(self, query: str, *values: object) -> Rows:
        try:
            return self._connection.execute(query, values).fetchall()
        except UnicodeEncodeError:
            return self._connection.execute(query, _storable(values)).fetchall()

    def _many(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        self._connection.executemany(query, map(_storable, rows))


def _tie(row: Sequence[Any]) -> Tie:
    first, last, wanted, unwanted, began, answered, written = row
    return Tie(
        None if first is None else _when(first),
        None if last is None else _when(last),
        wanted,
        unwanted,
        began,
        answered,
        None if written is None else _when(written),
    )


def joined(ties: Sequence[Tie]) -> Tie | None:
    """Several ties as one."""
    if len(ties) < 2:
        return ties[0] if ties else None
    return Tie(
        first_at=min((tie.first_at for tie in ties if tie.first_at), default=None),
        last_at=max((tie.last_at for tie in ties if tie.last_at), default=None),
        wanted=max(tie.wanted for tie in ties),  # the same days, perhaps
        unwanted=max(tie.unwanted for tie in ties),
        began=sum(tie.began for tie in ties),
        answered=sum(tie.answered for tie in ties),
        written_at=min((tie.written_at for tie in ties if tie.written_at), default=None),
    )


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _when(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _storable(row: Sequence[object]) -> Sequence[object]:
    """Text without half surrogate pairs, which no database takes."""
    return tuple(each.encode("utf-8", "backslashreplace").decode() if isinstance(each, str) else each for each in row)

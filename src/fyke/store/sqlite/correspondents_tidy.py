"""How the file of correspondents stays small: what is forgotten on request, by age, and for want of room."""

from __future__ import annotations

import sqlite3

DROPPED_SHARE = 0.05  # of the most, beyond what is too much: so that room is not made for each mail anew

_WORST_FIRST = "ORDER BY (began + answered > 0), min(wanted, 30), seen_at LIMIT ?"
_NOBODYS = (
    "DELETE FROM ways WHERE sender NOT IN (SELECT sender FROM ties)",
    "DELETE FROM names WHERE NOT is_own AND address NOT IN (SELECT sender FROM ties)",
)
_DROP = f"DELETE FROM ties WHERE (sender, account) IN (SELECT sender, account FROM ties {_WORST_FIRST})"  # noqa: S608
_COUNT_DROPPED = "INSERT INTO facts VALUES ('dropped', ?) ON CONFLICT DO UPDATE SET value = value + excluded.value"


def forget(connection: sqlite3.Connection, address: str, account: str) -> int:
    """Forget a sender, or their ties with one account; how many ties that were."""
    if account:
        return connection.execute("DELETE FROM ties WHERE sender = ? AND account = ?", (address, account)).rowcount
    connection.execute("DELETE FROM ways WHERE sender = ?", (address,))
    connection.execute("DELETE FROM names WHERE address = ?", (address,))
    return connection.execute("DELETE FROM ties WHERE sender = ?", (address,)).rowcount


def forget_before(connection: sqlite3.Connection, seconds: int) -> int:
    """Forget what was not seen since then; how many ties and sent messages that were."""
    gone = connection.execute("DELETE FROM ties WHERE seen_at < ?", (seconds,)).rowcount
    gone += connection.execute("DELETE FROM sent WHERE at < ?", (seconds,)).rowcount
    for table in ("ways", "names", "domains"):
        connection.execute(f"DELETE FROM {table} WHERE last_at < ?", (seconds,))  # noqa: S608  names of ours
    connection.execute("DELETE FROM looks WHERE (domain, tenant) NOT IN (SELECT domain, tenant FROM domains)")
    return gone


def make_room(connection: sqlite3.Connection, most: int) -> None:
    """Drop the ties and sent messages that are worth least, where there are too many; ties are counted."""
    spare = int(most * DROPPED_SHARE)
    surplus = _number(connection, "SELECT count(*) FROM ties") - most
    if surplus > 0:
        dropped = connection.execute(_DROP, (surplus + spare,)).rowcount
        connection.execute(_COUNT_DROPPED, (dropped,))
        for statement in _NOBODYS:
            connection.execute(statement)
    surplus = _number(connection, "SELECT count(*) FROM sent") - most
    if surplus > 0:
        oldest = "DELETE FROM sent WHERE number IN (SELECT number FROM sent ORDER BY at LIMIT ?)"
        connection.execute(oldest, (surplus + spare,))


def kept(connection: sqlite3.Connection) -> tuple[int, int, int, int | None]:
    """Ties, sent messages, ties dropped for want of room, and the time of the first mail that was remembered."""
    facts = dict(connection.execute("SELECT name, value FROM facts").fetchall())
    ties, sent = _number(connection, "SELECT count(*) FROM ties"), _number(connection, "SELECT count(*) FROM sent")
    return ties, sent, int(facts.get("dropped", 0)), facts.get("since")


def _number(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])

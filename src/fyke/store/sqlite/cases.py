"""What the lab concluded, in `cases.db`: a row a conclusion, replaced whole; aliases and decisions are only added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from fyke.model.gang import Alias, Decision, Hypothesis, Link, Network, Operation
from fyke.store.cases import Conclusions
from fyke.store.sqlite.file import connect, told, writing

VERSION = 1
AT_ONCE = 400  # sites asked for in one statement; SQLite takes 999 variables

SCHEMA = """
CREATE TABLE rounds (at TEXT NOT NULL, sites INTEGER NOT NULL);

CREATE TABLE networks (id TEXT PRIMARY KEY, told BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE members (site TEXT PRIMARY KEY, network TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE operations (id TEXT PRIMARY KEY, told BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE hypotheses (left TEXT NOT NULL, right TEXT NOT NULL, told BLOB NOT NULL);

CREATE TABLE links (
    left TEXT NOT NULL, right TEXT NOT NULL, told BLOB NOT NULL, PRIMARY KEY (left, right)
) WITHOUT ROWID;

CREATE TABLE aliases (seq INTEGER PRIMARY KEY AUTOINCREMENT, told BLOB NOT NULL);

CREATE TABLE decisions (seq INTEGER PRIMARY KEY AUTOINCREMENT, told BLOB NOT NULL);

CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions BEGIN SELECT raise(ABORT, 'never changed'); END;

CREATE TRIGGER decisions_are_kept BEFORE DELETE ON decisions BEGIN SELECT raise(ABORT, 'never deleted'); END
""".strip()

Told = TypeVar("Told")
_encode = msgspec.json.encode


class SqliteCases:
    """The `Cases` of one machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connect(path, SCHEMA, VERSION)

    def replace(self, conclusions: Conclusions, aliases: Sequence[Alias]) -> None:
        """Put these in place of what was concluded before, in one step."""
        run, many = self._connection.execute, self._connection.executemany
        with told(self._path), writing(self._connection):
            for table in ("rounds", "networks", "members", "operations", "hypotheses", "links"):
                run(f"DELETE FROM {table}")  # noqa: S608  constants
            run("INSERT INTO rounds VALUES (?, ?)", (conclusions.at.isoformat(), conclusions.sites))
            many("INSERT INTO networks VALUES (?, ?)", ((each.id, _encode(each)) for each in conclusions.networks))
            many(
                "INSERT INTO members VALUES (?, ?)",
                ((site, each.id) for each in conclusions.networks for site in each.sites),
            )
            many("INSERT INTO operations VALUES (?, ?)", ((each.id, _encode(each)) for each in conclusions.operations))
            many("INSERT INTO hypotheses VALUES (?, ?, ?)", _pairs(conclusions.hypotheses))
            many("INSERT INTO links VALUES (?, ?, ?)", _pairs(conclusions.links))
            many("INSERT INTO aliases (told) VALUES (?)", ((_encode(alias),) for alias in aliases))

    def latest(self) -> Conclusions | None:
        """What was concluded last, without its links."""
        with told(self._path):
            found = self._connection.execute("SELECT at, sites FROM rounds").fetchone()
            if found is None:
                return None
            networks = sorted(self._all("networks", Network), key=lambda each: (-len(each.sites), each.id))
            size = {each.id: len(each.sites) for each in networks}
            operations = sorted(
                self._all("operations", Operation),
                key=lambda each: (-sum(size[network] for network in each.networks), each.id),
            )
            return Conclusions(
                at=datetime.fromisoformat(found[0]),
                networks=tuple(networks),
                operations=tuple(operations),
                links=(),
                hypotheses=tuple(
                    sorted(self._all("hypotheses", Hypothesis), key=lambda each: (-each.bits, each.left, each.right))
                ),
                sites=found[1],
            )

    def links(self, sites: Sequence[str]) -> list[Link]:
        """The links both of whose sites are among these."""
        wanted = sorted(set(sites))
        there = set(wanted)
        found: list[Link] = []
        with told(self._path):
            for at in range(0, len(wanted), AT_ONCE):
                some = wanted[at : at + AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = self._connection.execute(
                    f"SELECT right, told FROM links WHERE left IN ({marks}) ORDER BY left, right",  # noqa: S608
                    some,
                )
                found += [msgspec.json.decode(text, type=Link) for right, text in rows if right in there]
        return found

    def network_of(self, site: str) -> str:
        """The id of the site's network."""
        with told(self._path):
            row = self._connection.execute("SELECT network FROM members WHERE site = ?", (site,)).fetchone()
        return str(row[0]) if row else ""

    def aliases(self) -> list[Alias]:
        """All ids that were, oldest first."""
        with told(self._path):
            return list(self._all("aliases", Alias, "seq"))

    def decide(self, decision: Decision) -> None:
        """Keep what a person said."""
        with told(self._path), writing(self._connection):
            self._connection.execute("INSERT INTO decisions (told) VALUES (?)", (_encode(decision),))

    def decisions(self) -> list[Decision]:
        """All of it, oldest first."""
        with told(self._path):
            return list(self._all("decisions", Decision, "seq"))

    def close(self) -> None:
        """Let go."""
        self._connection.close()

    def _all(self, table: str, kind: type[Told], order: str = "1") -> Iterable[Told]:
        for (text,) in self._connection.execute(f"SELECT told FROM {table} ORDER BY {order}"):  # noqa: S608
            yield msgspec.json.decode(text, type=kind)


def _pairs(told: Iterable[Link | Hypothesis]) -> Iterable[tuple[str, str, bytes]]:
    return ((each.left, each.right, _encode(each)) for each in told)

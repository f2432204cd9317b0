"""The campaigns that the lab found, in `campaigns.db`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from fyke.model.campaign import Campaign
from fyke.model.gang import Alias
from fyke.store.sqlite.file import connect, told, writing

VERSION = 1
HOPS = 100  # from an id that was to one that is: a chain is as long as there were passes that changed it

SCHEMA = """
CREATE TABLE campaigns (id TEXT PRIMARY KEY, mails INTEGER NOT NULL, told BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE members (mail TEXT PRIMARY KEY, campaign TEXT NOT NULL) WITHOUT ROWID;

CREATE INDEX members_by_campaign ON members (campaign);

CREATE TABLE begun (id TEXT PRIMARY KEY, campaign TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE aliases (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, old TEXT NOT NULL, new TEXT NOT NULL, told BLOB NOT NULL
);

CREATE INDEX aliases_by_old ON aliases (old);

CREATE INDEX aliases_by_new ON aliases (new)
""".strip()

_encode = msgspec.json.encode
_campaign = msgspec.json.Decoder(Campaign).decode
_alias = msgspec.json.Decoder(Alias).decode


class SqlitePartition:
    """The `Partition` of one machine."""

    def __init__(self, path: Path) -> None:
        """Raises `StoreError`."""
        self._path = path
        self._connection = connect(path, SCHEMA, VERSION)

    def replace(self, campaigns: Sequence[Campaign], of: Mapping[str, str], aliases: Sequence[Alias]) -> None:
        """Put these in place of what was found before, in one step."""
        run, many = self._connection.execute, self._connection.executemany
        with told(self._path), writing(self._connection):
            for table in ("campaigns", "members", "begun"):
                run(f"DELETE FROM {table}")  # noqa: S608  constants
            many("INSERT INTO campaigns VALUES (?, ?, ?)", ((each.id, each.mails, _encode(each)) for each in campaigns))
            many("INSERT INTO members VALUES (?, ?)", sorted(of.items()))
            many(
                "INSERT OR IGNORE INTO begun VALUES (?, ?)",
                ((name, each.id) for each in campaigns for name in each.begun),
            )
            many(
                "INSERT INTO aliases (old, new, told) VALUES (?, ?, ?)",
                ((alias.old, alias.new, _encode(alias)) for alias in aliases),
            )

    def all(self) -> list[Campaign]:
        """What was found last, the largest first."""
        with told(self._path):
            rows = self._connection.execute("SELECT told FROM campaigns ORDER BY mails DESC, id").fetchall()
        return [_campaign(row[0]) for row in rows]

    def get(self, name: str) -> Campaign | None:
        """The campaign of that id, of one that it had, of one of its mails, or of its beginning."""
        with told(self._path):
            for found in self._meant(name):
                row = self._connection.execute("SELECT told FROM campaigns WHERE id = ?", (found,)).fetchone()
                if row is not None:
                    return _campaign(row[0])
        return None

    def of(self) -> dict[str, str]:
        """The campaign of each mail."""
        with told(self._path):
            return dict(self._connection.execute("SELECT mail, campaign FROM members").fetchall())

    def mails(self, campaign: str, most: int = 1_000) -> list[str]:
        """Ids of its mails, ascending."""
        with told(self._path):
            rows = self._connection.execute(
                "SELECT mail FROM members WHERE campaign = ? ORDER BY mail LIMIT ?", (campaign, most)
            )
            return [row[0] for row in rows]

    def aliases(self, campaign: str = "") -> list[Alias]:
        """All ids that were, oldest first; or those that became that campaign, or that it became."""
        where, values = (" WHERE old = ? OR new = ?", (campaign, campaign)) if campaign else ("", ())
        with told(self._path):
            rows = self._connection.execute(f"SELECT told FROM aliases{where} ORDER BY seq", values)  # noqa: S608
            return [_alias(row[0]) for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _meant(self, name: str) -> list[str]:
        """Ids that may be meant, the likeliest first."""
        found = [name]
        for _ in range(HOPS):  # where it went last; an id that lives goes nowhere
            row = self._connection.execute(
                "SELECT new FROM aliases WHERE old = ? AND new <> '' ORDER BY seq DESC LIMIT 1", (found[-1],)
            ).fetchone()
            if row is None or row[0] in found:
                break
            found.append(row[0])
        asked = (
            ("SELECT campaign FROM begun WHERE id = ?", name),
            ("SELECT campaign FROM members WHERE mail = ?", name),
        )
        found += [row[0] for query, value in asked for row in self._connection.execute(query, (value,))]
        plain = name.replace("\\", "").replace("%", "").replace("_", "")
        near = self._connection.execute("SELECT id FROM campaigns WHERE id LIKE ? LIMIT 2", (f"{plain}%",)).fetchall()
        return [*found, *([near[0][0]] if len(near) == 1 and len(plain) > 2 else [])]

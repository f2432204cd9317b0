"""The tables of correspondents and what is said to them. Times are seconds since 1970, days are counted from it."""

from __future__ import annotations

VERSION = 1

# An account is an address, or "@" and a domain for all accounts of it: a tenant.
SCHEMA = """
CREATE TABLE ties (
    sender TEXT NOT NULL,
    account TEXT NOT NULL,
    first_at INTEGER,
    last_at INTEGER,
    wanted INTEGER NOT NULL DEFAULT 0,
    unwanted INTEGER NOT NULL DEFAULT 0,
    began INTEGER NOT NULL DEFAULT 0,
    answered INTEGER NOT NULL DEFAULT 0,
    written_at INTEGER,
    wanted_on INTEGER NOT NULL DEFAULT -1,  -- the last day that was counted
    unwanted_on INTEGER NOT NULL DEFAULT -1,
    seen_at INTEGER NOT NULL,  -- the last of all: what ages
    PRIMARY KEY (sender, account)
) WITHOUT ROWID;

CREATE TABLE ways (
    sender TEXT PRIMARY KEY,
    packed BLOB NOT NULL,  -- all of them: one row is read faster than many
    last_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE names (
    key TEXT NOT NULL,
    tenant TEXT NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    is_own INTEGER NOT NULL,
    days INTEGER NOT NULL,
    day INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (key, tenant, address)
) WITHOUT ROWID;

CREATE TABLE domains (
    domain TEXT NOT NULL,
    tenant TEXT NOT NULL,
    days INTEGER NOT NULL,
    day INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (domain, tenant)
) WITHOUT ROWID;

CREATE TABLE looks (
    key TEXT NOT NULL,
    tenant TEXT NOT NULL,
    domain TEXT NOT NULL,
    PRIMARY KEY (key, tenant, domain)
) WITHOUT ROWID;

CREATE TABLE sent (
    number BLOB PRIMARY KEY,
    at INTEGER NOT NULL,
    account BLOB NOT NULL,
    is_opening INTEGER NOT NULL,
    recipients BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE INDEX sent_by_age ON sent (at)
""".strip()

NEAR_DAYS = 2  # of wanted mail, before somebody's domain is one that is worth being imitated
SAFE_DAYS = 5  # of wanted mail, after which a domain is itself, whatever it looks like

_TIE = "account, first_at, last_at, wanted, unwanted, began, answered, written_at"
TIES = f"SELECT {_TIE} FROM ties WHERE sender = ? AND account IN (?, ?)"  # noqa: S608  constants, here and below
ANYBODYS_TIES = f"SELECT {_TIE} FROM ties WHERE sender = ? AND account >= '@' AND account < 'A'"  # noqa: S608
TIES_OF = f"SELECT {_TIE} FROM ties WHERE sender = ? ORDER BY account"  # noqa: S608
BY_DOMAIN = f"SELECT 1 FROM domains WHERE domain = ? AND (tenant = ? OR ? = '') AND days >= {SAFE_DAYS} LIMIT 1"  # noqa: S608
WAYS_OF = "SELECT packed FROM ways WHERE sender = ?"
NAMES = """SELECT address, name, is_own, days FROM names WHERE key = ? AND (tenant = ? OR ? = '')
    ORDER BY is_own DESC, days DESC LIMIT ?"""
NEAR = f"""SELECT DISTINCT looks.domain FROM looks JOIN domains USING (domain, tenant)
    WHERE looks.key IN ({{places}}) AND (looks.tenant = ? OR ? = '') AND looks.domain != ?
    AND domains.days >= {NEAR_DAYS} LIMIT ?"""  # noqa: S608
ANSWERED = "SELECT number, at, account, is_opening, recipients FROM sent WHERE number IN ({places})"

SINCE = "INSERT INTO facts VALUES ('since', ?) ON CONFLICT DO UPDATE SET value = min(value, excluded.value)"
MET = """INSERT INTO ties (sender, account, first_at, last_at, wanted, wanted_on, seen_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?4) ON CONFLICT DO UPDATE SET
    first_at = min(coalesce(first_at, excluded.first_at), excluded.first_at),
    last_at = max(coalesce(last_at, excluded.last_at), excluded.last_at),
    wanted = wanted + (excluded.wanted_on > wanted_on),
    wanted_on = max(wanted_on, excluded.wanted_on),
    seen_at = max(seen_at, excluded.seen_at)"""
HELD_AGAINST = """UPDATE ties SET unwanted = unwanted + (? > unwanted_on), unwanted_on = max(unwanted_on, ?)
    WHERE sender = ? AND account = ?"""
WRITTEN = """INSERT INTO ties (sender, account, began, answered, written_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
    ON CONFLICT DO UPDATE SET began = began + excluded.began, answered = answered + excluded.answered,
    written_at = min(coalesce(written_at, excluded.written_at), excluded.written_at),
    seen_at = max(seen_at, excluded.seen_at)"""
WAYS = """INSERT INTO ways VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET
    packed = excluded.packed, last_at = max(last_at, excluded.last_at)"""
NAMED = """INSERT INTO names (key, tenant, address, name, is_own, days, day, last_at) VALUES (?, ?, ?, ?, ?, 1, ?, ?)
    ON CONFLICT DO UPDATE SET days = days + (excluded.day > day), day = max(day, excluded.day),
    is_own = max(is_own, excluded.is_own), last_at = max(last_at, excluded.last_at)"""
DOMAIN = """INSERT INTO domains (domain, tenant, days, day, last_at) VALUES (?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET
    days = days + (excluded.day > day), day = max(day, excluded.day), last_at = max(last_at, excluded.last_at)"""
LOOKS = "INSERT OR IGNORE INTO looks VALUES (?, ?, ?)"
SENT = "INSERT OR IGNORE INTO sent VALUES (?, ?, ?, ?, ?)"

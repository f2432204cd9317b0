"""Small worlds of sites with known owners, as rows of facts: for tests of linking, apart from the drill."""

import random

import duckdb

DAY = 86_400.0


def owner(name, sites, rng, *, habits, pool=2):
    """Rows of an owner's sites: of each kind in `habits` each site has one of a few values, as often as is said."""
    rows = []
    for at in range(sites):
        site = f"{name}-{at:03}.example"
        rows += [
            (site, kind, f"{name}-{kind}-{rng.randrange(pool)}", 0.0, 10 * DAY)
            for kind, often in habits.items()
            if rng.random() < often
        ]
        rows.append((site, "title", f"{name} {at}", 0.0, 10 * DAY))
    return rows


def honest(sites, rng):
    """Rows of honest sites: each has its own owner, many a host, a name server and a kit in common."""
    rows = []
    for at in range(sites):
        site = f"honest-{at:04}.example"
        rows += [
            (site, "registrant_email", f"owner{at}@honest.example", 0.0, 10 * DAY),
            (site, "phone", f"+1555{at:07}", 0.0, 10 * DAY),
            (site, "ip", f"198.18.0.{rng.randrange(40)}", 0.0, 10 * DAY),
            (site, "ns", f"ns{rng.randrange(4)}.hosting.example", 0.0, 10 * DAY),
            (site, "kit", f"shop software {rng.randrange(3)}", 0.0, 10 * DAY),
        ]
    return rows


CARELESS = {"registrant_email": 0.8, "merchant": 0.9, "phone": 0.9, "ip": 0.9, "ns": 0.9, "kit": 1.0}


def world(seed=1, gangs=8, size=12, people=300):
    """Rows and the owner of each site: careless gangs among honest people."""
    rng = random.Random(seed)
    rows = honest(people, rng)
    for gang in range(gangs):
        rows += owner(f"gang{gang}", size, rng, habits=CARELESS)
    return rows, {row[0]: row[0].partition("-")[0] if row[0].startswith("gang") else row[0] for row in rows}


def good(rows):
    """The honest sites among them."""
    return sorted({row[0] for row in rows if row[0].startswith("honest")})


def relation(rows):
    """The rows as a relation of facts."""
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE facts (about VARCHAR, kind VARCHAR, value VARCHAR, seen_from TIMESTAMPTZ, seen_to TIMESTAMPTZ)"
    )
    if not rows:
        return connection.table("facts")
    connection.executemany(
        "INSERT INTO facts VALUES (?, ?, ?, to_timestamp(?), to_timestamp(?))",
        [(f"site:{site}", kind, value, first, last) for site, kind, value, first, last in rows],
    )
    return connection.table("facts")


def groups(linked):
    """The networks as sets of sites."""
    found = {}
    for at, label in enumerate(linked.labels.tolist()):
        found.setdefault(label, set()).add(linked.marks.sites[at])
    return sorted((sorted(sites) for sites in found.values() if len(sites) > 1), key=lambda sites: sites[0])


def mixed(linked, owners):
    """Networks that have sites of several owners."""
    return [sites for sites in groups(linked) if len({owners[site] for site in sites}) > 1]


def recall(linked, owners):
    """For a site of a gang: the share of its owner's sites that are in its network."""
    shares = []
    by_site = {linked.marks.sites[at]: label for at, label in enumerate(linked.labels.tolist())}
    for site, label in by_site.items():
        if owners[site].startswith("gang"):
            own = [other for other in by_site if owners[other] == owners[site]]
            shares.append(sum(by_site[other] == label for other in own) / len(own))
    return sum(shares) / len(shares)

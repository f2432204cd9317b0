"""A world as a folder: mail, DNS, registrations, certificates and pages as the lab reads them, and the truth beside."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fyke.drill.mails import Sent, mails
from fyke.drill.pages import page
from fyke.drill.world import Site, World

BUFFER = 1 << 20
Tell = Callable[[int], None]  # how many mails are written


def write(
    world: World, folder: Path, tell: Tell = lambda _count: None, put: Callable[[Sent], None] | None = None
) -> dict[str, int]:
    """Write it all; what there is of each. Raises OSError; FileExistsError where the folder is not empty.

    `put`: takes each mail, in the order of time, instead of the folder's `mail/`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(17, "the folder is not empty", str(folder))
    for name in (*(() if put else ("mail",)), "dns", "rdap", "certificates", "pages", "truth"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _json_lines(folder / "dns" / "passive.jsonl", (row for site in world.sites for row in _names(site)))
    _json_lines(folder / "certificates" / "issued.jsonl", (_certificate(site) for site in world.sites))
    for site in world.sites:
        (folder / "rdap" / f"{site.name}.json").write_text(json.dumps(_registration(site), indent=1), "utf-8")
    _warc(world, folder / "pages" / "captures.warc")
    _truth(world, folder / "truth")
    return {"sites": len(world.sites), "mails": _mail(world, folder, tell, put), "traps": len(world.pairs)}


def _mail(world: World, folder: Path, tell: Tell, put: Callable[[Sent], None] | None) -> int:
    count = 0
    with (
        nullcontext() if put else (folder / "mail" / "trap.mbox").open("wb", buffering=BUFFER) as box,
        (folder / "truth" / "mail.csv").open("w", encoding="utf-8", newline="") as truth,
    ):
        rows = csv.writer(truth, lineterminator="\n")
        rows.writerow(("message_id", "campaign", "template", "botnet", "gang", "goods"))
        for sent in mails(world):
            if put is not None:
                put(sent)
            elif box is not None:
                box.write(mbox(sent))
            rows.writerow((sent.message_id, sent.campaign, sent.template, sent.botnet, sent.gang, sent.goods))
            count += 1
            tell(count)
    return count


def mbox(sent: Sent) -> bytes:
    """The mail as it stands in an mbox."""
    body = sent.raw.replace(b"\nFrom ", b"\n>From ")
    return f"From MAILER-DAEMON {sent.at:%a %b %d %H:%M:%S %Y}\n".encode() + body.rstrip(b"\n") + b"\n\n"


def _names(site: Site) -> Iterator[dict[str, Any]]:
    first, last = int(site.born.timestamp()), int(site.dies.timestamp())
    for kind, values in (("A", list(site.ips)), ("NS", [f"{name}." for name in site.ns])):
        yield {
            "rrname": f"{site.name}.",
            "rrtype": kind,
            "rdata": values,
            "time_first": first,
            "time_last": last,
            "count": 9,
        }
    contact = f"{site.ns[0]}. hostmaster.{site.ns[0].partition('.')[2]}. {first} 7200 3600 1209600 3600"
    yield {
        "rrname": f"{site.name}.",
        "rrtype": "SOA",
        "rdata": contact,
        "time_first": first,
        "time_last": last,
        "count": 3,
    }


def _certificate(site: Site) -> dict[str, Any]:
    chance = random.Random(f"{site.name} {site.key}")
    return {
        "name": site.name,
        "names": [site.name, f"www.{site.name}"],
        "fingerprint": f"{chance.getrandbits(256):064x}",
        "key": site.key,
        "issuer": site.issuer,
        "not_before": site.issued.isoformat(timespec="seconds"),
        "seen_from": site.issued.isoformat(timespec="seconds"),
        "seen_to": site.dies.isoformat(timespec="seconds"),
    }


def _registration(site: Site) -> dict[str, Any]:
    """An RDAP domain object (RFC 9083)."""
    who = site.registrant or {"fn": "REDACTED FOR PRIVACY", "org": "Privacy Proxy", "email": "proxy@privacy.example"}
    return {
        "objectClassName": "domain",
        "rdapConformance": ["rdap_level_0"],
        "ldhName": site.name,
        "events": [
            {"eventAction": "registration", "eventDate": _iso(site.born)},
            {"eventAction": "last update of RDAP database", "eventDate": _iso(site.born + timedelta(days=1))},
        ],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": name} for name in site.ns],
        "entities": [
            {"objectClassName": "entity", "roles": ["registrar"], "vcardArray": _card({"fn": site.registrar})},
            {"objectClassName": "entity", "roles": ["registrant"], "vcardArray": _card(who)},
        ],
    }


def _card(who: dict[str, str]) -> list[Any]:
    lines: list[Any] = [["version", {}, "text", "4.0"]]
    lines += [[name, {}, "text", who[name]] for name in ("fn", "org", "email") if who.get(name)]
    if who.get("tel"):
        lines.append(["tel", {}, "uri", f"tel:{who['tel']}"])
    if who.get("adr"):
        lines.append(["adr", {"label": who["adr"]}, "text", ["", "", "", "", "", "", ""]])
    return ["vcard", lines]


def _warc(world: World, path: Path) -> None:
    """Front page and icon of each site, as WARC 1.1 (ISO 28500)."""
    with path.open("wb", buffering=BUFFER) as file:
        for site in world.sites:
            at = site.born + (site.dies - site.born) / 3
            front = page(site, world.knobs.seed).encode()
            file.write(_record(f"http://{site.name}/", front, "text/html; charset=utf-8", at))
            icon = random.Random(f"{world.knobs.seed} icon {site.skin}").randbytes(180)
            file.write(_record(f"http://{site.name}/favicon.ico", icon, "image/x-icon", at))


def _record(uri: str, body: bytes, kind: str, at: datetime) -> bytes:
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    number = random.Random(uri).getrandbits(128)
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{_uuid(number)}>\r\nWARC-Date: {_iso(at)}\r\n"
        f"WARC-Target-URI: {uri}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def _uuid(number: int) -> str:
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _truth(world: World, folder: Path) -> None:
    """Who owns what, and what must not be joined."""
    with (folder / "sites.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("site", "network", "operation", "role", "trap"))
        rows.writerows(
            (
                site.name,
                site.network,
                site.operation,
                site.role,
                " ".join(each.partition(":")[0] for each in site.traps),
            )
            for site in world.sites
        )
    with (folder / "traps.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("trap", "site_a", "site_b"))
        rows.writerows(world.pairs)


def _json_lines(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", buffering=BUFFER) as file:
        for row in rows:
            file.write(json.dumps(row, separators=(",", ":")) + "\n")


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

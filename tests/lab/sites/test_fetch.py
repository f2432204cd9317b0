"""Facts of a site from servers: a whole small internet on loopback, and what each part of it can do wrong."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from fyke import house
from fyke.config import Config
from fyke.lab.evidence import Evidence
from fyke.lab.sites import fetch, warc
from fyke.lab.sites.fetch import Registries
from fyke.model.exchange import Exchange, Resolved
from tests.lab.sites import servers

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAME = "pills-now.com"


@pytest.fixture
def internet(tmp_path):
    """The config with which it is asked, and its web server."""
    ca, context = servers.authority(tmp_path, NAME, "rdap.registry.org", "other-pills.com")
    table = {
        "/": (200, {"Content-Type": "text/html"}, servers.PAGE),
        "/favicon.ico": (200, {"Content-Type": "image/x-icon"}, b"icon" * 9),
        f"/domain/{NAME}": (200, {"Content-Type": "application/rdap+json"}, servers.rdap(NAME)),
    }
    with servers.names() as names, servers.web(table, context) as web:
        told = {
            "site": {"folder": str(tmp_path / "state")},
            "dns": {"servers": [f"127.0.0.1:{names.port}"]},
            "fetch": {
                "allow": ["127.0.0.0/8"],
                "ports": [web.port],
                "pause_s": 0.0,
                "timeout_s": 5.0,
                "rdap": f"https://rdap.registry.org:{web.port}",
                "ca": str(ca),
            },
        }
        yield msgspec.convert(told, Config), web


def fetched(config, name=NAME):
    return list(fetch.fetch(name, house.window(config), house.registries(config), ports=config.fetch.ports))


def test_all_kinds_of_facts_come_with_their_evidence(internet):
    """DNS, registration, certificate, page; each fact names bytes that were received."""
    config, _ = internet
    reads = fetched(config)
    assert not [read.problem for read in reads if read.problem]
    facts = [fact for read in reads for fact in read.facts]
    told = {(fact.kind, fact.value) for fact in facts}
    assert {
        ("ip", "127.0.0.1"),
        ("ns", "ns1.dns-of-gang.net"),
        ("mx", "mx.dns-of-gang.net"),
        ("soa", "boss.dns-of-gang.net"),
        ("registrant_email", "boss@gang.net"),
        ("registered_at", "2026-01-05T08:00:00+00:00"),
        ("title", "Pills now"),
        ("processor", "example-till.com"),
        ("merchant", "example-till.com M4711"),
        ("certificate_name", "other-pills.com"),
    } <= told
    assert {"dom", "favicon", "certificate", "certificate_key", "form"} <= {kind for kind, _ in told}
    received = {entry.digest for read in reads for entry in read.received}
    assert {fact.evidence for fact in facts} <= received


def test_it_is_kept_and_can_be_given_to_others(internet):
    """What `fyke lab` takes of it is in the chain, whole, and the lab's readers read the same from the exhibits."""
    config, _ = internet
    lab = house.laboratory(config)
    lab.take(fetched(config))
    lab.cases.close()
    held = Evidence(lab.custody, lab.evidence)
    sound = held.check()
    assert (sound.damages, sound.unkept, sound.chain.broken_at) == (0, 0, 0)
    (page,) = held.entries("page")
    again = warc.captures(_written(config, held.content(page)))
    assert [captured.path for captured in again] == ["/", "/favicon.ico"]
    line = held.content(next(held.entries("dns"))).splitlines()[0]
    assert json.loads(line)["wire"]


def _written(config, raw):
    from pathlib import Path

    path = Path(config.site.folder) / "x.warc"
    path.write_bytes(raw)
    return path


def test_nothing_answers(internet):
    """Each part says so in a sentence, none raises, and no fact is made."""
    config, web = internet
    web.table.clear()
    reads = fetched(config)
    assert any("404" in read.problem for read in reads)
    dead = msgspec.structs.replace(
        config, fetch=msgspec.structs.replace(config.fetch, ports=(9,), allow=("127.0.0.0/8",))
    )
    reads = fetched(dead)
    assert sum(bool(read.problem) for read in reads) >= 2
    assert {fact.kind for read in reads for fact in read.facts} <= {"ip", "ns", "mx", "soa"}


class Given:
    """A window that shows what it was given."""

    def __init__(self, answers=(), names=()):
        self.answers, self.names, self.asked = dict(answers), dict(names), []

    def get(self, url, accept="*/*", *, verify=False):
        self.asked.append((url, verify))
        return self.answers.get(url, (Exchange(url, AT, trouble="nobody"),))

    def ask(self, name, kind):
        return self.names.get(kind, Resolved(name, kind, AT, trouble="nobody"))


def test_registries_are_found_by_the_list():
    """The longest suffix counts, TLS is preferred, and the list is fetched once, from a server that is vouched for."""
    told = b'{"services":[[["com","net"],["http://a/","https://b/"]],[["co.uk"],["https://uk/x"]]]}'
    found = Registries(bootstrap=told)
    assert found.url("x.com", Given()) == "https://b/domain/x.com"
    assert found.url("x.co.uk", Given()) == "https://uk/x/domain/x.co.uk"
    with pytest.raises(ValueError, match="no RDAP server"):
        found.url("x.zz", Given())
    window = Given({fetch.BOOTSTRAP: (Exchange(fetch.BOOTSTRAP, AT, status=200, body=told),)})
    asking = Registries()
    assert asking.url("x.net", window) == asking.url("x.net", window) == "https://b/domain/x.net"
    assert window.asked == [(fetch.BOOTSTRAP, True)]


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"services":[[1]]}', b'{"services":[[["a"],[]]]}', b"[" * 60_000, b"\xff"]
)
def test_a_list_that_is_none_is_told(raw):
    """One sentence."""
    with pytest.raises(ValueError, match="9224"):
        Registries(bootstrap=raw)


def test_only_its_own_and_given_addresses_are_asked():
    """A fetch of a site asks https, http and the registry, nothing that a page names."""
    window = Given()
    list(fetch.fetch("a.com", window, Registries("https://rdap.example")))
    assert [url for url, _ in window.asked] == ["https://rdap.example/domain/a.com", "https://a.com/", "http://a.com/"]

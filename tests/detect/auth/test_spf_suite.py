"""The test suite of RFC 7208, which comes with the source of pyspf, and pyspf itself as an oracle.

`make peers` puts the source distribution into out/peers/; FYKE_PYSPF names another place. Nothing of it is kept here.
"""

import importlib.util
import os
import socket
import sys
import tarfile
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fyke.detect.auth import spf, spf_evaluation
from fyke.model import UNKNOWN, Dns, Records
from tests.detect.auth.driving import drive

PEERS = Path(os.environ.get("FYKE_PYSPF", Path(__file__).parents[3] / "out" / "peers"))
TYPES = ("A", "AAAA", "MX", "PTR", "TXT")

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The folder of pyspf's source."""
    found = sorted(PEERS.glob("pyspf-*.tar.gz")) if PEERS.is_dir() else [PEERS] if PEERS.is_file() else []
    if not found:
        assert not os.environ.get("CI"), "the source of pyspf is not there: run `make peers`"
        pytest.skip("the source of pyspf is not there")
    folder = tmp_path_factory.mktemp("pyspf")
    with tarfile.open(found[-1]) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def scenarios(source):
    if importlib.util.find_spec("yaml") is None:
        assert not os.environ.get("CI"), "PyYAML is not installed"
        pytest.skip("PyYAML is not installed")
    import yaml

    with (source / "test" / "rfc7208-tests.yml").open("rb") as file:
        return list(yaml.safe_load_all(file))


def answers_of(zone):
    """The suite's zone as our answers: records of type SPF stand for TXT where the name has no TXT of its own."""
    names = {name.lower().rstrip("."): entries for name, entries in zone.items()}
    answers = {}
    for name in names:
        for kind in TYPES:
            answers[Dns(name, kind)] = answer_of(names, name, kind)
    return answers


def answer_of(names, name, kind, hops=0):
    entries = names.get(name)
    if entries is None:
        return Records(exists=False)
    pairs = [next(iter(entry.items())) for entry in entries if isinstance(entry, dict)]
    if kind == "TXT" and not any(type_ == "TXT" for type_, _ in pairs):
        pairs = [("TXT", value) if type_ == "SPF" else (type_, value) for type_, value in pairs]
    alias = next((value for type_, value in pairs if type_ == "CNAME"), None)
    if alias is not None:
        return UNKNOWN if hops > 8 else answer_of(names, alias.lower().rstrip("."), kind, hops + 1)
    values = [value for type_, value in pairs if type_ == kind and value != "NONE"]
    if not values and "TIMEOUT" in entries:
        return UNKNOWN
    if any(value == "TIMEOUT" for value in values):
        return UNKNOWN
    return Records(tuple(written(kind, value) for value in values))


def written(kind, value):
    """A value in the presentation of `fyke.model.Dns`."""
    if kind == "MX":
        return f"{value[0]} {value[1].lower() or '.'}"
    if kind == "TXT":
        return ("".join(value) if isinstance(value, list) else value).encode("utf-8").decode("latin-1")
    return value.lower().rstrip(".") if kind == "PTR" else value


def test_every_scenario_of_the_suite_comes_out_as_it_should(scenarios):
    """All tests of RFC 7208's suite, their results and their explanations; there is no exception."""
    wrong, count = [], 0
    for scenario in scenarios:
        answers = answers_of(scenario["zonedata"])
        for name, test in scenario["tests"].items():
            wanted = test["result"] if isinstance(test["result"], list) else [test["result"]]
            result = drive(spf.check(test["host"], test["mailfrom"], test["helo"], "mx.example.test"), answers)
            explanation = test.get("explanation", result.explanation).replace("DEFAULT", "")
            if result.result.value not in wanted or result.explanation != explanation:
                wrong.append((name, wanted, explanation, result))
            count += 1
    assert count > 190
    assert wrong == []


@pytest.fixture(scope="module")
def pyspf(source):
    spec = importlib.util.spec_from_file_location("pyspf_oracle", source / "spf.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["pyspf_oracle"] = module
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        spec.loader.exec_module(module)
    with (
        pytest.MonkeyPatch.context() as patch
    ):  # pyspf counts every void look-up, RFC 7208 4.6.4 the terms that have one
        patch.setattr(module, "MAX_VOID_LOOKUPS", 1_000)
        patch.setattr(spf_evaluation, "VOIDS", 1_000)
        yield module


HOSTS = ("example.com", "a.example.com", "mx.example.net", "b.example.net", "3.2.1.example.org")
ADDRESSES = ("192.0.2.1", "192.0.2.77", "198.51.100.9", "203.0.113.200")
ADDRESSES6 = ("2001:db8::1", "2001:db8:1::77", "2001:db8:ffff::9")
NAMES = (
    *HOSTS, *HOSTS, *HOSTS, "nowhere.example.com", "%{d}", "%{d2}", "%{ir}.example.org", "%{o}", "%{h}",
    "%{l}.example.com", "%{l1r-}.example.com", "%{d3r}", "a.%{d2}", "a.com.", "%{s}", "%{p}", "x.%{v}.%{p2}",
    "museum", "1.2.3.4", "%{d",
)  # fmt: skip
LENGTHS = ("", "", "/24", "/8", "/0", "/32", "//64", "//32", "/24//64", "//129")
terms = st.one_of(
    st.builds(
        "{}{}{}{}".format, st.sampled_from(("", "+", "-", "~", "?")), st.sampled_from(("a", "mx")),
        st.sampled_from(("", *(f":{name}" for name in NAMES))), st.sampled_from(LENGTHS),
    ),
    st.builds(
        "{}{}:{}".format, st.sampled_from(("", "-", "?")), st.sampled_from(("include", "exists", "ptr")),
        st.sampled_from(NAMES),
    ),
    st.builds("{}ip4:{}{}".format, st.sampled_from(("", "-")), st.sampled_from(ADDRESSES), st.sampled_from(LENGTHS)),
    st.builds("ip6:{}{}".format, st.sampled_from(ADDRESSES6), st.sampled_from(("", "/64", "/32", "/0", "/129"))),
    st.sampled_from(("all", "-all", "~all", "?all", "ptr", "all:x", "x=y", "y=%{d}", "redirect:x.com")),
    st.builds("redirect={}".format, st.sampled_from(NAMES)),
)  # fmt: skip
records = st.lists(terms, min_size=1, max_size=5).map(lambda words: " ".join(("v=spf1", *words)))
zones = st.fixed_dictionaries(
    {},
    optional={
        name: st.fixed_dictionaries(
            {},
            optional={
                "TXT": st.lists(records, min_size=1, max_size=1),
                "A": st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=2, unique=True),
                "AAAA": st.lists(st.sampled_from(ADDRESSES6), min_size=1, max_size=2, unique=True),
                "MX": st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3, unique=True),
            },
        )
        for name in HOSTS
    },
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(zone=zones, record=records, ip=st.sampled_from(ADDRESSES + ADDRESSES6), name=st.sampled_from(HOSTS))
def test_pyspf_agrees_on_random_records(pyspf, zone, record, ip, name):
    """The oracle's result is ours, but for two errors that it sees and RFC 7208 does not know."""
    zone = {**zone, "example.com": {**zone.get("example.com", {}), "TXT": [record]}}
    zone[pyspf.reverse_dots(ip) + ".in-addr.arpa" if "." in ip else _reverse6(ip)] = {"PTR": [name]}
    ours = drive(spf.check(ip, "ann@example.com", "mx.example.net", "mx.example.test"), _as_answers(zone))
    theirs, reason = _ask_pyspf(pyspf, zone, ip)
    # RFC 7208 6: only redirect and exp may not be repeated.
    # RFC 7208 5.2: that a domain includes itself is an error where the term is reached, by its limits, not before.
    if "at most once: x=" in reason or "at most once: y=" in reason or "trivial recursion" in reason:
        return
    assert ours.result.value == theirs, (ours, theirs, reason)


def _reverse6(ip):
    packed = socket.inet_pton(socket.AF_INET6, ip)
    return ".".join(reversed(packed.hex())) + ".ip6.arpa"


def _as_answers(zone):
    return {
        Dns(name, kind): Records(tuple(f"10 {each}" if kind == "MX" else each for each in kinds.get(kind, ())))
        for name, kinds in zone.items()
        for kind in TYPES
    }


def _ask_pyspf(pyspf, zone, ip):
    forms = {
        "TXT": lambda value: (value.encode(),),
        "MX": lambda value: (10, value),
        "AAAA": lambda value: socket.inet_pton(socket.AF_INET6, value),
    }

    def look_up(name, kind, *_args, **_kwargs):
        for value in zone.get(name.lower().rstrip("."), {}).get(kind, ()):
            yield (name, kind), forms.get(kind, str)(value)

    pyspf.DNSLookup = look_up
    query = pyspf.query(ip, "ann@example.com", "mx.example.net", receiver="mx.example.test", strict=True)
    result, _code, reason = query.check()
    return result, reason

"""The limits of an evaluation, and hostile records: all of it ends, soon, with a result."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.detect.auth import spf
from fyke.model import UNKNOWN, Dns, Records
from fyke.model.auth import AuthResult
from tests.detect.auth.driving import drive

IP = "192.0.2.7"
MOST_QUESTIONS = 1 + 10 * 11 + 1 + 11  # the record, ten terms with ten hosts each, an explanation, the client's names


def ask(record, world, ip=IP, sender="ann@example.org"):
    """The result where `record` is the first domain's, and the world says the rest."""
    asking = spf.check(ip, sender, "mx.example.net", "mx.example.test")
    answers, asked = {Dns("example.org", "TXT"): (record,)}, 0
    try:
        query = next(asking)
        while True:
            queries = query if isinstance(query, tuple) else (query,)
            asked += len(queries)
            assert asked <= MOST_QUESTIONS
            said = [answers.get(each, world.get(each.type, Records(exists=False))) for each in queries]
            told = tuple(Records(answer) if isinstance(answer, tuple) else answer for answer in said)
            query = asking.send(told if isinstance(query, tuple) else told[0])
    except StopIteration as end:
        return end.value, asked


@pytest.mark.parametrize(
    "record", ["v=spf1 include:%{d}", "v=spf1 redirect=%{d}", "v=spf1 include:a.%{d}", "v=spf1 redirect=a.%{d}"]
)
def test_loops_end_by_the_limit_of_terms(record):
    """Includes and redirects of oneself, or of ever longer names, are permerror after ten terms."""
    found, asked = ask(record, {"TXT": (record,)})
    assert found.result is AuthResult.PERMERROR
    assert "More than 10 terms" in found.reason
    assert asked == 11


def test_two_terms_may_find_nothing_and_a_third_may_not():
    """RFC 7208 4.6.4: NXDOMAIN and no data count alike; the hosts of an MX do not count."""
    assert ask("v=spf1 a:x.example.net mx:x.example.net -all", {})[0].result is AuthResult.FAIL
    for nothing in (Records(), Records(exists=False)):
        found, _ = ask("v=spf1 a:x.net.test mx:x.net.test exists:x.net.test -all", {"A": nothing, "MX": nothing})
        assert (found.result, found.voids) == (AuthResult.PERMERROR, 3)
    hosts = tuple(f"10 mx{number}.example.net" for number in range(10))
    assert ask("v=spf1 mx -all", {"MX": hosts, "AAAA": Records()}, "2001:db8::7")[0].result is AuthResult.FAIL


def test_an_mx_of_eleven_hosts_is_an_error_and_a_null_mx_is_nobody():
    """RFC 7208 4.6.4, and RFC 7505."""
    hosts = tuple(f"10 mx{number}.example.net" for number in range(11))
    assert ask("v=spf1 mx +all", {"MX": hosts, "A": (IP,)})[0].result is AuthResult.PERMERROR
    assert ask("v=spf1 mx -all", {"MX": ("0 .",), "A": (IP,)})[0].result is AuthResult.FAIL


def test_ptr_looks_at_ten_names_and_forgives_what_nobody_answers():
    """RFC 7208 5.5: names that do not lead back, or of which nothing is known, are passed over."""
    names = tuple(f"n{number}.example.org" for number in range(30))
    found, asked = ask("v=spf1 ptr -all", {"PTR": names, "A": UNKNOWN})
    assert (found.result, asked) == (AuthResult.FAIL, 12)
    assert ask("v=spf1 ptr -all", {"PTR": UNKNOWN})[0].result is AuthResult.FAIL
    assert ask("v=spf1 ptr -all", {"PTR": names, "A": (IP,)})[0].result is AuthResult.PASS
    assert ask("v=spf1 ptr:example.net -all", {"PTR": names, "A": (IP,)})[1] == 2  # none of them need be asked


def test_p_is_a_name_that_leads_back():
    """RFC 7208 7.3: one below the domain before others; "unknown" where there is none."""
    world = {"PTR": ("Other.example.net.", "mail.example.org"), "A": (IP,)}
    found, _ = ask("v=spf1 -all exp=%{p}.x.test", world | {"TXT": ("you are %{p}",)})
    assert found.explanation == "you are mail.example.org"
    found, _ = ask("v=spf1 -all exp=%{p}.x.test", {"TXT": ("you are %{p}",), "PTR": UNKNOWN})
    assert found.explanation == "you are unknown"


def test_the_worst_record_asks_a_bounded_number_of_questions():
    """Ten MX of ten hosts, and an explanation that wants the client's name."""
    hosts = tuple(f"10 mx{number}.example.net" for number in range(10))
    record = "v=spf1 " + " ".join(f"mx:{number}.example.org" for number in range(10)) + " -all exp=%{p}.example.org"
    world = {"MX": hosts, "A": ("203.0.113.1",), "PTR": tuple(f"{host}.test" for host in range(10))}
    found, asked = ask(record, world)
    assert (found.result, found.terms) == (AuthResult.FAIL, 10)
    assert asked == 1 + 110 + 11 + 1


@pytest.mark.parametrize(
    "text",
    ["v=spf1" + " a" * 4_000, "v=spf1" + " a" * 5_000, "v=spf1 " + "a" * 10_000, "v=spf1" + " ip4:192.0.2.9" * 580,
     "v=spf1" + " " * 8_000, "v=spf1 exists:" + "%{s}" * 2_000, "v=spf1 exists:" + "%{l" + ".-" * 4_000 + "}",
     "v=spf1 a:" + "a." * 4_000 + "com", "v=spf1 a:x.com" + "/1" * 4_000, "v=spf1 " + "x=%{d}" * 1_300,
     "v=spf1 ip6:" + "1:" * 4_000, "v=spf1 ip4:1.2.3.4/" + "1" * 8_000, "v=spf1 \xff\xfe\x00 -all",
     "v=spf1 a:" + "-" * 8_000,
     "v=spf1 a:x." + "-" * 8_000 + "x", "v=spf1 a:x." + "a-" * 4_000, "v=spf1 a" + "." * 8_000],
    ids=range(17),
)  # fmt: skip
def test_hostile_records_cost_little(text):
    """Thousands of terms, bombs of macros, huge numbers, bytes that are no text: a result within 50 ms."""
    begin = time.process_time()
    found, _ = ask(text, {}, sender=f"{'a-b.' * 5_000}@example.org")
    assert time.process_time() - begin < 0.05
    assert len(found.reason) < 500
    assert found.reason.isprintable()


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=40), st.sampled_from((IP, "2001:db8::7")))
def test_any_record_sender_and_helo_have_a_result(record, sender, helo, ip):
    """Nothing is raised, whatever anybody wrote, and every name asked is one that the DNS can have."""
    asking = spf.check(ip, f"{sender}@example.org", helo)
    answers = {Dns("example.org", "TXT"): (f"v=spf1 {record}",)}
    assert drive(asking, answers).reason
    assert drive(spf.check(ip, sender, helo), answers).reason

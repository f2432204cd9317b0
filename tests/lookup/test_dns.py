"""Resolvers are asked; whatever they do, nobody waits too long, and nothing is judged as "no"."""

import asyncio
import os
import random
import shutil
import struct
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.nameserver import Nameserver, plain, question_of, reply
from fyke.lookup.answers import Answers, Way
from fyke.lookup.dns import Resolver
from fyke.lookup.dns_asker import Terms
from fyke.lookup.dns_servers import Address
from fyke.model import Fault
from fyke.model.query import Dns, Records

ONE = Dns("a.example.org", "A")
YES = Records(("127.0.0.2",), ttl_s=300)
HERE = b"\xc0\x0c"


@contextmanager
def resolving(*servers, deadline_s=2.0, questions=100, **terms):
    """A resolver that asks these, in this order; a number is a port."""
    ports = [each if isinstance(each, int) else each.port for each in servers]
    addresses = tuple(Address("127.0.0.1", port) for port in ports)
    resolver = Resolver(Terms(addresses, **terms), deadline_s=deadline_s, questions=questions)
    try:
        yield resolver
    finally:
        resolver.close()


def silent(_query):
    return []


def failing(code):
    return lambda query: [reply(query, flags=0x8180 | code)]


def text(data, ttl=300):
    return HERE + struct.pack("!HHIH", 16, 1, ttl, len(data)) + data


def test_an_answer_is_told_and_kept():
    """For its time to live; equal questions are asked once."""
    with Nameserver() as server, resolving(server) as resolver:
        assert resolver.answer([ONE, Dns("a.example.org", "TXT")]) == {
            ONE: YES,
            Dns("a.example.org", "TXT"): Records(("v=spf1 ip4:192.0.2.0/24 -all example",), ttl_s=300),
        }
        assert resolver.answer([ONE]) == {ONE: YES}
        assert server.heard == 2


def test_it_answers_through_answers():
    """As the house joins it."""
    with Nameserver() as server, resolving(server) as resolver:
        ask = Answers({Dns: Way(resolver.answer)})
        assert ask([ONE]) == {ONE: YES}


def test_equal_questions_of_many_callers_are_asked_once():
    """While the first is on its way."""
    with Nameserver(delay_s=0.2) as server, resolving(server, timeout_s=1.0) as resolver:
        resolver.answer([Dns("warm.example.org", "A")])
        before, told = server.heard, []
        threads = [threading.Thread(target=lambda: told.append(resolver.answer([ONE]))) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert told == [{ONE: YES}] * 20
        assert server.heard - before <= 3


def test_no_record_and_no_name_are_answers():
    """They are kept as long as the zone says."""
    gone = Dns("gone.example.org", "A")
    with (
        Nameserver(lambda query: failing(3 if b"gone" in query else 0)(query)) as server,
        resolving(server) as resolver,
    ):
        assert resolver.answer([ONE, gone]) == {ONE: Records(), gone: Records(exists=False)}
        resolver.answer([ONE, gone])
        assert server.heard == 2


@pytest.mark.parametrize("code", [1, 2, 4, 5, 9])
def test_a_failure_is_no_answer(code):
    """The next server is asked; where all fail it is unknown, for a while without asking again."""
    with Nameserver(failing(code)) as bad, Nameserver() as good:
        with resolving(bad, good) as resolver:
            assert resolver.answer([ONE]) == {ONE: YES}
        with resolving(bad) as resolver:
            assert resolver.answer([ONE]) == {}
            heard = bad.heard
            assert resolver.answer([ONE]) == {}
            assert bad.heard == heard


def test_an_old_server_is_asked_without_edns():
    """RFC 6891 7."""
    rule = lambda query: plain(query) if query[11] == 0 else failing(1)(query)  # noqa: E731
    with Nameserver(rule) as server, resolving(server) as resolver:
        assert resolver.answer([ONE]) == {ONE: YES}


def test_nobody_waits_beyond_the_deadline():
    """All questions of a mail have one; what is not answered is counted and told."""
    with (
        Nameserver(silent) as server,
        resolving(server, deadline_s=0.5, timeout_s=0.3) as resolver,
        resolver.mail() as mail,
    ):
        started = time.monotonic()
        assert resolver.answer([ONE]) == {}
        assert resolver.answer([Dns("b.example.org", "A")]) == {}
        assert time.monotonic() - started < 0.9
        assert mail.faults == (Fault("dns", "2 of 2 questions were not answered"),)


def test_a_dead_server_is_not_waited_for_by_each_mail():
    """After some tries without an answer it rests, and comes back when it answers."""
    is_dead = threading.Event()
    is_dead.set()
    server = Nameserver(lambda query: [] if is_dead.is_set() else plain(query))
    with server, resolving(server, deadline_s=4.0, timeout_s=0.2) as resolver:
        asked = [Dns(f"{n}.example.org", "A") for n in range(30)]
        resolver.answer(asked[:20])
        time.sleep(0.8)
        resolver.answer(asked[20:25])
        started = time.monotonic()
        for each in asked[25:]:
            assert resolver.answer([each]) == {}
        assert time.monotonic() - started < 1.5
        is_dead.clear()
        until = time.monotonic() + 8
        while not resolver.answer([Dns(f"{time.monotonic()}.example.org", "A")]):
            assert time.monotonic() < until
            time.sleep(0.05)


def test_where_nobody_listens_the_next_is_asked_at_once():
    """The machine says so."""
    with Nameserver() as gone:
        pass
    with Nameserver() as server, resolving(gone.port, server, timeout_s=1.5) as resolver:
        started = time.monotonic()
        assert resolver.answer([ONE]) == {ONE: YES}
        assert time.monotonic() - started < 0.5
    with resolving(gone.port) as resolver:
        assert resolver.answer([ONE]) == {}


def test_a_bad_server_is_left_for_a_better_one():
    """Though it stands first; it is looked at now and then, and nobody waits for that."""
    with Nameserver(lost=0.3, delay_s=0.3) as bad, Nameserver() as good, resolving(bad, good) as resolver:
        resolver.answer([Dns(f"warm{n}.example.org", "A") for n in range(99)])
        before = bad.heard
        started = time.monotonic()
        for n in range(200):
            assert resolver.answer([Dns(f"{n}.example.org", "A")])
        assert time.monotonic() - started < 2.0
        assert 1 <= bad.heard - before < 40


def test_a_truncated_answer_comes_over_tcp():
    """However long it is."""
    long = b"".join(b"\xff" + b"x" * 255 for _ in range(40))
    over_tcp = lambda query: [reply(query, text(long))]  # noqa: E731
    asked = Dns("a.example.org", "TXT")
    with Nameserver(failing(0x200), over_tcp) as server, resolving(server) as resolver:
        assert resolver.answer([asked])[asked].values == ("x" * 10_200,)
    with Nameserver(failing(0x200), failing(0x200)) as server, resolving(server) as resolver:
        assert resolver.answer([asked]) == {}
    with Nameserver(failing(0x200)) as server, resolving(server) as resolver:
        assert resolver.answer([asked]) == {}


def test_half_an_alias_is_followed():
    """Where the server stops; going round ends."""

    def half(query):
        asked = question_of(query)
        if asked.startswith(b"\1b"):
            return plain(query)
        target = b"\1b" + asked[2:-4] if asked.startswith(b"\1a") else asked[:-4]
        return [reply(query, HERE + struct.pack("!HHIH", 5, 1, 9, len(target)) + target)]

    with Nameserver(half) as server, resolving(server) as resolver:
        assert resolver.answer([ONE]) == {ONE: Records(("127.0.0.2",), ttl_s=9)}
        assert resolver.answer([Dns("c.example.org", "A")]) == {}


def wrong_number(query):
    return [bytes([query[0] ^ 1]) + plain(query)[0][1:]]


def wrong_question(query):
    return [plain(query)[0].replace(b"\1a\7example", b"\1a\7exampla")]


def garbage(query):
    return [random.Random(query).randbytes(50), b"", query[:1], query[:2] + b"\xff" * 600, query]


def endless(query):
    return [reply(query, b"\xc0\xff" * 300)]


def two_words(query):
    return [*wrong_question(query) * 20, *garbage(query)]


@pytest.mark.parametrize("lie", [wrong_number, wrong_question, garbage, endless, two_words, lambda query: [query]])
def test_lies_are_not_believed(lie):
    """Alone they are no answer; before a true one they change nothing."""
    with Nameserver(lie) as server, resolving(server, deadline_s=0.8, timeout_s=0.2) as resolver:
        assert resolver.answer([ONE]) == {}
    with Nameserver(lambda query: [*lie(query), *plain(query)], plain) as server, resolving(server) as resolver:
        assert resolver.answer([ONE]) == {ONE: YES}


def test_the_case_of_letters_may_be_mixed():
    """A server that does not repeat it is asked over TCP."""
    with Nameserver() as server, resolving(server, mix_case=True) as resolver:
        assert resolver.answer([Dns("a-long-name.example.org", "A")])
        assert server.streams == 0
    lower = lambda query: plain(query[:12] + query[12:].lower())  # noqa: E731
    with Nameserver(lower, plain) as server, resolving(server, mix_case=True) as resolver:
        assert resolver.answer([Dns("a-long-name.example.org", "A")])
        assert server.streams == 1


def test_a_lossy_and_slow_resolver_costs_time_and_no_truth():
    """It drops three of ten and delays the rest; every caller is back in time, and nothing is judged as "no"."""
    waits, wrong, unknown = [], [], []

    def mails(resolver, start):
        for mail in range(start, start + 5):
            asked = [Dns(f"{mail}.{n}.example.org", "A") for n in range(6)]
            before = time.monotonic()
            told = resolver.answer(asked)
            waits.append(time.monotonic() - before)
            wrong.extend(records for records in told.values() if records != YES)
            unknown.extend([1] * (len(asked) - len(told)))

    with Nameserver(lost=0.3, delay_s=0.2) as server, resolving(server, deadline_s=5.0) as resolver:
        threads = [threading.Thread(target=mails, args=(resolver, start * 100)) for start in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(waits) == 80
    assert max(waits) < 5.5
    assert wrong == []
    assert len(unknown) < 24


def test_questions_over_the_limit_are_not_asked():
    """Whether they are known or not, so that a mail is judged the same twice; the scan is told."""
    asked = [Dns(f"{n}.example.org", "A") for n in range(8)]
    with Nameserver() as server, resolving(server, questions=5) as resolver:
        for _ in range(2):
            with resolver.mail() as mail:
                assert list(resolver.answer(asked[:3])) == asked[:3]
                assert list(resolver.answer(asked[3:])) == asked[3:5]
            assert mail.faults == (Fault("dns", "3 questions over the limit of 5 were not asked"),)


def test_names_that_cannot_be_asked():
    """No zone has an empty label; what is not in A-labels is unknown."""
    impossible, odd = Dns("a..example.org", "A"), Dns("bücher.example", "A")
    with Nameserver() as server, resolving(server) as resolver:
        assert resolver.answer([impossible, odd, Dns("a.example.org", "SRV")]) == {impossible: Records(exists=False)}
        assert server.heard == 0


def test_an_event_loop_may_ask():
    """Many mails at a time, in one thread."""

    async def mails(resolver):
        async def one(number):
            with resolver.mail():
                return await resolver.ask([Dns(f"{number}.example.org", "A"), ONE])

        return await asyncio.gather(*(one(number) for number in range(50)))

    with Nameserver() as server, resolving(server) as resolver:
        told = asyncio.run(mails(resolver))
        assert all(len(each) == 2 for each in told)
        assert server.heard <= 52


def test_a_fork_starts_afresh():
    """The child has a thread of its own, and the parent's goes on."""
    with Nameserver() as server, resolving(server) as resolver:
        resolver.answer([ONE])
        child = os.fork()
        if not child:
            os._exit(0 if resolver.answer([Dns("child.example.org", "A")]) else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert resolver.answer([Dns("parent.example.org", "A")])


def test_more_than_may_be_on_their_way_wait_their_turn():
    """A busy minute opens no thousand questions at a time."""
    asked = [Dns(f"{n}.example.org", "A") for n in range(90)]
    with Nameserver(delay_s=0.01) as server, resolving(server, parallel=4) as resolver:
        assert len(resolver.answer(asked)) == 90


def test_a_closed_resolver_may_be_asked_again():
    """Closing ends the thread and its sockets."""
    with Nameserver() as server, resolving(server) as resolver:
        before = len(list(Path("/proc/self/fd").iterdir()))
        resolver.answer([ONE])
        resolver.close()
        assert len(list(Path("/proc/self/fd").iterdir())) <= before
        assert resolver.answer([Dns("b.example.org", "A")])


def test_what_is_known_is_told_in_microseconds():
    """Five at most for a question; a generous bound for a busy machine."""
    asked = [Dns(f"{n}.example.org", "A") for n in range(6)]
    with Nameserver() as server, resolving(server) as resolver:
        resolver.answer(asked)
        started = time.process_time()
        for _ in range(1_000):
            resolver.answer(asked)
        assert time.process_time() - started < 6_000 * 20e-6


ZONE = """
server:
  interface: 127.0.0.1@{port}
  do-daemonize: no
  use-syslog: no
  chroot: ""
  username: ""
  pidfile: ""
  directory: "{folder}"
  do-not-query-localhost: no
  local-zone: "example.org." static
  local-data: "example.org. 600 IN SOA ns.example.org. dns.example.org. 1 2 3 4 77"
  local-data: "mail.example.org. 600 IN A 192.0.2.1"
  local-data: "mail.example.org. 600 IN AAAA 2001:db8::1"
  local-data: "example.org. 600 IN MX 10 mail.example.org."
  local-data: 'long.example.org. 600 IN TXT {long}'
  local-data: "1.2.0.192.in-addr.arpa. 600 IN PTR mail.example.org."
remote-control:
  control-enable: no
"""


@pytest.mark.peer
def test_a_real_resolver_is_understood(tmp_path):
    """unbound: each type, no record, no name, and an answer too long for UDP."""
    program = shutil.which("unbound", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None:
        assert not os.environ.get("CI"), "unbound is not installed: run `make peers`"
        pytest.skip("unbound is not installed")
    with Nameserver() as free:
        port = free.port
    long = " ".join('"' + "x" * 200 + '"' for _ in range(10))
    (tmp_path / "conf").write_text(ZONE.format(port=port, folder=tmp_path, long=long))
    process = subprocess.Popen([program, "-d", "-c", str(tmp_path / "conf")], stderr=subprocess.DEVNULL)
    expected = {
        Dns("mail.example.org", "A"): ("192.0.2.1",),
        Dns("mail.example.org", "AAAA"): ("2001:db8::1",),
        Dns("example.org", "MX"): ("10 mail.example.org",),
        Dns("example.org", "SOA"): ("ns.example.org dns.example.org 1",),
        Dns("1.2.0.192.in-addr.arpa", "PTR"): ("mail.example.org",),
        Dns("long.example.org", "TXT"): ("x" * 2_000,),
        Dns("mail.example.org", "TXT"): (),
        Dns("gone.example.org", "TXT"): (),
    }
    try:
        until = time.monotonic() + 10
        while True:
            with resolving(port, mix_case=True, failure_s=0.1) as resolver:
                told = resolver.answer(list(expected))
            if len(told) == len(expected) or time.monotonic() > until:
                break
            time.sleep(0.2)
    finally:
        process.kill()
        process.wait()
    assert {question: records.values for question, records in told.items()} == expected
    assert [question.name for question, records in told.items() if not records.exists] == ["gone.example.org"]
    assert told[Dns("mail.example.org", "TXT")].ttl_s == 77

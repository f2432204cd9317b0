"""All mechanisms over one mail: side by side, within few rounds, silent where nobody answers."""

from fyke.detect.auth.evidence import FIRST_ROUNDS, LAST_ROUNDS, NO_CLIENT, examine, is_strangers, together, vouched_by
from fyke.detect.runner import ROUNDS
from fyke.mail import parse
from fyke.model import UNKNOWN, Dns, Envelope, Mail, Records
from fyke.model.auth import ArcHop, ArcResult, AuthResult, DkimResult
from tests.detect.auth.driving import drive, zone

RAW = b"From: Ann <ann@example.com>\r\nTo: bob@example.net\r\nSubject: Hello\r\n\r\nHello\r\n"
ENVELOPE = Envelope(client_ip="192.0.2.7", helo="mx.example.com", mail_from="ann@example.com")
RECORDS = {"example.com": "v=spf1 ip4:192.0.2.0/24 -all", "_dmarc.example.com": "v=DMARC1; p=reject"}


def mail(raw=RAW, envelope=ENVELOPE):
    return Mail(envelope, parse(raw), raw=raw)


def ask(*names):
    answers = {}
    for name in names:
        answers[name] = yield Dns(name, "TXT")
    return list(answers.values())


def test_questions_go_side_by_side():
    """Each round holds one question of each; equal ones are asked once, known ones never."""
    rounds = []
    racing = together([ask("a", "b"), ask("a", "c", "d"), ask("k")], 9, {Dns("k", "TXT"): Records(("known",))})
    query = next(racing)
    try:
        while True:
            rounds.append([each.name for each in query])
            query = racing.send(tuple(Records((each.name,)) for each in query))
    except StopIteration as end:
        results = end.value
    assert rounds == [["a"], ["b", "c"], ["d"]]
    assert [[answer.values[0] for answer in each] for each in results] == [["a", "b"], ["a", "c", "d"], ["known"]]


def test_who_asks_without_end_is_told_nothing():
    """After the rounds that there are, the answer is unknown, and the others have theirs."""
    long = [f"n{number}" for number in range(100)]
    first, second = drive(together([ask(*long), ask("a")], 5, {}), {})
    assert first.count(UNKNOWN) == 95
    assert UNKNOWN not in second


def several(*names):
    answers = yield tuple(Dns(name, "TXT") for name in names)
    return answers


def test_some_questions_are_asked_at_once():
    """And answered at once, with what is known already."""
    asked = []
    known = {Dns("b", "TXT"): Records(("known",))}
    [both, one] = drive(together([several("a", "b"), ask("a")], 5, known), zone({"a": "x"}), asked)
    assert both == (Records(("x",)), Records(("known",)))
    assert one == [Records(("x",))]
    assert asked == [Dns("a", "TXT")]


def test_there_are_fewer_rounds_than_a_detector_has():
    """Whatever a mail makes it ask, the detector is never cut off by the runner."""
    assert 2 + FIRST_ROUNDS + LAST_ROUNDS < ROUNDS


def test_all_is_examined():
    """SPF of the client and DMARC of the author; no signature, so none was checked."""
    found = drive(examine(mail()), zone(RECORDS))
    assert (found.auth.spf.result, found.auth.dmarc.result) == (AuthResult.PASS, AuthResult.PASS)
    assert found.is_answered
    assert not found.silent


def test_nobody_answers():
    """Offline every question stays open: that is told, so that the detector keeps silent."""
    asked = []
    found = drive(examine(mail()), {Dns(f"_dmarc.{name}", "TXT"): UNKNOWN for name in ("example.com", "com")}, asked)
    assert not found.is_answered
    assert len(asked) == 2


def test_the_worst_record_that_spf_allows_ends_with_a_result():
    """Ten MX of ten hosts, an explanation that wants the client's name: 123 questions, in 20 rounds and no more."""
    hosts = [f"10 mx{number}.example.net" for number in range(10)]
    names = [f"{number}.example.com" for number in range(10)]
    answers = {f"{name} MX": [f"{host}.{name}" for host in hosts] for name in names}
    answers |= {f"mx{number}.example.net.{name} A": "203.0.113.1" for number in range(10) for name in names}
    answers |= {"7.2.0.192.in-addr.arpa PTR": [f"h{number}.example.org" for number in range(10)]}
    record = "v=spf1 " + " ".join(f"mx:{name}" for name in names) + " -all exp=%{p}.example.org"
    asked, rounds = [], []
    racing = counted(examine(mail()), rounds)
    found = drive(racing, zone(RECORDS | answers | {"example.com": record}), asked)
    assert found.auth.spf.result is AuthResult.TEMPERROR
    assert "asks and asks" in found.auth.spf.reason
    assert found.unasked
    assert not found.silent
    assert len(asked) > 100
    assert len(rounds) <= 2 + FIRST_ROUNDS + LAST_ROUNDS < ROUNDS


def counted(asking, rounds):
    query = next(asking)
    while True:
        rounds.append(query)
        try:
            query = asking.send((yield query))
        except StopIteration as end:
            return end.value


def test_a_domain_that_does_not_answer_hides_nothing_else():
    """Who keeps the own policy from being answered is still examined: the DNS answers for others."""
    found = drive(examine(mail()), zone(RECORDS) | {Dns("_dmarc.example.com", "TXT"): UNKNOWN})
    assert found.is_answered
    assert (found.auth.spf.result, found.auth.dmarc.result) == (AuthResult.PASS, AuthResult.TEMPERROR)
    assert found.silent == ("_dmarc.example.com",)


def test_without_a_client_nothing_fails():
    """A mail in a file: SPF is not asked, so DMARC may pass but cannot fail; one of our own machines is no client."""
    for client in ("", "127.0.0.1", "10.1.2.3", "fd00::1", "nonsense"):
        found = drive(examine(mail(envelope=Envelope(client_ip=client))), zone(RECORDS))
        assert found.auth.spf is None
        assert (found.auth.dmarc.result, found.auth.dmarc.reason) == (AuthResult.TEMPERROR, NO_CLIENT)
    assert is_strangers("2001:db8::7")


def chain(*hops, result=AuthResult.PASS):
    message = DkimResult(AuthResult.PASS, "")
    return ArcResult(
        result, "", tuple(ArcHop(at, domain, "s", "pass", said, message) for at, (domain, said) in enumerate(hops, 1))
    )


def test_whose_word_is_believed():
    """A trusted sealer who saw DMARC pass, and only trusted ones after it; the chain must hold."""
    good = ("list.example", "list.example; dmarc=pass header.from=example.com")
    after = ("relay.example", "relay.example; dmarc=fail; arc=pass")
    trusted = frozenset({"list.example", "relay.example"})
    assert vouched_by(chain(good), trusted) == "list.example"
    assert vouched_by(chain(good, after), trusted) == "list.example"
    assert vouched_by(chain(good, after), frozenset({"list.example"})) == ""
    assert vouched_by(chain(good), frozenset()) == ""
    assert vouched_by(chain(good, result=AuthResult.FAIL), trusted) == ""
    assert vouched_by(chain(after), trusted) == ""

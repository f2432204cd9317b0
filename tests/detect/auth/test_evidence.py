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

"""Tokens of sender, links, structure and findings."""

from fyke.learn import tokens
from fyke.model import Finding, Symbol
from tests.learn.mails import mail


def test_a_sender_is_its_name_domain_and_form():
    """Digits of the local part are a form; the domain is the registered one."""
    found = set(tokens.of_sender(mail("x", sender='"Big Shop" <offer77@news.shop.example.com>')))
    assert {"name:big", "name:shop", "from:example.com", "zone:com", "local:offer9"} <= found


def test_an_answer_to_another_domain_is_told():
    """Reply-To elsewhere is a token; to the same domain it is none."""
    assert "reply-elsewhere" in set(tokens.of_sender(mail("x", more="Reply-To: a@other.example\r\n")))
    assert "reply-elsewhere" not in set(tokens.of_sender(mail("x", more="Reply-To: b@example.org\r\n")))


def test_links_tell_host_and_words_of_the_path():
    """Host, site, zone, path words; no more than the first few links."""
    found = list(tokens.of_links(mail("see http://www.shop.example/buy/pills.html").links))
    assert {"host:www.shop.example", "path:buy", "path:pills", "links:1"} <= set(found)
    many = mail(" ".join(f"http://h{number}.example/p" for number in range(500)))
    assert sum(token.startswith("host:") for token in tokens.of_links(many.links)) == tokens.LINKS


def test_structure_knows_programs_not_people():
    """Telling headers and the tree of types; a header nobody listed is not seen."""
    found = set(tokens.of_structure(mail("x", more="X-Mailer: Bulk Tool 3\r\nX-Private: me\r\nMIME-Version: 1.0\r\n")))
    assert {"has:x-mailer", "has:mime-version", "mailer:bulk", "clock:+0200"} <= found
    assert not any("private" in token for token in found)


def test_symbols_and_defects_are_tokens():
    """What detectors found counts by name."""
    finding = Finding(Symbol("TEST_FACT", "A fact", "body", 1.0))
    assert next(iter(tokens.of_findings([finding], mail("x")))) == "symbol:TEST_FACT"

"""Which names block lists are asked about: the sender's, the signers', and those of links, within a limit."""

from hypothesis import given
from hypothesis import strategies as st

from fyke.detect.blocklists.domains import HOSTS, ListedDomains
from fyke.detect.runner import run
from fyke.mail import parse
from fyke.model import Envelope, Listing, Mail

HEAD = "From: <a@news.shop.example>\r\nReply-To: <b@reply.example>\r\n"


def look(body="x", head=HEAD, kinds=(), lists=("uri.test",), **envelope):
    """The findings by name, and what was asked about: domain and host."""
    asked = []

    def ask(questions):
        asked.extend(questions)
        said = dict(kinds)
        return {each: Listing(said.get(each.host or each.name, ()), ("127.0.0.2",), "uri") for each in questions}

    mail = Mail(Envelope(**envelope), parse(f"{head}\r\n{body}\r\n".encode()))
    looked = run([ListedDomains(lists, ["own-house.example"])], mail, ask)
    assert not looked.faults
    return {finding.symbol.name: finding for finding in looked.findings}, [(each.name, each.host) for each in asked]


def test_without_lists_nobody_is_asked():
    """Off until the config names one."""
    assert look(lists=()) == ({}, [])


def test_all_names_are_asked_about_once():
    """Registered domain and host of From, Reply-To, envelope, HELO, signers and links; not our own, nor bare words."""
    head = HEAD + "DKIM-Signature: v=1; d=sign.example; b=\r\nDKIM-Signature: d=x; d=y\r\n"
    body = "https://www.link.example/ https://link.example/ https://a.own-house.example/ http://192.0.2.9/ http://com/"
    _, asked = look(body, head, mail_from="<x@bounce.example>", helo="mx.relay.example")
    assert asked == [
        ("shop.example", "news.shop.example"), ("reply.example", ""), ("bounce.example", ""), ("sign.example", ""),
        ("relay.example", "mx.relay.example"), ("link.example", "www.link.example"), ("link.example", ""),
        ("192.0.2.9", ""),
    ]  # fmt: skip


def test_an_address_for_a_helo_is_no_name():
    """Nor is a name that cannot be."""
    for helo in ("[192.0.2.9]", "192.0.2.9", "localhost", "\ud800", "a" * 300 + ".example"):
        assert look(head="", helo=helo)[1] == []


def test_a_finding_names_its_evidence():
    """Which name, where it stands in the mail, and which list says so."""
    found, _ = look("https://www.link.example/", kinds={"www.link.example": ("phishing", "unheard-of")})
    assert found["LISTED_DOMAIN_PHISHING"].detail == "www.link.example (link): uri"
    assert "LISTED_DOMAIN" in found


def test_what_is_abused_weighs_little():
    """A shortener less than a site that somebody broke into."""
    shortener = look("https://s.example/", kinds={"s.example": ("abused-redirector",)})[0]["LISTED_DOMAIN_ABUSED"]
    broken = look("https://s.example/", kinds={"s.example": ("abused-phishing",)})[0]["LISTED_DOMAIN_ABUSED"]
    assert shortener.weight < broken.weight == 1.0
    assert broken.symbol.bits <= 2


def test_nobody_can_foresee_which_links_are_left_out():
    """The sender is asked about in any case; the rest is another choice for another mail."""
    links = " ".join(f"https://link{number}.example/" for number in range(60))
    found, asked = look(links)
    assert len(asked) == HOSTS
    assert asked[:2] == [("shop.example", "news.shop.example"), ("reply.example", "")]
    assert found["LISTED_NOT_ALL"].detail == "42 were not asked about"
    assert look(links)[1] == asked
    assert set(look(links + " x")[1]) != set(asked)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_whatever_a_stranger_calls_himself(helo, sender, host):
    """No fault, and no more names than the limit."""
    _, asked = look(f"http://{host}/", f"From: <{sender.encode('ascii', 'replace').decode()}>\r\n", helo=helo)
    assert len(asked) <= HOSTS

"""The links that a reader can follow."""

from __future__ import annotations

from fyke.detect.facts.linked import LINKS, followed, hosts, is_senders, within
from fyke.mail import parse

HEAD = b"From: ann@news.example.org\r\nContent-Type: text/html\r\n\r\n"


def test_pictures_and_files_are_not_followed():
    """What a page loads is no link, and a file name is none either."""
    message = parse(HEAD + b'<a href="http://a.test/x">x</a><img src="http://b.test/y.png"> see readme.md')
    assert [link.host for link in followed(message)] == ["a.test"]


def test_each_host_stands_once_with_its_first_link():
    """Detectors of names look at a host once."""
    message = parse(
        HEAD + b'<a href="http://a.test/1">x</a><a href="http://b.test/2">y</a><a href="http://a.test/3">z</a>'
    )
    assert {host: link.path for host, link in hosts(message).items()} == {"a.test": "/1", "b.test": "/2"}


def test_answers_belong_to_their_message():
    """The kept answer is never given for another message."""
    one, two = parse(HEAD + b'<a href="http://a.test/">x</a>'), parse(HEAD + b'<a href="http://b.test/">x</a>')
    assert [followed(message)[0].host for message in (one, two, one)] == ["a.test", "b.test", "a.test"]


def test_more_links_than_anyone_follows_are_not_looked_at():
    """The cost of a page of links has an end."""
    message = parse(HEAD + b"".join(b'<a href="http://h%d.test/">x</a>' % number for number in range(LINKS + 50)))
    assert len(followed(message)) == LINKS


def test_sender_and_domain():
    """A sender's link leads to the sender's registered domain; a name that only ends alike is another."""
    message = parse(HEAD + b'<a href="http://www.example.org/">x</a>')
    assert is_senders(followed(message)[0], message)
    assert within("a.example.org", "example.org")
    assert not within("badexample.org", "example.org")

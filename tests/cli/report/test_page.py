"""The page: complete in itself, and harmless whatever the messages say."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from tests.cli.conftest import SPAM, mail

NASTY = '</script><script>alert(1)</script><img src=x onerror=alert(1)>"><svg onload=alert(1)> --> {{7*7}} \u2028'


class Tags(HTMLParser):
    """All tags with their attributes, and the texts of scripts and styles."""

    def __init__(self):
        super().__init__()
        self.tags, self.within = [], {}

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.within.setdefault(self.tags[-1][0], []).append(data) if self.tags else None


@pytest.fixture
def page(fyke, tmp_path):
    folder = tmp_path / "<b>box"
    folder.mkdir()
    subject = "=?utf-8?b?" + base64.b64encode(NASTY.encode()).decode() + "?="
    (folder / "1<i>.eml").write_bytes(SPAM.replace(b"Subject: test", b"Subject: " + subject.encode()))
    (folder / "2.eml").write_bytes(mail(NASTY, NASTY, sender=f'"{NASTY}" <a@example.org>'))
    ran = fyke("scan", folder, folder / "<gone>", "--html", tmp_path / "page.html")
    assert ran.code == 2
    return (tmp_path / "page.html").read_text()


def test_nothing_of_a_message_is_markup(page):
    """Only our own tags: one script, one block of data, no handler, no image."""
    parser = Tags()
    parser.feed(page)
    names = [tag for tag, _ in parser.tags]
    assert names.count("script") == 2
    assert not {"img", "iframe", "object", "b"} & set(names) - {"b"}
    assert not [name for _, attributes in parser.tags for name in attributes if name.startswith("on")]
    assert "alert(1)" not in "".join(parser.within["style"])
    assert page.count("</script>") == 2


def test_data_is_whole(page):
    """The list has the subjects, as they are, but for what cannot be seen."""
    block = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1]
    messages = json.loads(block)["messages"]
    assert [message["label"] for message in messages] == ["spam", messages[1]["label"]]
    assert messages[0]["subject"].startswith("</script><script>alert(1)")
    first = messages[0]
    assert first["why"][0][0] == "PRIOR"
    assert round(sum(share[1] for share in first["why"]), 2) == first["bits"]


def test_policy_forbids_all_but_our_own(page):
    """The hashes are those of the style and the script, so that no other one runs."""
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'")
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert not re.search(r"\sstyle=", page)


def test_nothing_is_loaded_from_anywhere(page):
    """No address of another file in any attribute, and none in the style."""
    parser = Tags()
    parser.feed(page)
    assert not [attributes for _, attributes in parser.tags if {"src", "href", "srcset", "data"} & set(attributes)]
    assert "url(" not in "".join(parser.within["style"])
    assert "@import" not in page


def test_it_says_what_was_not_read(page):
    """A path that is not there is on the page too."""
    assert "&lt;gone&gt;: no such file or folder" in page


def test_empty_mailbox(fyke, tmp_path):
    """A page without messages is a page."""
    (tmp_path / "box").mkdir()
    assert fyke("scan", tmp_path / "box", "--html", tmp_path / "page.html").code == 0
    assert "No message was found." in (tmp_path / "page.html").read_text()

"""The list of free mailboxes."""

import pytest

from fyke.detect.sender.freemail import domains, is_freemail


@pytest.mark.parametrize(
    "domain", ["gmail.com", "gmx.de", "mail.ru", "laposte.net", "uol.com.br", "qq.com", "ms1.hinet.net"]
)
def test_free_mailboxes(domain):
    """Free mailboxes of many countries are known, with their branches."""
    assert is_freemail(domain)


@pytest.mark.parametrize("domain", ["", "example.org", "paypal.com", "gmail.com.example.org"])
def test_firms_domains(domain):
    """A firm's own domain is none."""
    assert not is_freemail(domain)


def test_the_list_is_whole():
    """There are at least 250, each once, in lower case."""
    assert len(domains()) >= 250
    assert all(domain == domain.lower().strip() for domain in domains())

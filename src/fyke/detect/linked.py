"""The links of a message from the angles that link detectors share: those a reader can follow, and whose they are."""

from __future__ import annotations

from fyke.model import Link, Message

# What a click, a form or the page itself leads to. Images, scripts and styles are loaded, not followed; "bare" hosts
# are left out because file names ("setup.py", "readme.md") look like them.
FOLLOWED = frozenset({"href", "text", "form", "refresh", "defanged"})
LINKS = 200  # a digest of a busy list has fewer; the 201st link tells nothing that the first 200 did not


def followed(message: Message) -> list[Link]:
    """The links that a reader can follow to a host, at most `LINKS`."""
    return [link for link in message.links[:LINKS] if link.host and link.source in FOLLOWED]


def within(host: str, domain: str) -> bool:
    """Whether a host is the domain or below it."""
    return host == domain or (host.endswith(domain) and host[-len(domain) - 1 : -len(domain)] == ".")


def is_senders(link: Link, message: Message) -> bool:
    """Whether a link leads to the domain of the From address."""
    return bool(link.domain) and within(message.sender.domain, link.domain)

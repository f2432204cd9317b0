"""The links of a message from the angles that link detectors share: those a reader can follow, and whose they are."""

from __future__ import annotations

from fyke.model import Link, Message

# What a click, a form or the page itself leads to. Images, scripts and styles are loaded, not followed; "bare" hosts
# are left out because file names ("setup.py", "readme.md") look like them.
_IN_TEXT = frozenset({"href", "text", "form", "refresh", "defanged"})
# And those that stand in the mail's files: a code in a picture, a link of a document, a page that is attached.
_IN_FILES = frozenset({"qr", "pdf", "office", "rtf", "onenote", "page", "shortcut", "ocr"})
FOLLOWED = _IN_TEXT | _IN_FILES
LINKS = 200  # a digest of a busy list has fewer; the 201st link tells nothing that the first 200 did not


class _Followed:
    """The links of the last message asked about: twenty detectors ask of the same message in a row."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last: tuple[tuple[Link, ...], list[Link], dict[str, Link]] = ((), [], {})

    def links(self, message: Message) -> list[Link]:
        """The links that a reader can follow to a host, at most `LINKS`."""
        last = self._last
        return last[1] if last[0] is message.links else self._look(message)[1]

    def hosts(self, message: Message) -> dict[str, Link]:
        """The hosts that a reader can follow a link to, each with the first link there."""
        last = self._last
        return last[2] if last[0] is message.links else self._look(message)[2]

    def _look(self, message: Message) -> tuple[tuple[Link, ...], list[Link], dict[str, Link]]:
        """All links, those that are followed, and the first of each host. One assignment, so threads cannot mix up."""
        links = [link for link in message.links[:LINKS] if link.source in FOLLOWED and link.host]
        last = self._last = message.links, links, {link.host: link for link in reversed(links)}
        return last


_followed = _Followed()
followed = _followed.links
hosts = _followed.hosts


def within(host: str, domain: str) -> bool:
    """Whether a host is the domain or below it."""
    return host == domain or (host.endswith(domain) and host[-len(domain) - 1 : -len(domain)] == ".")


def is_senders(link: Link, message: Message) -> bool:
    """Whether a link leads to the domain of the From address."""
    return bool(link.domain) and within(message.sender.domain, link.domain)

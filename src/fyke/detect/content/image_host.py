"""Where the pictures come from: a public picture host, or a house that no link leads to."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import LINKS, followed
from fyke.detect.links.lent_hosts import lent_hosts
from fyke.model import Finding, Mail, Symbol

PUBLIC = Symbol("IMAGE_PUBLIC_HOST", "Its pictures lie where anybody can leave pictures", "body", 2.5)
ELSEWHERE = Symbol(
    "IMAGE_ELSEWHERE",
    "Its pictures come from one house, its links lead to another, and neither is the sender's",
    "body",
    1.5,
)

_LIST_HEADERS = frozenset({"list-unsubscribe", "list-id", "feedback-id"})


class ImageHost(Detector):
    """Whose are the pictures?"""

    name = "image_host"
    symbols = (PUBLIC, ELSEWHERE)
    needs = Needs.LINKS | Needs.HTML

    def __init__(self) -> None:
        self._hosts = lent_hosts()

    def look(self, mail: Mail) -> Look:
        """Compare the hosts of the pictures with those of the links and of the sender."""
        message = mail.message
        if not message.html.images:
            return
        pictures = {link.host: link.domain for link in message.links[:LINKS] if link.source == "image" and link.host}
        for host in pictures:
            if self._hosts.kind(host) == "picture":
                yield Finding(PUBLIC, host)
                break
        if not pictures or not _LIST_HEADERS.isdisjoint(message.index):
            return  # a mailing service keeps pictures in one place and counts clicks in another
        links = {link.domain for link in followed(message)}
        houses = dict.fromkeys(pictures.values()).keys()
        if (
            len(links) == 1
            and houses.isdisjoint(links)
            and not any(map(message.sender.domain.endswith, links | houses))
        ):
            yield Finding(ELSEWHERE, f"{next(iter(houses))}, but {next(iter(links))}")

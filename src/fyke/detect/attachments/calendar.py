"""Calendar invitations (RFC 5545, RFC 5546): an event that puts itself into the reader's calendar, with a link."""

from __future__ import annotations

import re

from msgspec import Struct

from fyke.detect.base import Detector, Look
from fyke.detect.facts.linked import within
from fyke.mail.domains import registered
from fyke.model import Finding, Label, Mail, Message, Part, Symbol

STRANGER = Symbol(
    "CALENDAR_STRANGER", "The invitation comes from another domain than its organiser", "calendar", 1.0, Label.PHISHING
)
LINK = Symbol(
    "CALENDAR_LINK",
    "The invitation holds a link that leads neither to a meeting nor to its organiser",
    "calendar",
    2.0,
    Label.PHISHING,
)
PUBLISH = Symbol("CALENDAR_PUBLISH", "The event is put into the calendar without asking", "calendar", 1.0, Label.SPAM)
UNINVITED = Symbol("CALENDAR_UNINVITED", "The reader is not among the invited", "calendar", 0.7, Label.PHISHING)

# Where meetings are held, and whose invitations carry the links.
_MEETINGS = frozenset(
    """
    zoom.us zoom.com zoomgov.com teams.microsoft.com teams.live.com microsoft.com aka.ms office.com outlook.com
    webex.com meet.google.com google.com goo.gle g.co calendar.google.com tel.meet gotomeeting.com goto.com
    meet.goto.com bluejeans.com whereby.com meet.jit.si jitsi.org skype.com lync.com ringcentral.com chime.aws
    calendly.com cal.com doodle.com slack.com discord.com around.co gather.town livestorm.co on24.com
    gotowebinar.com eventbrite.com meetup.com lu.ma hubspot.com meetings.hubspot.com facebook.com streamyard.com
    yandex.ru telemost.yandex.ru bigbluebutton.org dialpad.com
    """.split()
)
READ_BYTES = 65_536  # an invitation with a time zone and fifty guests has half of that
LINES = 2_000
_URL = re.compile(r"https?://([A-Za-z0-9.-]{3,255})", re.ASCII)
_MAIL = re.compile(r"mailto:([^\s;:,\"]{1,64}@[A-Za-z0-9.-]{1,255})", re.IGNORECASE)


class Event(Struct, frozen=True):
    """What an invitation says, as far as it is looked at."""

    method: str
    organizer: str
    attendees: frozenset[str]
    hosts: tuple[str, ...]


class Calendar(Detector):
    """Is the invitation from whom it seems, and does it lead to a meeting?"""

    name = "calendar"
    symbols = (STRANGER, LINK, PUBLISH, UNINVITED)

    def look(self, mail: Mail) -> Look:
        """Look at the first invitation."""
        message = mail.message
        part = _invitation(message)
        if part is None:
            return
        event = read(part.content[:READ_BYTES].decode("utf-8", "replace"))
        own = registered(event.organizer.rpartition("@")[2])
        sender = registered(message.sender.domain)
        if own and sender and own != sender and sender not in _MEETINGS and own not in _MEETINGS:
            yield Finding(STRANGER, f"{event.organizer} by {message.sender.address}", part.path)
        foreign = [host for host in event.hosts if not _is_known(host, own, sender)]
        if foreign:
            yield Finding(LINK, foreign[0], part.path)
            if event.method in {"", "publish"}:
                yield Finding(PUBLISH, event.method or "no method", part.path)
        to = {address.address.lower() for address in message.to}
        if event.method == "request" and event.attendees and to and not to & event.attendees:
            yield Finding(UNINVITED, f"{len(event.attendees)} invited", part.path)


def _is_known(host: str, *domains: str) -> bool:
    """Whether a host belongs to organiser or sender, or is a place for meetings."""
    if any(domain and within(host, domain) for domain in domains):
        return True
    rest = host
    while "." in rest:
        if rest in _MEETINGS:
            return True
        rest = rest[rest.index(".") + 1 :]
    return False


def _invitation(message: Message) -> Part | None:
    """The first part that is a calendar."""
    root = message.root
    if not root.children and root.content_type != "text/calendar":
        return None
    for part in root.walk():
        if part.content_type in {"text/calendar", "application/ics"} or part.filename.lower().endswith(".ics"):
            return part
    return None


def read(text: str) -> Event:
    """An event from its text: content lines unfolded (RFC 5545 3.1), the first of each property. Never raises."""
    text = text.replace("\r\n ", "").replace("\r\n\t", "").replace("\n ", "").replace("\n\t", "")
    method = organizer = ""
    attendees: set[str] = set()
    hosts: dict[str, None] = {}
    for line in text.split("\n", LINES)[:LINES]:
        name = line[:12].upper()
        if name.startswith("METHOD:"):
            method = method or line[7:].strip().lower()
        elif name.startswith("ORGANIZER"):
            found = _MAIL.search(line[:1000])
            organizer = organizer or (found[1].lower() if found else "")
        elif name.startswith("ATTENDEE"):
            found = _MAIL.search(line[:1000])
            if found:
                attendees.add(found[1].lower())
        elif name.startswith(("DESCRIPTION", "SUMMARY", "LOCATION", "URL", "X-ALT-DESC", "COMMENT")):
            hosts.update((host.lower().rstrip("."), None) for host in _URL.findall(line[:20_000]))
    return Event(method, organizer, frozenset(attendees), tuple(hosts))

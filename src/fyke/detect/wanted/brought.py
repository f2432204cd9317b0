"""Mail that a known mailing service's machine brought: such a house knows its customers, and throws out bad ones."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.hops import edge
from fyke.detect.facts.services import is_service
from fyke.model import Finding, Label, Mail, Symbol

BROUGHT = Symbol("SERVICE_BROUGHT", "A known mailing service's own machine brought it", "headers", -1.0, Label.HAM)


class Brought(Detector):
    """Did a machine bring it whose name and bounce address are a mailing service's?"""

    name = "brought"
    symbols = (BROUGHT,)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Ask who came to the door: by the name that the recipient's server looked up, and where bounces go."""
        found = edge(mail)
        if found is None:
            return
        bounces = (mail.envelope.mail_from or mail.message.return_path).rpartition("@")[2].lower()
        if is_service(found.hop.name) or (bounces and is_service(bounces) and is_service(found.hop.helo)):
            yield Finding(BROUGHT, found.hop.name or found.hop.helo)

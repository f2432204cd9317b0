"""Links in an unusual shape: another script, an odd port, code or a whole page in place of an address."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import FOLLOWED, LINKS
from fyke.model import Finding, Label, Mail, Symbol

IDN = Symbol("LINK_PUNYCODE", "A link leads to a name written in another script", "links", 1.5, Label.PHISHING)
MIXED = Symbol(
    "LINK_MIXED_SCRIPT", "A link leads to a name that mixes letters of several scripts", "links", 4.0, Label.PHISHING
)
PORT = Symbol("LINK_ODD_PORT", "A link names an unusual port", "links", 1.0, Label.PHISHING)
SCRIPT = Symbol("LINK_SCRIPT", "A link runs code instead of leading to a page", "links", 1.0, Label.PHISHING)
DATA = Symbol("LINK_DATA", "A link holds a whole page instead of leading to one", "links", 3.0, Label.PHISHING)
ESCAPED = Symbol("LINK_ESCAPED", "A link spells its host so that a reader cannot see it", "links", 3.0, Label.PHISHING)

_OWN = range(8000, 9100)  # where people run their own servers
_USUAL = frozenset({"http", "https", "mailto", ""})
_SPELT = frozenset(
    {
        "control-char",
        "encoded-scheme",
        "escaped-host",
        "fullwidth-dot",
        "parser-disagreement",
        "styled-host",
    }
)


class LinkShape(Detector):
    """Is a link written in a way that no honest page is?"""

    name = "link_shape"
    symbols = (IDN, MIXED, PORT, SCRIPT, DATA, ESCAPED)
    needs = Needs.LINKS

    def look(self, mail: Mail) -> Look:
        """Look at scheme, port and spelling of each link."""
        for link in mail.message.links[:LINKS]:
            if not link.port and not link.oddities and link.scheme in _USUAL:
                continue
            if link.scheme in {"javascript", "vbscript"} and link.source in FOLLOWED:
                yield Finding(SCRIPT, link.url[:60])
            elif link.scheme == "data" and link.source in FOLLOWED and "html" in link.url[:40].lower():
                yield Finding(DATA, link.url[:60])
            if link.port and link.port not in _OWN and link.scheme in {"http", "https"} and link.source in FOLLOWED:
                yield Finding(PORT, f"{link.host}:{link.port}")
            if link.oddities:
                odd = _SPELT.intersection(link.oddities)
                if odd:
                    yield Finding(ESCAPED, f"{link.url[:60]}: {min(odd)}")
                if "mixed-script" in link.oddities:
                    yield Finding(MIXED, link.host)
                elif "punycode" in link.oddities:
                    yield Finding(IDN, link.host)

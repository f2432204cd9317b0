"""Many hosts in one mail: unrelated domains, or subdomains of one domain that look drawn by lot."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.linked import followed
from fyke.detect.names import is_random
from fyke.model import Finding, Mail, Symbol

SUBDOMAINS = Symbol("LINK_RANDOM_SUBDOMAINS", "Links lead to several random subdomains of one domain", "links", 2.0)
RANDOM_HOST = Symbol("LINK_HOST_RANDOM", "A link leads to a host whose first name looks drawn by lot", "links", 1.0)
DOMAINS = Symbol("LINK_MANY_DOMAINS", "The mail leads to many unrelated domains", "links", -0.5)

MANY = 8  # distinct registered domains: a digest or a discussion, seldom an offer
SEVERAL = 3


class LinkMany(Detector):
    """Is the mail scattered over many hosts?"""

    name = "link_many"
    symbols = (SUBDOMAINS, RANDOM_HOST, DOMAINS)

    def look(self, mail: Mail) -> Look:
        """Look at all hosts together."""
        hosts = {link.host: link.domain for link in followed(mail.message)}
        if not hosts:
            return
        labels: dict[str, set[str]] = {}
        for host, domain in hosts.items():
            if len(host) > len(domain) and host != "www." + domain:
                labels.setdefault(domain, set()).add(host[: -len(domain) - 1])
        for domain, names in labels.items():
            drawn = [name for name in names if is_random(name)]
            if drawn:
                yield Finding(RANDOM_HOST, f"{drawn[0]}.{domain}")
            if len(drawn) >= SEVERAL or (len(names) >= SEVERAL and _alike(names)):
                yield Finding(SUBDOMAINS, f"{len(names)} of {domain}")
        if len(set(hosts.values())) >= MANY:
            yield Finding(DOMAINS, str(len(set(hosts.values()))))


def _alike(names: set[str]) -> bool:
    """Whether all the names hold digits and letters, as counters and lots do and words do not."""
    return all(len(name) >= 4 and not name.isalpha() and not name.isdigit() and "." not in name for name in names)

"""Links into folders of a site where no visitor belongs: what a break-in leaves behind."""

from __future__ import annotations

import re

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import FOLLOWED, LINKS
from fyke.model import Finding, Label, Mail, Symbol

FOLDER = Symbol(
    "LINK_HACKED_SITE",
    "A link leads into the inner folders of a site, where intruders put their pages",
    "links",
    3.5,
    Label.PHISHING,
)

# Folders of WordPress, Joomla and Drupal and of web servers, whose content is not meant to be opened by itself; and a
# folder whose name begins with a dot, which the owner does not see. Pages only: pictures and downloads do stand there.
_FOLDERS = re.compile(
    r"/wp-(?:includes|admin|content/(?:plugins|themes|languages|upgrade|cache|mu-plugins))/"
    r"(?:[^.]{0,120}\Z|.{0,200}\.(?:html?|php|zip)\b)"
    r"|/wp-content/uploads/.{0,200}\.(?:html?|php\d?|zip|exe|js)\b"
    r"|/\.well-known/(?!security|acme|apple|assetlinks|openid"
    r"|change-password|mta-sts|webfinger|host-meta|nodeinfo|matrix|did)"
    r"|/\.(?!well-known)[a-z_-]{2,20}/"
    r"|/(?:cgi-sys/|cgi-bin/\.|_vti_bin/\.|_private/|_mem_bin/)"
    r"|/(?:sites/(?:all|default)/(?:modules|files|themes)|templates/system|components/com_[a-z]{2,20}|fonts?)"
    r"/.{0,200}\.(?:html?|php)\b",
    re.IGNORECASE,
)
PATH_CHARS = 400  # the trace stands near the front


class LinkHacked(Detector):
    """Does a link lead to a page that was slipped into somebody's site?"""

    name = "link_hacked"
    symbols = (FOLDER,)
    needs = Needs.LINKS

    def look(self, mail: Mail) -> Look:
        """Look at the folders of each path."""
        links = mail.message.links
        for link in links if len(links) <= LINKS else links[:LINKS]:
            path = link.path
            if len(path) < 6 or path.find("/", 1) < 0 or link.source not in FOLLOWED:
                continue
            if _may_be(path) and _FOLDERS.search(path, 0, PATH_CHARS):
                yield Finding(FOLDER, f"{link.host}{path}"[:100])


def _may_be(path: str) -> bool:
    """Whether a path has one of the signs; much cheaper than the expression."""
    return (
        "/." in path
        or "/wp-" in path
        or "/_" in path
        or "/cgi-" in path
        or "/sites/" in path
        or "/templates/" in path
        or "/com_" in path
        or "/font" in path
    )

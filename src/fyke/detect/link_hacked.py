"""Links into folders of a site where no visitor belongs: what a break-in leaves behind."""

from __future__ import annotations

import re

from fyke.detect.base import Detector, Look
from fyke.detect.linked import FOLLOWED
from fyke.model import Finding, Label, Mail, Symbol

FOLDER = Symbol(
    "LINK_HACKED_SITE", "A link leads into the inner folders of a site, where intruders put their pages", "links", 3.0,
    Label.PHISHING,
)  # fmt: skip
HOME = Symbol(
    "LINK_HOME_FOLDER", "A link leads into a user's folder on somebody's server", "links", 0.5, Label.PHISHING
)

# Folders of WordPress, Joomla, Drupal and of web servers whose content is never meant to be opened by itself.
_FOLDERS = re.compile(
    r"/wp-(?:includes|admin|content/(?:plugins|themes|languages|upgrade|cache|mu-plugins))/(?!.{0,200}\.(?:png|jpe?g|gif|css|js|svg|webp)\b)"
    r"|/wp-content/uploads/.{0,200}\.(?:html?|php\d?|zip|exe|js)\b"
    r"|/\.(?:well-known/(?!security\.txt|acme-challenge|apple|assetlinks|openid|change-password|mta-sts|webfinger|host-meta|nodeinfo|matrix|did)|[a-z_]{2,20}/)"
    r"|/(?:components|modules|plugins|administrator|libraries|templates)/(?:com|mod|plg|tpl|system|joomla)[_a-z]{0,40}/.{0,200}\.(?:html?|php)\b"
    r"|/sites/(?:all|default)/(?:modules|files|themes)/.{0,200}\.(?:html?|php)\b"
    r"|/(?:cgi-sys|cgi-bin/\.|_vti_bin/\.|_private|_mem_bin|images?/.{0,60}\.(?:php|html?)|css/.{0,60}\.(?:php|html?)|fonts?/.{0,60}\.(?:php|html?))\b",
    re.IGNORECASE,
)
PATH_CHARS = 400  # the trace stands near the front


class LinkHacked(Detector):
    """Does a link lead to a page that was slipped into somebody's site?"""

    name = "link_hacked"
    symbols = (FOLDER, HOME)

    def look(self, mail: Mail) -> Look:
        """Look at the folders of each path."""
        for link in mail.message.links:
            path = link.path
            if len(path) < 4 or link.source not in FOLLOWED:
                continue
            if _FOLDERS.search(path, 0, PATH_CHARS):
                yield Finding(FOLDER, f"{link.host}{path}"[:100])
            elif path.startswith("/~"):
                yield Finding(HOME, f"{link.host}{path}"[:100])

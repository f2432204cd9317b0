"""Links that reach their goal through others: hops in between, and open doors of well-known sites."""

from __future__ import annotations

from urllib.parse import unquote

from fyke.detect.base import Detector, Look
from fyke.detect.linked import followed, within
from fyke.model import Finding, Label, Link, Mail, Symbol

OPEN = Symbol(
    "LINK_OPEN_REDIRECT",
    "A link borrows the name of a well-known site that sends anybody on",
    "links",
    2.5,
    Label.PHISHING,
)
HOPS = Symbol("LINK_HOPS", "A link is sent on more than once before it arrives", "links", 2.0, Label.PHISHING)
NESTED = Symbol("LINK_NESTED", "A link holds a second address of another host", "links", 0.5, Label.PHISHING)

# Sites that send a visitor on to any address in the link, and that no mailer uses to count clicks. A host, and what the
# path or query must hold.
_DOORS = {
    "google.com": ("/url", "/amp/", "/local_url", "/travel/clk"),
    "bing.com": ("/ck/a", "/aclick"),
    "youtube.com": ("/redirect", "/attribution_link"),
    "facebook.com": ("/l.php", "/flx/warn"),
    "instagram.com": ("/linkshim",),
    "baidu.com": ("/link",),
    "yandex.ru": ("/clck/", "/redir"),
    "yandex.com": ("/clck/",),
    "yahoo.com": ("/rds", "/_ylt", "/r/"),
    "doubleclick.net": ("/pcs/click", "/clk", "/ddm/clk", "/aclk"),
    "googleadservices.com": ("/pagead/aclk",),
    "adform.net": ("/c/",),
    "linkedin.com": ("/slink", "/redir/"),
    "vk.com": ("/away.php",),
    "ok.ru": ("/dk",),
    "steamcommunity.com": ("/linkfilter",),
    "translate.goog": ("/",),
    "bit.do": ("/",),
    "medium.com": ("/r/?url",),
    "slack-redir.net": ("/link",),
    "l.wl.co": ("/l",),
    "t.umblr.com": ("/redirect",),
    "rds.yahoo.com": ("/",),
    "drs.yahoo.com": ("/",),
    "g.msn.com": ("/",),
    "aol.com": ("/redir.adp", "/ams/clickthru"),
}  # fmt: skip
_INNER = ("http://", "https://", "http%3a", "https%3a", "http:%2f", "https:%2f", "=www.", "/www.")


class LinkRedirect(Detector):
    """Does a link go through somebody else's site to where it really leads?"""

    name = "link_redirect"
    symbols = (OPEN, HOPS, NESTED)

    def look(self, mail: Mail) -> Look:
        """Look at what each link holds beside its host."""
        for link in followed(mail.message):
            if link.hops >= 2 and link.target_domain != link.domain:
                yield Finding(HOPS, f"{link.host} leads to {link.target_host} in {link.hops} steps")
            if link.path == "/" and not link.query:
                continue
            if _is_door(link):
                yield Finding(OPEN, f"{link.host} leads to {link.target_host}")
            elif _nested(link):
                yield Finding(NESTED, link.url[:80])


def _is_door(link: Link) -> bool:
    """Whether the link uses a well-known site as a door to another."""
    doors = _DOORS.get(link.domain) or _DOORS.get(link.host)
    if doors is None or not any(link.path.startswith(door) for door in doors):
        return False
    return link.target_domain != link.domain or _nested(link)


def _nested(link: Link) -> bool:
    """Whether path or query hold a web address of another host."""
    rest = f"{link.path}?{link.query}".lower()
    for sign in _INNER:
        at = rest.find(sign)
        if at >= 0:
            host = unquote(rest[at + len(sign) - (4 if sign.endswith("www.") else 0) :][:120]).lstrip("/:")
            host = host.partition("/")[0].partition("?")[0].partition("&")[0]
            return "." in host and not within(host, link.domain)
    return False

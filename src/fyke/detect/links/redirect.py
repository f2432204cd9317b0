"""Links that reach their goal through others: hops in between, and open doors of well-known sites."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import followed
from fyke.model import Finding, Label, Mail, Symbol

OPEN = Symbol(
    "LINK_OPEN_REDIRECT",
    "A link borrows the name of a well-known site that sends anybody on",
    "links",
    2.5,
    Label.PHISHING,
)
HOPS = Symbol("LINK_HOPS", "A link is sent on more than once before it arrives", "links", 1.5, Label.PHISHING)
NESTED = Symbol("LINK_NESTED", "A link holds a second address of another host", "links", 0.5, Label.PHISHING)

# Sites that send a visitor on to any address in the link, and that no mailer uses to count clicks. A name under any
# suffix, a domain or a host; and how the path begins.
_DOORS = {
    "google": ("/url", "/translate", "/amp/", "/local_url", "/travel/clk", "/aclk", "/pagead/aclk", "/search"),
    "bing.com": ("/ck/a", "/aclick"), "youtube.com": ("/redirect", "/attribution_link"),
    "facebook.com": ("/l.php", "/flx/warn"), "instagram.com": ("/linkshim",), "baidu.com": ("/link",),
    "yandex.ru": ("/clck/", "/redir"), "yandex.com": ("/clck/",), "yahoo.com": ("/rds", "/_ylt", "/r/"),
    "doubleclick.net": ("/pcs/click", "/clk", "/ddm/clk", "/aclk"), "googleadservices.com": ("/pagead/aclk",),
    "googleweblight.com": ("/",), "translate.goog": ("/",), "linkedin.com": ("/slink", "/redir/"),
    "vk.com": ("/away.php",), "ok.ru": ("/dk",), "steamcommunity.com": ("/linkfilter",), "slack-redir.net": ("/link",),
    "l.wl.co": ("/l",), "t.umblr.com": ("/redirect",), "rds.yahoo.com": ("/",), "drs.yahoo.com": ("/",),
    "g.msn.com": ("/",), "aol.com": ("/redir.adp", "/ams/clickthru"), "deref-web.de": ("/",), "deref-gmx.net": ("/",),
    "viglink.com": ("/",), "dartsearch.net": ("/link/click",), "pinterest.com": ("/offsite",), "adform.net": ("/c/",),
}  # fmt: skip


class LinkRedirect(Detector):
    """Does a link go through somebody else's site to where it really leads?"""

    name = "link_redirect"
    symbols = (OPEN, HOPS, NESTED)
    needs = Needs.LINKS

    def look(self, mail: Mail) -> Look:
        """Look at what each link holds beside its host."""
        for link in followed(mail.message):
            if not link.hops or link.target_domain == link.domain:
                continue
            if link.hops >= 2:
                yield Finding(HOPS, f"{link.host} leads to {link.target_host} in {link.hops} steps")
            doors = _DOORS.get(link.domain) or _DOORS.get(link.host) or _DOORS.get(link.domain.partition(".")[0])
            if doors is not None and link.path.startswith(doors):
                yield Finding(OPEN, f"{link.host} leads to {link.target_host}")
            else:
                yield Finding(NESTED, link.url[:80])

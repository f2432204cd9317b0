"""A link as the reader meets it: where it goes, how it was shown, and what was odd about it."""

from __future__ import annotations

from msgspec import Struct


class Link(Struct, frozen=True, gc=False):
    """One link of a message. Equal links of one source are kept once, with `count`."""

    url: str  # as written, refanged and unescaped, at most 4,000 characters
    # "text", "bare" (a host without scheme), "defanged", "header" (in the subject), "plain" (only in the text/plain
    # beside HTML), "href", "form", "refresh", "frame"; loaded, not followed: "image", "srcset", "style", "script"
    source: str
    scheme: str  # lower case; "" for a bare host
    host: str  # as a browser would read it (WHATWG URL): lower case, A-labels; "" for mailto:, data: and the like
    domain: str  # registered domain of `host` by the Public Suffix List; the address itself for an IP host
    path: str = ""
    query: str = ""
    userinfo: str = ""  # what stands before @ in the authority
    port: int = 0  # 0: none written
    text: str = ""  # what the reader sees as the link's text
    shown_host: str = ""  # host that the link's text itself names, where it names one
    hidden: bool = False  # stands in text that is not shown
    count: int = 1
    target: str = ""  # where known redirectors in between finally lead, unwrapped without asking anyone
    target_host: str = ""  # `host` where nothing was unwrapped
    target_domain: str = ""
    hops: int = 0  # redirectors unwrapped
    oddities: tuple[str, ...] = ()  # see `fyke.mail.links.ODDITIES`: "ip-host", "ip-disguised", "punycode", ...

"""Names of hosts: what somebody registered, the two spellings of IDNA, addresses, and labels that look alike.

The Public Suffix List comes with the package `publicsuffixlist`; both sections count: two customers of one
free host are two domains.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import can_ada

from fyke.mail.lookalikes import plain, to_one_script

DEPTH = 6  # the longest rule has five labels; what stands before the sixth cannot change the answer
HOST_CHARS = 255  # RFC 1035 2.3.4, with room for the last dot

_RULE, _WILD, _EXCEPTION, _PRIVATE = 1, 2, 4, 8
_ALIKE = str.maketrans("01i|5", "ollls", "-_.'\u00b7\u2010\u2011")  # the last: characters that a reader skips
_EAST_ASIAN = frozenset(("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "FULLWIDTH"))
_NO_BLOCKS = frozenset(("0", "10", "127", *map(str, range(224, 256))))  # this network, private, loop, multicast
_MIXED_BLOCKS = frozenset(("100", "169", "172", "192", "198", "203"))  # some of their addresses are nobody's:
_NOT_PUBLIC = (
    "192.168.", "169.254.", "192.0.0.", "192.0.2.", "192.88.99.", "198.18.", "198.19.", "198.51.100.", "203.0.113.",
    *(f"172.{second}." for second in range(16, 32)), *(f"100.{second}." for second in range(64, 128)),
)  # fmt: skip
_V4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!\Z)|\Z)){4}", re.ASCII)


@lru_cache(maxsize=1_024)  # the links of one message share few hosts; at most 4 MB of names
def registered(host: str) -> str:
    """The registered domain of a host as `Url.host` gives it.

    The host itself where it is an address, a public suffix or a single label; an empty string for an empty host.
    """
    rules = _rules()
    rest = host if host.count(".") < DEPTH else ".".join(host.rsplit(".", DEPTH)[1:])
    below = below_that = ""
    while True:
        rule = rules.get(rest)
        if rule is not None:
            if rule & _EXCEPTION:
                return rest
            return (below_that if rule & _WILD and below else below) or host
        dot = rest.find(".")
        if dot < 0:
            return host if is_ip(host) else below or host
        below_that, below = below, rest
        rest = rest[dot + 1 :]


def suffix(host: str) -> str:
    """The public suffix that `registered` found: what follows the first label of the registered domain."""
    domain = registered(host)
    return domain.partition(".")[2] if not is_public_suffix(domain) else domain


def is_public_suffix(host: str) -> bool:
    """Whether the Public Suffix List names the host itself."""
    rules = _rules()
    rule = rules.get(host, 0)
    return bool(rule & _RULE) or (not rule & _EXCEPTION and bool(rules.get(host.partition(".")[2], 0) & _WILD))


def shared_suffix(host: str) -> str:
    """The suffix under which a company gives names to strangers ("github.io"), or an empty string."""
    rest = suffix(host)
    rules = _rules()
    return rest if (rules.get(rest, 0) | rules.get(rest.partition(".")[2], 0) & _WILD) and _is_private(rest) else ""


def is_known_tld(label: str) -> bool:
    """Whether the last label of a name is a top-level domain; A-label or U-label, lower case."""
    return label in _rules()


def is_ip(host: str) -> bool:
    """Whether a host is an IPv4 address in four decimal parts or an IPv6 address, without brackets."""
    if ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            return False
        return True
    return host[-1:].isdigit() and _V4.fullmatch(host) is not None


def is_public_ip(ip: str) -> bool:
    """Whether a well-formed address is one that strangers can have: not private, local or reserved (RFC 6890)."""
    first, dot, _ = ip.partition(".")
    if dot:
        return first not in _NO_BLOCKS and not (first in _MIXED_BLOCKS and ip.startswith(_NOT_PUBLIC))
    try:
        return ipaddress.ip_address(ip).is_global
    except ValueError:
        return False


def to_ascii(host: str) -> str:
    """A-labels of a host, lower case; an empty string where IDNA (UTS 46) forbids the name."""
    host = host[:HOST_CHARS]
    if host.isascii():
        return host.lower()
    try:
        return can_ada.idna_encode(host).decode("ascii")
    except (ValueError, TypeError):
        return ""


def to_unicode(host: str) -> str:
    """U-labels of a host, for a person to read. It may look like another name: that is the point of most of them."""
    if "xn--" not in host:
        return host
    try:
        return str(can_ada.idna_decode(host[:HOST_CHARS].encode("ascii")))  # type: ignore[arg-type]  # its stub errs
    except (ValueError, TypeError):
        return host


def skeleton(label: str) -> str:
    """What a hasty reader sees in a label: equal for labels that look alike ("rnicr0s0ft", "micro-soft", Cyrillic).

    Made for comparing with other skeletons, never for showing. Source: Unicode TR 39, and what attackers register.
    """
    label = to_unicode(label[:HOST_CHARS].lower())
    if not label.isascii():
        label = to_one_script("".join([char if char.isascii() else plain(char) for char in label]))
    label = label.translate(_ALIKE)
    return label.replace("rn", "m").replace("vv", "w").replace("cl", "d")


def is_mixed(name: str) -> bool:
    """Whether a label of the name (U-labels) mixes letters of scripts that no language writes in one word."""
    if name.isascii():
        return False
    for label in name[:HOST_CHARS].split("."):
        if label.isascii():
            continue
        scripts = {unicodedata.name(char, "?").partition(" ")[0] for char in label if char.isalpha()}
        if len(scripts - _EAST_ASIAN) > 1:
            return True
    return False


def _is_private(rest: str) -> bool:
    """Whether the rule that makes a suffix public stands in the list's private section."""
    rules = _rules()
    return bool((rules.get(rest, 0) or rules.get(rest.partition(".")[2], 0)) & _PRIVATE)


@cache
def _rules() -> dict[str, int]:
    """The list's rules by name, IDNs in both spellings. Reading takes about 10 ms, so no cache file is worth it."""
    found = find_spec("publicsuffixlist")
    assert found is not None
    assert found.origin is not None
    text = (Path(found.origin).parent / "public_suffix_list.dat").read_text("utf-8")
    icann, _, private = text.partition("// ===END ICANN DOMAINS===")
    rules: dict[str, int] = {}
    for section, flag in ((icann, 0), (private, _PRIVATE)):
        names = [line.rstrip() for line in section.split("\n") if line and line[0] != "/"]
        names += [to_ascii(name) for name in names if not name.isascii()]
        rules.update(dict.fromkeys([name for name in names if name[0] not in "*!"], _RULE | flag))
        for name in names:
            if name[0] == "*":
                rules[name[2:]] = rules.get(name[2:], 0) | _WILD | flag
            elif name[0] == "!":
                rules[name[1:]] = rules.get(name[1:], 0) | _EXCEPTION | flag
    return rules

"""Shapes that a generator of mail leaves behind while the words change: of its Message-IDs, of its paths, of its text.

A shape keeps punctuation, and lengths where they tell something, and forgets the letters. Equal shapes prove nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

from fyke.mail import domains
from fyke.model import Link

ID_CHARS = 250  # of a Message-ID; RFC 5322 has no limit, generators stay below 120
FIXED_CHARS = 8  # runs at least so long are hashes, times and serial numbers: their length tells
PATH_CHARS = 300
PATHS = 12  # shapes that a sketch of paths is made of
KNOWN = 1_024  # paths and hosts remembered between messages; at most 1 MB
BLOCKS_LEAST = 5  # of text: with fewer, strangers share a sketch
BLOCKS = 30
TEXT_CHARS = 2_000  # a screen; a template's beginning tells as much as its whole

_RUN = re.compile(r"[0-9A-Za-z]+")
_WORD, _NUMBER = re.compile(r"[0-9]*[A-Za-z][0-9A-Za-z]*"), re.compile(r"[0-9]+")  # for paths
_HEX_LOWER = "0123456789abcdef"
_HEX_UPPER = "0123456789ABCDEF"


def message_id_form(message_id: str) -> str:
    """The form of a Message-ID without brackets, such as "9{14}.h{8}@a." for 20240102030405.1a2b3c4d@mail.example.com.

    The registered domain is dropped: one program under two names has one form. Empty for an empty one.
    """
    if not message_id:
        return ""
    left, at, host = message_id[:ID_CHARS].rpartition("@")
    if not at:
        return _RUN.sub(_class, host)
    return f"{_RUN.sub(_class, left)}@{_host_form(host)}"


@lru_cache(maxsize=KNOWN)  # a left side never comes again, a host does
def _host_form(host: str) -> str:
    """The form of what stands behind the @, without the registered domain."""
    host = host.rstrip(">").lower()
    sub = host.removesuffix(domains.registered(host)) if "." in host else host
    return _RUN.sub(_class, sub)


def path_form(path: str, query: str = "") -> str:
    """The shape of a path, and the names of the query's parameters: "/a/9/a.a?id&ref" for "/go/12/a1b2.php?id=7&ref=x".

    Lengths are forgotten too: words and counters differ in them.
    """
    shape = _path_shape(path[:PATH_CHARS])
    if not query:
        return shape
    names = "&".join([pair.partition("=")[0] for pair in query[:PATH_CHARS].split("&")])
    return f"{shape}?{names}"


@lru_cache(maxsize=KNOWN)
def _path_shape(path: str) -> str:
    return _NUMBER.sub("9", _WORD.sub("a", path))


def paths_sketch(links: Iterable[Link]) -> str:
    """A hash of the shapes of all paths that a click leads to; empty where none says anything."""
    shapes: set[str] = set()
    for link in links:
        if link.source == "href" and link.host and (link.query or len(link.path) > 9):
            shapes.add(path_form(link.path, link.query))
            if len(shapes) >= PATHS:
                break
    return _hash("\n".join(sorted(shapes))) if shapes else ""


def text_sketch(text: str) -> str:
    """A hash of how a text is laid out: the lines of each paragraph. Empty for a short text."""
    blocks = text[:TEXT_CHARS].strip().split("\n\n", BLOCKS)[:BLOCKS]
    if len(blocks) < BLOCKS_LEAST:
        return ""
    return _hash(repr([block.count("\n") for block in blocks]))


def _class(run: re.Match[str]) -> str:
    """What a run is: 9 digits, h or H hexadecimal, a lower, A upper, x mixed; with its length where it is long."""
    word = run[0]
    if word.isdigit():
        kind = "9"
    elif word.isalpha():
        kind = "a" if word.islower() else "A" if word.isupper() else "x"
    else:
        kind = "x" if word.strip(_HEX_LOWER) and word.strip(_HEX_UPPER) else "h" if word.islower() else "H"
    return kind if len(word) < FIXED_CHARS else f"{kind}{{{len(word)}}}"


def _hash(shape: str) -> str:
    """A short stable name of a shape."""
    return hashlib.blake2b(shape.encode("utf-8", "replace"), digest_size=8).hexdigest()

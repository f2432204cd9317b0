"""Scripts under Microsoft's Script Encoder (.vbe, .jse): a substitution by three alphabets that take turns.

The form is `#@~^`, the length as base64, `==`, the text, a check sum as base64, `==^#~@`. It hides text from people,
not from programs; Windows Script Host undoes it as it runs the script.
"""

from __future__ import annotations

import re

from fyke.files.base import Broken

START, END = "#@~^", "^#~@"
ENCODED_CHARS = 4 << 20
BLOCKS = 50  # in one page: each <script> may have its own

# What each character from tab (first) and blank to DEL is written as, by alphabet: 97 triples as hex. "<", ">" and "@"
# (three times 3f) are written as escapes instead.
_TRIPLES = bytes.fromhex(
    "643769 507e2c 225a65 4a4572 613a5b 5e7966 5d5975 5b274c 427645 606376 23622a 654d43 5f5133 7e5342 4f5220 522063"
    "7a264a 21545a 467138 202b79 266632 632a57 2a586c 767f2b 477b46 253052 2c314f 296c3d 694970 3f3f3f 27787b 3f3f3f"
    "675f51 3f3f3f 62297a 41247e 5a2f3b 663947 323341 736f77 4d2156 43755f 712826 394278 7c466e 534a64 485c74 314867"
    "72367d 6e4b68 707d35 495d22 3f6a55 4b503a 6a6960 2e236a 7f0971 28706f 356549 7d745c 242c5d 2d7727 544459 373f25"
    "7b6d7c 3d7c23 6c436d 343828 6d5e31 4e5b39 2b6e7f 305736 6f4c54 743434 6b7262 4c254e 335630 56735e 3a6873 785509"
    "57474b 773261 3b3524 442e4d 2f646b 594f44 453b21 5c2d37 684153 366158 587a48 79222e 096050 756b2d 384e29 553d3f"
    "51672f"
)
_TURNS = "1201202002021020102011200210200211020201011201021020112001120102"  # which alphabet, repeated each 64
_ESCAPES = {"&": "\n", "#": "\r", "*": ">", "!": "<", "$": "@"}
_HEAD = re.compile(r"#@~\^([A-Za-z0-9+/]{6}==)")


def _alphabets() -> tuple[dict[int, str], ...]:
    """For each alphabet what a written character means."""
    return tuple(
        {
            _TRIPLES[3 * at + turn]: "\t" if at == 0 else chr(at + 31)
            for at in range(len(_TRIPLES) // 3)
            if _TRIPLES[3 * at : 3 * at + 3] != b"???"
        }
        for turn in range(3)
    )


_ALPHABETS = _alphabets()


def decode(text: str) -> list[str]:
    """The scripts that are encoded in a text, in order. Raises `Broken` where one has no end."""
    found: list[str] = []
    at = 0
    while len(found) < BLOCKS and (head := _HEAD.search(text, at)):
        end = text.find(END, head.end())
        if end < 0:
            found.append(_plain(text[head.end() : head.end() + ENCODED_CHARS]))
            break
        found.append(_plain(text[head.end() : min(max(head.end(), end - 8), head.end() + ENCODED_CHARS)]))
        at = end + len(END)
    if not found and START in text:
        raise Broken("an encoded script without its length")
    return found


def _plain(written: str) -> str:
    """The text as it was before."""
    out: list[str] = []
    tables = [_ALPHABETS[int(turn)] for turn in _TURNS]
    put = out.append
    turn, at, length = 0, 0, len(written)
    while at < length:
        char = written[at]
        code = ord(char)
        if char == "@" and at + 1 < length:
            at += 1
            put(_ESCAPES.get(written[at], written[at]))
        elif code < 128:
            put(tables[turn & 63].get(code, char))
        else:
            put(char)
        if code < 128:
            turn += 1
        at += 1
    return "".join(out)

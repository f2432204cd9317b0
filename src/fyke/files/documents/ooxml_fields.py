"""Fields of Word in XML (ECMA-376-1, 17.16): instructions put together from the runs that they are split over."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from fyke.files.base import Said
from fyke.files.documents.dde import said_of_field

TAG = re.compile(
    r"<(?:\w{1,20}:)?(?:fldChar\b[^<>]{0,500}?fldCharType\s?=\s?[\"'](begin|separate|end)"
    r"|instrText\b[^<>/]{0,200}>([^<]{0,4000})<|fldSimple\b[^<>]{0,500}?\binstr\s?=\s?(?:\"([^\"]{0,4000})\"|'([^']{0,4000})'))"
)
DEPTH = 30  # fields in fields
TAGS = 200_000  # of one part
CODE_CHARS = 4_000  # of one instruction
QUOTE = re.compile(r"\s*quote\b((?:\s+\d{1,3}){2,1000})\s*\Z", re.IGNORECASE)


def fields(text: str) -> Iterator[Said]:
    """What the fields of a part say."""
    stack: list[list[str]] = []
    for match, _ in zip(TAG.finditer(text), range(TAGS), strict=False):
        mark, run, simple = match[1], match[2], match[3] or match[4]
        if simple:
            yield from said_of_field(html.unescape(simple))
        elif mark == "begin":
            if len(stack) < DEPTH:
                stack.append([])
        elif run is not None and stack:
            if sum(map(len, stack[-1][-8:])) < CODE_CHARS and len(stack[-1]) < CODE_CHARS:
                stack[-1].append(html.unescape(run))
        elif run is not None:
            yield from said_of_field(html.unescape(run))
        elif mark == "end" and stack:
            code = _value("".join(stack.pop())[:CODE_CHARS])
            yield from said_of_field(code)
            if stack:
                stack[-1].append(code)
    for left in stack:
        yield from said_of_field("".join(left)[:CODE_CHARS])


def _value(code: str) -> str:
    """A QUOTE field of numbers is the text that they are."""
    match = QUOTE.match(code)
    if not match:
        return code
    return "".join(chr(number) for each in match[1].split() if 0 < (number := int(each)) < 256)

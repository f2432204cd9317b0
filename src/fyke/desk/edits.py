"""What is written into the header of mail that is delivered: the verdict for people, programs and the next fyke.

Fields of these names that came with the mail are taken out: nobody else's verdict is believed, and none is passed on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from fyke.judge.policy import Policy
from fyke.model import UNWANTED, Action, Fate, Scan
from fyke.model.gate import Change, Edit

WHY = 5  # contributions that are named
TESTS = 60  # symbols that are named
STARS = 50  # RFC 5322 2.1.1: a line has at most 998 characters; people sort by some ten
HEADER_BYTES = 1 << 20  # of a mail's head in which fields are sought: more than any server takes
_OURS = re.compile(rb"^(X-Spam-[!-9;-~]{1,80}|X-Fyke(?:-[!-9;-~]{1,80})?)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_SUBJECT = re.compile(rb"^Subject[ \t]*:[ \t]?((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)


class Style(Struct, frozen=True):
    """What a site wants to be written."""

    verdicts: bool = True  # X-Fyke and X-Spam fields
    subject: str = ""  # put before the subject of mail that is tagged
    results: str = ""  # the value of Authentication-Results; empty: none is written
    forged: tuple[int, ...] = ()  # which Authentication-Results, counted from the top from 1, bear our own name


def edits(scan: Scan, raw: bytes, policy: Policy, style: Style, fate: Fate) -> list[Edit]:
    """All changes for what is delivered; `fate` says how, and by which rule."""
    rule = policy.rules.rules.get(fate.rule)
    head = head_of(raw)
    changed = [*_taken_out(head), *(Edit(Change.REMOVE, RESULTS, index=index) for index in style.forged)]
    if style.results:
        changed.append(Edit(Change.ADD, RESULTS, style.results))
    if style.verdicts:
        changed.extend(Edit(Change.ADD, name, value) for name, value in fields(scan, policy))
    tag = (rule.subject if rule is not None else "") + (style.subject if fate.action is Action.TAG else "")
    if tag:
        changed.append(_retitled(head, tag))
    if rule is not None:
        changed.extend(Edit(Change.ADD, name, value) for name, value in rule.add.items())
    return changed


RESULTS = "Authentication-Results"


def fields(scan: Scan, policy: Policy) -> Iterable[tuple[str, str]]:
    """The verdict as header fields, those for programs as SpamAssassin names them."""
    verdict = scan.verdict
    is_unwanted = verdict.label in UNWANTED
    line = policy.rules.thresholds.unwanted
    names = [contribution.name for contribution in verdict.contributions if contribution.name in policy.symbols]
    status = f"score={verdict.bits:.2f} required={line:.2f} tests={','.join(names[:TESTS]) or 'none'}"
    yield "X-Spam-Status", f"{'Yes' if is_unwanted else 'No'}, {status}"
    yield "X-Spam-Score", f"{verdict.bits:.2f}"
    if verdict.bits >= 1:
        yield "X-Spam-Level", "*" * min(int(verdict.bits), STARS)
    if is_unwanted:
        yield "X-Spam-Flag", "YES"
    if scan.faults or scan.skipped:
        missing = [*(fault.who for fault in scan.faults), *(text.partition(":")[0] for text in scan.skipped)]
        yield "X-Fyke-Missing", ", ".join(_plain(name) for name in dict.fromkeys(missing[:TESTS]))
    yield "X-Fyke-Why", why(scan)
    kind = f"; {'/'.join(verdict.categories[:3])}" if verdict.categories and is_unwanted else ""
    family = f"; {_plain(verdict.family)}" if verdict.family else ""
    yield (
        "X-Fyke",
        f"{verdict.label}{kind}{family}; bits={verdict.bits:+.2f}; p={verdict.probability:.3f}; id={scan.id}",
    )


def why(scan: Scan) -> str:
    """What weighed most, in bits."""
    heaviest = [each for each in scan.verdict.contributions if each.name != "PRIOR"][:WHY]
    return ", ".join(f"{each.name} {each.bits:+.2f}" for each in heaviest) or "nothing was found"


def head_of(raw: bytes) -> bytes:
    """The header of a message, within bounds."""
    ends = [at for end in (b"\r\n\r\n", b"\n\n") if (at := raw.find(end, 0, HEADER_BYTES)) >= 0]
    return raw[: min(ends, default=min(len(raw), HEADER_BYTES)) + 1]


def _taken_out(head: bytes) -> list[Edit]:
    """Fields that came with the mail and bear the names of ours."""
    small = head.lower()
    if b"x-spam-" not in small and b"x-fyke" not in small:
        return []
    counts: Counter[str] = Counter()
    found = []
    for match in _OURS.finditer(head):
        name = match[1].decode("ascii")
        counts[name.lower()] += 1
        found.append(Edit(Change.REMOVE, name, index=counts[name.lower()]))
    return found


def _retitled(head: bytes, tag: str) -> Edit:
    found = _SUBJECT.search(head)
    if found is None:
        return Edit(Change.ADD, "Subject", tag.strip())
    title = re.sub(rb"\r?\n", b"", found[1]).decode("utf-8", "surrogateescape")
    return Edit(Change.REPLACE, "Subject", tag + title)


def _plain(text: str) -> str:
    return "".join(character if " " < character <= "~" else "?" for character in text)[:100]


def reply(scan: Scan, contact: str) -> str:
    """What a refused client is told: that it was refused, the strongest reason, and how to ask about it."""
    reasons: Sequence[str] = [each.why for each in scan.verdict.contributions if each.bits > 0 and each.name != "PRIOR"]
    reason = reasons[0].partition(":")[0] if reasons else ""
    told = "" if not reason else f": {reason[:1].lower()}{reason[1:]}"
    ask = f"; questions to {contact}" if contact else ""
    text = f"Refused as {scan.verdict.label}{told} (case {scan.id[:16]}{ask})"
    return "".join(character if " " <= character <= "~" else "?" for character in text)[:REPLY_CHARS]


REPLY_CHARS = 400  # RFC 5321 4.5.3.1.5: a reply line has 512 octets, with code and line end

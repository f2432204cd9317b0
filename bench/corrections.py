"""What twenty corrections by one user do: to the rest of their kind, to other users, and to the user's other mail.

Kinds are found by rule, not by hand. The user says of each message of a kind that it is wanted, or that it is not; the
product knows rules and base model and was taught nothing else. Corrected are the first mails, in the order of their
delivery, that are on the wrong side when they come; counted are all others of the kind, by what was said of them before
any correction and what is said after the last.
"""

from __future__ import annotations

import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from bench.manifest import in_order
from bench.runs import Fyke, Read, policy
from fyke.learn.base import Base

CORRECTIONS = 20
LEAST_LEFT = 10  # mistakes of a kind beyond the corrections: fewer say little
KINDS = 3  # of each sort, the most frequent first
USER, OTHER = "ann@example.org", "bob@example.org"


class Kind(Struct, frozen=True):
    """Mail that the user sees as one."""

    name: str
    members: tuple[Read, ...]
    is_spam: bool  # what the user says of it


class Effect(Struct, frozen=True):
    """What the corrections of one kind did."""

    name: str
    corrections: int
    mistakes_before: int  # among the rest of the kind
    mistakes_after: int
    others_most_bits: float  # the largest shift of any message for another user
    unrelated: int
    unrelated_median_bits: float
    unrelated_changed: int  # whose label is another one for the user


def kinds(mails: Sequence[Read], score: Callable[[Read], float]) -> Iterator[Kind]:
    """The most frequent mistakes of each sort that leave enough to count."""
    line = policy().rules.thresholds.unwanted
    yield from _grouped("a newsletter is unwanted", mails, score, line, _newsletter, is_spam=True)
    yield from _grouped("a trade is wanted", mails, score, line, _trade, is_spam=False)
    yield from _grouped("spam of a sort was missed", mails, score, line, _missed, is_spam=True)
    flagged = [mail for mail in mails if mail.row.group == "hard-ham-1"]
    yield Kind("hard wanted mail was flagged", tuple(flagged), is_spam=False)


def _newsletter(mail: Read) -> str:
    return mail.sender if mail.row.group == "hard-ham-1" else ""


def _trade(mail: Read) -> str:
    return mail.categories[0] if mail.row.spam and mail.categories else ""


def _missed(mail: Read) -> str:
    """The trade of spam, or that nobody knows it."""
    return (mail.categories[0] if mail.categories else "no trade") if mail.row.spam else ""


def _grouped(
    sort: str,
    mails: Sequence[Read],
    score: Callable[[Read], float],
    line: float,
    group: Callable[[Read], str],
    *,
    is_spam: bool,
) -> Iterator[Kind]:
    wrong = Counter(group(mail) for mail in mails if (score(mail) >= line) is not is_spam)
    del wrong[""]
    for name, count in wrong.most_common(KINDS):
        if count >= CORRECTIONS + LEAST_LEFT:
            yield Kind(f"{sort}: {name}", tuple(mail for mail in mails if group(mail) == name), is_spam)


def effect(kind: Kind, mails: Sequence[Read], fresh: Callable[[Path], Fyke]) -> Effect:
    """Correct, and look at everything again."""
    line = policy().rules.thresholds.unwanted
    with tempfile.TemporaryDirectory() as folder:
        product = fresh(Path(folder))
        before = {mail.row.sha256: product.score(mail) for mail in mails}
        members = {mail.row.sha256: mail for mail in kind.members}
        ordered = [members[row.sha256] for row in in_order(mail.row for mail in kind.members)]
        corrected: set[str] = set()
        for mail in ordered:
            if len(corrected) < CORRECTIONS and (product.score(mail, USER) >= line) is not kind.is_spam:
                product.tell(mail, spam=kind.is_spam, account=USER)
                corrected.add(mail.row.sha256)
        after = {mail.row.sha256: product.score(mail, USER) for mail in mails}
        others = [abs(product.score(mail, OTHER) - before[mail.row.sha256]) for mail in mails]
    rest = [key for key in members if key not in corrected]
    unrelated = [mail.row.sha256 for mail in mails if mail.row.sha256 not in members]
    return Effect(
        name=kind.name,
        corrections=len(corrected),
        mistakes_before=sum((before[key] >= line) is not kind.is_spam for key in rest),
        mistakes_after=sum((after[key] >= line) is not kind.is_spam for key in rest),
        others_most_bits=max(others),
        unrelated=len(unrelated),
        unrelated_median_bits=statistics.median(abs(after[key] - before[key]) for key in unrelated),
        unrelated_changed=sum((after[key] >= line) != (before[key] >= line) for key in unrelated),
    )


def effects(mails: Sequence[Read], base: Base) -> list[Effect]:
    """All kinds, each from a product that was taught nothing."""
    with tempfile.TemporaryDirectory() as folder:
        untaught = Fyke(Path(folder), base)
        found = list(kinds(mails, untaught.score))
    return [effect(kind, mails, lambda folder: Fyke(folder, base)) for kind in found]


def show(found: Sequence[Effect]) -> None:
    """A line a kind."""
    print(f"\n{'one user corrects':46} {'corr.':>5} {'mistakes':>8} {'left':>5} {'share':>6}  others  own other mail")
    for each in found:
        share = f"{each.mistakes_after / each.mistakes_before:.0%}" if each.mistakes_before else "-"
        print(
            f"{each.name:46} {each.corrections:5} {each.mistakes_before:8} {each.mistakes_after:5} {share:>6}"
            f"  {each.others_most_bits:6.2f}  median {each.unrelated_median_bits:.2f} bits,"
            f" {each.unrelated_changed} of {each.unrelated} change sides"
        )

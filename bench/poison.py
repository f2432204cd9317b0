"""What false labels do: one account that lies, one liar among ten, traps that are flooded, verdicts learned as labels.

Each is tried as fyke does it and without the defence: an account's labels teach all others in full, a flood that says
what is known is learned on, every verdict is a label.
"""

from __future__ import annotations

import copy
import shutil
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from bench.bare import Bag, Bare
from fyke.judge import Policy
from fyke.judge.weigh import weigh
from fyke.learn.base import Base
from fyke.learn.features import Features
from fyke.learn.model import Learned, Learner, Model
from fyke.learn.opinion import told

LIES = (1, 10, 50, 200)
LIAR, OTHER = "liar@example.org", "kim@example.net"
ACCOUNTS, EACH = 10, 20  # accounts of a small site, and what each of them says
FLOOD = (10, 100, 1000)


class Read(Struct, frozen=True):
    """A mail as the learner sees it, what the rules alone say of it, and what it is."""

    features: Features
    rules_bits: float
    spam: bool = False


def teach(learner: Learner, number: int, each: Read, *, spam: bool, account: str = "") -> None:
    """Give a learner one label."""
    learner.learn(number, each.features, spam=spam, account=account, rules_bits=each.rules_bits)


class Effect(Struct, frozen=True):
    """What somebody's labels did to the mail of others."""

    name: str
    labels: int  # that were given
    median: float  # bits by which mail of others moved, either way
    most: float
    changed: int  # mails of others that are called something else
    of: int
    recall: float  # of others' spam, after
    flagged: float  # share of others' wanted mail called unwanted, after


def total(rules_bits: float, learned: Learned, policy: Policy) -> float:
    """The bits of a verdict: the rules', and what was learned within its caps."""
    return rules_bits + weigh(told(learned), policy).total / 100 - policy.rules.prior


def others(model: Model, mail: Iterable[Read], policy: Policy) -> list[float]:
    """The verdicts of an account that said nothing."""
    return [total(each.rules_bits, model.weigh(each.features, OTHER), policy) for each in mail]


def effect(
    name: str, labels: int, mail: Sequence[Read], verdicts: tuple[Sequence[float], Sequence[float]], policy: Policy
) -> Effect:
    """Verdicts before and after, compared."""
    before, after = verdicts
    lines = policy.rules.thresholds
    moved = [abs(now - was) for was, now in zip(before, after, strict=True)]
    called = [[(bits >= lines.unsure) + (bits >= lines.unwanted) for bits in side] for side in verdicts]
    spam = [bits >= lines.unwanted for bits, each in zip(after, mail, strict=True) if each.spam]
    ham = [bits >= lines.unwanted for bits, each in zip(after, mail, strict=True) if not each.spam]
    return Effect(
        name,
        labels,
        statistics.median(moved),
        max(moved),
        sum(was != now for was, now in zip(*called, strict=True)),
        len(mail),
        sum(spam) / max(1, len(spam)),
        sum(ham) / max(1, len(ham)),
    )


def lies(table: Path, base: Base, mail: Sequence[Read], policy: Policy, *, apart: bool) -> list[Effect]:
    """One account says the contrary of what is so, of many mails or of one template again and again.

    The mail that it lies about is measured too, as others see it.
    """
    how = "" if apart else ", taught to all in full"
    wanted = [each for each in mail if not each.spam]
    found = []
    for about, said in (("many mails", mail), ("one template", wanted[:1] * max(LIES))):
        for count in LIES:
            shutil.copy(table, table.with_suffix(".lies"))
            learner = Learner(table.with_suffix(".lies"), base)
            before = others(learner, mail, policy)
            for number, each in enumerate(said[:count], 100_000):
                account = LIAR if apart else ""
                teach(learner, number, each, spam=not each.spam, account=account)
            after = others(learner, mail, policy)
            found.append(effect(f"one account lies of {about}{how}", count, mail, (before, after), policy))
    return found


def ten(folder: Path, base: Base, mail: Sequence[Read], policy: Policy, *, apart: bool) -> list[Effect]:
    """A new site of ten accounts, one of which lies; beside it the same site where it does not."""
    count = min(ACCOUNTS * EACH, len(mail) // 2)
    said, rest = mail[:count], mail[count:]
    verdicts = []
    for honest in (True, False):
        learner = Learner(folder / f"ten-{apart}-{honest}", base)
        for number, each in enumerate(said, 1):
            account = f"reader{number % ACCOUNTS}@example.org"
            spam = each.spam if honest or number % ACCOUNTS else not each.spam
            teach(learner, number, each, spam=spam, account=account if apart else "")
        verdicts.append(others(learner, rest, policy))
    how = "" if apart else ", taught to all in full"
    return [
        effect(f"ten accounts, all honest{how}", len(said), rest, (verdicts[0], verdicts[0]), policy),
        effect(f"ten accounts, one lies{how}", len(said), rest, (verdicts[0], verdicts[1]), policy),
    ]


def flooded(table: Path, base: Base, flood: Sequence[Read], mail: Sequence[Read], policy: Policy) -> list[Effect]:
    """Traps get spam that is stuffed with wanted words, so that these become words of spam for all."""
    found = []
    for count in FLOOD:
        shutil.copy(table, table.with_suffix(".flood"))
        learner = Learner(table.with_suffix(".flood"), base)
        before = others(learner, mail, policy)
        for number in range(count):
            each = flood[number % len(flood)]
            teach(learner, 100_000 + number, each, spam=True)
        found.append(effect("traps flooded", count, mail, (before, others(learner, mail, policy)), policy))
    return found


def flooded_bare(
    bare: Bare, flood: Sequence[tuple[Read, Bag]], mail: Sequence[tuple[Read, Bag]], policy: Policy
) -> list[Effect]:
    """The same for a learner in another form."""
    reads = [read for read, _ in mail]
    before = [total(read.rules_bits, Learned(0.0, bare.weigh(bag), 0.0), policy) for read, bag in mail]
    found = []
    for count in FLOOD:
        learner = copy.deepcopy(bare)
        for number in range(count):
            read, bag = flood[number % len(flood)]
            learner.learn(bag, spam=True, rules_bits=read.rules_bits)
        after = [total(read.rules_bits, Learned(0.0, learner.weigh(bag), 0.0), policy) for read, bag in mail]
        found.append(effect(f"traps flooded, {bare.form.name}", count, reads, (before, after), policy))
    return found


def taught(
    table: Path,
    base: Base,
    stream: Sequence[tuple[Read, bool | None]],
    mail: Sequence[Read],
    policy: Policy,
    *,
    name: str,
) -> Effect:
    """A stream of mail is learned as its verdicts say; then mail of the same shape comes."""
    shutil.copy(table, table.with_suffix(".auto"))
    learner = Learner(table.with_suffix(".auto"), base)
    before = others(learner, mail, policy)
    said = 0
    for number, (each, spam) in enumerate(stream, 100_000):
        if spam is not None:
            teach(learner, number, each, spam=spam)
            said += 1
    return effect(name, said, mail, (before, others(learner, mail, policy)), policy)

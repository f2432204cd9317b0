"""The learner and the whole filter under attack, with each defence and without it.

Trained is on the even half of two packs, attacked with the spam of their odd half. An attacker may know the weights of
the site (nobody should), those of the base model (everybody may: it is public), or only mail of their own. Poisoning
and learning from one's own verdicts: Nelson et al., "Exploiting machine learning to subvert your spam filter" (2008).
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins

from bench import attack_page, attacks, packs, poison
from bench.bare import FORMS, SAME, TIRELESS, Bag, Bare, bag_of, typical
from bench.pages import written
from bench.poison import Effect, Read, total
from fyke.config import Config, Learn
from fyke.detect.runner import run
from fyke.engine import Engine
from fyke.house import build
from fyke.judge import judge
from fyke.learn import base
from fyke.learn.auto import sure
from fyke.learn.features import Family, Features, Reader
from fyke.learn.model import Learned, Learner, Model
from fyke.mail import parse
from fyke.model import Envelope, Mail
from train.base import EVERY, examples, train

PACKS = ("spamassassin", "csdmc2010")
OUTSIDE = ("enron_ham", "list_linux_api")  # wanted mail that an attacker may have
LEAST = -6.0  # what might be: as far as the site's words may speak for a mail, instead of the policy's
UNTRIED = (SAME.name, TIRELESS.name)  # learners that no edit is tried on
CANDIDATES = 4000  # most frequent words of wanted mail, of which an attacker takes the best
_WORD = re.compile(rb"[a-z]{3,15}")


class Setting(Struct):
    """All that is trained before anything is attacked; the forked parent's."""

    engine: Engine
    reader: Reader
    learner: Model
    public: Model  # the base model alone, trained without the two packs
    bare: dict[str, Bare]
    attack: attacks.Change = attacks.same
    letter: str = ""  # wanted mail that the attacker has


class Row(Struct, frozen=True):
    """One attack: of each filter, the share of spam found at the line, and by how many bits the mail moved."""

    attack: str
    messages: int
    recall: dict[str, float]
    shift: dict[str, float]


_setting: list[Setting] = []

Known = tuple[Read, Bag, Counter[bytes]]  # a mail, and its plain words


def _look(raw: bytes, *, spam: bool = True) -> tuple[Read, Bag]:
    """A mail read, judged by the rules alone, and counted."""
    at = _setting[0]
    message = parse(raw)
    found = run(at.engine.roster.of(message), Mail(Envelope(), message)).findings
    read = Read(at.reader.read(message, found), judge(found, at.engine.policy).bits, spam)
    return read, bag_of(message, found)


def _labelled(sample: packs.Sample) -> Known:
    raw = sample.read()
    read, bag = _look(raw, spam=sample.kind in packs.UNWANTED)
    return read, bag, words_of(raw)


def words_of(raw: bytes) -> Counter[bytes]:
    """The plain words of a mail, each once."""
    return Counter(set(_WORD.findall(parse(raw).text.folded)))


def _bits(raw: bytes) -> dict[str, float]:
    """What each filter says of a mail, in bits of the whole verdict."""
    at = _setting[0]
    read, bag = _look(raw)
    policy = at.engine.policy
    public = at.public.weigh(read.features).base
    unbent = base.CAP_BITS * math.atanh(max(-0.999999, min(0.999999, public / base.CAP_BITS)))
    learned = at.learner.weigh(read.features)
    told = {
        "rules": read.rules_bits,
        "base": total(read.rules_bits, Learned(public, 0.0, 0.0), policy),
        "base, no cap": read.rules_bits + unbent,
        "fyke": total(read.rules_bits, learned, policy),
        f"least {LEAST:g}": read.rules_bits + max(LEAST, min(policy.rules.groups["learned"].most, learned.shared)),
    }
    return told | {
        name: total(read.rules_bits, Learned(0.0, bare.weigh(bag), 0.0), policy)
        for name, bare in at.bare.items()
        if name not in UNTRIED
    }


def _attacked(path: Path) -> dict[str, float] | None:
    raw = attacks.changed(path.read_bytes(), _setting[0].attack)
    return None if raw is None else _bits(raw)


def judged(spam: Sequence[packs.Sample], attack: attacks.Change) -> list[dict[str, float] | None]:
    """Each mail under an attack, as all filters judge it."""
    _setting[0].attack = attack
    return _on_all(_attacked, [each.path for each in spam])


def row(name: str, before: Sequence[dict[str, float] | None], after: Sequence[dict[str, float] | None]) -> Row:
    """An attack beside the same mail without it."""
    pairs = [(was, now) for was, now in zip(before, after, strict=True) if was is not None and now is not None]
    line = _setting[0].engine.policy.rules.thresholds.unwanted
    names = list(pairs[0][0])
    return Row(
        name,
        len(pairs),
        {each: sum(now[each] >= line for _, now in pairs) / len(pairs) for each in names},
        {each: sum(now[each] - was[each] for was, now in pairs) / len(pairs) for each in names},
    )


def good_words(model: Model, candidates: Iterable[bytes], *, public: bool) -> list[str]:
    """The words that a model holds most for wanted, the best first: what one knows who has read its weights."""
    reader = Reader()
    weighed = []
    for word in candidates:
        features = reader.read(parse(b"\n\n" + word + b"\n"), ())
        end = features.ends[Family.GRAMS]
        text = Features(features.codes[:end], tuple(min(each, end) for each in features.ends))
        learned = model.weigh(text)
        weighed.append((learned.base if public else learned.shared, word.decode()))
    return [word for _, word in sorted(weighed)]


def outside_words(pack: Counter[bytes], own: Counter[bytes]) -> list[str]:
    """What one takes who has wanted mail of others: frequent there, not in their own spam."""
    share = {word: count / max(1, pack.total()) - own[word] / max(1, own.total()) for word, count in pack.items()}
    return [word.decode() for word in sorted(share, key=lambda word: (-share[word], word))]


def _train(corpora: Path, folder: Path) -> Counter[bytes]:
    """Everything learned from the even half; what comes back are the words of its wanted mail."""
    even = [each for name in PACKS for each in packs.samples(corpora, name) if not each.number % 2]
    known = _mixed(_on_all(_labelled, even))
    learner = Learner(folder / "learned", base.empty())
    others = {each: EVERY[each] for each in EVERY if each not in PACKS}
    public = Model(base=base.unpack(train(examples(corpora, others, 2))))
    sizes = typical([bag for _, bag, _ in known])
    bare = {form.name: Bare(form, sizes) for form in (SAME, *FORMS, TIRELESS)}
    for number, (read, bag, _) in enumerate(known, 1):
        poison.teach(learner, number, read, spam=read.spam)
        for each in bare.values():
            each.learn(bag, spam=read.spam, rules_bits=read.rules_bits)
    learner.table.flush() if learner.table else None
    _setting[0].learner, _setting[0].public, _setting[0].bare = learner, public, bare
    wanted: Counter[bytes] = Counter()
    for read, _, words in known:
        if not read.spam:
            wanted.update(words)
    return wanted


def _on_all(work: Callable[[Any], Any], todo: Sequence[Any]) -> list[Any]:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(work, todo, chunksize=16)


def _mixed(found: list[Any]) -> list[Any]:
    """In an order that has nothing to do with packs and classes, the same every time."""
    return random.Random(1).sample(found, len(found))


def listed(corpora: Path, spam: Sequence[packs.Sample], wanted: Counter[bytes]) -> dict[str, attacks.Change]:
    """All edits that are tried, by name."""
    best = [word for word, _ in wanted.most_common(CANDIDATES)]
    own: Counter[bytes] = Counter()
    for each in spam:
        own.update(words_of(each.read()))
    lists = {
        "site": good_words(_setting[0].learner, best, public=False),
        "base": good_words(_setting[0].public, best, public=True),
    }
    letters = {}
    for name in OUTSIDE:
        few = list(packs.samples(corpora, name))[::20]
        there: Counter[bytes] = Counter()
        for each in few:
            there.update(words_of(each.read()))
        lists[name] = outside_words(there, own)
        letters[name] = _letter(few)
    letters["site"] = _letter(
        [each for each in packs.samples(corpora, PACKS[0]) if each.kind == "ham" and not each.number % 2][::20]
    )
    found: dict[str, attacks.Change] = {}
    for who, words in lists.items():
        for count in attacks.WORDS:
            text = " ".join(words[:count])
            found[f"{count} words of {who}, below"] = attacks.at_end(text)
            found[f"{count} words of {who}, above"] = attacks.in_front(text)
            found[f"{count} words of {who}, hidden"] = attacks.hidden(text)
        found[f"best word of {who}, 1000 times"] = attacks.at_end(" ".join(words[:1] * 1000))
    for who, letter in letters.items():
        for times in attacks.LENGTHS:
            found[f"mail of {who}, {times} times as long, below"] = attacks.beside(letter, times, front=False)
            found[f"mail of {who}, {times} times as long, above"] = attacks.beside(letter, times, front=True)
    found["1000 random words, below"] = attacks.at_end(attacks.noise(1000, words=True))
    found["1000 random words, above"] = attacks.in_front(attacks.noise(1000, words=True))
    found["5000 random characters, below"] = attacks.at_end(attacks.noise(5000, words=False))
    found["no-width characters between all letters"] = attacks.split
    return found


def _letter(few: Sequence[packs.Sample]) -> str:
    """Wanted mail in one text."""
    return " ".join(parse(each.read()).text.current for each in few)[:200_000]


def edits(corpora: Path, every: int, wanted: Counter[bytes], only: str) -> list[Row]:
    """What each edit does to the spam of the odd half."""
    spam = [
        each
        for name in PACKS
        for each in packs.samples(corpora, name)
        if each.kind in packs.UNWANTED and each.number % 2
    ][::every]
    before = judged(spam, attacks.same)
    ham = [e for name in PACKS for e in packs.samples(corpora, name) if e.kind in packs.WANTED and e.number % 2]
    wanted_before = judged(ham[:: max(1, every // 4)], attacks.same)
    rows = [row("wanted mail, share flagged", wanted_before, wanted_before), row("no attack", before, before)]
    for name, change in listed(corpora, spam, wanted).items():
        if only in name:
            rows.append(row(name, before, judged(spam, change)))
            print(f"{name}: {rows[-1].recall['fyke']:.1%}", file=sys.stderr)
    return rows


def show(rows: Sequence[Row]) -> None:
    """The table on the screen: recall, and the mean shift in bits."""
    names = list(rows[0].recall)
    print(f"{'attack':45} {'mails':>5} " + " ".join(f"{name:>15}" for name in names))
    for each in rows:
        cells = [f"{each.recall[name]:8.1%} {each.shift[name]:+6.2f}" for name in names]
        print(f"{each.attack:45} {each.messages:5} " + " ".join(f"{cell:>15}" for cell in cells))


def _dressed(sample: packs.Sample) -> tuple[Read, bool | None, bool] | None:
    """Spam dressed as an answer: as it is read, whether it is sure enough to be learned, what its verdict says."""
    engine = _setting[0].engine
    raw = attacks.answering(sample.read(), _setting[0].letter)
    if raw is None:
        return None
    line = engine.policy.rules.thresholds.unwanted
    read, _ = _look(raw)
    verdict = total(read.rules_bits, _setting[0].learner.weigh(read.features), engine.policy)
    return read, sure(engine.scan(Envelope(), raw), line), verdict >= line


def _stuffed(sample: packs.Sample) -> tuple[Read, Bag] | None:
    raw = attacks.changed(sample.read(), _setting[0].attack)
    return None if raw is None else _look(raw)


def _surely(sample: packs.Sample) -> bool | None:
    engine = _setting[0].engine
    return sure(engine.scan(Envelope(), sample.read()), engine.policy.rules.thresholds.unwanted)


def poisoned(corpora: Path, every: int, table: Path) -> list[Effect]:
    """What false labels do to the mail of the odd half."""
    at = _setting[0]
    odd = [each for name in PACKS for each in packs.samples(corpora, name) if each.number % 2]
    known = _mixed(_on_all(_labelled, odd[:: max(1, every // 2)]))
    mail, policy = [read for read, _, _ in known], at.engine.policy
    found = []
    for apart in (True, False):
        found += poison.lies(table, at.learner.base, mail, policy, apart=apart)
        found += poison.ten(table.parent, at.public.base, mail, policy, apart=apart)
    spam = [each for each in odd if each.kind in packs.UNWANTED][::every]
    few = list(packs.samples(corpora, OUTSIDE[0]))[::20]
    words = sum((words_of(each.read()) for each in few), Counter[bytes]())
    at.letter = _letter(few)
    at.attack = attacks.in_front(" ".join(outside_words(words, Counter())[:200]))
    flood = [each for each in _on_all(_stuffed, spam) if each]
    pairs = [(read, bag) for read, bag, _ in known]
    found += poison.flooded(table, at.learner.base, [read for read, _ in flood], mail, policy)
    for form in (SAME, TIRELESS):
        found += poison.flooded_bare(at.bare[form.name], flood, pairs, policy)
    dressed = [each for each in _on_all(_dressed, spam) if each]
    first, then = dressed[::2], [read for read, _, _ in dressed[1::2]]
    streams = {
        "answers learned where sure": [(read, is_sure) for read, is_sure, _ in first],
        "answers learned as judged": [(read, called) for read, _, called in first],
    }
    for name, stream in streams.items():
        found.append(poison.taught(table, at.learner.base, stream, then, policy, name=name))
    return found


def own_verdicts(corpora: Path, every: int) -> dict[str, int]:
    """How often mail as it comes may be learned from its own verdict, and how often that would be wrong."""
    found: Counter[str] = Counter()
    for kinds, name in ((packs.WANTED, "wanted"), (packs.UNWANTED, "unwanted")):
        odd = [e for pack in PACKS for e in packs.samples(corpora, pack) if e.number % 2 and e.kind in kinds][::every]
        said = _on_all(_surely, odd)
        found[f"{name} mails"] = len(said)
        found[f"{name} mails learned as unwanted"] = said.count(True)
        found[f"{name} mails learned as wanted"] = said.count(False)
    return dict(found)


def show_effects(effects: Sequence[Effect]) -> None:
    """What labels did to others."""
    print(f"{'labels':45} {'given':>5} {'median':>7} {'most':>6} {'changed':>12} {'recall':>7} {'flagged':>8}")
    for each in effects:
        changed = f"{each.changed} of {each.of}"
        print(
            f"{each.name:45} {each.labels:5} {each.median:7.3f} {each.most:6.2f} {changed:>12}"
            f" {each.recall:7.1%} {each.flagged:8.2%}"
        )


def main() -> None:
    """Print the tables, or write them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, default=packs.default())
    parser.add_argument("--every", type=int, default=10, help="attack with every Nth spam mail of the odd half")
    parser.add_argument("--only", default="", help="only attacks whose name holds this")
    parser.add_argument("--json", type=Path, help="also write all figures to this file")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {attack_page.PAGE.name}")
    asked = parser.parse_args()
    if asked.write and asked.only:
        sys.exit("--write needs all attacks")
    started = time.monotonic()
    missing = [name for name in {*PACKS, *EVERY} if packs.unpack(asked.corpora, name) is None]
    if missing:
        sys.exit(f"no pack {', '.join(sorted(missing))} in {asked.corpora}")
    engine = build(Config(learn=Learn(base=False)))
    _setting[:] = [Setting(engine, Reader(), Model(base=base.empty()), Model(base=base.empty()), {})]
    with tempfile.TemporaryDirectory() as folder:
        wanted = _train(asked.corpora, Path(folder))
        print(f"trained in {time.monotonic() - started:.0f} s", file=sys.stderr)
        rows = edits(asked.corpora, asked.every, wanted, asked.only)
        show(rows)
        effects = poisoned(asked.corpora, asked.every, Path(folder) / "learned")
        show_effects(effects)
        verdicts = own_verdicts(asked.corpora, asked.every)
        print("\n".join(f"{name}: {count}" for name, count in verdicts.items()))
    if asked.write:
        part = "".join(attack_page.page(rows, effects, verdicts))
        attack_page.PAGE.write_text(written(attack_page.PAGE.read_text(), part, attack_page.MARK))
    if asked.json:
        figures = {"edits": rows, "labels": effects, "own verdicts": verdicts}
        asked.json.write_text(json.dumps(to_builtins(figures), indent=1))


if __name__ == "__main__":
    main()

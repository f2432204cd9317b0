"""`fyke fit`: weights from mail of which the user says what it is, as a layer of the policy."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from fyke.cli import layer, setup
from fyke.cli.errors import Wrong
from fyke.cli.fitting import Fitting, Side, encode, show
from fyke.cli.given import Given, collect, places
from fyke.cli.mailbox import size_of
from fyke.cli.options import configured, count
from fyke.cli.outputs import writable
from fyke.cli.progress import Progress, on_stderr
from fyke.cli.record import Record
from fyke.cli.scan import outcomes, processes, shortened
from fyke.cli.screen import Screen, clean
from fyke.config import Settings
from fyke.engine import Engine
from fyke.judge import Policy
from fyke.learn import opinion
from fyke.learn.fit import Cap, Example, Fact, Terms, fit
from fyke.learn.slope import Line
from fyke.learn.trial import held_out
from fyke.model import Envelope

LEAST = 50  # messages of either side: with fewer, what is held out says nothing
COMPOSITES = "composites"  # the group that composites are fitted in; it has no cap

# What was learned from this site's labels has seen the very mail that weights are fitted on: it would take their part.
LEARNED_HERE = frozenset({opinion.SITE.name, opinion.OWN.name})
_NOT_FITTED = frozenset({"test", *(symbol.group for symbol in opinion.SYMBOLS)})  # their bits are said, not estimated

EXAMPLES = """\
examples:
  fyke fit --ham ~/Maildir/cur --spam ~/Maildir/.Junk/cur                   # only tell what it would gain
  fyke fit --ham inbox.mbox sent.mbox --spam junk.mbox -o fitted.toml --html fitted.html
  fyke policy --changed --policy fitted.toml                                # what the layer changes
  fyke scan --policy fitted.toml ~/Maildir                                  # judge by it
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = EXAMPLES
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    mail = parser.add_argument_group("mail, and what it is (paths as fyke scan takes them)")
    several: dict[str, Any] = {"nargs": "+", "action": "extend", "default": []}
    mail.add_argument("--ham", metavar="PATH", **several, help="wanted mail")
    mail.add_argument("--spam", metavar="PATH", **several, help="unwanted mail")
    mail.add_argument(
        "--source",
        metavar="NAME=PATH",
        **several,
        help="what to call the source of the mail below PATH; without it, the name of its folder",
    )
    parser.add_argument("-o", "--output", metavar="FILE", default="", help="write the layer of the policy to this file")
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else on stdout")
    parser.add_argument("--html", metavar="FILE", help="also write a page with plots, which needs no other file")
    parser.add_argument(
        "--jobs", metavar="N", type=count, default=1, help="processes that scan; 0: one a core (default: 1)"
    )
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Fit, tell and write; the exit code says whether all of the mail could be read."""
    page = writable(args.html) if args.html else None
    output = _output(args.output) if args.output else None
    jobs = processes(args.jobs)
    if not (args.ham and args.spam):
        raise Wrong("weights are fitted on both sides: --ham PATH and --spam PATH")
    found = places(args.ham, args.spam, (), args.source)
    engine = setup.engine(_without(setup.settings(args), output))
    collected = collect(found)
    started = time.perf_counter()
    progress = on_stderr(size_of(place.path for place in found))
    gathered = _gather(engine, collected.mail, jobs, progress)
    progress.hide()
    sides = [sum(each.spam is side for each in gathered.examples) for side in (False, True)]
    unread = (*collected.problems, *gathered.unread)
    if min(sides) < LEAST:
        for sentence in shortened(unread):
            print(f"fyke: {clean(sentence)}", file=sys.stderr)
        raise Wrong(
            f"{sides[0]:,} wanted and {sides[1]:,} unwanted messages are too few: {LEAST} of each are the least"
        )
    terms = terms_of(engine.policy)
    trial = held_out(gathered.examples, terms)
    calibration = engine.policy.rules.calibration
    line, is_spam = engine.policy.rules.thresholds.unwanted, [each.spam for each in gathered.examples]
    before = Line(calibration.slope, calibration.offset)
    ran = Fitting(
        weights=fit(gathered.examples, terms),
        line=trial.line,
        by_source=trial.by_source,
        folds=trial.folds,
        before=Side.of(trial.before, before.told(trial.before), is_spam, line),
        after=Side.of(trial.after, trial.told, is_spam, line),
        sources=tuple(sorted({each.source for each in gathered.examples})),
        policy=engine.policy,
        on_both=gathered.on_both,
        repeated=collected.repeated + gathered.repeated,
        passed=collected.passed,
        unread=unread,
        wall_s=time.perf_counter() - started,
        jobs=jobs,
    )
    return _tell(ran, output, page, as_json=args.json)


def terms_of(policy: Policy) -> Terms:
    """The facts whose bits are estimated, and the caps of their groups. Signs of bulk speak of something else."""
    groups = {
        name: group
        for name, group in policy.rules.groups.items()
        if group.counts_for == "unwanted" and name not in _NOT_FITTED
    }
    facts = [
        Fact(name, symbol.group, policy.bits[name] / 100)
        for name, symbol in sorted(policy.symbols.items())
        if symbol.group in groups
    ]
    facts += [Fact(rule.composite.name, COMPOSITES, rule.composite.bits) for rule in policy.composites]
    return Terms(tuple(facts), {name: Cap(group.most, group.least) for name, group in groups.items()})


def example(given: Given, record: Record, counted: Sequence[tuple[str, float]], terms: Terms) -> Example:
    """A scanned message as the fit takes it: what of its bits is fitted, and what is not."""
    names = {fact.name for fact in terms.facts}
    ours = names | {f"CAP_{name.upper()}" for name in terms.caps} | LEARNED_HERE
    templates = sorted(seen.value for seen in record.observables if seen.kind == "template")
    return Example(
        source=given.source,
        spam=given.is_spam,
        found=tuple(pair for pair in counted if pair[0] in names),
        rest=round(sum(share.bits for share in record.contributions if share.name not in ours), 2),
        template=next(iter(templates), record.id),
    )


class _Gathered(Struct, frozen=True):
    """What became of all messages."""

    examples: tuple[Example, ...]
    unread: tuple[str, ...]
    repeated: int  # the same bytes again
    on_both: int  # bytes that were given as wanted and as unwanted: neither is believed


def _gather(engine: Engine, mail: Sequence[Given], jobs: int, progress: Progress) -> _Gathered:
    """Scan all of it; each message counts once, however many copies there are."""
    terms = terms_of(engine.policy)
    examples: dict[str, Example] = {}
    both: set[str] = set()
    unread, repeated, read, done_bytes = [], 0, 0, 0
    with ExitStack() as stack:
        scanned = outcomes(stack, engine, Envelope(), (given.slot for given in mail), jobs, counting=True)
        for given, outcome in zip(mail, scanned, strict=True):
            record = outcome.record
            if outcome.unread is not None:
                unread.append(f"{outcome.unread.path}: {outcome.unread.why}")
            elif record is not None and record.is_broken:
                unread.append(f"{record.path}: could not be scanned: {record.faults[0].what}")
            elif record is not None:
                before = examples.setdefault(record.id, fresh := example(given, record, outcome.counted, terms))
                repeated += before is not fresh
                if before.spam != given.is_spam:
                    both.add(record.id)
                read, done_bytes = read + 1, done_bytes + record.size_bytes
            progress.tell(read, done_bytes)
    kept = tuple(each for name, each in examples.items() if name not in both)
    return _Gathered(kept, tuple(unread), repeated - len(both), len(both))


def _without(settings: Settings, output: Path | None) -> Settings:
    """The settings without the layer that is to be written anew: it shall not be its own beginning."""
    if output is None:
        return settings
    layers = tuple(each for each in settings.config.judge.policy if os.path.realpath(each) != os.path.realpath(output))
    judge = msgspec.structs.replace(settings.config.judge, policy=layers)
    return msgspec.structs.replace(settings, config=msgspec.structs.replace(settings.config, judge=judge))


def _output(name: str) -> Path:
    try:
        return writable(name)
    except Wrong as wrong:
        raise Wrong(str(wrong).replace("--html", "-o", 1)) from None


def _tell(ran: Fitting, output: Path | None, page: Path | None, *, as_json: bool) -> int:
    """Print, write, and say what could not be read."""
    if as_json:
        sys.stdout.buffer.write(encode(ran) + b"\n")
        sys.stdout.buffer.flush()
    else:
        show(Screen(sys.stdout), ran)
        sys.stdout.flush()
    if output is not None:
        try:
            output.write_text(layer.text(ran), encoding="utf-8")
        except OSError as error:
            raise Wrong(f"-o {output}: {error.strerror}") from None
        print(f"fyke: the layer is in {output}; fyke policy --changed --policy {output} shows it", file=sys.stderr)
    if page is not None:
        from fyke.cli.report.fit import write  # noqa: PLC0415  only where a page is wanted

        write(ran, page)
    for sentence in shortened(ran.unread):
        print(f"fyke: {clean(sentence)}", file=sys.stderr)
    return 2 if ran.unread else 0

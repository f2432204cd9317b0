"""`fyke evaluate`: how good the verdicts are on mail of which the user says what it is."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from msgspec import Struct

from fyke import house
from fyke.cli import setup
from fyke.cli.errors import Wrong, nearest
from fyke.cli.figures import Evaluation, encode, show
from fyke.cli.given import Collected, Given, collect, places
from fyke.cli.options import configured, count
from fyke.cli.outputs import writable
from fyke.cli.progress import on_stderr
from fyke.cli.record import Record
from fyke.cli.scan import outcomes, processes, shortened
from fyke.cli.screen import Screen, clean
from fyke.engine import Engine
from fyke.judge import Policy
from fyke.learn.base import Base
from fyke.learn.measure import Scored, measure
from fyke.model import UNWANTED, Envelope

EXAMPLES = """\
examples:
  fyke evaluate --ham ~/Maildir/cur --spam ~/Maildir/.Junk/cur
  fyke evaluate --ham inbox.mbox --category drugs=pills.mbox phishing=phish --html quality.html
  fyke evaluate --online --ham ~/Maildir/cur --spam ~/Maildir/.Junk/cur
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
        "--category", metavar="NAME=PATH", **several, help="unwanted mail of a category: drugs=pills.mbox"
    )
    mail.add_argument(
        "--source",
        metavar="NAME=PATH",
        **several,
        help="what to call the source of the mail below PATH; without it, the name of its folder",
    )
    group = parser.add_argument_group("what judges (without these: the filter as it is)")
    learning = group.add_mutually_exclusive_group()
    learning.add_argument(
        "--online",
        dest="how",
        action="store_const",
        const="online",
        default="once",
        help="a new learner, told of each message right after it judged it, in the order in which they came",
    )
    learning.add_argument(
        "--cross",
        dest="how",
        action="store_const",
        const="cross",
        help="for each source a new learner that was told of all others",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else on stdout")
    parser.add_argument("--html", metavar="FILE", help="also write a page with plots, which needs no other file")
    parser.add_argument(
        "--jobs", metavar="N", type=count, default=1, help="processes that judge; 0: one a core (default: 1)"
    )
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Measure and tell; the exit code says whether all of it could be read."""
    page = writable(args.html) if args.html else None
    jobs = processes(args.jobs)
    found = places(args.ham, args.spam, args.category, args.source)
    settings = setup.settings(args)
    engine = setup.engine(settings)
    _check_categories(sorted({place.category for place in found if place.category}), engine.policy)
    collected = collect(found)
    if args.how == "cross" and len({given.source for given in collected.mail}) < 2:
        raise Wrong("--cross takes mail of two sources or more: folders of other names, or named with --source")
    started = time.perf_counter()
    if args.how == "once":
        judged = _judge(engine, collected, jobs)
    else:
        judged = _learn(args.how, engine, house.base(settings.config), collected, jobs)
    ran = Evaluation(
        how=args.how,
        scored=judged.scored,
        measures=measure(judged.scored, engine.policy.rules.thresholds.unwanted),
        thresholds=engine.policy.rules.thresholds,
        policy_id=engine.policy.id,
        repeated=collected.repeated,
        passed=collected.passed,
        unread=(*collected.problems, *judged.unread),
        wall_s=time.perf_counter() - started,
        jobs=jobs,
    )
    return _tell(ran, page, as_json=args.json)


def _check_categories(named: Iterable[str], policy: Policy) -> None:
    """A category that nothing can name would be measured as never found, whatever the reason."""
    known = {symbol.category for symbol in policy.symbols.values()}
    known |= {rule.composite.category for rule in policy.composites}
    for name in named:
        if name not in known:
            raise Wrong(f"--category: no category {name}{nearest(name, sorted(known))}")


class _Judged(Struct, frozen=True):
    """What became of all messages."""

    scored: tuple[Scored, ...]
    unread: tuple[str, ...]


def _judge(engine: Engine, collected: Collected, jobs: int) -> _Judged:
    """Each message judged once, as the engine is."""
    mail = collected.mail
    scored, unread, done_bytes = [], [], 0
    progress = on_stderr(collected.size_bytes)
    with ExitStack() as stack:
        judged = outcomes(stack, engine, Envelope(), (given.slot for given in mail), jobs)
        for given, outcome in zip(mail, judged, strict=True):
            record = outcome.record
            if outcome.unread is not None:
                unread.append(f"{outcome.unread.path}: {outcome.unread.why}")
            elif record is not None and record.is_broken:
                unread.append(f"{record.path}: could not be scanned: {record.faults[0].what}")
            elif record is not None:
                scored.append(_scored(given, record))
                done_bytes += record.size_bytes
            progress.tell(len(scored), done_bytes)
    progress.hide()
    return _Judged(tuple(scored), tuple(unread))


def _scored(given: Given, record: Record) -> Scored:
    said = record.categories if record.label in UNWANTED else ()
    return Scored(record.bits, given.is_spam, record.probability, given.source, record.path, given.truth, said)


def _learn(how: str, engine: Engine, base: Base, collected: Collected, jobs: int) -> _Judged:
    """Each message judged by a learner that does not know it."""
    from fyke.cli import lessons  # noqa: PLC0415  only where something is learned

    progress = on_stderr(collected.size_bytes)
    done = lessons.read(engine, collected.mail, jobs, progress)
    progress.hide()
    mail, known = [], []
    for given, lesson in zip(collected.mail, done, strict=True):
        if isinstance(lesson, lessons.Lesson):
            mail.append(given)
            known.append(lesson)
    progress = on_stderr(len(known), "messages learned")
    scored = tuple(lessons.judge(how, mail, known, base, engine.policy, tell=progress.tell))
    progress.hide()
    return _Judged(scored, tuple(each for each in done if isinstance(each, str)))


def _tell(ran: Evaluation, page: Path | None, *, as_json: bool) -> int:
    """Print the figures, write the page, and say what could not be read."""
    if page is not None:
        from fyke.cli.report.quality import write  # noqa: PLC0415  only where a page is wanted

        write(ran, page)
    if as_json:
        sys.stdout.buffer.write(encode(ran) + b"\n")
        sys.stdout.buffer.flush()
    elif ran.scored:
        show(Screen(sys.stdout), ran)
        sys.stdout.flush()
    for sentence in shortened(ran.unread):
        print(f"fyke: {clean(sentence)}", file=sys.stderr)
    if not ran.scored and not ran.unread:
        raise Wrong("no message found, so there is nothing to measure")
    return 2 if ran.unread else 0

"""`fyke learn`: say of mail what it is. Each word is written down, then learned, then shown with what it changed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from fyke.cli import setup, teaching
from fyke.cli.errors import Wrong, nearest
from fyke.cli.mailbox import Mailbox, size_of
from fyke.cli.options import configured
from fyke.cli.progress import on_stderr
from fyke.cli.rows import Row, print_json, print_table, row
from fyke.cli.screen import Screen, clean, plural
from fyke.cli.scribe import Scribe, Written
from fyke.judge import Policy
from fyke.learn.model import Model
from fyke.learn.study import Studied
from fyke.model import Source
from fyke.store.labels import Labels
from fyke.teacher import Word

RECHECKED = 2_000  # corrections by humans that each fyke learn judges again: half a second
SHOWN = 40  # mails that are listed one by one: about a screen
PROBLEMS = 20  # sentences about paths that could not be read, before the rest is only counted

EXAMPLES = """examples:
  fyke learn --spam --user ann@example.org 17.eml        ann says: this is unwanted
  fyke learn --ham --user ann@example.org box.mbox:3     and this is not
  fyke learn --category drugs --source trap new/         what came to a trap, for all accounts
  fyke learn --ham ~/Maildir                             a whole mailbox, as import
  fyke learn --auto ~/Maildir/new                        what fyke is sure of; see learn.auto in fyke config
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("paths", metavar="PATH", nargs="+", help="mail, as fyke scan takes it")
    word = parser.add_mutually_exclusive_group()
    word.add_argument("--ham", action="store_true", help="it is wanted")
    word.add_argument("--spam", action="store_true", help="it is unwanted")
    word.add_argument("--auto", action="store_true", help="what fyke is sure of on strong, independent evidence")
    parser.add_argument("--category", metavar="NAME", default="", help="its trade, such as drugs; it is unwanted then")
    teaching.with_user(parser, "whose mail it is; without it the label holds for all")
    parser.add_argument("--source", metavar="NAME", help="whose word it is (default: human with --user, else import)")
    parser.add_argument("--note", metavar="TEXT", default="", help="a few words that are kept with it")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and nothing else on stdout")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Write down, learn, and say what it changed. 1 where it breaks what a human said before."""
    found = setup.settings(args)
    if args.auto and not found.config.learn.auto:
        raise Wrong("--auto: fyke learns from its own verdicts only where learn.auto is true (see fyke config)")
    said = _word(args)
    with teaching.opened(found) as labels:
        teaching.catch_up(found.config, labels)
        engine = setup.engine(found)
        _known_category(said.category, engine.policy)
        assert engine.opinion is not None
        held = _held(engine.opinion.model, engine.policy, labels)
        scribe = Scribe(engine, labels, said)
        mailbox = Mailbox(args.paths)
        written = _write(scribe, mailbox, args.paths)
        done = teaching.learn(found.config, labels)
        model = teaching.model(found.config)
        rows = _rows(written, model, engine.policy, labels)
        broken = _broken(held, model, engine.policy, labels)
    screen = Screen(sys.stdout)
    if args.json:
        print_json(screen, [*rows, *broken])
    else:
        _print(screen, rows, broken, done, scribe.unsure)
        if not (rows or scribe.unsure or mailbox.problems or scribe.problems):
            screen.line("No message found")
    problems = [*mailbox.problems, *scribe.problems, *(f"label {seq}: cannot be read" for seq in done.illegible)]
    more = len(problems) - PROBLEMS
    for sentence in [*problems[:PROBLEMS], *([f"and {more:,} more"] if more > 0 else [])]:
        print(f"fyke: {clean(sentence)}", file=sys.stderr)
    return 2 if problems else 1 if broken else 0


def _word(args: argparse.Namespace) -> Word:
    """What the options say. Raises `Wrong`."""
    if not (args.ham or args.spam or args.auto or args.category):
        raise Wrong("fyke learn needs to be told what the mail is: --ham, --spam or --category NAME")
    if args.auto and (args.category or args.source):
        raise Wrong("--auto: fyke's own word has no --category and no --source")
    account = teaching.account(args)
    return Word(
        spam=None if args.auto else not args.ham,
        source=Source.AUTO if args.auto else _source(args.source, account),
        at=datetime.now(UTC),
        account=account,
        category=args.category,
        note=args.note,
    )


def _source(name: str | None, account: str) -> Source:
    if name is None:
        return Source.HUMAN if account else Source.IMPORT
    if name not in list(Source):
        raise Wrong(f"--source {name}: is none of {', '.join(Source)}{nearest(name, Source)}")
    if name == Source.AUTO:
        raise Wrong("--source auto: is fyke's own word; use --auto")
    return Source(name)


def _known_category(name: str, policy: Policy) -> None:
    known = sorted({symbol.category for symbol in policy.symbols.values()} - {""})
    if name and name not in known:
        raise Wrong(f"--category {name}: is none of {', '.join(known)}{nearest(name, known)}")


def _write(scribe: Scribe, mailbox: Mailbox, paths: Sequence[str]) -> list[Written]:
    """Write down what is said of each mail, with a bar."""
    bar = on_stderr(size_of(paths))
    written = []
    for each in scribe.write(mailbox):
        written.append(Written(each.path, each.label.without_features(), each.is_known))
        bar.tell(len(written), mailbox.size_bytes)
    bar.hide()
    return written


def _rows(written: Sequence[Written], model: Model, policy: Policy, labels: Labels) -> list[Row]:
    """Each mail of this command, with the verdict on it before and after."""
    numbers = [each.label.seq for each in written if not each.is_known]
    now = {}
    if numbers:
        fresh = (label for label in labels.standing(numbers[0] - 1) if label.seq <= numbers[-1])
        now = {known.label.seq: known for known in teaching.judged(model, policy, fresh)}
    return [
        row("known" if each.is_known else "learned", each.label, now.get(each.label.seq), each.path) for each in written
    ]


def _held(model: Model, policy: Policy, labels: Labels) -> set[int]:
    """Numbers of the labels of humans on which the verdict agrees."""
    return {
        known.label.seq
        for known in teaching.judged(model, policy, teaching.of_humans(labels, RECHECKED))
        if known.holds
    }


def _broken(held: set[int], model: Model, policy: Policy, labels: Labels) -> list[Row]:
    """Labels of humans that still stand, and on which the verdict agrees no more."""
    last = RECHECKED + len(held)  # those that were said since then came on top
    known = teaching.judged(model, policy, (label for label in teaching.of_humans(labels, last) if label.seq in held))
    return [row("broken", each.label, each) for each in known if not each.holds]


def _print(screen: Screen, rows: Sequence[Row], broken: Sequence[Row], done: Studied, unsure: int) -> None:
    learned = [each for each in rows if each.event == "learned"]
    if len(learned) <= SHOWN:
        print_table(screen, learned)
    for sentence in _sentences(learned, len(rows) - len(learned), done, unsure):
        screen.line(sentence)
    if broken:
        screen.title(f"This breaks {plural(len(broken), 'earlier correction')} by a human:")
        print_table(screen, broken)
        screen.line("Whoever says it again has it learned last, after what broke it")


def _sentences(learned: Sequence[Row], known: int, done: Studied, unsure: int) -> Iterable[str]:
    if learned:
        right = sum(bool(each.holds) for each in learned)
        part = f"now agrees on {right:,} of them" if right else "does not agree yet"
        agrees = "now agrees" if right == len(learned) else part
        yield f"Learned {plural(len(learned), 'message')}; the verdict {agrees}"
    outranked = sum(each.now is None for each in learned)
    if outranked:
        yield f"{outranked:,} of them a human, or a better source, has said something else of, and that stands"
    if known:
        yield f"Of {plural(known, 'message')} the same was said before"
    if unsure:
        yield f"Of {plural(unsure, 'message')} fyke is not sure enough to learn from its own verdict"
    if done.anew:
        yield f"All {plural(done.learned, 'standing label')} were learned anew: {done.anew}"

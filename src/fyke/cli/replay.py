"""`fyke replay`: what a policy would have done with the mail that came, beside what was done. Nothing is changed."""

from __future__ import annotations

import argparse
import heapq
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count as counted
from typing import Any

import msgspec

from fyke import house
from fyke.cli import setup, spans
from fyke.cli.errors import Wrong
from fyke.cli.options import configured, count
from fyke.cli.progress import Progress, on_stderr
from fyke.cli.record import encode
from fyke.cli.replay_screen import show
from fyke.cli.screen import Screen
from fyke.config import Config, Problem
from fyke.desk.replay import Change, Read, Replay, Sums, told
from fyke.engine import Engine
from fyke.judge import Policy
from fyke.judge.again import Names
from fyke.learn.categories import SYMBOLS as TRADES
from fyke.learn.opinion import OWN
from fyke.model import Scan
from fyke.store.journal import Entry, Journal
from fyke.store.labels import StoreError

SHOWN = 50  # mails in the table
EXAMPLES = """examples:
  fyke replay --since 7d --policy new.toml          who of last week's mail would have got what
  fyke replay --since 7d --policy new.toml --check  the same for a script: 1 where anything would change
  fyke replay --since 2026-05-01 --until 2026-05-08 --against now --policy new.toml
                                                    beside what the policy of now would do, not what was done
  fyke replay --since 1d --rescan                   what is kept of the mail itself is read again, with all that is new
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument(
        "--since", metavar="TIME", default="7d", help="7d, 2h30m, 2026-05-01, 2026-05-01T14:00 (default: 7d)"
    )
    parser.add_argument("--until", metavar="TIME", default="", help="the same; not itself")
    parser.add_argument(
        "--against",
        choices=("then", "now"),
        default="then",
        help="compare with what was done then (default), or with what the config's policy would do now",
    )
    parser.add_argument(
        "--rescan", action="store_true", help="read the mail itself again where it is kept, with the answers of then"
    )
    parser.add_argument("--files", action="store_true", help="with --rescan: look into its files anew too")
    parser.add_argument("--check", action="store_true", help="leave with 1 where anything would change")
    parser.add_argument(
        "-n", "--limit", metavar="N", type=count, default=SHOWN, help=f"mails in the table (default: {SHOWN})"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a mail that changes, and one of the sums")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Judge history again. 1 where `--check` finds a change."""
    if args.files and not args.rescan:
        raise Wrong("--files: only with --rescan; the journal does not have the files")
    since, until = spans.span(args.since, args.until, datetime.now(UTC))
    config = setup.settings(args).config
    replay = _replay(args, config)
    with_journal = opened(config)
    try:
        total = with_journal.count(since, until)
        bar = on_stderr(total, "mails")
        shown = _told(replay, with_journal.between(since, until), bar, args)
    except StoreError as error:
        raise Wrong(str(error)) from None
    finally:
        with_journal.close()
    bar.hide()
    if args.json:
        _line({"event": "sums", "since": since, "until": until, **sums(replay.sums)})
    else:
        show(Screen(sys.stdout), replay.sums, shown, (since, until), is_rescan=args.rescan, against=args.against)
    return 1 if args.check and replay.sums.changed else 0


def opened(config: Config) -> Journal:
    """The journal, where there is one. Raises `Wrong`."""
    place = house.journal_folder(config)
    if not place.is_dir():
        raise Wrong(f"no journal in {place}; fyke serve writes it, and site.folder says where")
    try:
        return house.journal(config)
    except (Problem, StoreError) as error:
        raise Wrong(str(error)) from None


def _replay(args: argparse.Namespace, config: Config) -> Replay:
    engine = _engine(config, online=args.rescan and config.dns.enabled)
    names = Names(OWN, frozenset(symbol.name for symbol in TRADES))
    against: Policy | None = None
    if args.against == "now":
        plain = setup.settings(argparse.Namespace(**{**vars(args), "policy": []})).config
        against = _engine(plain, online=False).policy
    return Replay(engine.policy, names, against=against, reread=_reader(args, config, engine) if args.rescan else None)


def _engine(config: Config, *, online: bool) -> Engine:
    try:
        # Nobody is counted: questions of that kind are answered by the record too.
        counting = house.counting(config, in_memory=True) if online and config.campaigns.enabled else None
        return house.build(config, online=online, counting=counting)
    except Problem as problem:
        raise Wrong(str(problem)) from None


def _reader(args: argparse.Namespace, config: Config, engine: Engine) -> Any:
    try:
        raw_of = house.raw_mail(config)
    except Problem as problem:
        raise Wrong(str(problem)) from None

    def read(scan: Scan) -> Read | None:
        raw = raw_of(scan.digest)
        if raw is None:
            return None
        again, missing = house.read_again(engine, config, scan, raw, files=args.files)
        return Read(again, again.verdict, missing)

    return read


def _told(replay: Replay, entries: Iterator[Entry], bar: Progress, args: argparse.Namespace) -> list[Change]:
    """The gravest changes, gravest first, of which so many are held; as JSON each is told at once."""
    kept: list[tuple[Any, int, Change]] = []
    order = counted()
    for number, change in enumerate(replay.changes(entries), 1):
        bar.tell(number, number)
        if change is None:
            continue
        if args.json:
            bar.hide()
            _line(told(change))
            continue
        heapq.heappush(kept, (change.gravity, next(order), change))
        if len(kept) > args.limit:
            heapq.heappop(kept)
    return [change for _, _, change in sorted(kept, reverse=True)]


def sums(found: Sums) -> dict[str, Any]:
    """The sums as they are told to programs."""
    plain = {name: getattr(found, name) for name in Sums.__struct_fields__}
    for name in ("labels", "actions"):
        plain[name] = [{"before": was, "after": now, "count": n} for (was, now), n in sorted(plain[name].items())]
    return plain


def _line(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(encode(msgspec.to_builtins(value)) + b"\n")

"""`fyke log`: which mail came, from whom, for whom, what became of it and why; one mail with its whole waterfall."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec.structs import replace

from fyke.cli import setup, spans
from fyke.cli.errors import Wrong, nearest
from fyke.cli.log_screen import case, rows
from fyke.cli.options import configured, count
from fyke.cli.record import encode
from fyke.cli.replay import opened
from fyke.cli.screen import Screen
from fyke.model import Action, Label
from fyke.store.journal import Entry, Journal, Row, Wanted
from fyke.store.labels import StoreError

SHOWN = 50
EVERY_S = 1.0  # --follow looks
SLACK = timedelta(seconds=10)  # a mail is dated before its record is on the disk
_CASE = re.compile(r"[0-9a-f]{6,32}")
EXAMPLES = """examples:
  fyke log --sender ann@example.org --since 2h      what became of ann's mail
  fyke log --recipient bob@ --label phishing,scam   what was kept from bob
  fyke log --queue-id 4Zk1vM5Xn2z1k                 the mail that Postfix calls so
  fyke log "won the lottery" --since 30d            free text: people, subject, reasons, symbols, hosts
  fyke log 5f1d2c3b4a59                             one mail: all that was found, until it adds up
  fyke log --action reject --follow                 as they come, until Ctrl-C
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("text", metavar="TEXT", nargs="?", default="", help="text anywhere, or the id of a case")
    parser.add_argument("--sender", metavar="TEXT", default="", help="in the author's address or name, or MAIL FROM")
    parser.add_argument("--recipient", metavar="TEXT", default="", help="in an address of the envelope")
    parser.add_argument("--subject", metavar="TEXT", default="", help="in the subject")
    parser.add_argument("--since", metavar="TIME", default="", help="7d, 2h30m, 2026-05-01, 2026-05-01T14:00")
    parser.add_argument("--until", metavar="TIME", default="", help="the same; not itself")
    parser.add_argument("--label", metavar="NAMES", default="", help=f"any of {', '.join(Label)}; with commas")
    parser.add_argument("--action", metavar="NAMES", default="", help=f"any of {', '.join(Action)}; with commas")
    parser.add_argument("--symbol", metavar="NAME", default="", help="a symbol that was found")
    parser.add_argument("--campaign", metavar="ID", default="", help="a campaign")
    parser.add_argument("--case", metavar="ID", default="", help="a case, or the beginning of its id")
    parser.add_argument("--queue-id", metavar="ID", default="", help="by which the mail server calls it in its log")
    parser.add_argument("-n", "--limit", metavar="N", type=count, default=SHOWN, help=f"how many (default: {SHOWN})")
    parser.add_argument("--follow", action="store_true", help="go on with what comes, oldest first, until Ctrl-C")
    parser.add_argument("--json", action="store_true", help="one JSON object a line; of one case the whole record")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Search, or show the one case. 1 where nothing fits."""
    wanted = _wanted(args)
    journal = opened(setup.settings(args).config)
    try:
        if args.text and not args.case and _CASE.fullmatch(args.text):
            found = journal.get(args.text)
            if found:
                return _cases(args, found)
        if args.follow:
            return _follow(args, journal, wanted)
        return _listed(args, journal.search(wanted))
    except StoreError as error:
        raise Wrong(str(error)) from None
    finally:
        journal.close()


def _wanted(args: argparse.Namespace) -> Wanted:
    since, until = spans.span(args.since, args.until, datetime.now(UTC))
    return Wanted(
        sender=args.sender,
        recipient=args.recipient,
        subject=args.subject,
        since=since,
        until=until,
        labels=tuple(Label(word) for word in _words("--label", args.label, tuple(Label))),
        actions=tuple(Action(word) for word in _words("--action", args.action, tuple(Action))),
        symbol=args.symbol.upper(),
        campaign=args.campaign,
        case=args.case,
        queue_id=args.queue_id,
        text=args.text,
        limit=args.limit,
    )


def _words(option: str, text: str, known: Sequence[str]) -> list[str]:
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in known:
            raise Wrong(f"{option} {word}: is none of {', '.join(known)}{nearest(word, known)}")
    return words


def _listed(args: argparse.Namespace, found: list[Row]) -> int:
    if args.json:
        for row in found:
            _line(row)
    else:
        screen = Screen(sys.stdout)
        rows(screen, found)
        said = "No mail fits" if not found else ""
        if len(found) == args.limit:
            said = f"The newest {len(found):,}; --limit shows more"
        if said:
            screen.line(screen.style(said, "dim"))
        elif screen.is_terminal:
            screen.line(screen.style(f"fyke log {found[0].case[:12]} shows why", "dim"))
    return 0 if found else 1


def _cases(args: argparse.Namespace, found: list[Entry]) -> int:
    screen = Screen(sys.stdout)
    ids = {entry.scan.id for entry in found}
    if len(ids) > 1:
        raise Wrong(f"{args.text}: {len(ids):,} cases begin so; fyke log --case {args.text} lists them")
    for entry in found:
        if args.json:
            _line(entry)
        else:
            case(screen, entry)
    return 0


def _follow(args: argparse.Namespace, journal: Journal, wanted: Wanted) -> int:
    """What comes, each once, as soon as it is on the disk."""
    screen = Screen(sys.stdout)
    begin = wanted.since or datetime.now(UTC)
    seen: dict[tuple[datetime, str], None] = {}
    is_first = True
    while True:
        found = [
            row for row in journal.search(replace(wanted, since=begin, limit=10_000)) if (row.at, row.id) not in seen
        ]
        found.reverse()
        if args.json:
            for row in found:
                _line(row)
        elif found:
            rows(screen, found, head=is_first)
            is_first = False
        sys.stdout.flush()
        seen.update(((row.at, row.id), None) for row in found)
        begin = max(begin, datetime.now(UTC) - SLACK)
        seen = {key: None for key in seen if key[0] >= begin}
        if wanted.until is not None and datetime.now(UTC) > wanted.until + SLACK:
            return 0
        time.sleep(EVERY_S)


def _line(value: Row | Entry) -> None:
    sys.stdout.buffer.write(encode(msgspec.to_builtins(value)) + b"\n")

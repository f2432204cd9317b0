"""`fyke campaigns`: mails of one text, how many, since when, from where, and where they lead."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec

from fyke import house
from fyke.cli import setup
from fyke.cli.errors import Wrong
from fyke.cli.mailbox import Mailbox, size_of
from fyke.cli.mbox import MESSAGE_BYTES
from fyke.cli.options import configured, count
from fyke.cli.progress import on_stderr
from fyke.cli.scan import shortened
from fyke.cli.screen import Screen, clean, fit, plural
from fyke.config import Config, Problem
from fyke.engine import came_at
from fyke.lab.campaigns.conclude import conclude
from fyke.lab.campaigns.members import Spool, member, unjudged
from fyke.mail import parse
from fyke.model import Envelope
from fyke.model.campaign import Campaign, Copies
from fyke.model.gang import Alias
from fyke.store.labels import StoreError
from fyke.store.partition import Partition

ROWS = 40  # campaigns that are listed
SITES = 10
BARS = "▁▂▃▄▅▆▇█"
PLAIN_BARS = ".:-=+*#@"
WIDE = 60  # days of a timeline in a row; more are drawn together

EXAMPLES = """examples:
  fyke campaigns                        what the lab found last, the largest first
  fyke campaigns c-3bb6333f9f           one of them: template, timeline, sites, ids that it had
  fyke campaigns --journal              find them anew among all mail of the journal, and keep that
  fyke campaigns --mail trap.mbox       find them in this mail; nothing is kept
  fyke campaigns --now                  what fyke serve counts at the moment
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("id", metavar="ID", nargs="?", default="", help="a campaign, or one of its mails")
    parser.add_argument("--journal", action="store_true", help="find them anew among the mail of the journal")
    parser.add_argument(
        "--mail", metavar="PATH", action="append", default=[], help="find them in mail, as fyke scan takes it"
    )
    parser.add_argument("--now", action="store_true", help="what is counted while mail is judged")
    parser.add_argument("--least", metavar="N", type=count, default=2, help="mails from which one is listed (2)")
    parser.add_argument("--all", action="store_true", help="list all of them")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """List or show; 1 where there is nothing."""
    config = setup.settings(args).config
    try:
        if args.now:
            return _now(args, config)
        if args.mail:
            return _answer(args, *_of_mail(args.mail))
        with opened(config) as store:
            if args.journal:
                _of_journal(config, store)
            if args.id:
                found = store.get(args.id)
                return _one(args, found, store.aliases(found.id) if found is not None else [])
            return _list(args, store.all())
    except (Problem, StoreError) as error:
        raise Wrong(str(error)) from None


@contextmanager
def opened(config: Config) -> Iterator[Partition]:
    """What the lab found."""
    store = house.partition(config)
    try:
        yield store
    finally:
        store.close()


def _of_mail(paths: Sequence[str]) -> tuple[list[Campaign], list[str]]:
    """The campaigns of some mail, and what could not be read of it."""
    mailbox, bar, problems = Mailbox(paths), on_stderr(size_of(paths)), list[str]()
    with Spool() as spool:
        for number, slot in enumerate(mailbox, 1):
            try:
                message = parse(slot.read()[:MESSAGE_BYTES])
            except OSError as error:
                problems.append(f"{slot.shown}: {error.strerror}")
                continue
            if (found := unjudged(message, came_at(Envelope(), message))) is not None:
                spool.add(found)
            bar.tell(number, mailbox.size_bytes)
        bar.hide()
        return list(conclude(spool, {}, datetime.now(UTC)).campaigns), [*problems, *mailbox.problems]


def _of_journal(config: Config, store: Partition) -> None:
    """Find the campaigns of the journal and keep them."""
    journal, bar = house.journal(config), on_stderr(0)
    with Spool() as spool:
        for number, entry in enumerate(journal.between(), 1):
            if (found := member(entry.scan)).sketch is not None:
                spool.add(found)
            bar.tell(number, 0)
        bar.hide()
        found_now = conclude(spool, store.of(), datetime.now(UTC), store.aliases())
    store.replace(found_now.campaigns, found_now.of, found_now.aliases)


def _answer(args: argparse.Namespace, found: Sequence[Campaign], problems: Sequence[str]) -> int:
    for sentence in shortened(problems):
        print(f"fyke: {clean(sentence)}", file=sys.stderr)
    if args.id:
        return _one(args, next((each for each in found if each.id.startswith(args.id)), None), ())
    return _list(args, found)


def _list(args: argparse.Namespace, found: Sequence[Campaign]) -> int:
    found = [each for each in found if each.mails >= args.least]
    if args.json:
        return _json(found)
    screen = Screen(sys.stdout)
    if not found:
        screen.line("no campaigns; fyke lab run and fyke campaigns --journal find them, --mail PATH in any mail")
        return 1
    room = max(20, screen.width - 62)
    screen.line(screen.style(f"{'CAMPAIGN':14}{'MAILS':>8}  {'SINCE':17}{'UNTIL':17}{fit('SUBJECT', room)}", "head"))
    for each in found if args.all else found[:ROWS]:
        since, until = (f"{at:%Y-%m-%d %H:%M}" for at in (each.first_at, each.last_at))
        what = " ".join(name for name, _ in each.categories[:1])
        line = f"{each.id:14}{each.mails:>8,}  {since:17}{until:17}{fit(clean(each.subject), room)} {what}"
        screen.line(screen.style(line, "against") if each.is_unwanted else line)
    if len(found) > ROWS and not args.all:
        screen.line(screen.style(f"and {len(found) - ROWS:,} more: --all", "dim"))
    mails = sum(each.mails for each in found)
    screen.line(screen.style(f"{plural(len(found), 'campaign')}, {plural(mails, 'mail')}", "dim"))
    return 0


def _one(args: argparse.Namespace, found: Campaign | None, aliases: Iterable[Alias]) -> int:
    if found is None:
        raise Wrong(f"{clean(args.id)}: no such campaign; fyke campaigns lists them")
    if args.json:
        print(
            msgspec.json.encode({**msgspec.to_builtins(found), "history": msgspec.to_builtins(list(aliases))}).decode()
        )
        return 0
    screen = Screen(sys.stdout)
    screen.line(screen.style(f"{found.id}  {clean(found.subject)}", "bold"))
    screen.line(
        f"{plural(found.mails, 'mail')} from {found.first_at:%Y-%m-%d %H:%M} to {found.last_at:%Y-%m-%d %H:%M} UTC,"
        f" {plural(found.senders, 'domain')} as authors, {plural(found.networks, 'network')}"
    )
    screen.line(f"{found.unwanted:,} judged unwanted, {found.wanted:,} wanted")
    if found.categories:
        screen.line("about " + ", ".join(f"{name} ({number:,})" for name, number in found.categories))
    screen.line()
    for line in timeline(found.days, BARS if screen.has_unicode else PLAIN_BARS):
        screen.line(line)
    _rows(screen, "Subjects", found.subjects)
    _rows(screen, f"Sites ({found.site_count:,})", [f"{name}  {number:,}" for name, number in found.sites[:SITES]])
    _rows(screen, "Mails", found.samples)
    _rows(screen, "Counted while they came as", found.begun[:SITES])
    _rows(screen, "Ids", [_history(alias) for alias in aliases])
    return 0


def _rows(screen: Screen, title: str, rows: Sequence[str]) -> None:
    if rows:
        screen.title(title)
        for row in rows:
            screen.line(f"  {clean(row)}")


def _history(alias: Alias) -> str:
    where = f" -> {alias.new}" if alias.new else ""
    return f"{alias.at:%Y-%m-%d}  {alias.old} {alias.reason}{where}"


def timeline(days: Sequence[tuple[str, int]], bars: str = BARS) -> list[str]:
    """Mails by day as bars between the first and the last day: a bar a day, or several days where there are many."""
    if not days:
        return []
    first = datetime.fromisoformat(days[0][0]).toordinal()
    last = datetime.fromisoformat(days[-1][0]).toordinal()
    together = -(-(last - first + 1) // WIDE)
    counts = [0] * ((last - first) // together + 1)
    for day, number in days:
        counts[(datetime.fromisoformat(day).toordinal() - first) // together] += number
    most = max(counts)
    drawn = "".join(bars[min(number * len(bars) // (most + 1), len(bars) - 1)] if number else " " for number in counts)
    unit = "a day" if together == 1 else f"in {together} days"
    return [f"{days[0][0]} {drawn} {days[-1][0]}  at most {most:,} {unit}"]


def _now(args: argparse.Namespace, config: Config) -> int:
    """What the index holds."""
    from fyke.store.folder.campaigns import FolderCampaigns  # noqa: PLC0415

    path = house.folder(config) / "campaigns.index"
    if not path.exists():
        raise Wrong("nothing is counted yet: fyke serve does that, where campaigns.enabled says so")
    index = FolderCampaigns(path, config.campaigns.memory_mib, config.campaigns.days)
    found = [each for each in index.all(time.time()) if each.before >= args.least and each.campaign.startswith(args.id)]
    index.close()
    if args.json:
        return _json(found)
    screen = Screen(sys.stdout)
    head = f"{'CAMPAIGN':14}{'MAILS':>8}  {'SINCE':17}{'UNTIL':17}"
    head += f"{'NAMES':>7}{'READERS':>9}{'NETWORKS':>10}{'UNWANTED':>10}"
    screen.line(screen.style(head, "head"))
    for each in found if args.all else found[:ROWS]:
        since, until = (f"{at:%Y-%m-%d %H:%M}" if at else "?" for at in (each.first_at, each.last_at))
        names = f"{each.senders:>7,}{each.recipients:>9,}{each.networks:>10,}{each.unwanted:>10,}"
        screen.line(f"{each.campaign:14}{each.before:>8,}  {since:17}{until:17}{names}")
    screen.line(screen.style(plural(len(found), "campaign"), "dim"))
    return 0 if found else 1


def _json(found: Sequence[Campaign | Copies]) -> int:
    for each in found:
        print(msgspec.json.encode(each).decode())
    return 0 if found else 1

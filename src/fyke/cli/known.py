"""`fyke known`: whom the users of this site know. Taught from mail they sent; what came is remembered by the doors."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import msgspec

from fyke import house
from fyke.cli import setup, teaching
from fyke.cli.errors import Wrong
from fyke.cli.mailbox import Mailbox, size_of
from fyke.cli.mbox import MESSAGE_BYTES
from fyke.cli.options import configured
from fyke.cli.progress import on_stderr
from fyke.cli.screen import Screen, clean, plural
from fyke.config import Config, Problem
from fyke.mail import parse
from fyke.mail.addresses import read_addresses
from fyke.mail.defects import Notes
from fyke.mail.domains import registered
from fyke.mail.traits import traits
from fyke.model.known import WAYS, Kept, Sent, Tie, Way
from fyke.store.correspondents import Correspondents, addresses
from fyke.store.labels import StoreError

BATCH = 200  # mails that are written together
PROBLEMS = 20  # sentences about paths that could not be read, before the rest is only counted
NOT_OURS = "not sent from a domain of site.own_domains or by --user"

EXAMPLES = """examples:
  fyke known --sent ~/Maildir/.Sent                         whom the users of site.own_domains wrote to
  fyke known --sent --user ann@example.org sent.mbox        whom ann wrote to; other authors are passed over
  fyke known show cat@example.net                           who it is, since when, and how their mail comes
  fyke known show cat@example.net --user ann@example.org    the same, to ann alone
  fyke known forget cat@example.net                         nothing that is remembered of it is left
  fyke known                                                how much is remembered
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument(
        "words",
        metavar="WHAT",
        nargs="*",
        help="show ADDRESS, forget ADDRESS, or with --sent mail, as fyke scan takes it",
    )
    parser.add_argument("--sent", action="store_true", help="the mail was sent by users of this site: learn to whom")
    teaching.with_user(parser, "only this account of the site")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Teach, show or forget."""
    config = setup.settings(args).config
    account = teaching.account(args)
    verb, *rest = args.words or [""]
    if args.sent and not args.words:
        raise Wrong("--sent: takes mail, such as fyke known --sent ~/Maildir/.Sent")
    with opened(config) as store:
        if args.sent:
            return _teach(args, config, store, account)
        if verb in ("show", "forget"):
            if len(rest) != 1 or "@" not in rest[0]:
                raise Wrong(f"fyke known {verb}: takes one address, such as ann@example.org")
            address = rest[0].strip().lower()
            return (_show if verb == "show" else _forget)(args, store, address, account)
        if verb:
            raise Wrong(f"fyke known {clean(verb)}: takes show ADDRESS, forget ADDRESS, or mail with --sent")
        _print_kept(args, store.kept())
    return 0


@contextmanager
def opened(config: Config) -> Iterator[Correspondents]:
    """The store of correspondents. What goes wrong with it becomes `Wrong`."""
    try:
        store = house.correspondents(config)
        try:
            yield store
        finally:
            store.close()
    except (Problem, StoreError) as error:
        raise Wrong(str(error)) from None


def _teach(args: argparse.Namespace, config: Config, store: Correspondents, account: str) -> int:
    if not account and not config.site.own_domains:
        raise Wrong(
            "--sent: say whose mail it is: --user ADDRESS, --own-domain DOMAIN, or site.own_domains of the config"
        )
    mailbox, passed, taught = Mailbox(args.words), Counter[str](), 0
    bar, batch = on_stderr(size_of(args.words)), list[Sent]()
    oldest = datetime.now(UTC) - timedelta(days=config.known.days)
    problems = []
    for slot in mailbox:
        try:
            sent = _sent(slot.read()[:MESSAGE_BYTES], config, account, oldest)
        except OSError as error:
            problems.append(f"{slot.shown}: {error.strerror}")
            continue
        if isinstance(sent, str):
            passed[sent] += 1
            continue
        batch.append(sent)
        taught += 1
        if len(batch) == BATCH:
            store.sent(*batch)
            batch.clear()
        bar.tell(taught + passed.total(), mailbox.size_bytes)
    store.sent(*batch)
    bar.hide()
    return _print_taught(args, taught, passed, [*mailbox.problems, *problems])


def _sent(raw: bytes, config: Config, account: str, oldest: datetime) -> Sent | str:
    """What a mail teaches, or why it teaches nothing. A forged copy in the wrong folder must not make friends."""
    message = parse(raw)
    own = traits(message)
    domains = {registered(domain.lower()) for domain in config.site.own_domains}
    if own.author != account if account else own.domain not in domains or not own.domain:
        return NOT_OURS
    if own.is_automatic:
        return "sent by a machine"
    if message.date is None:
        return "without a date"
    at = min(message.date, datetime.now(UTC))
    if at < oldest:
        return f"older than {plural(config.known.days, 'day')}"
    to = [each.address for each in message.to]
    to += [each.address for header in message.all("bcc") for each in read_addresses(header.raw, Notes(len(raw)))]
    return Sent(own.author, at, addresses(tuple(to)), own.message_id, not own.refers_to, own.name, own.name_key)


def _print_taught(args: argparse.Namespace, taught: int, passed: Counter[str], problems: list[str]) -> int:
    screen = Screen(sys.stdout)
    if args.json:
        _json({"taught": taught, "passed": dict(passed)})
    else:
        screen.line(f"{plural(taught, 'sent message')} taught")
        for reason, count in passed.most_common():
            screen.line(f"{plural(count, 'message')} passed over: {reason}")
    more = len(problems) - PROBLEMS
    for sentence in [*problems[:PROBLEMS], *([f"and {more:,} more"] if more > 0 else [])]:
        print(f"fyke: {clean(sentence)}", file=sys.stderr)
    return 2 if problems else 0


def _show(args: argparse.Namespace, store: Correspondents, address: str, account: str) -> int:
    ties, ways = store.ties(address), store.ways(address)
    ties = {each: tie for each, tie in ties.items() if not account or each == account}
    ways = ways if ties else ()
    if args.json:
        _json({"address": address, "ties": ties, "ways": ways})
        return 0
    screen = Screen(sys.stdout)
    if not ties:
        whom = f" to {account}" if account else " here"
        screen.line(f"{clean(address)} is not known{whom}")
        return 0
    _print_ties(screen, address, ties)
    _print_ways(screen, ways)
    return 0


def _print_ties(screen: Screen, address: str, ties: Mapping[str, Tie]) -> None:
    screen.line(screen.style(clean(address), "bold"))
    for account, tie in ties.items():
        who = f"all of {account[1:]}" if account.startswith("@") else account
        said = [f"wanted mail on {plural(tie.wanted, 'day')}"]
        if tie.unwanted:
            said.append(f"unwanted on {plural(tie.unwanted, 'day')}")
        if tie.first_at is not None and tie.last_at is not None:
            said.append(f"from {tie.first_at:%Y-%m-%d} to {tie.last_at:%Y-%m-%d}")
        if tie.written and tie.written_at is not None:
            said.append(f"written to {plural(tie.written, 'time')} since {tie.written_at:%Y-%m-%d}")
            said.append(f"{tie.began:,} begun here")
        screen.line(f"  {clean(who)}: {'; '.join(said)}")


def _print_ways(screen: Screen, ways: tuple[Way, ...]) -> None:
    if not ways:
        screen.line("No proved mail has come from it, so nothing is known of how its mail comes")
        return
    screen.title("How its mail comes")
    for way in ways:
        when = f"{plural(way.days, 'day')}, last {way.last_at:%Y-%m-%d}"
        screen.line(f"  {WAYS.get(way.kind, way.kind)} {clean(way.value)}: {when}")


def _forget(args: argparse.Namespace, store: Correspondents, address: str, account: str) -> int:
    gone = store.forget(address, account)
    if not gone:
        raise Wrong(f"{clean(address)} is not known{f' to {account}' if account else ' here'} (see fyke known show)")
    if args.json:
        _json({"address": address, "account": account, "forgotten": gone})
    else:
        Screen(sys.stdout).line(f"{clean(address)} is forgotten{f' by {account}' if account else ''}")
    return 0


def _print_kept(args: argparse.Namespace, kept: Kept) -> None:
    if args.json:
        _json(kept)
        return
    screen = Screen(sys.stdout)
    screen.line(f"{plural(kept.ties, 'tie')} between senders and accounts, {plural(kept.sent, 'number')} of sent mail")
    dropped = f"; for want of room {plural(kept.dropped, 'tie')} were dropped" if kept.dropped else ""
    if kept.since is None:
        screen.line("Nothing that came is remembered yet")
    else:
        screen.line(f"What comes is remembered since {kept.since:%Y-%m-%d}{dropped}")


def _json(value: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")

"""`fyke explain`: one message's verdict as a waterfall that adds up, with the evidence of each line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence

import msgspec

from fyke.cli import record as records
from fyke.cli import setup
from fyke.cli.errors import Wrong
from fyke.cli.explain_file import explain_file, is_other
from fyke.cli.inside import tree
from fyke.cli.mailbox import Mailbox, Slot
from fyke.cli.mbox import MESSAGE_BYTES
from fyke.cli.options import configured, enveloped
from fyke.cli.record import Record
from fyke.cli.screen import Screen, clean, percent, plural, wrap
from fyke.cli.waterfall import waterfall
from fyke.engine import Engine
from fyke.judge.decide import thresholds_of
from fyke.judge.policy import Thresholds
from fyke.learn.opinion import SYMBOLS
from fyke.learn.shares import Share, shares
from fyke.mail import parse
from fyke.mail.defects import KINDS
from fyke.model import UNWANTED, Defect, Link, Message, Scan

LINKS = 25  # links printed; the rest is counted
HIDDEN_CHARS = 400  # of the hidden text
NOTES = 25  # defects printed
SHARES = 10  # words whose shares are printed; the rest is summed


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", metavar="FILE", help="a message, FILE:N for one of an mbox, or - for stdin")
    parser.add_argument("--files", action="store_true", help="take it for a file and not for a message, whatever it is")
    parser.add_argument("--json", action="store_true", help="one JSON object, as of fyke scan --json and a little more")
    configured(parser)
    enveloped(parser)


def run(args: argparse.Namespace) -> int:
    """Explain the message."""
    engine = setup.engine(setup.settings(args))
    envelope = setup.envelope(args)
    if args.files or is_other(args.file):
        return explain_file(engine, args.file, as_json=args.json)
    slot = _only(args.file)
    raw = _read(slot, args.file)
    cut = raw[:MESSAGE_BYTES]
    scan = engine.scan(envelope, cut)
    record = records.of(slot.shown, scan, engine.policy, len(cut) < len(raw))
    message = parse(cut)
    thresholds = thresholds_of(engine.policy, envelope.rcpt_to[0] if envelope.rcpt_to else "")
    learned = _learned(engine, message, scan)
    if args.json:
        sys.stdout.buffer.write(_json(record, message, thresholds, learned) + b"\n")
    else:
        _print(Screen(sys.stdout), record, message, thresholds, learned)
    return 0


def _read(slot: Slot, path: str) -> bytes:
    try:
        return slot.read()
    except OSError as error:
        raise Wrong(f"{path}: {error.strerror}") from None


def _only(path: str) -> Slot:
    """The one message that the path names."""
    mailbox = Mailbox([path])
    slots = iter(mailbox)
    slot, second = next(slots, None), next(slots, None)
    if slot is None:
        raise Wrong(mailbox.problems[0] if mailbox.problems else f"{path}: no message in it")
    if second is not None:
        raise Wrong(f"{path} holds several messages; name one, such as {second.shown}")
    return slot


def _learned(engine: Engine, message: Message, scan: Scan) -> list[Share]:
    """What each word adds to what the model says; nothing where no model is asked."""
    if engine.opinion is None:
        return []
    own = {symbol.name for symbol in SYMBOLS}
    findings = [finding for finding in scan.verdict.findings if finding.symbol.name not in own]
    recipient = scan.envelope.rcpt_to[0] if scan.envelope.rcpt_to else ""
    features = engine.opinion.read(message, findings)
    return shares(engine.opinion.model, features, message, findings, recipient)


def _json(record: Record, message: Message, thresholds: Thresholds, learned: Sequence[Share]) -> bytes:
    shown = message.text
    more = {
        "thresholds": thresholds,
        "learned": learned,
        "links": message.links,
        "hidden": {"text": shown.hidden, "by": shown.hidden_by, "invisible_chars": shown.invisible_chars},
    }
    return records.encode(msgspec.to_builtins(record) | msgspec.to_builtins(more))


def _print(screen: Screen, record: Record, message: Message, thresholds: Thresholds, learned: Sequence[Share]) -> None:
    _verdict(screen, record)
    screen.title("Why")
    marks = {"unsure": thresholds.unsure, "unwanted": thresholds.unwanted}
    waterfall(screen, [*record.contributions[-1:], *record.contributions[:-1]], marks)
    if record.bulk:
        screen.title("What says that it was sent to many")
        waterfall(screen, record.bulk, {"bulk": thresholds.bulk})
    _list(screen, "What trade it is in", [f"{share.bits:+.2f} {share.why}" for share in record.trade])
    _shares(screen, learned)
    _links(screen, message.links)
    if record.files:
        screen.title("Its files, and what is in them")
        tree(screen, record.files, record.cuts)
    _hidden(screen, message)
    _list(screen, "Odd about the bytes", [_odd(defect) for defect in record.defects])
    _list(screen, "Faults: evidence that is missing", [f"{fault.who}: {fault.what}" for fault in record.faults])
    _list(screen, "Not done", record.skipped)


def _verdict(screen: Screen, record: Record) -> None:
    unwanted = "" if record.label not in UNWANTED else ", unwanted"
    about = f"; about {', '.join(record.categories)}" if record.categories else ""
    said = (
        f"{percent(record.probability)} likely unwanted, {record.bits:+.2f} bits; action: {record.action.value}{about}"
    )
    screen.line(f"{screen.style(record.label.value.upper(), record.label, 'bold')}{unwanted}: {said}")
    sender = f"{record.sender_name} <{record.sender}>" if record.sender_name else record.sender
    came = record.came_at.isoformat(" ", "minutes") if record.came_at else ""
    for name, value in (("File", record.path), ("From", sender), ("Subject", record.subject), ("Came", came)):
        if value:
            lines = wrap(clean(value), screen.width - 9)
            screen.line(f"{screen.style(f'{name:<8}', 'dim')} {lines[0]}")
            for line in lines[1:]:
                screen.line(f"{'':<8} {line}")


def _shares(screen: Screen, learned: Sequence[Share]) -> None:
    """The words that the learned part hangs on, and what all others add."""
    if not learned:
        return
    screen.title("What was learned, word by word")
    for share in learned[:SHARES]:
        kind = "" if share.kind == "word" else f" ({share.kind})"
        _item(screen, f"{share.bits:+.2f} {share.text}{kind}")
    rest = learned[SHARES:]
    if rest:
        screen.line(screen.style(f"  {sum(share.bits for share in rest):+.2f} {len(rest):,} more", "dim"))


def _links(screen: Screen, links: Sequence[Link]) -> None:
    if not links:
        return
    screen.title(f"Links ({plural(len(links), 'link')})")
    for link in links[:LINKS]:
        said = f"{link.source}: {link.url}"
        if link.hops:
            said += f" -> {link.target}"
        if link.shown_host and link.shown_host != link.host:
            said += f" (shown as {link.shown_host})"
        odd = [
            *link.oddities,
            *(["hidden"] if link.hidden else []),
            *([f"{link.count} times"] if link.count > 1 else []),
        ]
        _item(screen, said + (f" [{', '.join(odd)}]" if odd else ""))
    if len(links) > LINKS:
        screen.line(screen.style(f"  and {plural(len(links) - LINKS, 'more link', 'more links')}", "dim"))


def _hidden(screen: Screen, message: Message) -> None:
    shown = message.text
    if shown.hidden:
        screen.title(f"Hidden text, {len(shown.hidden):,} characters ({', '.join(shown.hidden_by)})")
        more = "..." if len(shown.hidden) > HIDDEN_CHARS else ""
        _item(screen, " ".join(shown.hidden[:HIDDEN_CHARS].split()) + more)
    if shown.invisible_chars or shown.bidi_chars:
        screen.title("Characters that are not seen")
        _item(screen, f"{shown.invisible_chars:,} invisible, {shown.bidi_chars:,} that turn the direction")


def _odd(defect: Defect) -> str:
    where = f"part {defect.part}: " if defect.part else ""
    detail = f" ({defect.detail})" if defect.detail else ""
    return f"{where}{KINDS.get(defect.kind, defect.kind)}{detail}"


def _list(screen: Screen, title: str, items: Iterable[str]) -> None:
    items = list(items)
    if not items:
        return
    screen.title(title)
    for item in items[:NOTES]:
        _item(screen, item)
    if len(items) > NOTES:
        screen.line(screen.style(f"  and {len(items) - NOTES:,} more", "dim"))


def _item(screen: Screen, text: str) -> None:
    for line in wrap(clean(text), screen.width - 2):
        screen.line(f"  {line}")

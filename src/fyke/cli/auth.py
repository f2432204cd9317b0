"""`fyke auth`: who really sent one message, step by step, for whoever runs the sending or the receiving server."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from fyke import house
from fyke.cli import record as records
from fyke.cli import setup
from fyke.cli.errors import Wrong
from fyke.cli.mailbox import Mailbox
from fyke.cli.mbox import MESSAGE_BYTES
from fyke.cli.options import configured, enveloped
from fyke.cli.screen import Screen, cells, clean, wrap
from fyke.config import Problem
from fyke.detect.auth.evidence import Examined, examine
from fyke.detect.auth.results import forged, servers, write
from fyke.detect.runner import offline
from fyke.mail import parse
from fyke.model import UNKNOWN, Mail, Message
from fyke.model.auth import ArcResult, Auth, AuthResult, DkimResult, DmarcResult, SpfResult

PASSED, FAILED, UNCLEAR = 0, 1, 2
_CODES = {
    AuthResult.PASS: PASSED,
    AuthResult.NONE: PASSED,
    AuthResult.FAIL: FAILED,
}


class Report(Struct, frozen=True):
    """What `--json` prints."""

    path: str
    auth: Auth
    silent: tuple[str, ...]  # names of which nobody said anything
    header: str  # Authentication-Results, where a server's name was given
    came_with: tuple[str, ...]  # whose names stand in fields of that kind which came with the message
    forged: int  # of these fields, those that bear the server's own name


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", metavar="FILE", help="a message, FILE:N for one of an mbox, or - for stdin")
    parser.add_argument(
        "--answers", metavar="FILE", default="", help="a file of DNS answers, asked instead of resolvers"
    )
    parser.add_argument(
        "--server", metavar="NAME", default="", help="print the Authentication-Results of a server of that name too"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    configured(parser)
    enveloped(parser)


def run(args: argparse.Namespace) -> int:
    """Examine the message: 0 passed or nothing to pass, 1 failed, 2 could not be told."""
    config = setup.settings(args).config
    if args.answers:
        config = replace(config, dns=replace(config.dns, enabled=True, answers=args.answers))
    try:
        ask = house.resolver(config).answer if config.dns.enabled else offline
    except Problem as problem:
        raise Wrong(str(problem)) from None
    raw = _read(args.file)
    message = parse(raw)
    found = _answered(examine(Mail(setup.envelope(args), message, raw=raw)), ask)
    if not found.is_answered and found.auth.dmarc is None:
        raise Wrong("nobody answers questions to the DNS; --answers names a file of answers")
    report = _report(args.file, found, message, args.server)
    if args.json:
        sys.stdout.buffer.write(records.encode(msgspec.to_builtins(report)) + b"\n")
    else:
        _print(Screen(sys.stdout), report)
    return _CODES.get(found.auth.dmarc.result, UNCLEAR) if found.auth.dmarc else UNCLEAR


def _read(path: str) -> bytes:
    """The one message that the path names."""
    mailbox = Mailbox([path])
    slots = iter(mailbox)
    slot, second = next(slots, None), next(slots, None)
    if slot is None:
        raise Wrong(mailbox.problems[0] if mailbox.problems else f"{path}: no message in it")
    if second is not None:
        raise Wrong(f"{path}: more than one message; name one, such as {second.shown}")
    try:
        return slot.read()[:MESSAGE_BYTES]
    except OSError as error:
        raise Wrong(f"{path}: {error.strerror}") from None


def _answered(asking: Generator[Any, Any, Examined], ask: Callable[[Any], Mapping[Any, Any]]) -> Examined:
    """Run the evaluation to its end."""
    try:
        queries = next(asking)
        while True:
            told = ask(queries)
            queries = asking.send(tuple(told.get(query, UNKNOWN) for query in queries))
    except StopIteration as end:
        result: Examined = end.value
        return result


def _report(path: str, found: Examined, message: Message, server: str) -> Report:
    header = f"Authentication-Results: {write(server, found.auth)}" if server else ""
    own = [server] if server else []
    return Report(path, found.auth, found.silent, header, servers(message), len(forged(message, own)))


def _print(screen: Screen, report: Report) -> None:
    auth = report.auth
    if auth.dmarc is not None:
        _head(screen, auth.dmarc)
    screen.title("SPF")
    if auth.spf is None:
        screen.line("  not asked: the client's address is not known (--ip)")
    else:
        _spf(screen, auth.spf)
    screen.title("DKIM")
    _dkim(screen, auth.dkim or ())
    if auth.arc is not None:
        screen.title("ARC")
        _arc(screen, auth.arc)
    if auth.dmarc is not None:
        screen.title("DMARC")
        _dmarc(screen, auth.dmarc)
    if report.came_with:
        screen.title("Results that came with it, believed by nobody")
        _rows(screen, [(clean(server),) for server in report.came_with])
        if report.forged:
            screen.line(f"  {report.forged} of them in our name: forged, to be taken out")
    if report.silent:
        screen.title("Not answered")
        _rows(screen, [(clean(name),) for name in report.silent])
    if report.header:
        screen.title("What a server would write")
        for line in report.header.split("\r\n"):
            screen.line("  " + clean(line).replace("\t", " "))


def _head(screen: Screen, found: DmarcResult) -> None:
    style = {AuthResult.PASS: "for", AuthResult.FAIL: "against"}.get(found.result, "bold")
    screen.line(f"{screen.style(f'DMARC {found.result.value}', style)}: {clean(found.reason)}")
    if found.result is AuthResult.FAIL:
        said = f"{found.domain} asks: {found.policy}; to be done: {found.disposition}"
        screen.line(said + "".join(f"; {each.comment or each.type}" for each in found.overrides))


def _spf(screen: Screen, found: SpfResult) -> None:
    _said(screen, found.result, found.reason)
    rows = [(name, clean(value)) for name, value in (("checked", found.sender), ("record", found.record)) if value]
    rows += [(clean(step.domain), clean(step.term)) for step in found.path]
    if found.terms:
        rows.append(("asked", f"{found.terms} of 10 terms that ask, {found.voids} of 2 that find nothing"))
    if found.explanation:
        rows.append(("they say", clean(found.explanation)))
    _rows(screen, rows)


def _dkim(screen: Screen, signed: Sequence[DkimResult]) -> None:
    if not signed:
        screen.line("  no signature")
    for each in signed:
        _said(screen, each.result, each.reason)
        rows = [("signer", f"{each.domain}, selector {each.selector}"), ("method", _method(each))]
        if each.headers:
            rows.append(("signs", " ".join(each.headers)))
        if each.unsigned:
            rows.append(("not signed", " ".join(each.unsigned)))
        if each.unsigned_bytes:
            rows.append(("not signed", f"the last {each.unsigned_bytes} bytes"))
        _rows(screen, [(name, clean(value)) for name, value in rows])


def _method(each: DkimResult) -> str:
    bits = f"{each.key_bits} bits" if each.key_bits else ""
    return ", ".join(filter(None, (each.algorithm, each.canonicalisation, bits, "testing" if each.is_testing else "")))


def _arc(screen: Screen, found: ArcResult) -> None:
    _said(screen, found.result, found.reason)
    _rows(
        screen,
        [
            (str(hop.instance), clean(hop.domain), f"chain before: {hop.cv}", f"message: {hop.message.result.value}",
             clean(hop.results))
            for hop in found.hops
        ],
    )  # fmt: skip


def _dmarc(screen: Screen, found: DmarcResult) -> None:
    _said(screen, found.result, found.reason)
    rows = [(clean(step.name), step.found, clean(step.text)) for step in found.steps]
    _rows(screen, rows)
    if found.record is not None:
        facts = [("policy of", found.record.domain), ("asks", found.policy)]
        facts += [("organization", found.organization)] if found.organization else []
        facts += [("ignored", ", ".join(found.record.ignored))] if found.record.ignored else []
        _rows(screen, [(name, clean(value)) for name, value in facts])
    _rows(
        screen,
        [
            (each.identifier.mechanism.upper(), clean(each.identifier.domain), each.identifier.result.value, each.mode,
             {True: "aligned", False: "not aligned", None: "not known"}[each.holds])
            for each in found.aligned
        ],
    )  # fmt: skip


def _said(screen: Screen, result: AuthResult, reason: str) -> None:
    style = {AuthResult.PASS: "for", AuthResult.FAIL: "against"}.get(result, "bold")
    first, *rest = wrap(clean(reason), screen.width - 14)
    screen.line(f"  {screen.style(f'{result.value:10}', style)}  {first}")
    for line in rest:
        screen.line(" " * 14 + line)


def _rows(screen: Screen, rows: Iterable[tuple[str, ...]]) -> None:
    """Columns that line up; the last one is wrapped."""
    rows = list(rows)
    if not rows:
        return
    widths = [min(40, max(cells(row[at]) for row in rows)) for at in range(len(rows[0]) - 1)]
    left = 4 + sum(width + 2 for width in widths)
    for row in rows:
        head = "    " + "".join(
            f"{value}{' ' * (width - cells(value))}  " for value, width in zip(row, widths, strict=False)
        )
        first, *rest = wrap(row[-1], screen.width - left)
        screen.line(head + first)
        for line in rest:
            screen.line(" " * left + line)

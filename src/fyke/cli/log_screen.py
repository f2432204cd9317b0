"""The journal on the terminal: a line a mail, and one mail with all that was found in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fyke.cli.inside import tree
from fyke.cli.screen import Screen, clean, fit, legible, percent, plural, wrap
from fyke.cli.waterfall import waterfall
from fyke.model import UNWANTED
from fyke.model.record import record
from fyke.store.journal import Entry, Row

LISTED = 25  # recipients and notes of one mail


def rows(screen: Screen, found: Sequence[Row], *, head: bool = True) -> None:
    """A line a mail."""
    if not found:
        return
    free = max(50, screen.width - 16 - 8 - 7 - 10 - 12 - 7 * 2)
    sender, recipient, subject = (free * share // 100 for share in (24, 20, 28))
    why = free - sender - recipient - subject
    if head:
        heads = (fit("came", 16), fit("label", 8), "   bits", fit("action", 10), fit("case", 12))
        rest = (fit("from", sender), fit("to", recipient), fit("subject", subject), "strongest reason")
        screen.line(screen.style("  ".join((*heads, *rest)), "dim"))
    ellipsis = "…" if screen.has_unicode else "~"
    for row in found:
        others = f" +{len(row.recipients) - 1}" if len(row.recipients) > 1 else ""
        to = fit(clean(row.recipients[0]), recipient - len(others), ellipsis).rstrip() if row.recipients else ""
        cells = [
            f"{row.at.astimezone():%Y-%m-%d %H:%M}",
            screen.style(fit(row.label.value, 8), row.label),
            f"{row.bits:>+7.2f}",
            fit(row.action.value + ("*" if len(set(row.fates)) > 1 else ""), 10),
            row.case[:12],
            fit(clean(row.sender or row.mail_from), sender, ellipsis),
            fit(to + others, recipient),
            fit(legible(row.subject), subject, ellipsis),
            screen.style(fit(clean(row.why), why, ellipsis).rstrip(), "dim"),
        ]
        screen.line("  ".join(cells))


def case(screen: Screen, entry: Entry) -> None:
    """One mail: what was said of it, what was done, and why, until it adds up."""
    scan, verdict = entry.scan, entry.scan.verdict
    unwanted = ", unwanted" if verdict.label in UNWANTED else ""
    about = f"; about {', '.join(verdict.categories)}" if verdict.categories else ""
    said = (
        f"{percent(verdict.probability)} likely unwanted, {verdict.bits:+.2f} bits; action: {entry.action.value}{about}"
    )
    screen.line(f"{screen.style(verdict.label.value.upper(), verdict.label, 'bold')}{unwanted}: {said}")
    for name, value in _facts(entry):
        lines = wrap(clean(value), screen.width - 11)
        screen.line(f"{screen.style(f'{name:<10}', 'dim')} {lines[0]}")
        for line in lines[1:]:
            screen.line(f"{'':<10} {line}")
    _recipients(screen, entry)
    if verdict.contributions:
        screen.title("Why")
        waterfall(screen, [*verdict.contributions[-1:], *verdict.contributions[:-1]], {})
    if verdict.bulk:
        screen.title("What says that it was sent to many")
        waterfall(screen, verdict.bulk, {})
    _list(screen, "What trade it is in", [f"{share.bits:+.2f} {share.why}" for share in verdict.trade])
    if scan.files:
        screen.title("Its files, and what is in them")
        told = record("", scan, {})
        tree(screen, told.files, told.cuts)
    _list(screen, "Faults: evidence that is missing", [f"{fault.who}: {fault.what}" for fault in scan.faults])
    _list(screen, "Not done", scan.skipped)


def _facts(entry: Entry) -> Iterable[tuple[str, str]]:
    scan = entry.scan
    envelope = scan.envelope
    client = " ".join(
        filter(None, (envelope.client_ip, envelope.client_name, f"HELO {envelope.helo}" * bool(envelope.helo)))
    )
    facts = (
        ("Case", entry.case or scan.id),
        ("Handled", f"{entry.at.astimezone().isoformat(' ', 'seconds')}"),
        ("From", f"{scan.sender_name} <{scan.sender}>" if scan.sender_name else scan.sender),
        ("Subject", scan.subject),
        ("MAIL FROM", envelope.mail_from),
        ("Client", client),
        ("Login", envelope.login),
        ("Queue id", envelope.queue_id),
        ("Proved", _proved(entry)),
        ("Campaign", scan.campaign),
        ("Judged by", f"policy {scan.policy_id}{f', model {scan.model_id}' if scan.model_id else ''}"),
        ("Asked", plural(len(scan.answers), "question") if scan.answers else ""),
    )
    return ((name, value) for name, value in facts if value)


def _proved(entry: Entry) -> str:
    auth = entry.scan.auth
    if auth is None:
        return ""
    said = [f"SPF {auth.spf.result.value}"] if auth.spf is not None else []
    said += [f"DKIM {each.result.value} ({each.domain})" for each in (auth.dkim or ())[:5]]
    said += [f"DMARC {auth.dmarc.result.value}"] if auth.dmarc is not None else []
    return ", ".join(said)


def _recipients(screen: Screen, entry: Entry) -> None:
    """Whose copy fared how."""
    fates = {fate.recipient: fate for fate in (*entry.scan.fates, *entry.fates)}
    rules = {fate.recipient: fate.rule for fate in entry.scan.fates if fate.rule}
    recipients = entry.scan.envelope.rcpt_to
    for at, recipient in enumerate(recipients[:LISTED]):
        fate = fates.get(recipient)
        action = fate.action if fate is not None else entry.action
        rule = f" (rule {rules[recipient]})" if recipient in rules else ""
        name = screen.style(f"{'To' if not at else '':<10}", "dim")
        screen.line(f"{name} {clean(recipient)}: {action.value}{clean(rule)}")
    if len(recipients) > LISTED:
        screen.line(f"{'':<10} and {plural(len(recipients) - LISTED, 'more recipient')}")


def _list(screen: Screen, title: str, items: Sequence[str]) -> None:
    if not items:
        return
    screen.title(title)
    for item in items[:LISTED]:
        for line in wrap(clean(item), screen.width - 2):
            screen.line(f"  {line}")
    if len(items) > LISTED:
        screen.line(screen.style(f"  and {len(items) - LISTED:,} more", "dim"))

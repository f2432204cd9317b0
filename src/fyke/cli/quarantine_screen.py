"""The quarantine on the terminal: a line a mail, and one mail as far as it is safe to look at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from fyke.cli.screen import Screen, clean, fit, legible, plural, wrap
from fyke.cli.waterfall import waterfall
from fyke.desk.quarantine import Release
from fyke.mail import parse
from fyke.store.quarantine import Held, State

LINES = 20  # of the text
HEADERS = 30
VALUE_CHARS = 400


def rows(screen: Screen, found: Sequence[Held]) -> None:
    """A line a mail."""
    if not found:
        return
    free = max(50, screen.width - 16 - 8 - 7 - 12 - 6 * 2)
    sender, recipient = free * 30 // 100, free * 30 // 100
    subject = free - sender - recipient
    heads = (fit("held", 16), fit("label", 8), "   bits", fit("case", 12), fit("from", sender), fit("for", recipient))
    screen.line(screen.style("  ".join((*heads, "subject")), "dim"))
    for held in found:
        waiting = held.of(State.HELD) or tuple(copy.recipient for copy in held.copies)
        others = f" +{len(waiting) - 1}" if len(waiting) > 1 else ""
        to = fit(clean(waiting[0]), recipient - len(others)).rstrip() if waiting else ""
        cells = (
            f"{held.at.astimezone():%Y-%m-%d %H:%M}",
            screen.style(fit(held.label.value, 8), held.label),
            f"{held.bits:>+7.2f}",
            held.case[:12],
            fit(clean(held.sender or held.envelope.mail_from), sender),
            fit(to + others, recipient),
            fit(legible(held.subject), subject).rstrip(),
        )
        screen.line("  ".join(cells))


def whole(screen: Screen, held: Held, raw: bytes | None) -> None:
    """One mail: for whom, why, its head and the beginning of its text; nothing of it is active."""
    screen.line(
        f"{screen.style(held.label.value.upper(), held.label, 'bold')}, {held.bits:+.2f} bits; case {held.case}"
    )
    for copy in held.copies:
        detail = f" ({clean(copy.detail)})" if copy.detail else ""
        screen.line(
            f"  {clean(copy.recipient)}: {copy.state.value} since {copy.at.astimezone():%Y-%m-%d %H:%M}{detail}"
        )
    envelope = held.envelope
    came = f"from {clean(envelope.client_ip or 'an unknown client')}, MAIL FROM <{clean(envelope.mail_from)}>"
    screen.line(
        screen.style(f"came {came}; {plural(held.size_bytes, 'byte')}; kept until {held.expires_at:%Y-%m-%d}", "dim")
    )
    if held.why:
        screen.title("What weighs most")
        waterfall(screen, held.why, {})
    if raw is None:
        screen.line(screen.style("The message itself is not kept any more.", "dim"))
        return
    message = parse(raw)
    screen.title("Its head")
    for field in islice(message.headers, HEADERS):
        value = " ".join(str(field.value).split())[:VALUE_CHARS]
        lines = wrap(clean(f"{field.name}: {value}"), screen.width)
        for line in lines:
            screen.line(line)
    screen.title("Its text")
    text = [line for line in message.text.visible.splitlines() if line.strip()]
    for line in text[:LINES]:
        screen.line(fit(legible(line), screen.width).rstrip())
    if len(text) > LINES:
        screen.line(screen.style(f"and {len(text) - LINES:,} more lines", "dim"))


def released(screen: Screen, held: Held, done: Sequence[Release]) -> None:
    """What became of each copy."""
    for each in done:
        learned = "; learned that it is wanted" if each.learned else ""
        detail = f" ({clean(each.detail)})" if each.detail else ""
        style = "for" if each.outcome == "released" else "against"
        screen.line(f"{clean(each.recipient)}: {screen.style(each.outcome, style)}{detail}{learned}")
        if each.outcome == "unknown":
            hint = f"nobody knows whether it went out; look, then fyke quarantine release {held.case[:16]} --again"
            screen.line(screen.style(f"  {hint}", "dim"))

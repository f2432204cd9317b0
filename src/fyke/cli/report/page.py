"""A run as one HTML page: nothing is loaded from anywhere, and nothing that a message says can act on the reader.

Outside text reaches the page escaped (`plots.text`) or inside a JSON block that cannot end early; a content security
policy with the hashes of our own style and script forbids all else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from importlib.resources import files
from string import Template

import msgspec
from msgspec import Struct

from fyke import __version__
from fyke.cli.record import Record
from fyke.cli.report import plots
from fyke.cli.report.gather import Gathered
from fyke.cli.screen import clean, legible, number, percent, plural
from fyke.cli.summary import pace
from fyke.cli.tally import Run, Tally, sentences
from fyke.judge import Policy
from fyke.mail.defects import KINDS
from fyke.model import UNWANTED, Contribution, Label

TOP = 12  # bars of a list that may be long
REASON_CHARS = 400  # of a reason in the list: evidence may quote a whole URL


def render(run: Run, gathered: Gathered) -> str:
    """The page."""
    style, script = piece("page.css"), f"{piece('theme.js')}\n{piece('page.js')}"
    tally, policy = run.tally, run.policy
    timeline, note = plots.timeline(gathered.days)
    if gathered.undated:
        note += f" {plural(gathered.undated, 'message says', 'messages say')} not when."
    lines = policy.rules.thresholds
    return Template(piece("page.html")).substitute(
        title=plots.text(run.title),
        style=style,
        style_hash=digest_of(style),
        script=script,
        script_hash=digest_of(script),
        headline=_headline(tally),
        lead=_lead(tally, gathered),
        stack=plots.stack(tally.labels),
        tiles=_tiles(tally),
        timeline=timeline or '<p class="none">No message says when it came.</p>',
        timeline_note=f'<p class="note">{plots.text(note)}</p>' if timeline else "",
        categories=plots.bars([(name, "", count) for name, count in tally.categories.most_common(TOP)], tally.unwanted),
        certainty=plots.certainty(gathered.certainty),
        reasons=f'<div class="wide">{_reasons(tally, policy)}</div>',
        domains=_domains(tally, gathered),
        left_out=_left_out(gathered),
        notes=_notes(run),
        unwanted_at=f"{lines.unwanted:+.2f}",
        unsure_at=f"{lines.unsure:+.2f}",
        footer=plots.text(
            f"fyke {__version__}, policy {policy.id}. {pace(run)}. This page loads nothing from anywhere."
        ),
        data=_data(run, gathered),
    )


def piece(name: str) -> str:
    """A file beside this one."""
    return (files("fyke.cli.report") / name).read_text(encoding="utf-8").strip()


def digest_of(text: str) -> str:
    """A style or script as the content security policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _headline(tally: Tally) -> str:
    if not tally.messages:
        return "No message was found."
    if not tally.unwanted:
        return f"<b>None</b> of {plural(tally.messages, 'message')} is unwanted."
    verb = "is" if tally.unwanted == 1 else "are"
    return f"<b>{number(tally.unwanted)}</b> of {plural(tally.messages, 'message')} {verb} unwanted."


def _lead(tally: Tally, gathered: Gathered) -> str:
    """Two or three sentences for whoever reads no further."""
    said = []
    dangerous = [(tally.labels[label], label.value) for label in (Label.PHISHING, Label.SCAM, Label.MALWARE)]
    parts = [f"{number(count)} {name}" for count, name in dangerous if count]
    if parts:
        said.append(f"Dangerous to the reader: {' and '.join(filter(None, [', '.join(parts[:-1]), parts[-1]]))}.")
    if tally.categories:
        name, count = tally.categories.most_common(1)[0]
        said.append(f"The most frequent trade is {name} ({percent(count / tally.unwanted)} of the unwanted).")
    if tally.labels[Label.UNSURE]:
        said.append(f"{plural(tally.labels[Label.UNSURE], 'message')} should be looked at by a person.")
    if gathered.days:
        first, last = min(gathered.days), max(gathered.days)
        if first != last:
            said.append(f"They are dated from {first.day} {first:%B} {first.year} to {last.day} {last:%B} {last.year}.")
    return plots.text(" ".join(said))


def _tiles(tally: Tally) -> str:
    tiles = []
    for label in reversed(plots.STACK):
        count = tally.labels[label]
        share = percent(count / tally.messages) if tally.messages else ""
        zero = "" if count else " zero"
        tiles.append(
            f'<li class="t-{label.value}{zero}"><strong>{number(count)}</strong>'
            f"<span>{label.value}, {share}</span></li>"
        )
    return "".join(tiles)


def _reasons(tally: Tally, policy: Policy) -> str:
    said = sentences(policy)
    return plots.bars(
        [(said.get(name, name), name, count) for name, count in tally.reasons.most_common(TOP)], tally.unwanted
    )


def _domains(tally: Tally, gathered: Gathered) -> str:
    """The domains that most unwanted messages name, with what else came from them."""
    return plots.bars(
        [
            (name or "no sender", "", gathered.domains.get(name, {}))
            for name, _ in tally.domains_unwanted.most_common(TOP)
        ],
        tally.messages,
    )


def _left_out(gathered: Gathered) -> str:
    if not gathered.left_out:
        return ""
    return (
        f"{plural(gathered.left_out, 'message is', 'messages are')} counted above but not listed here,"
        " the wanted ones first: fyke scan --json tells all."
    )


def _notes(run: Run) -> str:
    """What is odd, missing or not done; nothing where there is nothing."""
    tally = run.tally
    odd = [(KINDS.get(kind, kind).rstrip("."), kind, count) for kind, count in tally.defects.most_common(TOP)]
    parts = [_section("What is odd about the bytes", odd, tally.messages)]
    parts.append(_section("Faults: evidence that is missing", _plain(tally.faults.most_common(TOP)), tally.messages))
    parts.append(_section("What was not done", _plain(tally.skipped.most_common(TOP)), tally.messages))
    items = [*run.unread, *(f"{reason}: {number(count)} passed over" for reason, count in run.passed.items())]
    if items:
        lines = "".join(f"<li>{plots.text(item)}</li>" for item in items[:100])
        parts.append(f'<section><h2>What was not read</h2><ul class="plainlist">{lines}</ul></section>')
    return "\n".join(part for part in parts if part)


def _plain(rows: Iterable[tuple[str, int]]) -> list[tuple[str, str, int]]:
    return [(name, "", count) for name, count in rows]


def _section(title: str, rows: list[tuple[str, str, int]], of: int) -> str:
    return f'<section class="wide"><h2>{title}</h2>{plots.bars(rows, of)}</section>' if rows else ""


class _Message(Struct):
    """One message as the page's script reads it."""

    path: str
    label: Label
    probability: float
    bits: float
    action: str
    subject: str
    date: str
    categories: tuple[str, ...]
    why: list[tuple[str, float, str]]
    bulk: list[tuple[str, float, str]]
    defects: list[str]
    faults: list[str]
    skipped: list[str]
    sender: str = msgspec.field(name="from")


def _data(run: Run, gathered: Gathered) -> str:
    """The block of JSON: no character in it can end the block or begin markup."""
    tree = {
        "labels": [*UNWANTED, Label.UNSURE, Label.BULK, Label.HAM],
        "lines": run.policy.rules.thresholds,
        "messages": [_message(record, run.root) for record in gathered.listed],
    }
    encoded = msgspec.json.encode(tree).decode()
    return encoded.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _message(record: Record, root: str) -> _Message:
    prior = [share for share in record.contributions if share.name == "PRIOR"]
    others = [share for share in record.contributions if share.name != "PRIOR"]
    sender = f"{record.sender_name} <{record.sender}>" if record.sender_name else record.sender
    return _Message(
        path=record.path.removeprefix(root),
        label=record.label,
        probability=record.probability,
        bits=record.bits,
        action=record.action.value,
        subject=legible(record.subject)[:REASON_CHARS],
        sender=clean(sender)[:REASON_CHARS],
        date=record.came_at.isoformat(" ", "minutes") if record.came_at else "",
        categories=record.categories,
        why=_shares([*prior, *others]),
        bulk=_shares(record.bulk),
        defects=[clean(f"{KINDS.get(each.kind, each.kind)} {each.detail}".strip()) for each in record.defects],
        faults=[clean(f"{fault.who}: {fault.what}") for fault in record.faults],
        skipped=[clean(each) for each in record.skipped],
    )


def _shares(shares: Iterable[Contribution]) -> list[tuple[str, float, str]]:
    return [(share.name, share.bits, clean(share.why)[:REASON_CHARS]) for share in shares]

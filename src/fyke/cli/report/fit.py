"""A fit as one HTML page, made as the report of a scan is: it loads nothing, and nothing from outside can act."""

from __future__ import annotations

import sys
from pathlib import Path
from string import Template

from fyke import __version__
from fyke.cli.errors import Wrong
from fyke.cli.fitting import Fitting, advice, how, messages, pace, precision, rows, summary
from fyke.cli.report import curves
from fyke.cli.report.page import digest_of, piece
from fyke.cli.report.plots import text
from fyke.cli.screen import number, plural
from fyke.cli.tally import sentences
from fyke.learn.fit import CHANGE, ENOUGH, Weight

UNREAD = 100  # sentences


def write(ran: Fitting, path: Path) -> None:
    """Write the page. Raises `Wrong` where the disk does not take it."""
    try:
        path.write_text(render(ran), encoding="utf-8", errors="replace")
    except OSError as error:
        raise Wrong(f"--html {path}: {error.strerror}") from None
    print(f"fyke: the page is in {path}", file=sys.stderr)


def render(ran: Fitting) -> str:
    """The page."""
    style, script = f"{piece('page.css')}\n{piece('quality.css')}\n{piece('fit.css')}", piece("theme.js")
    return Template(piece("fit.html")).substitute(
        style=style,
        style_hash=digest_of(style),
        script=script,
        script_hash=digest_of(script),
        what=text(f"{messages(ran)}."),
        headline=_headline(ran),
        lead=text(f"{advice(ran)} {summary(ran)}"),
        figures=_figures(ran),
        how=text(f"{how(ran)}: no message was measured by weights that it had a part in."),
        before=curves.reliability(ran.before.reliability.bins),
        after=curves.reliability(ran.after.reliability.bins),
        line=text(f"slope {ran.line.slope:g}, offset {ran.line.offset:g}"),
        weights=_weights(ran),
        rule=text(f"Fitted are facts that stand in {ENOUGH} messages or more; a change below {CHANGE} bits is none."),
        notes=_notes(ran),
        footer=text(f"fyke {__version__}. {pace(ran)}. This page loads nothing from anywhere."),
    )


def _headline(ran: Fitting) -> str:
    css = ' class="good"' if ran.is_better else ""
    before, after = (
        "-" if (share := side.quality.at_rates[-1].recall) is None else f"{share * 100:.1f} %"
        for side in (ran.before, ran.after)
    )
    rate = ran.after.quality.at_rates[-1].rate * 100
    return f"<b{css}>{after}</b> found at {rate:g} % false positives, where it was {before}."


def _figures(ran: Fitting) -> str:
    lines = "".join(f"<tr><td>{text(name)}</td><td>{was}</td><td>{now}</td></tr>" for name, was, now in rows(ran))
    return f'<table class="figures"><tr><th></th><th>as it is</th><th>fitted</th></tr>{lines}</table>'


def _weights(ran: Fitting) -> str:
    """The changed facts first, then the others that were fitted; what stands in too little mail is only counted."""
    said = sentences(ran.policy)
    changed = ran.changed
    stayed = [weight for weight in ran.weights if weight.is_fitted and weight.bits == weight.fact.bits]
    heads = ("", "was", "bits", "sure to within", "ham", "spam", "of it is spam, 95 %")
    lines = [_row(weight, said, "moved") for weight in changed] + [_row(weight, said, "") for weight in stayed]
    rest = len(ran.weights) - len(lines)
    note = f"{plural(rest, 'fact stands', 'facts stand')} in fewer messages and are as before."
    return (
        f'<div class="scroll"><table class="figures weights"><tr>{"".join(f"<th>{head}</th>" for head in heads)}</tr>'
        f'{"".join(lines)}</table></div><p class="note">{note}</p>'
    )


def _row(weight: Weight, said: dict[str, str], css: str) -> str:
    name = weight.fact.name
    cells = [
        f"<td>{text(said.get(name, name))} <small>{text(name)}</small></td>",
        f"<td>{weight.fact.bits:+.1f}</td>",
        f"<td>{weight.bits:+.1f}</td>",
        f"<td>{weight.give:.1f}</td>",
        f"<td>{number(weight.ham.hits)}</td>",
        f"<td>{number(weight.spam.hits)}</td>",
        f"<td>{text(precision(weight))}</td>",
    ]
    return f'<tr class="{css}">{"".join(cells)}</tr>'


def _notes(ran: Fitting) -> str:
    items = [*ran.unread[:UNREAD], *(f"{reason}: {number(count)} passed over" for reason, count in ran.passed.items())]
    if ran.repeated:
        items.append(f"{plural(ran.repeated, 'message was', 'messages were')} given again, and counted once")
    if ran.on_both:
        items.append(f"{plural(ran.on_both, 'message was', 'messages were')} given as both, and left out")
    if not items:
        return ""
    lines = "".join(f"<li>{text(item)}</li>" for item in items)
    return f'<section><h2>What was not counted</h2><ul class="plainlist">{lines}</ul></section>'

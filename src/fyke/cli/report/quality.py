"""An evaluation as one HTML page, made as the report of a scan is: it loads nothing, and names of files cannot act."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template

from fyke import __version__
from fyke.cli.errors import Wrong
from fyke.cli.figures import HOW, Evaluation, pace, per_cent, rate_name, share, source_cells, source_heads
from fyke.cli.report import curves
from fyke.cli.report.page import digest_of, piece
from fyke.cli.report.plots import text
from fyke.cli.screen import number, percent, plural
from fyke.learn.measure import Measures, PerCategory, PerSource, Scored

WRONG = 25  # messages of either kind: who has more looks into the JSON
FEW = 5  # wanted messages: a rate of so few is one of chance
UNREAD = 100  # sentences


def write(ran: Evaluation, path: Path) -> None:
    """Write the page. Raises `Wrong` where the disk does not take it."""
    try:
        path.write_text(render(ran), encoding="utf-8", errors="replace")
    except OSError as error:
        raise Wrong(f"--html {path}: {error.strerror}") from None
    print(f"fyke: the page is in {path}", file=sys.stderr)


def render(ran: Evaluation) -> str:
    """The page."""
    found, style, script = ran.measures, f"{piece('page.css')}\n{piece('quality.css')}", piece("theme.js")
    lines = {"unsure": ran.thresholds.unsure, "unwanted": ran.thresholds.unwanted}
    return Template(piece("quality.html")).substitute(
        style=style,
        style_hash=digest_of(style),
        script=script,
        script_hash=digest_of(script),
        what=text(f"{HOW[ran.how]}."),
        headline=_headline(ran),
        lead=_lead(found),
        tiles=_tiles(found),
        bits=curves.bits(found.histogram, lines),
        keys=_keys([("c-spam", "unwanted mail, upwards"), ("c-ham", "wanted mail, downwards")])
        + '<p class="note">Shares of either kind; heights grow with the square root, so that few can be seen.</p>',
        roc=_roc(found),
        reliability=_reliability(found),
        sources=_sources(found),
        categories=_categories(found.categories),
        wrong=_wrong(ran),
        notes=_notes(ran),
        unwanted_at=f"{ran.thresholds.unwanted:+.2f}",
        footer=text(f"fyke {__version__}. {pace(ran)}. This page loads nothing from anywhere."),
    )


def _headline(ran: Evaluation) -> str:
    found, line = ran.measures.quality, ran.measures.quality.at_line
    caught = f'<b class="good">{share(line.recall)}</b> of the unwanted mail is found' if found.spam else ""
    css = "" if line.false_positives else ' class="good"'
    flagged = f"<b{css}>{number(line.false_positives)}</b> of {plural(found.ham, 'wanted message')} flagged"
    if not found.spam:
        return f"{flagged}."
    return f"{caught}, {flagged}." if found.ham else f"{caught}."


def _lead(found: Measures) -> str:
    whole = found.quality
    mail = f"{number(whole.ham)} wanted and {number(whole.spam)} unwanted"
    said = [f"Measured at the policy's line on {mail} messages from {plural(len(found.sources), 'source')}."]
    few = [at for at in whole.at_rates if at.recall is not None and at.may < FEW]
    if few:
        at = few[-1]
        said.append(
            f"{rate_name(at)} of this wanted mail is {plural(at.may, 'message')}, so what is found there is rough."
        )
    return text(" ".join(said))


def _tiles(found: Measures) -> str:
    whole = found.quality
    tiles = [(per_cent(whole.one_minus_auc_pct), "(1-AUC)%")]
    tiles += [(share(at.recall), f"found at {rate_name(at)} false positives") for at in whole.at_rates]
    tiles.append((per_cent(whole.at_line.lam_pct), "lam% at the policy's line"))
    error = found.reliability.calibration_error if found.reliability else None
    tiles.append((share(error), "calibration error"))
    return "".join(f"<li><strong>{text(value)}</strong><span>{text(name)}</span></li>" for value, name in tiles)


def _keys(keys: Iterable[tuple[str, str]]) -> str:
    items = []
    for css, name in keys:
        sign = (
            '<circle class="{}" cx="6" cy="6" r="5"/>'
            if css.startswith("dot")
            else '<rect class="{}" width="12" height="12"/>'
        )
        items.append(f'<li><svg aria-hidden="true">{sign.format(css)}</svg>{text(name)}</li>')
    return f'<ul class="keys">{"".join(items)}</ul>'


def _roc(found: Measures) -> str:
    whole = found.quality
    if not whole.ham or not whole.spam:
        return '<p class="none">This takes both wanted and unwanted mail.</p>'
    rates = " and ".join(rate_name(at) for at in whole.at_rates)
    keys = [("dot-line", "the policy's line"), ("dot-open", f"at {rates} false positives")]
    return curves.roc(found.roc, whole) + _keys(keys)


def _reliability(found: Measures) -> str:
    if found.reliability is None:
        return '<p class="none">No message was judged.</p>'
    note = f"Share of unwanted mail by the probability that was told. Brier score {found.reliability.brier:.4f}."
    return f'{curves.reliability(found.reliability.bins)}<p class="note">{note}</p>'


def _sources(found: Measures) -> str:
    heads = source_heads(found.quality.at_rates)
    rows = [_source_row(each) for each in found.sources]
    note = (
        "Found and flagged are shares at the policy's line. The two columns beside them tell what is found at the lines"
        " under which so much of the wanted mail of all sources together is flagged; (1-AUC)% is of the source alone."
    )
    return (
        '<section><h2>By source</h2><div class="scroll"><table class="figures">'
        f"<tr><th>source</th><th>{heads[0]}</th><th>{heads[1]}</th><th></th><th>{heads[2]}</th><th>{heads[3]}</th><th></th>"
        f"{''.join(f'<th>{text(head)}</th>' for head in heads[4:])}</tr>"
        f'{"".join(rows)}</table></div><p class="note">{note}</p></section>'
    )


def _source_row(each: PerSource) -> str:
    cells, line = source_cells(each), each.quality.at_line
    bars = {1: (line.false_positive_share, "ham"), 3: (line.recall, "spam")}
    parts = [f"<td>{text(each.name)}</td>"]
    for at, cell in enumerate(cells):
        parts.append(f"<td>{text(cell)}</td>")
        if at in bars:
            parts.append(f'<td class="b">{curves.share_bar(*bars[at])}</td>')
    return f"<tr>{''.join(parts)}</tr>"


def _categories(found: Sequence[PerCategory]) -> str:
    if not found:
        return ""
    rows = [
        f"<tr><td>{text(each.name)}</td><td>{number(each.messages)}</td><td>{number(each.said)}</td>"
        f'<td>{share(each.precision)}</td><td class="b">{curves.share_bar(each.precision, "ham")}</td>'
        f'<td>{share(each.recall)}</td><td class="b">{curves.share_bar(each.recall, "spam")}</td></tr>'
        for each in found
    ]
    return (
        '<section><h2>By category</h2><div class="scroll"><table class="figures"><tr><th>category</th><th>messages</th>'
        "<th>named</th><th>rightly</th><th></th><th>found</th><th></th></tr>"
        f'{"".join(rows)}</table></div><p class="note">Over wanted mail and mail whose category was given.'
        " Rightly: of the messages for which it was named, those that are about it.</p></section>"
    )


def _wrong(ran: Evaluation) -> str:
    flagged = _listed("Wanted, but flagged", ran.wrong(False))
    missed = _listed("Unwanted, but not found", ran.wrong(True))
    return f"{flagged}\n{missed}"


def _listed(title: str, wrong: Sequence[Scored]) -> str:
    if not wrong:
        return ""
    rows = [
        f'<tr><td class="path">{text(each.path)}</td><td>{text(each.source)}</td><td class="n">{each.bits:+.2f}</td>'
        f'<td class="n">{percent(each.probability)}</td></tr>'
        for each in wrong[:WRONG]
    ]
    more = f" {number(len(wrong) - WRONG)} more are in the JSON." if len(wrong) > WRONG else ""
    return (
        f'<section><h2>{title}</h2><div class="scroll"><table class="figures"><tr><th>message</th><th>source</th>'
        f"<th>bits</th><th>unwanted</th></tr>{''.join(rows)}</table></div>"
        f'<p class="note">The farthest first; fyke explain shows how a message was judged.{more}</p></section>'
    )


def _notes(ran: Evaluation) -> str:
    items = [*ran.unread[:UNREAD], *(f"{reason}: {number(count)} passed over" for reason, count in ran.passed.items())]
    if ran.repeated:
        items.append(f"{plural(ran.repeated, 'message was', 'messages were')} given again, and counted once")
    if not items:
        return ""
    lines = "".join(f"<li>{text(item)}</li>" for item in items)
    return f'<section><h2>What was not measured</h2><ul class="plainlist">{lines}</ul></section>'

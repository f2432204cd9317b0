"""The map as a page: a matrix of sites against what they share, campaigns above, the time line and the reasons below.

Sites are columns in the order of time, so the shifts of a network are seen as steps; of 500 a column is 2 pixels wide
and still read, since what matters is what runs through. Nothing on the page is active, and nothing on it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from msgspec import Struct

from fyke.lab.graph.layout import Layout, Row, day, layout
from fyke.model.gang import Link, Network, Operation, Role
from fyke.store.cases import Conclusions

WIDTH = 1_000  # of the matrix, in pixels
NAME = 330  # of the names beside it
HEIGHT = 15  # of a row
LISTED = 500  # sites listed below
REASONS = 12

COLOURS = {
    "registration": "#b5532a",
    "dns": "#8a6d1f",
    "hosting": "#4d7a2e",
    "certificate": "#1f7a6b",
    "content": "#1f6b9c",
    "tracking": "#4b55b5",
    "money": "#8b3fa0",
    "contact": "#b03a6f",
    "message": "#666666",
}
STYLE = """
body{font:14px/1.45 system-ui,sans-serif;margin:24px auto;max-width:1380px;padding:0 16px;color:#222;background:#fff}
h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:26px 0 6px}p{margin:4px 0;color:#444}
svg{display:block;max-width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:#333}
table{border-collapse:collapse;font-size:13px}td,th{padding:2px 10px 2px 0;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}.dim{color:#777}code{font-size:12px}
@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}p,.dim{color:#aaa}svg text{fill:#ccc}}
"""


class Drawn(Struct, frozen=True):
    """What the page is made of."""

    operation: Operation
    networks: Sequence[Network]
    facts: Any  # a relation
    links: Sequence[Link]
    latest: Conclusions


def page(drawn: Drawn) -> str:
    """The page as HTML."""
    laid = layout(drawn.networks, drawn.facts)
    operation = drawn.operation
    name = f"{operation.id} {operation.name}".strip()
    return "\n".join(
        [
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(name)}</title>',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<style>{STYLE}</style></head><body>",
            *_head(drawn, laid, name),
            "<h2>Campaigns, and the sites that they send people to</h2>",
            _campaigns(laid),
            "<h2>What the sites share</h2>",
            _matrix(laid),
            "<h2>Time line</h2>",
            _timeline(laid),
            *_parts(operation),
            *_reasons(drawn),
            *_sites(laid),
            "</body></html>",
        ]
    )


def _head(drawn: Drawn, laid: Layout, name: str) -> Iterator[str]:
    operation = drawn.operation
    state = "confirmed by a person" if operation.confirmed else f"a hypothesis, {operation.confidence:.0%} sure"
    yield f"<h1>{escape(name)}</h1>"
    count = len(laid.columns)
    networks = f"{len(drawn.networks)} network{'s' if len(drawn.networks) != 1 else ''}"
    yield f"<p>{count:,} sites in {networks}, {len(laid.lanes)} campaigns drawn; {state}.</p>"
    if laid.columns:
        first = min(each.first_s for each in laid.columns)
        last = max(each.last_s for each in laid.columns)
        yield f"<p>Seen from {day(first)} to {day(last)}; concluded {drawn.latest.at:%Y-%m-%d %H:%M} UTC.</p>"


def _campaigns(laid: Layout) -> str:
    rows = [Row("message", lane.name, f"{day(lane.first_s)} to {day(lane.last_s)}", lane.sites) for lane in laid.lanes]
    return _grid(rows, laid) if rows else "<p>No campaign leads to them.</p>"


def _matrix(laid: Layout) -> str:
    more = f'<p class="dim">and {laid.left_out:,} more</p>' if laid.left_out else ""
    return (_grid(laid.rows, laid) if laid.rows else "<p>Nothing.</p>") + more


def _grid(rows: Sequence[Row], laid: Layout) -> str:
    """Rows against sites: a stroke where a site has it."""
    count = max(len(laid.columns), 1)
    step = WIDTH / count
    height = len(rows) * HEIGHT + 16
    drawn = [_begun(height), *_borders(laid, height)]
    before = ""
    for at, row in enumerate(rows):
        top = at * HEIGHT + 12
        label = f"{row.name}: {row.value}"
        shown = label if len(label) <= 52 else label[:51] + "…"
        if row.family != before:
            drawn.append(f'<line x1="0" x2="{NAME + WIDTH}" y1="{top - 1}" y2="{top - 1}" stroke="#ccc"/>')
            before = row.family
        drawn.append(
            f'<text x="{NAME - 6}" y="{top + 10}" text-anchor="end">{escape(shown)}'
            f"<title>{escape(label)}</title></text>"
        )
        drawn += [
            f'<rect x="{NAME + first * step:.1f}" y="{top + 2}" width="{max((last - first + 1) * step - 0.4, 1):.1f}"'
            f' height="{HEIGHT - 4}" fill="{COLOURS[row.family]}">'
            f"<title>{escape(_named(laid, first, last))}</title></rect>"
            for first, last in _runs(row.sites)
        ]
        drawn.append(f'<text x="{NAME + WIDTH + 6}" y="{top + 10}">{len(row.sites)}</text>')
    return "".join([*drawn, "</svg>"])


def _borders(laid: Layout, height: int) -> Iterator[str]:
    """Where one network ends and the next begins, with the name above."""
    step = WIDTH / max(len(laid.columns), 1)
    for at, column in enumerate(laid.columns):
        if not at or laid.columns[at - 1].network != column.network:
            x = NAME + at * step
            yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height}" stroke="#999"/>'
            yield f'<text x="{x + 3:.1f}" y="9">{escape(column.network)}</text>'


def _begun(height: float) -> str:
    wide = NAME + WIDTH + 50
    return f'<svg viewBox="0 0 {wide} {height:.0f}" width="{wide}" role="img">'


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = -2
    for place in places:
        if place == last + 1:
            last = place
            continue
        if first >= 0:
            yield first, last
        first = last = place
    if first >= 0:
        yield first, last


def _named(laid: Layout, first: int, last: int) -> str:
    if first == last:
        return laid.columns[first].site
    return f"{laid.columns[first].site} to {laid.columns[last].site}: {last - first + 1} sites"


def _timeline(laid: Layout) -> str:
    """A bar a site, from first to last seen."""
    if not laid.columns:
        return "<p>Nothing.</p>"
    begin = min(each.first_s for each in laid.columns)
    span = max(max(each.last_s for each in laid.columns) - begin, 1.0)
    tall = max(1.5, min(9.0, 700 / len(laid.columns)))
    height = len(laid.columns) * tall + 24
    drawn = [_begun(height)]
    for part in range(6):
        x = NAME + WIDTH * part / 5
        drawn.append(f'<line x1="{x:.0f}" x2="{x:.0f}" y1="14" y2="{height:.0f}" stroke="#ddd"/>')
        drawn.append(f'<text x="{x:.0f}" y="10" text-anchor="middle">{day(begin + span * part / 5)}</text>')
    networks = list(dict.fromkeys(each.network for each in laid.columns))
    tones = list(COLOURS.values())
    for at, each in enumerate(laid.columns):
        x = NAME + WIDTH * (each.first_s - begin) / span
        wide = max(WIDTH * (each.last_s - each.first_s) / span, 2.0)
        tone = tones[networks.index(each.network) % len(tones)]
        drawn.append(
            f'<rect x="{x:.1f}" y="{18 + at * tall:.1f}" width="{wide:.1f}" height="{max(tall - 0.6, 1):.1f}"'
            f' fill="{tone}">'
            f"<title>{escape(each.site)}: {day(each.first_s)} to {day(each.last_s)}</title></rect>"
        )
        if tall >= 8:
            drawn.append(f'<text x="{NAME - 6}" y="{25 + at * tall:.1f}" text-anchor="end">{escape(each.site)}</text>')
    return "".join([*drawn, "</svg>"])


def _parts(operation: Operation) -> Iterator[str]:
    for role, heading in ((Role.SENDER, "Who sends people there"), (Role.SUPPLIER, "Suppliers that others have too")):
        held = [part for part in operation.parts if part.role is role]
        if held:
            yield f"<h2>{heading}</h2><table>"
            yield from (
                f"<tr><td><code>{escape(part.what)}</code></td><td>{escape(part.detail)}</td></tr>" for part in held
            )
            yield "</table>"


def _reasons(drawn: Drawn) -> Iterator[str]:
    yield "<h2>The strongest links</h2><table>"
    for link in sorted(drawn.links, key=lambda link: (-link.bits, link.left, link.right))[:REASONS]:
        why = "; ".join(share.why for share in link.shares if share.bits >= 3)
        pair = f"{escape(link.left)} and {escape(link.right)}"
        yield f'<tr><td class="n">{link.bits:+.1f}</td><td>{pair}</td><td class="dim">{escape(why)}</td></tr>'
    yield "</table>"
    if drawn.operation.alternatives:
        yield "<h2>Considered and not joined</h2><table>"
        for each in drawn.operation.alternatives:
            best = max(each.shares, key=lambda share: share.bits).why
            pair = f"{escape(each.left)} and {escape(each.right)}"
            yield f'<tr><td class="n">{each.bits:+.1f}</td><td>{pair}</td><td class="dim">{escape(best)}</td></tr>'
        yield "</table>"


def _sites(laid: Layout) -> Iterator[str]:
    yield "<h2>Sites</h2><table><tr><th>site</th><th>network</th><th>first seen</th><th>last seen</th></tr>"
    for each in laid.columns[:LISTED]:
        told = (escape(each.site), escape(each.network), day(each.first_s), day(each.last_s))
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in told) + "</tr>"
    yield "</table>"
    if len(laid.columns) > LISTED:
        yield f'<p class="dim">and {len(laid.columns) - LISTED:,} more</p>'

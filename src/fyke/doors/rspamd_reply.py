"""What became of a mail, in rspamd's words: points, symbols, an action, and changes of the header.

The policy's line of unwanted mail, in bits, is rspamd's line of "add header", 6 points; all bits are scaled by that.
Points of the symbols add up to the score but for rounding. An action is the policy's, whatever the score.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal
from urllib.parse import urlsplit

from fyke.doors.http import HttpTerms
from fyke.model.gate import Change, Edit, Handled
from fyke.model.observable import Observable
from fyke.model.scan import Scan
from fyke.model.verdict import Action
from fyke.wire.rspamd import Added, Asked, Milter, Reply, SymbolTold, Url

REJECT_POINTS: Final = 15.0
TAG_POINTS: Final = 6.0
GREYLIST_POINTS: Final = 4.0
THRESHOLDS: Final = {"reject": REJECT_POINTS, "add header": TAG_POINTS, "greylist": GREYLIST_POINTS}
OPTIONS, OPTION_CHARS = 10, 200  # of evidence told with a symbol
OBSERVABLES = 1_000  # links and addresses told


class RspamdTerms(HttpTerms, frozen=True):
    """What a client may take and see, and how our words become rspamd's."""

    password: str = ""  # for learning and figures; this machine needs none
    required_bits: float = 4.0  # that are 6 points: the policy's line of unwanted mail
    quarantine_as: Literal["quarantine", "reject", "add header"] = "reject"  # Haraka and Exim know no quarantine
    discard_as: Literal["discard", "reject"] = "reject"  # Haraka and Exim would deliver what is to be discarded
    folders: tuple[str, ...] = ()  # in which clients of a local socket may name files (File, Path, Shm)


def reply(handled: Handled, terms: RspamdTerms, asked: Asked, message_id: str = "") -> Reply:
    """The reply to /checkv2."""
    scan, scale = handled.scan, TAG_POINTS / terms.required_bits
    action, subject = _action(handled, terms), _subject(handled)
    told = Reply(
        is_skipped=False,
        score=round(scan.verdict.bits * scale, 2),
        required_score=REJECT_POINTS,
        action="rewrite subject" if subject and action in ("no action", "add header") else action,
        thresholds=THRESHOLDS,
        symbols=symbols(scan, scale),
        messages=_messages(handled, action),
        time_real=scan.elapsed_us / 1e6,
        urls=_urls(scan.observables, asked),
        emails=_values(scan.observables, "email"),
        message_id=message_id,
        subject=subject,
        milter=milter(handled.edits),
        case=handled.case,
    )
    if _is_split(handled):
        told.fates = {fate.recipient: fate.action.value for fate in handled.fates}
    return told


def skipped() -> Reply:
    """The reply to a client that wants a mail left alone."""
    return Reply(
        is_skipped=True,
        score=0.0,
        required_score=REJECT_POINTS,
        action="no action",
        thresholds=THRESHOLDS,
        symbols={},
        messages={},
        time_real=0.0,
    )


def later(why: str) -> Reply:
    """The reply for a mail that could not be judged: the client's client is to try again."""
    told = skipped()
    told.action = "soft reject"
    told.messages = {"smtp_message": why}
    return told


def symbols(scan: Scan, scale: float) -> dict[str, SymbolTold]:
    """What counted, by name and largest first, then what was found and did not count; evidence as options."""
    told = {
        share.name: SymbolTold(share.name, points := round(share.bits * scale, 2), points, share.why)
        for share in scan.verdict.contributions
    }
    for finding in scan.verdict.findings:
        symbol = finding.symbol
        one = told.get(symbol.name)
        if one is None:
            one = told[symbol.name] = SymbolTold(symbol.name, 0.0, 0.0, symbol.text)
        if (
            finding.detail
            and len(one.options) < OPTIONS
            and (detail := finding.detail[:OPTION_CHARS]) not in one.options
        ):
            one.options.append(detail)
    return told


def milter(edits: Iterable[Edit]) -> Milter:
    """The changes of header fields. A new subject is told apart, as rspamd does.

    A client can be told to remove one field of a name, or all: where several are to go, all go.
    """
    told = Milter(add_headers={}, remove_headers={})
    for edit in edits:
        if _is_subject(edit):
            continue
        if edit.change is not Change.ADD:
            told.remove_headers[edit.name] = 0 if edit.name in told.remove_headers else edit.index
        if edit.change is not Change.REMOVE:
            _add(told.add_headers, edit)
    return told


def _add(added: dict[str, Added | list[Added]], edit: Edit) -> None:
    there = added.get(edit.name)
    if there is None:
        added[edit.name] = Added(edit.value)
    elif isinstance(there, list):
        there.append(Added(edit.value))
    else:
        added[edit.name] = [there, Added(edit.value)]


def _is_subject(edit: Edit) -> bool:
    return edit.change is Change.REPLACE and edit.name.lower() == "subject"


def _subject(handled: Handled) -> str:
    return next((edit.value for edit in handled.edits if _is_subject(edit)), "")


def _is_split(handled: Handled) -> bool:
    return len({fate.action for fate in handled.fates}) > 1


def _action(handled: Handled, terms: RspamdTerms) -> str:
    """One action for all: where recipients fare differently, all get it, and it is marked."""
    match handled.action:
        case Action.ACCEPT:
            is_whole = all(fate.action is Action.ACCEPT for fate in handled.fates)
            return "no action" if is_whole else "add header"
        case Action.TAG:
            return "add header"
        case Action.TEMPFAIL:
            return "soft reject"
        case Action.REJECT:
            return "reject"
        case Action.QUARANTINE:
            return terms.quarantine_as
        case Action.DISCARD:
            return terms.discard_as


def _messages(handled: Handled, action: str) -> dict[str, str]:
    said = handled.reply
    if not said and action == "reject":
        said = f"refused, case {handled.case}" if handled.case else "refused"
    return {"smtp_message": said} if said else {}


def _values(observables: Iterable[Observable], kind: str) -> list[str]:
    return list(dict.fromkeys(one.value for one in observables if one.kind == kind))[:OBSERVABLES]


def _urls(observables: Iterable[Observable], asked: Asked) -> list[str] | list[Url]:
    """Hosts, as rspamd tells them; whole links where the client asks for these."""
    links = [(value, _host(value)) for value in _values(observables, "url")]
    if asked.url_format != "extended" and "ext_urls" not in asked.flags:
        return list(dict.fromkeys(host for _, host in links if host))
    domains = set(_values(observables, "domain"))
    return [Url(url, _registered(host, domains), host) for url, host in links]


def _host(url: str) -> str:
    try:
        return urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""


def _registered(host: str, domains: set[str]) -> str:
    """The domain of the mail that a host is in; the host itself where none is known."""
    rest = host
    while rest:
        if rest in domains:
            return rest
        rest = rest.partition(".")[2]
    return host

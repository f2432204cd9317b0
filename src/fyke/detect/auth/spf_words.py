"""SPF's results as sentences: which term of whose record spoke, and who led there."""

from __future__ import annotations

from fyke.model.auth import AuthResult, SpfStep

SHOWN_CHARS = 80  # of a stranger's name or term

Path = tuple[SpfStep, ...]  # from a domain's own record to a term

_SAYS = {
    AuthResult.PASS: "allows",
    AuthResult.FAIL: "forbids",
    AuthResult.SOFTFAIL: "does not expect",
    AuthResult.NEUTRAL: "says nothing of",
}


def matched(path: Path, result: AuthResult, ip: str) -> str:
    """A term spoke: "ip4:192.0.2.0/24 of _spf.example.org, included by example.org, allows 192.0.2.7."."""
    return f"{place(path)} {_SAYS[result]} {ip}."


def place(path: Path) -> str:
    """Where a term stands."""
    step = path[-1]
    return f"{shown(step.term)} of {shown(step.domain)}{led(path[:-1])}"


def led(path: Path) -> str:
    """Who led to a record, the nearest first; nothing for the record of the domain itself."""
    by = [
        f"{'redirected to' if step.term[:9].lower() == 'redirect=' else 'included'} by {shown(step.domain)}"
        for step in reversed(path)
    ]
    return f", {', '.join(by)}," if by else ""


def shown(text: str) -> str:
    """A stranger's name or term as a sentence can hold it."""
    text = text if text.isascii() and text.isprintable() else "".join([c if " " <= c <= "~" else "?" for c in text])
    return text if len(text) <= SHOWN_CHARS else f"{text[: SHOWN_CHARS - 3]}..."

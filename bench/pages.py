"""Pages whose figures are measured: what a bench writes stands between two marks, what people write around it."""

from __future__ import annotations

BEGIN, END = "<!-- what follows is written by {} -->\n", "<!-- end of what is written by {} -->\n"


def written(text: str, part: str, name: str) -> str:
    """The page with what that bench measured replaced. Raises ValueError where it has no place for it."""
    begin, end = BEGIN.format(name), END.format(name)
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"no part to replace: a line {begin!r} and a line {end!r}")
    return f"{before}{begin}\n{part}\n{end}{after}"

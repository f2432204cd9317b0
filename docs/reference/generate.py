"""Write the reference pages that are lists of what the code declares: `python docs/reference/generate.py`.

A test compares the pages with what this writes, so they cannot grow old.
"""

from __future__ import annotations

from pathlib import Path

from fyke.house import build
from fyke.mail.defects import KINDS

HERE = Path(__file__).parent


def symbols() -> str:
    """Every detector with its question, and every symbol with its sentence and bits."""
    engine = build()
    bits = engine.policy.bits
    lines = [
        "# Detectors and symbols",
        "",
        f"{len(engine.detectors)} detectors declare {len(bits)} symbols. Bits are those of the shipped policy.",
    ]
    for detector in engine.detectors:
        question = " ".join((type(detector).__doc__ or "").split("\n\n")[0].split())
        lines += [
            "",
            f"## {detector.name}",
            "",
            question,
            "",
            "| symbol | group | leans to | bits | what a reader is told |",
        ]
        lines += ["|---|---|---|---|---|"]
        for symbol in detector.symbols:
            weight = f"{bits[symbol.name] / 100:+g}"
            lines.append(f"| `{symbol.name}` | {symbol.group} | {symbol.leans} | {weight} | {symbol.text} |")
    rules = engine.policy.rules.composites.values()
    lines += ["", "## Composites", "", "Facts that say more, or less, together than their sum.", ""]
    lines += ["| composite | when | bits | what a reader is told |", "|---|---|---|---|"]
    lines += [f"| `{rule.name}` | {rule.when} | {rule.bits:+g} | {rule.text} |" for rule in rules]
    return "\n".join(lines) + "\n"


def defects() -> str:
    """Every kind of defect with its sentence."""
    lines = [
        "# Defects",
        "",
        "What is odd about the bytes of a message, and what a limit dropped. Evidence, never an error; on every scan.",
        "",
        "| kind | what it says |",
        "|---|---|",
    ]
    lines += [f"| `{kind}` | {text} |" for kind, text in sorted(KINDS.items())]
    return "\n".join(lines) + "\n"


PAGES = {"symbols.md": symbols, "defects.md": defects}


if __name__ == "__main__":
    for name, write in PAGES.items():
        (HERE / name).write_text(write())

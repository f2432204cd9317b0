"""Write the reference pages that are lists of what the code declares: `python docs/reference/generate.py`.

A test compares the pages with what this writes, so they cannot grow old.
"""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

from fyke.house import build
from fyke.mail.defects import KINDS

HERE = Path(__file__).parent

# Where a limit decides how much of a message is read, and a defect says that it did; the others stand in their files.
LIMITED = {
    "fyke.cli.mbox": "Files",
    "fyke.mail.limits": "Headers, parts and texts",
    "fyke.mail.html": "HTML, each body",
    "fyke.mail.sheet": "Style sheets, each body",
    "fyke.mail.hidden": "Hidden elements, each body",
    "fyke.mail.anchors": "Links and images, each body",
    "fyke.mail.text": "Texts put together",
}
_LIMIT = re.compile(r"^([A-Z][A-Z_]+) = [0-9][^#\n]*  # (.+)$", re.MULTILINE)


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
    lines += [f"| `{rule.name}` | {' '.join(rule.when.split())} | {rule.bits:+g} | {rule.text} |" for rule in rules]
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


def limits() -> str:
    """Every limit of reading with its reason, as the source says it."""
    lines = ["# Limits", "", "How much of a message is read, and why so much. Where a limit leaves something out,"]
    lines += [
        "[a defect](defects.md) on the scan says so. Names in `BYTES` and `CHARS` say the unit; the rest are counts."
    ]
    for name, title in LIMITED.items():
        module = importlib.import_module(name)
        found = _LIMIT.findall(inspect.getsource(module))
        lines += ["", f"## {title}", "", "| limit | value | |", "|---|---|---|"]
        lines += [f"| `{limit}` | {getattr(module, limit):,} | {reason} |" for limit, reason in found]
    return "\n".join(lines) + "\n"


PAGES = {"symbols.md": symbols, "defects.md": defects, "limits.md": limits}


if __name__ == "__main__":
    for name, write in PAGES.items():
        (HERE / name).write_text(write())

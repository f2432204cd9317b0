"""`fyke explain` of a file that is no mail: the verdict, and the tree of what is in it with each fact in its place."""

from __future__ import annotations

import sys
from pathlib import Path

from fyke.cli import record as records
from fyke.cli.errors import Wrong
from fyke.cli.filelist import said
from fyke.cli.folder import Folder
from fyke.cli.inside import tree
from fyke.cli.screen import Screen, clean
from fyke.cli.waterfall import waterfall
from fyke.cli.work import scan_one
from fyke.engine import Engine
from fyke.files.identify import identify
from fyke.files.kinds import KINDS
from fyke.model import Envelope

SNIFF_BYTES = 1 << 20  # at the start of a file, by which it is told from a mail: a disk image has its sign at 32 kB


def is_other(path: str) -> bool:
    """Whether the path names a file that is no mail, by its first bytes; what may be mail is taken for it."""
    try:
        with Path(path).open("rb") as file:
            return KINDS[identify(file.read(SNIFF_BYTES), path)].family not in {"mail", "text", "data"}
    except OSError:
        return False


def explain_file(engine: Engine, path: str, *, as_json: bool) -> int:
    """Explain a file that is no mail: the verdict, the tree of what is in it, each fact in its place."""
    slot = next(iter(Folder([path])), None)
    if slot is None:
        raise Wrong(f"{path}: not a file")
    if Path(path).is_dir():
        raise Wrong(f"{path}: is a folder; fyke scan --files looks at all in it")
    outcome = scan_one(engine, Envelope(), slot)
    if outcome.record is None:
        raise Wrong(f"{path}: {outcome.unread.why if outcome.unread else 'not read'}")
    record = outcome.record
    if as_json:
        sys.stdout.buffer.write(records.encode(record) + b"\n")
        return 0
    screen = Screen(sys.stdout)
    screen.line(
        f"{clean(record.path)}: {screen.style(said(record), record.label, 'bold')}; action: {record.action.value}"
    )
    screen.title("Why")
    thresholds = engine.policy.rules.thresholds
    marks = {"unsure": thresholds.unsure, "unwanted": thresholds.unwanted}
    waterfall(screen, [*record.contributions[-1:], *record.contributions[:-1]], marks)
    screen.title("What is in it")
    tree(screen, record.files, record.cuts)
    for title, items in (
        ("Faults: evidence that is missing", [f"{fault.who}: {fault.what}" for fault in record.faults]),
        ("Not done", record.skipped),
    ):
        if items:
            screen.title(title)
            for item in items:
                screen.line(f"  {clean(item)}")
    return 0

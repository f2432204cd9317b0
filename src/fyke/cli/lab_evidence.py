"""`fyke lab evidence` and `fyke lab check`: what was received, its bytes, and whether all of it still holds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from fyke import house
from fyke.cli.errors import Wrong, nearest
from fyke.cli.screen import Screen, clean, plural
from fyke.config import Config
from fyke.lab.custody import Entry
from fyke.lab.evidence import Evidence, Sound
from fyke.lab.round import Lab

KINDS = ("mail", "dns", "rdap", "certificate", "page")


def evidence(args: argparse.Namespace, lab: Lab, config: Config) -> int:
    """Do what the word after `evidence` says. Raises `Wrong`, `StoreError`, ValueError."""
    words: dict[str, Callable[[argparse.Namespace, Evidence, Sequence[str]], int]] = {
        "list": _list,
        "show": _show,
        "export": _export,
    }
    word, *names = args.what or [""]
    if args.kind and args.kind not in KINDS:
        raise Wrong(f"--kind {clean(args.kind)}: takes {', '.join(KINDS)}{nearest(args.kind, KINDS)}")
    if word == "check":
        return check(args, lab, config)
    if word not in words:
        raise Wrong(f"fyke lab evidence {clean(word)}: takes list, show, check or export{nearest(word, words)}")
    if word != "list" and not names:
        raise Wrong(f"fyke lab evidence {word}: takes numbers or digests, as fyke lab evidence list shows them")
    try:
        return words[word](args, _of(lab, config), names)
    except OSError as error:
        raise Wrong(f"{clean(str(error.filename))}: {error.strerror}") from None


def check(args: argparse.Namespace, lab: Lab, config: Config) -> int:
    """Say whether the chain holds, and all bytes that were kept."""
    found = _of(lab, config).check()
    if args.json:
        told = {
            **msgspec.to_builtins(found.chain),
            "kept": found.kept,
            "unkept": found.unkept,
            "damages": found.damages,
        }
        print(msgspec.json.encode({**told, "damaged": found.damaged}).decode())
    else:
        _checked(Screen(sys.stdout), found)
    return 1 if found.chain.broken_at or found.damages else 0


def _checked(screen: Screen, found: Sound) -> None:
    chain = found.chain
    state = f"broken at entry {chain.broken_at}: {clean(chain.why)}" if chain.broken_at else "whole"
    screen.line(f"{plural(chain.entries, 'entry', 'entries')} in the chain of custody, {state}")
    rest = f"; of {found.unkept:,} more only the digest was kept" if found.unkept else ""
    screen.line(f"{plural(found.kept, 'exhibit')} kept and sound{rest}")
    for sentence in found.damaged:
        screen.line(f"damaged: {clean(sentence)}")
    if found.damages > len(found.damaged):
        screen.line(f"damaged: {found.damages - len(found.damaged):,} more")
    screen.line(screen.style(f"head {chain.head}", "dim"))


def _list(args: argparse.Namespace, held: Evidence, names: Sequence[str]) -> int:
    wanted = {entry.number for entry in held.found(names)} if names else None
    screen = Screen(sys.stdout)
    for entry in held.entries(args.kind):
        if wanted is not None and entry.number not in wanted:
            continue
        if args.json:
            print(msgspec.json.encode(entry).decode())
        else:
            screen.line(_row(entry))
    return 0


def _row(entry: Entry) -> str:
    kept = "kept" if entry.kept else "digest only"
    return (
        f"{entry.number:>8}  {entry.at:%Y-%m-%d %H:%M:%S}Z  {entry.kind:<11}  {entry.digest[:16]}"
        f"  {entry.size_bytes:>11,}  {kept:<11}  {clean(entry.source)}"
    )


def _show(args: argparse.Namespace, held: Evidence, names: Sequence[str]) -> int:
    found = held.found(names)
    if len(found) > 1 and not args.json and len({entry.digest for entry in found}) > 1:
        raise Wrong(f"{clean(' '.join(names))}: names {plural(len(found), 'thing')}; show takes one")
    if args.json:
        for entry in found:
            print(msgspec.json.encode(entry).decode())
        return 0
    sys.stdout.flush()
    sys.stdout.buffer.write(held.content(found[0]))
    sys.stdout.buffer.flush()
    return 0


def _export(args: argparse.Namespace, held: Evidence, names: Sequence[str]) -> int:
    if not args.to:
        raise Wrong("fyke lab evidence export: takes --to FOLDER, which is made")
    bundled = held.export(names, Path(args.to))
    if args.json:
        print(msgspec.json.encode({**msgspec.to_builtins(bundled), "folder": args.to}).decode())
        return 0
    screen = Screen(sys.stdout)
    screen.line(f"{plural(bundled.exhibits, 'exhibit')}, {bundled.size_bytes:,} bytes, in {clean(args.to)}")
    screen.line(screen.style(f"there: sha256sum -c manifest-sha256.txt; head {bundled.head}", "dim"))
    return 0


def _of(lab: Lab, config: Config) -> Evidence:
    return Evidence(lab.custody, lab.evidence or house.evidence(config))

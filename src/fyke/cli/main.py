"""`fyke`: find the command, run it, and turn whatever went wrong into a sentence and an exit code.

Light on purpose: the module of a command, and all that it needs, is loaded only when it is the one that runs.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Iterable, Sequence

from fyke import __version__
from fyke.cli.errors import Wrong, nearest
from fyke.cli.options import Parser

COMMANDS = {
    "serve": "Stand in the mail's way: judge what mail servers hand over, by the protocols they speak.",
    "scan": "Say of each message what it is, and why.",
    "explain": "Show how one message was judged, line by line, until it adds up.",
    "auth": "Say who really sent one message, step by step: SPF, DKIM, ARC, DMARC.",
    "evaluate": "Measure how good the verdicts are on mail of which you say what it is.",
    "learn": "Say of mail what it is, so that fyke knows the next one like it.",
    "forget": "Take labels back: nothing learned from them is left.",
    "labels": "Show what was said of mail, by whom, what it changed, and whether it still holds.",
    "known": "Teach whom your users write to, and show or forget who is known here.",
    "log": "Find mail that was handled, in the journal: who, whom, what about, when, and why.",
    "replay": "Judge mail that came again by another policy: who would have got what.",
    "fit": "Fit the weights to mail of which you say what it is, and write them as a layer of the policy.",
    "quarantine": "Show what was set aside, and release or delete it.",
    "lab": "Read mail and what is known of sites, link them, and draw the map of an operation.",
    "campaigns": "Show mails of one text: how many, since when, from where, and where they lead.",
    "sites": "Show what is known of sites, since when, and where that is known from.",
    "gangs": "Show the operations behind the mail, and keep what you decide of them.",
    "why": "Say why two sites or networks are taken together, in bits.",
    "drill": "Write a made-up world of gangs and honest people, with known truth.",
    "policy": "Show every weight, threshold and action, and where it was set.",
    "signatures": "Compile the site's signatures, and say exactly what was loaded and what was not.",
    "config": "Show every knob and where its value came from, or check a config file.",
    "demo": "Scan the mailbox that fyke brings along.",
}

STOPPED = 130  # as a shell says of a program that Ctrl-C ended
PIPE_CLOSED = 141  # as a shell says of a program whose reader went away: `fyke scan ... | head`


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    for stream in (sys.stdout, sys.stderr):  # no terminal is too old for a subject line
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    gc.disable()  # loading makes no garbage, and looking for it takes a tenth of the time
    try:
        code = _run(words)
        sys.stdout.flush()
    except Wrong as wrong:
        print(f"fyke: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the interpreter flushes once more on its way out
        return PIPE_CLOSED
    except OSError as error:  # a full disk behind stdout, say; whatever else can fail is told where it does
        print(f"fyke: {error.filename or 'output'}: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 2
    finally:
        gc.enable()
        if "duckdb" in sys.modules:
            gc.unfreeze()  # its library complains of what is still there at the end
    return code


def _run(words: list[str]) -> int:
    chosen = next((word for word in words if not word.startswith("-")), "")
    if chosen and chosen not in COMMANDS:
        raise Wrong(f"no command {chosen}{nearest(chosen, COMMANDS)} (see fyke --help)")
    top, subs = parsers([chosen] if chosen else [])
    args, rest = top.parse_known_args(words)
    if rest:
        subs.get(chosen, top).refuse(rest)
    if not chosen:
        top.print_help(sys.stderr)
        return 2
    return int(importlib.import_module(f"fyke.cli.{chosen}").run(args))


def parsers(wanted: Iterable[str] = tuple(COMMANDS)) -> tuple[Parser, dict[str, Parser]]:
    """The parser of the whole line, and those of the wanted commands with their options."""
    top = Parser(prog="fyke", description="Say what every mail is, and why.")
    top.add_argument("--version", action="version", version=f"fyke {__version__}")
    adder = top.add_subparsers(metavar="COMMAND", parser_class=Parser)
    subs: dict[str, Parser] = {}
    for name, sentence in COMMANDS.items():
        sub = adder.add_parser(name, help=sentence, description=sentence)
        if name in wanted:
            importlib.import_module(f"fyke.cli.{name}").options(sub)
            subs[name] = sub
    return top, subs

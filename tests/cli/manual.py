"""docs/reference/cli.md, written from the parsers: run `python -m tests.cli.manual` after an option has changed."""

import argparse
from pathlib import Path

from fyke.cli.main import COMMANDS, parsers

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "cli.md"

HEAD = """# The command line

*Written from the program itself (`python -m tests.cli.manual`); a test holds it to that.*

Exit codes: **0** all wanted (ham, bulk; unsure alone counts as wanted), **1** something is unwanted (spam, scam,
phishing, malware), **2** an error: a wrong option, a path that cannot be read, a message that could not be scanned.
After an error with one path the other paths are scanned all the same. A broken message is never an error: what is odd
about it is evidence. `fyke auth` says 0 for mail that passed, 1 for mail that failed, and 2 where nobody can tell.
`fyke evaluate` and `fyke fit` know only 0 and 2; of `fyke learn` and `fyke labels --check`, 1 says that a correction by
a human is broken. 130 after Ctrl-C, 141 where the reader of the output went away.

Errors go to stderr, one sentence each, with the file, the line and the nearest right name. Nothing that a message says
reaches the terminal raw: control characters, escape sequences and characters that turn the direction of text are shown
as escapes. `NO_COLOR` and `TERM=dumb` switch colours off, `FORCE_COLOR` switches them on in a pipe; `COLUMNS` sets the
width where there is no terminal. Compiled patterns are kept in `$FYKE_CACHE`, or in `fyke` in the user's cache folder.

Paths: a file is one message; a file that begins with `From ` is an mbox (`.eml` never is), and its messages are shown
as `FILE:1`, `FILE:2` and so on, which the commands take as paths too. A folder is read with all folders below it, in
the order of the names; in a Maildir `cur` and `new` are read, `tmp` is not. In folders, hidden files, linked folders
and files that are known not to be mail (`.tsv`, `.json`, archives and the like) are passed over, and the summary counts
them.
`.gz` files are unpacked on the way. `-` is stdin: one message, or an mbox. At most 64 MiB of a message are read.

The config file is the one that `--config` names, else `$FYKE_CONFIG`, else `fyke/fyke.toml` in the user's config
folder, else `/etc/fyke/fyke.toml`. None is ever read from the current folder: that may be somebody's mailbox.

`fyke --version` prints the version, `fyke COMMAND --help` what is here.
"""


def page():
    """The whole page."""
    _, subs = parsers()
    return "\n".join([HEAD, *(section(name, subs[name]) for name in COMMANDS)]).rstrip() + "\n"


def section(name, parser):
    """One command."""
    places = [action for action in parser._actions if not action.option_strings]
    usage = " ".join(["fyke", name, "[OPTIONS]", *(place(action) for action in places)])
    lines = [f"## fyke {name}\n", f"{COMMANDS[name]}\n", f"    {usage}\n", "| | |", "|---|---|"]
    actions = [action for action in parser._actions if action.dest != "help"]
    lines.extend(f"| `{spelled(action)}` | {action.help} |" for action in actions)
    return "\n".join(lines) + "\n"


def place(action):
    """A positional argument in the usage line."""
    many = {argparse.ONE_OR_MORE: "{}...", argparse.ZERO_OR_MORE: "[{}...]"}.get(action.nargs, "{}")
    return "[check FILE]" if action.metavar == "check FILE" else many.format(action.metavar)


def spelled(action):
    """An argument as it is written."""
    if not action.option_strings:
        return action.metavar
    return action.option_strings[-1] + (f" {action.metavar}" if action.metavar else "")


if __name__ == "__main__":
    PAGE.write_text(page())

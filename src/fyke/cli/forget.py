"""`fyke forget`: take labels back. Nothing is deleted; they count no more, and nothing learned from them is left."""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from fyke.cli import setup, teaching
from fyke.cli.errors import Wrong, no_such_path
from fyke.cli.mailbox import Mailbox
from fyke.cli.mbox import MESSAGE_BYTES
from fyke.cli.options import configured
from fyke.cli.rows import print_json, print_table, row
from fyke.cli.screen import Screen, clean, plural
from fyke.model import Labelled
from fyke.store.labels import Labels

DIGEST_CHARS = 8  # of a digest: fewer are a label's number, or a slip

EXAMPLES = """examples:
  fyke forget 17                              the label of that number, as fyke labels shows it
  fyke forget --user ann@example.org 17.eml   all that was said of this mail for ann
  fyke forget 5fd924625f6ab16a                all that was said of the mail of that digest, for all accounts
"""

_NUMBER = re.compile(r"[0-9]{1,7}")
_DIGEST = re.compile(rf"[0-9a-fA-F]{{{DIGEST_CHARS},64}}")


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument(
        "mails",
        metavar="MAIL",
        nargs="+",
        help=f"a file of mail, the first {DIGEST_CHARS} or more digits of a digest, or the number of one label",
    )
    teaching.with_user(parser, "whose labels; without it those that hold for all")
    parser.add_argument("--note", metavar="TEXT", default="", help="a few words that are kept with it")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and nothing else on stdout")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Forget, and learn all else anew."""
    found = setup.settings(args)
    account = teaching.account(args)
    with teaching.opened(found) as labels:
        meant = [
            each for word in args.mails for each in _meant(labels, word, account, args.user)
        ]  # all, before any goes
        gone = _forget(labels, meant, args.note)
        done = teaching.learn(found.config, labels)
    screen = Screen(sys.stdout)
    rows = [row("forgotten", label) for label in gone]
    if args.json:
        print_json(screen, rows)
        return 0
    print_table(screen, rows)
    screen.line(f"Forgot {plural(len(gone), 'label')}; {plural(done.learned, 'label')} that stand were learned anew")
    return 0


def _forget(labels: Labels, meant: Sequence[Labelled], note: str) -> list[Labelled]:
    now = datetime.now(UTC)
    gone = list({label.seq: label for label in meant}.values())
    for label in gone:
        labels.forget(label.digest, label.account, now, label.seq, note)
    return gone


def _meant(labels: Labels, word: str, account: str, user: str | None) -> list[Labelled]:
    """The live labels that a word of the command line means. Raises `Wrong`."""
    if not Path(word).exists() and _NUMBER.fullmatch(word):
        label = labels.get(int(word))
        if label is None or (user is not None and label.account != account):
            raise Wrong(f"{word}: no label has that number{f' for {account}' if account else ''} (see fyke labels)")
        return [label]
    found = [label for digest in _digests(labels, word) for label in labels.of(digest)]
    mine = [label for label in found if label.account == account]
    if found and not mine:
        others = sorted({label.account for label in found})
        whose = clean(others[0]) or "all accounts"
        hint = f"add --user {clean(others[0])}" if others[0] else "leave --user away"
        raise Wrong(f"{clean(word)}: labelled for {whose}, not for {account or 'all accounts'}; {hint}")
    if not mine:
        raise Wrong(f"{clean(word)}: no label on that mail (see fyke labels)")
    return mine


def _digests(labels: Labels, word: str) -> Iterator[str]:
    if not Path(word).exists() and _DIGEST.fullmatch(word):
        digests = labels.find(word.lower())
        if len(digests) > 1:
            raise Wrong(f"{word}: begins the digests of several mails; write more of it")
        yield from digests
        return
    mailbox = Mailbox([word])
    for slot in mailbox:
        try:
            yield hashlib.sha256(slot.read()[:MESSAGE_BYTES]).hexdigest()
        except OSError as error:
            raise Wrong(f"{slot.shown}: {error.strerror}") from None
    if mailbox.problems:
        missing = not Path(word).exists() and "/" not in word and ":" not in word
        raise Wrong(f"{no_such_path(word)}, and neither a digest nor a number" if missing else mailbox.problems[0])

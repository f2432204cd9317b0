"""The argument parser whose errors teach, and the options that several commands share. Light: argparse alone."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from fyke.cli.errors import Wrong, nearest


class Parser(argparse.ArgumentParser):
    """argparse, but an error is one sentence (`Wrong`), and an option is written whole."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(allow_abbrev=False, **rest)

    def error(self, message: str) -> NoReturn:
        """Raise `Wrong` instead of printing the usage and leaving."""
        raise Wrong(f"{message.removeprefix('argument ')} (see {self.prog} --help)")

    def refuse(self, rest: list[str]) -> NoReturn:
        """Say what of the command line nobody knows."""
        word = rest[0]
        if not word.startswith("-"):
            raise Wrong(f"{self.prog} takes no argument {word}")
        known = [option for action in self._actions for option in action.option_strings]
        raise Wrong(f"{self.prog} has no option {word}{nearest(word.partition('=')[0], known)}")


def configured(parser: argparse.ArgumentParser) -> None:
    """The options that say how mail is judged."""
    group = parser.add_argument_group("how mail is judged")
    group.add_argument("--config", metavar="FILE", help="the config file, instead of $FYKE_CONFIG or the standard ones")
    group.add_argument(
        "--policy", metavar="FILE", action="append", default=[], help="a policy over all others; may be repeated"
    )
    network = group.add_mutually_exclusive_group()
    network.add_argument("--offline", action="store_true", help="ask nobody: what only the DNS knows stays unknown")
    network.add_argument("--dns", action="store_true", help="ask the DNS, even where the config names no server for it")
    group.add_argument(
        "--own-domain",
        metavar="DOMAIN",
        action="append",
        default=[],
        help="a domain of your own, whose lookalikes are told; may be repeated",
    )


def enveloped(parser: argparse.ArgumentParser) -> None:
    """The options that say what the connection said: files do not tell."""
    group = parser.add_argument_group("what the connection said (files do not tell)")
    group.add_argument("--ip", metavar="ADDRESS", default="", help="address of the client that brought it")
    group.add_argument("--helo", metavar="NAME", default="", help="name the client gave itself")
    group.add_argument("--mail-from", metavar="ADDRESS", default="", help="envelope sender")
    group.add_argument(
        "--rcpt", metavar="ADDRESS", action="append", default=[], help="envelope recipient; may be repeated"
    )


def count(text: str) -> int:
    """A whole number from 0 up, for argparse."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"takes a whole number, not {text!r}")
    return int(text)

"""`fyke serve`: stand in the mail's way, by every protocol that the config opens, until told to stop."""

from __future__ import annotations

import argparse
import sys

from fyke import serving
from fyke.cli import setup
from fyke.cli.errors import Wrong
from fyke.cli.options import configured
from fyke.config import Config, Problem, Settings
from fyke.service.generation import Crew
from fyke.service.ledger import Ledger
from fyke.service.log import Log
from fyke.service.watcher import Listeners, Plan, Watcher

EXAMPLES = """signals:
  SIGHUP    read config, policy and what was learned anew; no connection is cut
  SIGTERM   stop: mail under way is finished, nothing else is taken

examples:
  fyke serve                                     milter, rspamd and REST at this machine's own ports
  fyke serve --config /etc/fyke/fyke.toml        as the file says; fyke config shows every knob
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Serve; 0 when told to stop, 78 where the config cannot be used."""
    found = setup.settings(args)
    log = Log(found.config.serve.log)
    try:
        serving.plan(found.config)
    except Problem as problem:
        raise Wrong(str(problem)) from None
    sys.stdout.flush()

    def plan() -> Plan:
        return serving.plan(_now(args).config)

    def load(listeners: Listeners, ledger: Ledger, number: int) -> Crew:
        config: Config = _now(args).config
        return serving.crew(config, listeners, ledger, number, Log(config.serve.log))

    return Watcher(plan, load, log.tell).run()


def _now(args: argparse.Namespace) -> Settings:
    """The settings as the files have them now."""
    return setup.settings(args)

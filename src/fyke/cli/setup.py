"""Options to settings, engine and envelope: what every command that judges mail begins with."""

from __future__ import annotations

import argparse
import gc
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fyke import house
from fyke.cli.errors import Wrong, no_such_path
from fyke.config import Problem, Settings, load
from fyke.engine import Engine
from fyke.model import Envelope


def standard_config(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The config file where no option names one: $FYKE_CONFIG, the user's, or the machine's; None without any.

    Never one of the current folder: that may be a mailbox, and its owner an enemy.
    """
    if named := environ.get("FYKE_CONFIG"):
        return Path(named)
    home = environ.get("XDG_CONFIG_HOME") or str(Path(environ.get("HOME", "/")) / ".config")
    for path in (Path(home) / "fyke" / "fyke.toml", Path("/etc/fyke/fyke.toml")):
        if path.is_file():
            return path
    return None


def settings(args: argparse.Namespace) -> Settings:
    """The settings as config file, environment and options say. Raises `Wrong`."""
    path = Path(args.config) if args.config else standard_config()
    if path is not None and not path.exists():
        raise Wrong(no_such_path(str(path)))
    for policy in args.policy:
        if not Path(policy).exists():
            raise Wrong(no_such_path(policy))
    try:
        below = load(path)
        flags: dict[str, Any] = {}
        if args.own_domain:
            flags["site.own_domains"] = [*below.config.site.own_domains, *args.own_domain]
        if args.policy:
            flags["judge.policy"] = [*below.config.judge.policy, *args.policy]
        if args.offline:
            flags["dns.enabled"] = False
        if args.dns:
            flags["dns.files"] = True
        return load(path, flags=flags) if flags else below
    except Problem as problem:
        raise Wrong(str(problem)) from None


def engine(found: Settings) -> Engine:
    """The engine that the settings describe. Raises `Wrong`."""
    try:
        built = house.build(found.config)
    except Problem as problem:
        raise Wrong(str(problem)) from None
    house.settle()
    gc.enable()
    return built


def envelope(args: argparse.Namespace) -> Envelope:
    """What the options say of the connection."""
    return Envelope(client_ip=args.ip, helo=args.helo, mail_from=args.mail_from, rcpt_to=tuple(args.rcpt))

"""`fyke lab`: read mail and what is known of sites, link them, and draw the map of an operation."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from fyke import house
from fyke.cli import setup
from fyke.cli.errors import Wrong, nearest, no_such_path
from fyke.cli.gangs import found as operation_of
from fyke.cli.lab_evidence import check, evidence
from fyke.cli.lab_fetch import fetch, fetch_new
from fyke.cli.lab_journal import read_journal
from fyke.cli.lab_mail import read_mail
from fyke.cli.options import configured, count
from fyke.cli.scan import processes, shortened
from fyke.cli.screen import Screen, clean, plural
from fyke.config import Config, Problem
from fyke.lab.round import Lab
from fyke.lab.sites import world
from fyke.store.cases import Conclusions
from fyke.store.labels import StoreError

VERBS = ("run", "check", "graph", "evidence", "fetch")

EXAMPLES = """examples:
  fyke lab run world/                          a folder with mail/, dns/, rdap/, certificates/, pages/
  fyke lab run --mail trap.mbox world/         mail from elsewhere too
  fyke lab run                                 mail of the journal that is new, and what people decided since
  fyke lab graph g-9a1f7e111d --html gang.html the map of an operation, in one page
  fyke lab fetch pills.example                 ask DNS, RDAP and the site itself, and keep what they say
  fyke lab evidence list                       what was received; show, check and export take numbers or digests
  fyke lab evidence export 12 40 --to bundle/  raw bytes and their places in the chain, for sha256sum
  fyke lab check                               whether the chain of custody holds, and all evidence with it
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("verb", metavar="VERB", help="run, fetch, evidence, graph or check")
    parser.add_argument(
        "what",
        metavar="WHAT",
        nargs="*",
        default=[],
        help="run: a folder; graph: an operation; fetch: sites; evidence: list, show, check or export, then numbers",
    )
    parser.add_argument("--network", metavar="ID", default="", help="fetch: all sites of that network")
    parser.add_argument(
        "--kind", metavar="KIND", default="", help="evidence: mail, dns, rdap, certificate or page alone"
    )
    parser.add_argument("--to", metavar="FOLDER", default="", help="evidence export: a new folder")
    parser.add_argument("--mail", metavar="PATH", action="append", default=[], help="mail, as fyke scan takes it")
    parser.add_argument("--journal", action="store_true", help="mail of the journal too; alone it needs no option")
    parser.add_argument("--html", metavar="FILE", default="", help="where the map is written")
    parser.add_argument("--jobs", metavar="N", type=count, default=0, help="processes that read mail (one a core)")
    parser.add_argument(
        "--spark",
        metavar="URL",
        default="",
        help="run: on that Spark master, such as spark://host:7077",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    if args.verb not in VERBS:
        raise Wrong(
            f"fyke lab {clean(args.verb)}: takes run, fetch, evidence, graph or check{nearest(args.verb, VERBS)}"
        )
    settings = setup.settings(args)
    if args.verb == "run":
        return _run(args, _on_cluster(settings.config, args.spark))
    with opened(settings.config) as lab:
        if args.verb == "evidence":
            return evidence(args, lab, settings.config)
        if args.verb == "fetch":
            return fetch(args, lab, settings.config)
        if args.verb == "check":
            return check(args, lab, settings.config)
        return _graph(args, lab)


def _only(args: argparse.Namespace) -> str:
    """The one thing that a verb takes. Raises `Wrong` for more."""
    if len(args.what) > 1:
        raise Wrong(f"fyke lab {args.verb}: takes one {'folder' if args.verb == 'run' else 'operation'}")
    return str(args.what[0]) if args.what else ""


@contextmanager
def opened(config: Config) -> Iterator[Lab]:
    """The lab. What goes wrong with its stores becomes `Wrong`."""
    try:
        lab = house.laboratory(config)
        try:
            yield lab
        finally:
            lab.cases.close()
            lab.engine.close()
    except (Problem, StoreError, ValueError) as error:
        raise Wrong(str(error)) from None


def _on_cluster(config: Config, master: str) -> Config:
    """The config, with the cluster that an option names."""
    if not master:
        return config
    return msgspec.structs.replace(config, lab=msgspec.structs.replace(config.lab, engine="spark", spark=master))


def _run(args: argparse.Namespace, config: Config) -> int:
    what = _only(args)
    folder = Path(what) if what else None
    if folder is not None and not folder.is_dir():
        raise Wrong(no_such_path(what) if not folder.exists() else f"{clean(what)}: not a folder")
    mail = [*args.mail, *([str(folder / "mail")] if folder is not None and (folder / "mail").is_dir() else [])]
    started = time.monotonic()
    with opened(config) as lab:
        common = world.warnings(folder)
        unread = read_mail(args, lab, mail, processes(args.jobs)) if mail else []
        if args.journal or (folder is None and not mail):
            read_journal(config, lab)
        if folder is not None:
            lab.take(world.read(folder, lab.is_known))
        if config.fetch.each_run and not args.offline:
            fetch_new(lab, config)
        conclusions = lab.conclude(common)
        _told(args, lab, conclusions, time.monotonic() - started)
        for sentence in shortened([*unread, *lab.taken.told]):
            print(f"fyke: {clean(sentence)}", file=sys.stderr)
        return 1 if unread or lab.taken.problems else 0


def _told(args: argparse.Namespace, lab: Lab, conclusions: Conclusions, took_s: float) -> None:
    taken = lab.taken
    if args.json:
        told = {
            "received": taken.received,
            "passed": taken.passed,
            "facts": taken.facts,
            "problems": taken.problems,
            "sites": conclusions.sites,
            "networks": len(conclusions.networks),
            "operations": len(conclusions.operations),
            "seconds": round(took_s, 2),
        }
        print(msgspec.json.encode(told).decode())
        return
    screen = Screen(sys.stdout)
    known = f"; {taken.passed:,} were known" if taken.passed else ""
    screen.line(f"{plural(taken.received, 'thing')} received{known}, {plural(taken.facts, 'fact')} kept")
    linked = sum(len(each.sites) for each in conclusions.networks)
    screen.line(
        f"{plural(conclusions.sites, 'site')} compared: {linked:,} in {plural(len(conclusions.networks), 'network')},"
        f" {plural(len(conclusions.operations), 'operation')}; {took_s:.1f} s"
    )
    screen.line(screen.style("fyke gangs lists them, fyke why A B says why", "dim"))


def _graph(args: argparse.Namespace, lab: Lab) -> int:
    from fyke.lab.graph.page import Drawn, page  # noqa: PLC0415

    latest = lab.cases.latest()
    if latest is None or not latest.operations:
        raise Wrong("nothing is concluded yet: fyke lab run reads mail and what is known of sites")
    if not args.html:
        raise Wrong("fyke lab graph: takes --html FILE, where the map is written")
    what = _only(args)
    operation = operation_of(latest, lab.cases, what) if what else latest.operations[0]
    networks = [each for each in latest.networks if each.id in operation.networks]
    sites = sorted(site for network in networks for site in network.sites)
    text = page(Drawn(operation, networks, lab.facts.relation(), lab.cases.links(sites), latest))
    try:
        Path(args.html).write_text(text, "utf-8")
    except OSError as error:
        raise Wrong(f"--html {args.html}: {error.strerror}") from None
    if args.json:
        print(msgspec.json.encode({"operation": operation.id, "sites": len(sites), "html": args.html}).decode())
    else:
        Screen(sys.stdout).line(f"{operation.id}: {plural(len(sites), 'site')}, drawn in {clean(args.html)}")
    return 0

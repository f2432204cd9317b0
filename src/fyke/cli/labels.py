"""`fyke labels`: what was said of mail, by whom, and what it changed; and whether what is known now keeps to it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from fyke.cli import setup, teaching
from fyke.cli.errors import Wrong, nearest
from fyke.cli.options import configured, count
from fyke.cli.progress import on_stderr
from fyke.cli.rows import Row, print_json, print_table, row
from fyke.cli.screen import Screen, plural
from fyke.cli.teaching import Judged
from fyke.judge import Policy
from fyke.learn.model import Model
from fyke.model import Labelled, Source
from fyke.store.labels import Labels

LAST = 20  # labels shown unless asked otherwise: they and the prompt fit on a screen

EXAMPLES = """examples:
  fyke labels -n 5 --user ann@example.org   the last five of ann's, with the verdict then and now
  fyke labels --source trap                 what came to traps
  fyke labels --contradictory               mails of which one said ham and another spam
  fyke labels --check                       whether every correction by a human still holds; 1 where one does not
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--contradictory", action="store_true", help="mails whose labels say different things")
    what.add_argument("--check", action="store_true", help="judge every mail again that a human corrected")
    parser.add_argument("-n", "--last", metavar="N", type=count, default=LAST, help=f"how many (default: {LAST})")
    teaching.with_user(parser, "only labels of this account")
    parser.add_argument("--source", metavar="NAME", help="only labels of this source")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and nothing else on stdout")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """Show labels. 1 where `--check` finds one that the verdict breaks."""
    found = setup.settings(args)
    account = None if args.user is None else teaching.account(args)
    if args.source is not None and args.source not in list(Source):
        raise Wrong(f"--source {args.source}: is none of {', '.join(Source)}{nearest(args.source, Source)}")
    with teaching.opened(found) as labels:
        engine = setup.engine(found)
        assert engine.opinion is not None
        model, policy, screen = engine.opinion.model, engine.policy, Screen(sys.stdout)
        if args.check:
            return _check(screen, labels, model, policy, account, as_json=args.json)
        if args.contradictory:
            rows = _contradictions(labels, account)
        else:
            last = labels.last(args.last, account, Source(args.source) if args.source else None)
            rows = _judged(reversed(last), model, policy)
        total = labels.count()
    if args.json:
        print_json(screen, rows)
        return 0
    if args.contradictory:
        _print_contradictions(screen, rows)
    else:
        print_table(screen, rows)
        given = f"{plural(len(rows), 'label')} shown; {total:,} ever given"
        screen.line(screen.style(given if total else "No label yet; fyke learn gives them", "dim"))
    return 0


def _judged(chosen: Iterable[Labelled], model: Model, policy: Policy) -> list[Row]:
    """Labels with the verdict on their mail by what is known now; also those whose features cannot be read."""
    chosen = list(chosen)
    known = {each.label.seq: each for each in teaching.judged(model, policy, chosen)}
    return [row("said", label, known.get(label.seq)) for label in chosen]


def _check(screen: Screen, labels: Labels, model: Model, policy: Policy, account: str | None, *, as_json: bool) -> int:
    """Judge every standing word of a human again, from its features and from what the rules said of it."""
    mine = (label for label in teaching.of_humans(labels) if account is None or label.account == account)
    bar = on_stderr(labels.count(), "corrections judged")
    checked, broken = 0, list[Judged]()
    for known in teaching.judged(model, policy, mine):
        checked += 1
        bar.tell(checked, checked)
        if not known.holds:
            broken.append(known)
    bar.hide()
    rows = [row("broken", known.label, known) for known in broken]
    if as_json:
        print_json(screen, rows)
        return 1 if broken else 0
    print_table(screen, rows)
    if broken:
        screen.line(f"The verdict breaks {len(broken):,} of {plural(checked, 'correction')} by humans")
        return 1
    kept = f"The verdict keeps to {'all ' if checked > 1 else ''}{plural(checked, 'correction')} by humans"
    screen.line(kept if checked else "No human has corrected anything yet")
    return 0


def _contradictions(labels: Labels, account: str | None) -> list[Row]:
    """All words on such mails, mail after mail; of an account those in which it has a say."""
    groups = labels.contradictions()
    return [
        row("contradicts", label)
        for group in groups
        if account is None or account in {label.account for label in group}
        for label in group
    ]


def _print_contradictions(screen: Screen, rows: list[Row]) -> None:
    mails = len({each.digest for each in rows})
    print_table(screen, rows)
    if mails:
        screen.line(f"Of {plural(mails, 'mail')} different things were said; a human's word stands over all others")
    else:
        screen.line("No mail was said to be both")

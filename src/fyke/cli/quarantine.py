"""`fyke quarantine`: what was set aside, why, and what becomes of it: each copy goes out once, or is deleted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from fyke import house
from fyke.cli import setup, spans
from fyke.cli.errors import Wrong, nearest
from fyke.cli.options import configured, count
from fyke.cli.quarantine_screen import released, rows, whole
from fyke.cli.record import encode
from fyke.cli.screen import Screen, clean, plural
from fyke.config import Config, Problem, Settings
from fyke.desk.quarantine import LostError, Release, Room, Teach
from fyke.doors.submit import Submission, UnsureError, submit
from fyke.model import Label
from fyke.store.labels import StoreError
from fyke.store.quarantine import Held, Sought, State
from fyke.teacher import Teacher

VERBS = ("list", "show", "release", "delete")
SHOWN = 50

EXAMPLES = """examples:
  fyke quarantine                                     what is held, newest first
  fyke quarantine list --recipient bob@ --since 2d    what is held for bob
  fyke quarantine show 5f1d2c3b4a59                   why, who gets it, and the text as far as it is safe
  fyke quarantine show 5f1d2c3b4a59 --raw mail.eml    the message itself
  fyke quarantine release 5f1d2c3b4a59                to all for whom it is held, and learn that it was wanted
  fyke quarantine release 5f1d2c3b4a59 --to bob@example.org --no-learn
  fyke quarantine delete 5f1d2c3b4a59
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("verb", metavar="VERB", nargs="?", default="list", help="list, show, release or delete")
    parser.add_argument("case", metavar="CASE", nargs="?", default="", help="the case, or the beginning of its id")
    parser.add_argument(
        "--sender", metavar="TEXT", default="", help="list: in the author's address or name, or MAIL FROM"
    )
    parser.add_argument("--recipient", metavar="TEXT", default="", help="list: in an address of the envelope")
    parser.add_argument("--subject", metavar="TEXT", default="", help="list: in the subject")
    parser.add_argument("--since", metavar="TIME", default="", help="list: 7d, 2h30m, 2026-05-01")
    parser.add_argument("--until", metavar="TIME", default="", help="list: the same; not itself")
    parser.add_argument("--label", metavar="NAME", choices=list(Label), default="", help="list: of that label")
    parser.add_argument("--state", metavar="NAME", choices=list(State), default="", help=f"list: {', '.join(State)}")
    parser.add_argument("-n", "--limit", metavar="N", type=count, default=SHOWN, help=f"list: how many ({SHOWN})")
    parser.add_argument("--to", metavar="ADDRESS", action="append", default=[], help="release, delete: only this copy")
    parser.add_argument("--no-learn", action="store_true", help="release: learn nothing from it")
    parser.add_argument(
        "--again", action="store_true", help="release: also a copy of which nobody knows if it went out"
    )
    parser.add_argument("--raw", metavar="FILE", default="", help="show: write the message there; - is stdout")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    configured(parser)


def run(args: argparse.Namespace) -> int:
    """List, show, release or delete; 1 where nothing fits, or not all was done."""
    if args.verb not in VERBS:
        raise Wrong(f"fyke quarantine {clean(args.verb)}: takes {', '.join(VERBS)}{nearest(args.verb, VERBS)}")
    found = setup.settings(args)
    with opened(found.config) as room:
        if args.verb == "list":
            return _list(args, room)
        held = _held(room, args.case, args.verb)
        if args.verb == "show":
            return _show(args, room, held)
        return _release(args, found, room, held) if args.verb == "release" else _delete(args, room, held)


@contextmanager
def opened(config: Config) -> Iterator[Room]:
    """The quarantine. What goes wrong with it becomes `Wrong`."""
    try:
        room = house.quarantine(config)
        try:
            yield room
        finally:
            room.book.close()
    except (Problem, StoreError) as error:
        raise Wrong(str(error)) from None


def _list(args: argparse.Namespace, room: Room) -> int:
    if args.case:
        raise Wrong(
            f"fyke quarantine list: takes no argument {clean(args.case)}; fyke quarantine show {clean(args.case)}?"
        )
    since, until = spans.span(args.since, args.until, datetime.now(UTC))
    sought = Sought(
        sender=args.sender,
        recipient=args.recipient,
        subject=args.subject,
        since=since,
        until=until,
        labels=(Label(args.label),) if args.label else (),
        limit=args.limit,
    )
    if args.state:
        sought = msgspec.structs.replace(sought, states=(State(args.state),))
    found = room.book.search(sought)
    if args.json:
        for held in found:
            _line(held)
        return 0 if found else 1
    screen = Screen(sys.stdout)
    rows(screen, found)
    if not found:
        screen.line(screen.style("Nothing is held that fits", "dim"))
    elif len(found) == args.limit:
        screen.line(screen.style(f"The newest {len(found):,}; --limit shows more", "dim"))
    return 0 if found else 1


def _held(room: Room, case: str, verb: str) -> Held:
    """The one mail whose case begins so. Raises `Wrong`."""
    if not case:
        raise Wrong(f"fyke quarantine {verb}: takes a case; fyke quarantine list shows them")
    found = room.named(case.strip().lower())
    if not found:
        raise Wrong(f"{clean(case)}: no such case in the quarantine")
    if len(found) > 1:
        raise Wrong(f"{clean(case)}: is the beginning of several: {', '.join(held.case[:16] for held in found)}")
    return found[0]


def _show(args: argparse.Namespace, room: Room, held: Held) -> int:
    if args.raw:
        raw = room.raw(held)
        if args.raw == "-":
            sys.stdout.buffer.write(raw)
            return 0
        try:
            Path(args.raw).write_bytes(raw)
        except OSError as error:
            raise Wrong(f"--raw {clean(args.raw)}: {error.strerror}") from None
    if args.json:
        _line(held)
        return 0
    try:
        whole(Screen(sys.stdout), held, room.raw(held))
    except StoreError:  # its copies are gone, or released
        whole(Screen(sys.stdout), held, None)
    return 0


def _release(args: argparse.Namespace, found: Settings, room: Room, held: Held) -> int:
    wanted = args.to or list(held.of(State.HELD)) + (list(held.of(State.RELEASING)) if args.again else [])
    if not wanted:
        raise Wrong(
            f"{held.case[:16]}: no copy is held any more; fyke quarantine show {held.case[:16]} says what became of it"
        )
    knobs = found.config.quarantine
    to = Submission(knobs.submit, knobs.submit_name, knobs.submit_user, knobs.submit_password, knobs.submit_tls)

    def hand(mail_from: str, recipients: Sequence[str], raw: bytes) -> Mapping[str, tuple[int, str]]:
        try:
            return submit(to, mail_from, recipients, raw)
        except UnsureError as error:
            raise LostError(str(error)) from None

    teach = None if args.no_learn else _teaching(found)
    done = room.release(held, _named(held, wanted), hand, teach, again=args.again)
    if args.json:
        for each in done:
            _line(each)
    else:
        released(Screen(sys.stdout), held, done)
    return 0 if all(each.outcome == "released" for each in done) else 1


def _named(held: Held, wanted: Sequence[str]) -> list[str]:
    """The recipients as the envelope has them. Raises `Wrong` for one who has no copy."""
    known = {copy.recipient.lower(): copy.recipient for copy in held.copies}
    for each in wanted:
        if each.lower() not in known:
            raise Wrong(f"--to {clean(each)}: no copy of this mail is theirs{nearest(each.lower(), known)}")
    return [known[each.lower()] for each in wanted]


def _teaching(found: Settings) -> Teach:
    teacher = Teacher(setup.engine(found), lambda: house.labels(found.config))
    return lambda raw, account: teacher.teach(raw, account, Label.HAM)


def _delete(args: argparse.Namespace, room: Room, held: Held) -> int:
    wanted = _named(held, args.to) if args.to else list(held.of(State.HELD)) + list(held.of(State.RELEASING))
    gone = room.delete(held, wanted, datetime.now(UTC))
    if args.json:
        _line({"case": held.case, "deleted": list(gone)})
    else:
        screen = Screen(sys.stdout)
        screen.line(f"{plural(len(gone), 'copy', 'copies')} deleted" if gone else "No copy is held any more")
    return 0 if gone else 1


def _line(told: Held | Release | dict[str, object]) -> None:
    sys.stdout.buffer.write(encode(msgspec.to_builtins(told)) + b"\n")

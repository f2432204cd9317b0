"""What the commands that teach fyke share: the store, learning with a bar, and labels judged by what is known now."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from msgspec import Struct

from fyke import house
from fyke.cli.errors import Wrong
from fyke.cli.progress import on_stderr
from fyke.cli.screen import clean
from fyke.config import Config, Problem, Settings
from fyke.judge import Policy
from fyke.judge.decide import thresholds_of
from fyke.learn.model import Model
from fyke.learn.packing import PackingError, unpack
from fyke.learn.study import WAIT_S, BusyError, Studied, study
from fyke.model import Labelled, Source
from fyke.store.labels import Labels, StoreError
from fyke.teacher import whole

PATIENCE_S = 5.0  # for another learner, before what is said is written down
ACCOUNT_CHARS = 320  # RFC 3696 errata 1690: an address has at most 64 + 1 + 255


class Judged(Struct, frozen=True):
    """A label, and what the verdict on its mail is by what is known now."""

    label: Labelled
    now: float  # bits of the whole verdict
    holds: bool  # whether that is on the side that the label says


def with_user(parser: argparse.ArgumentParser, sentence: str) -> None:
    """Declare the option that names an account."""
    parser.add_argument("--user", metavar="ADDRESS", help=sentence)


def account(args: argparse.Namespace) -> str:
    """The account that the options name, as labels have it; empty for all. Raises `Wrong`."""
    if args.user is None:
        return ""
    name = str(args.user).strip().lower()
    if not name or len(name) > ACCOUNT_CHARS or not name.isprintable() or " " in name:
        raise Wrong(f"--user {clean(args.user)!r}: takes one address, such as ann@example.org")
    return name


def model(config: Config) -> Model:
    """What is known now. Raises `Wrong`."""
    try:
        return house.model(config)
    except Problem as problem:
        raise Wrong(str(problem)) from None


@contextmanager
def opened(found: Settings) -> Iterator[Labels]:
    """The store of labels. What goes wrong with it becomes `Wrong`."""
    try:
        labels = house.labels(found.config)
        try:
            yield labels
        finally:
            labels.close()
    except (Problem, StoreError) as error:
        raise Wrong(str(error)) from None


def catch_up(config: Config, labels: Labels) -> None:
    """Learn what others said, so that "before" is what was known; a broken table is mended.

    Where that cannot be done now, what is said next is written down all the same.
    """
    try:
        learn(config, labels, PATIENCE_S)
    except Wrong:
        return


def learn(config: Config, labels: Labels, wait_s: float = WAIT_S) -> Studied:
    """Bring the weights up to the labels. Raises `Wrong`, after which the labels are kept for the next time."""
    path = house.learned(config)
    if not labels.newest() and not path.exists():
        return Studied()
    bar = on_stderr(0, "labels learned")
    try:
        done = study(path, labels, house.base(config), wait_s, lambda count: bar.tell(count, 0))
    except BusyError as error:
        raise Wrong(f"{error}; the labels are kept, and the next fyke learn applies them") from None
    except OSError as error:
        raise Wrong(f"{error.filename or path}: {error.strerror}; the labels are kept") from None
    finally:
        bar.hide()
    return done


def judged(model: Model, policy: Policy, labels: Iterable[Labelled]) -> Iterator[Judged]:
    """The labels with today's verdict on their mail; those whose features cannot be read are left out."""
    for label in labels:
        try:
            learned = model.weigh(unpack(label.features), label.account)
        except PackingError:
            continue
        now = whole(label.rules_bits, learned, policy)
        yield Judged(label, now, (now >= thresholds_of(policy, label.account).unwanted) == label.spam)


def of_humans(labels: Labels, last: int | None = None) -> Iterator[Labelled]:
    """What stands of all that humans said, or the last so many of it."""
    return labels.standing(source=Source.HUMAN, last=last)

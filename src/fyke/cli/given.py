"""Mail of which the user says what it is: paths given as wanted, as unwanted, or by category, and where each is from.

A message is taken once, however often it is given. What is given both as wanted and as unwanted is an error: whatever
were counted of it, it would be wrong.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from fyke.cli.errors import Wrong
from fyke.cli.mailbox import Mailbox, Slot, shown

# Folders named like this say what mail is, and not where it is from: the folder above does.
CLASSES = frozenset(
    """bad cur good ham inbox junk malware new phish phishing scam spam trash unwanted wanted""".split()
)


class Place(Struct, frozen=True):
    """One path as it was given."""

    path: str
    is_spam: bool
    category: str = ""
    source: str = ""


class Given(Struct, frozen=True):
    """One message and what is known of it."""

    slot: Slot
    is_spam: bool
    source: str
    truth: tuple[str, ...] = ()  # the categories it was given as


class Collected(Struct, frozen=True):
    """All messages of some places, and what was not one."""

    mail: tuple[Given, ...]
    problems: tuple[str, ...]
    passed: dict[str, int]  # what was passed over in folders, by reason
    repeated: int  # messages that were given again
    size_bytes: int  # of all files, as far as they tell: for a progress bar


def places(
    ham: Sequence[str], spam: Sequence[str], categories: Sequence[str], sources: Sequence[str] = ()
) -> list[Place]:
    """The places that the options name. Raises `Wrong`."""
    if not (ham or spam or categories):
        raise Wrong("no mail is named: --ham PATH, --spam PATH or --category NAME=PATH")
    found = [Place(path, True, name) for name, path in (_named("--category", word) for word in categories)]
    found += [*(Place(path, True) for path in spam), *(Place(path, False) for path in ham)]
    called = dict(zip(found, _sources([place.path for place in found]), strict=True))
    for word in sources:
        name, top = _named("--source", word)
        inside = [place for place in called if _is_within(place.path, top)]
        if not inside:
            raise Wrong(f"--source {word}: no path of --ham, --spam or --category lies in {top}")
        called.update(dict.fromkeys(inside, name))
    return [replace(place, source=source) for place, source in called.items()]


def collect(found: Iterable[Place]) -> Collected:
    """Every message of the places once, in their order. Raises `Wrong` for one that is said to be both kinds."""
    mail: dict[tuple[bytes, int], Given] = {}
    problems: list[str] = []
    passed: Counter[str] = Counter()
    repeated = size_bytes = 0
    for place in found:
        mailbox = Mailbox([place.path])
        for number, slot in enumerate(mailbox):
            # What can be read only once (stdin, .gz) has no place of its own, and its number will do.
            key = (os.fsencode(_whole(os.fsdecode(slot.path) or place.path)), slot.start if slot.path else -1 - number)
            before = mail.get(key)
            if before is None:
                mail[key] = Given(slot, place.is_spam, place.source, (place.category,) if place.category else ())
            elif before.is_spam != place.is_spam:
                raise Wrong(f"{slot.shown}: given as wanted and as unwanted mail")
            elif place.category and place.category not in before.truth:
                mail[key] = replace(before, truth=(*before.truth, place.category))
            else:
                repeated += 1
        problems += mailbox.problems
        passed += mailbox.passed
        size_bytes += mailbox.size_bytes
    return Collected(tuple(mail.values()), tuple(problems), dict(passed), repeated, size_bytes)


def _named(option: str, word: str) -> tuple[str, str]:
    name, _, path = word.partition("=")
    if not name or not path:
        raise Wrong(f"{option} {word}: takes NAME=PATH")
    return name, path


def _is_within(path: str, top: str) -> bool:
    return Path(_whole(path)).is_relative_to(_whole(top))


def _whole(path: str) -> str:
    return os.path.abspath(path)  # noqa: PTH100  `Path.resolve` asks the system about every part of it


def _sources(paths: Iterable[str]) -> list[str]:
    """A name for where each path is from: its last folder, or the last two where several are called the same."""
    homes = [_home(path) for path in paths]
    times = Counter(home.name for home in set(homes))
    return [shown("/".join(home.parts[-2:]) if times[home.name] > 1 else home.name or str(home)) for home in homes]


def _home(path: str) -> Path:
    """The folder that says where mail is from; an mbox is one, and named without its ending."""
    if path == "-":
        return Path("stdin")
    whole = Path(_whole(path))
    if not whole.is_dir():
        whole = whole.with_name(whole.name.partition(".")[0]) if _is_mbox(whole) else whole.parent
    while whole.name.lower().strip(".") in CLASSES and whole.parent != whole:
        whole = whole.parent
    return whole


def _is_mbox(path: Path) -> bool:
    """Whether the file holds many messages, as far as can be told without unpacking it."""
    try:
        with path.open("rb") as file:
            return path.suffix != ".eml" and (path.suffix == ".gz" or file.read(5) == b"From ")
    except OSError:
        return False

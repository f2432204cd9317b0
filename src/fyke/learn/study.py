"""Labels to weights: the one learner applies what was said since it last looked, or learns all anew.

It always ends as if it had learned the standing labels in order from nothing. Where a label was forgotten or overruled,
or the last learner died at work, or the package brought another base model, it learns anew beside the old file and
puts that in its place at once; readers see the old one or the new one, never half of one.
"""

from __future__ import annotations

import fcntl
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from fyke.learn.base import Base, packaged
from fyke.learn.model import Learner, Lesson
from fyke.learn.packing import PackingError, unpack
from fyke.learn.table import Table, TableError
from fyke.model import Labelled

WAIT_S = 60.0  # for another learner: it learns some thousand labels a second, so more means that it hangs
_TRY_AGAIN_S = 0.05
_AT_WORK = "at work"
_DIED = "the last learner ended at work"

Tell = Callable[[int], None]  # how many labels are done


class Lessons(Protocol):
    """What is learned from; the store of labels is that."""

    def newest(self) -> int:
        """The number of the last word said, be it a label or that one is forgotten; 0 before any."""

    def standing(self, after: int = 0, until: int | None = None) -> Iterator[Labelled]:
        """The labels beyond `after` that stood when `until` was the last word said, in order."""

    def stood(self, seq: int, until: int) -> Labelled | None:
        """The label of that number with its features, if it stood when `until` was the last word said."""

    def is_disturbed(self, applied: int) -> bool:
        """Whether what stands up to that number is not what stood when that number was the last."""


class BusyError(Exception):
    """Another learner is at work and does not end; one sentence says so. The labels wait for the next one."""


class Studied(Struct, frozen=True):
    """What was learned."""

    learned: int = 0  # labels
    anew: str = ""  # why all was learned anew, where it was
    illegible: tuple[int, ...] = ()  # numbers of labels whose features cannot be read, and which were left out


def study(
    path: Path, lessons: Lessons, base: Base | None = None, wait_s: float = WAIT_S, tell: Tell = lambda _: None
) -> Studied:
    """Bring the table at that path up to what stands. Raises `BusyError`, and OSError where the disk refuses."""
    base = packaged() if base is None else base
    with _alone(path.with_suffix(".lock"), wait_s) as state:
        said = state.read()
        until = lessons.newest()  # what is said while we learn is for the next one
        applied, why = _applied(path, said, base)
        if applied is not None and lessons.is_disturbed(applied):
            applied, why = None, "a label was overruled or forgotten"
        state.write(_AT_WORK)
        done = _Pupil(lessons, until, tell)
        if applied is None:
            _anew(path, base, done)
        else:
            done.learn(Learner(path, base), applied)
        state.write(f"{base.digest} {until}")
    return Studied(done.learned, why, tuple(done.illegible))


class _Pupil:
    """Learns what stood at one moment."""

    def __init__(self, lessons: Lessons, until: int, tell: Tell) -> None:
        self._lessons = lessons
        self._until = until
        self._tell = tell
        self.learned = 0
        self.illegible: list[int] = []

    def learn(self, learner: Learner, after: int) -> None:
        """Learn the labels beyond that number, and bring them to the disk."""
        for label in self._lessons.standing(after, self._until):
            try:
                features = unpack(label.features)
            except PackingError:
                self.illegible.append(label.seq)
                continue
            learner.learn(
                label.seq,
                features,
                spam=label.spam,
                account=label.account,
                rules_bits=label.rules_bits,
                category=label.category,
                again=None if label.account else self._earlier(label.seq),
            )
            self.learned += 1
            self._tell(self.learned)
        if learner.table is not None:
            learner.table.flush()

    def _earlier(self, seq: int) -> Lesson | None:
        """A label for all that was said before, by lot, but always the same one: so what came first does not fade."""
        if seq < 2:
            return None
        label = self._lessons.stood(1 + zlib.crc32(b"%d" % seq) % (seq - 1), self._until)
        if label is None or label.account:
            return None
        try:
            return Lesson(unpack(label.features), label.spam, label.rules_bits)
        except PackingError:
            return None


def _applied(path: Path, state: str, base: Base) -> tuple[int | None, str]:
    """Up to which word the table knows all; or None, and why all is to be learned anew."""
    if not path.exists():
        return None, ""
    digest, _, number = state.partition(" ")
    if state == _AT_WORK or not number.isdigit():
        return None, _DIED
    if digest != base.digest:
        return None, "the base model is another one"
    try:
        table = Table(path)
    except TableError as error:
        return None, str(error)
    return (int(number), "") if table.begun == table.finished else (None, _DIED)


def _anew(path: Path, base: Base, pupil: _Pupil) -> None:
    """Learn all that stands into a file beside, then put it in place."""
    for left in path.parent.glob(f"{path.name}.*"):  # by learners that died; this one is alone
        left.unlink()
    fresh = path.with_name(f"{path.name}.fresh")
    pupil.learn(Learner(fresh, base), 0)
    fresh.replace(path)
    _sync_folder(path.parent)


class _State:
    """One word in the lock's file, on the disk before what it speaks of: a table is whole, or somebody is at work."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self) -> str:
        return os.pread(self._descriptor, 100, 0).decode("ascii", "replace")

    def write(self, word: str) -> None:
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, word.encode(), 0)
        os.fsync(self._descriptor)


@contextmanager
def _alone(lock: Path, wait_s: float) -> Iterator[_State]:
    """Be the only learner. The lock goes with the process, however that ends."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait(descriptor, lock, wait_s)
        yield _State(descriptor)
    finally:
        os.close(descriptor)


def _wait(descriptor: int, lock: Path, wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise BusyError(f"{lock}: another process has been learning for {wait_s:g} s") from None
        time.sleep(_TRY_AGAIN_S)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

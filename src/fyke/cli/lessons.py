"""Mail read once for a learner, and a learner judged by it: what `fyke evaluate --online` and `--cross` do.

The learner is a new one in a folder of its own: what was learned here before is neither used nor changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from fyke.cli.errors import Wrong
from fyke.cli.given import Given
from fyke.cli.mailbox import Slot
from fyke.cli.mbox import MESSAGE_BYTES
from fyke.cli.progress import Progress
from fyke.engine import Engine, came_at
from fyke.judge import Policy
from fyke.judge.decide import probability
from fyke.judge.weigh import weigh
from fyke.learn.base import Base
from fyke.learn.measure import Scored
from fyke.learn.model import Learner
from fyke.learn.opinion import told
from fyke.learn.packing import pack, unpack
from fyke.learn.protocols import Learns, Turn, cross, online
from fyke.model import Envelope

CHUNK = 16  # slots that a process is given at a time


class Lesson(Struct, frozen=True):
    """One message as a learner needs it, packed: about three kilobytes, so that many fit into memory."""

    features: bytes
    rules_bits: float
    categories: tuple[str, ...]
    when: float | None  # seconds since 1970
    size_bytes: int


Read = Lesson | str  # or the sentence that says why it could not be read


class Pupil:
    """The model of this house as the protocols see a learner. Its score is the bits of the whole verdict."""

    def __init__(self, folder: Path, base: Base, policy: Policy) -> None:
        self._learner = Learner(folder / "learned.fyke", base)
        self._policy = policy
        self._number = 0

    def score(self, item: Lesson) -> float:
        """The rules' bits, and what was learned within the caps of the policy."""
        learned = weigh(told(self._learner.weigh(unpack(item.features))), self._policy)
        return round(item.rules_bits + learned.total / 100 - self._policy.rules.prior, 2)

    def learn(self, item: Lesson, spam: bool) -> None:
        """Take a label that holds for all."""
        self._number += 1
        self._learner.learn(self._number, unpack(item.features), spam=spam, rules_bits=item.rules_bits)


def read(engine: Engine, mail: Sequence[Given], jobs: int, progress: Progress) -> list[Read]:
    """A lesson a message, in their order."""
    done: list[Read] = []
    size = 0
    with ExitStack() as stack:
        for lesson in _lessons(stack, engine, [given.slot for given in mail], jobs):
            done.append(lesson)
            size += lesson.size_bytes if isinstance(lesson, Lesson) else 0
            progress.tell(len(done), size)
    return done


def judge(
    how: str,
    mail: Sequence[Given],
    lessons: Sequence[Lesson],
    base: Base,
    policy: Policy,
    *,
    tell: Callable[[int, int], None] = lambda _count, _done: None,
) -> Iterator[Scored]:
    """Each message as a learner scored it before it was told of it; `how` is "online" or "cross"."""
    turns = [
        Turn(at, given.is_spam, given.source, lesson.when)
        for at, (given, lesson) in enumerate(zip(mail, lessons, strict=True))
    ]
    with TemporaryDirectory(prefix="fyke-") as folder:

        def fresh() -> Learns[Lesson]:
            Path(folder, "learned.fyke").unlink(missing_ok=True)
            return Pupil(Path(folder), base, policy)

        protocol: Callable[[], Iterable[tuple[Turn, float]]] = {
            "online": lambda: online(turns, lessons.__getitem__, fresh()),
            "cross": lambda: cross(turns, lessons.__getitem__, fresh),
        }[how]
        for count, (turn, bits) in enumerate(protocol(), 1):
            yield _scored(mail[turn.at], lessons[turn.at], bits, policy)
            tell(count, count)


def _scored(given: Given, lesson: Lesson, bits: float, policy: Policy) -> Scored:
    said = lesson.categories if bits >= policy.rules.thresholds.unwanted else ()
    chance = probability(bits, policy)
    return Scored(bits, given.is_spam, chance, given.source, given.slot.shown, given.truth, said)


def _lessons(stack: ExitStack, engine: Engine, slots: Sequence[Slot], jobs: int) -> Iterator[Read]:
    """Read by this process or by forks of it."""
    if jobs == 1:
        yield from (_lesson(engine, slot) for slot in slots)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  takes 40 ms to import
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    pool = stack.enter_context(ProcessPoolExecutor(jobs, get_context("fork"), _begin, (engine,)))
    try:
        yield from pool.map(_in_worker, slots, chunksize=CHUNK)
    except BrokenProcessPool:
        raise Wrong("a process that read mail died; fyke scan --jobs 2 tells at which message") from None


_inherited: list[Engine] = []  # of a worker: set once, when it begins


def _begin(engine: Engine) -> None:
    _inherited[:] = [engine]


def _in_worker(slot: Slot) -> Read:
    return _lesson(_inherited[0], slot)


def _lesson(engine: Engine, slot: Slot) -> Read:
    """Read one message; what goes wrong costs that message alone."""
    try:
        raw = slot.read()[:MESSAGE_BYTES]
        studied = engine.study(Envelope(), raw)
        when = came_at(Envelope(), studied.message)
        seconds = when.timestamp() if when else None
        return Lesson(pack(studied.features), studied.rules_bits, studied.categories, seconds, len(raw))
    except OSError as error:
        return f"{slot.shown}: {error.strerror or error}"
    except Exception as error:
        return f"{slot.shown}: could not be read: {type(error).__name__}: {error}"

"""Files are looked into where a mishap harms nobody: in a cell, a process of its own that can do nothing else.

One cell an engine process, started by the first question. A file that crashes it, hangs it or fills its memory costs
that cell, and the answer says so; the next file gets a fresh one. Nothing here raises for what a file does.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import IO

import msgspec
from msgspec.msgpack import Decoder
from msgspec.structs import replace

from fyke.files.analyst import NAME_CHARS
from fyke.lookup.frames import ANSWER_BYTES, LAST, READY, Gone, Late, Line, Ready, Terms, packed
from fyke.lookup.memory import Killers, Memory, renamed
from fyke.model import Analyse, Analysis, Fault, File

WHO = "files.pool"
WALL_S = 20.0  # a file's: four times the processor time of its budget, for a machine that does other things too
START_S = 60.0  # to load all libraries from a cold disk; half a second is usual
GRACE_S = 0.5  # between the end of a line and the end of its process
REST_S = 5.0  # after a cell that could not be started: nobody waits for the next attempt on each file
CACHE_BYTES = 16 << 20  # of answers, some kilobytes each
SAID_CHARS = 300  # of what a cell that did not start wrote on its way
ENTRY = ("-m", "fyke.lookup.cell")
# One thread each: a layer of the sandbox closes threads one by one, and hostile bytes should find no idle ones.
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
KEPT = ("FYKE_CACHE", "XDG_CACHE_HOME", "HOME")  # where compiled patterns are found while the cell loads
USUAL = Terms()
_ANALYSES = Decoder(Analysis)


class Pool:
    """Answers `Analyse`. Threads may share one, and then wait for one another; a fork starts a cell of its own."""

    def __init__(
        self,
        terms: Terms = USUAL,
        wall_s: float = WALL_S,
        *,
        tell: Callable[[Ready], None] = lambda _ready: None,
        entry: Sequence[str] = ENTRY,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        """`tell` hears once what the sandbox is made of; `entry` is for tests: what else Python should run."""
        self._terms, self._wall_s, self._tell, self._entry = terms, wall_s, tell, tuple(entry)
        self._memory, self._killers = Memory(cache_bytes), Killers()
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._cell: Cell | None = None
        self._no_cell_until = 0.0
        self._no_cell = ""
        self.ready: Ready | None = None  # what the newest cell is closed with, once there was one

    def warm(self) -> Ready | None:
        """Start the cell ahead of the first file, and wait for it; None where there can be none."""
        with self._mine():
            return self.ready if self._started() else None

    def analyse(self, questions: Iterable[Analyse]) -> list[Analysis]:
        """An answer to each. Where nothing could be looked into, it is the bare file, and a fault that says why."""
        with self._mine():
            return [self._answer(_whole(asked)) for asked in questions]

    def close(self) -> None:
        """End the cell. The pool may be asked again, and then starts another."""
        with self._mine():
            self._end()

    def _mine(self) -> threading.Lock:
        """The lock, after a look at whether this is still the process that the cell belongs to."""
        if os.getpid() != self._process:
            self._lock = threading.Lock()  # the old one may be held by a thread that is not here
            self._process = os.getpid()
            if self._cell is not None:
                self._cell.leave()
                self._cell = None
        return self._lock

    def _answer(self, asked: Analyse) -> Analysis:
        if (known := self._memory.get(asked)) is not None:
            return renamed(_ANALYSES.decode(known), asked.name[-NAME_CHARS:])
        if (killed := self._killers.get(asked)) is not None:
            return unlooked(asked, f"not tried again: {killed.what}")
        if (cell := self._started()) is None:
            return unlooked(asked, self._no_cell)
        try:
            said = cell.ask(asked, self._wall_s)
            answer = _ANALYSES.decode(said)
        except Late:
            how = cell.kill()
            return self._killed(asked, f"{how} after {self._wall_s:g} s")
        except Gone as gone:
            how = cell.kill(GRACE_S)
            return self._killed(asked, str(gone) or how)
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            cell.kill()
            return self._killed(asked, f"answered what is no answer: {error}"[:SAID_CHARS])
        if answer.root.digest != asked.digest:
            cell.kill()
            return self._killed(asked, "answered about another file")
        self._memory.keep(asked, answer, said)
        return answer

    def _killed(self, asked: Analyse, how: str) -> Analysis:
        self._cell = None
        fault = Fault(WHO, f"its process {how}")
        self._killers.keep(asked, fault)
        return unlooked(asked, fault.what)

    def _started(self) -> Cell | None:
        """The cell, a fresh one where there is none or the last one left; None where none can be had."""
        if self._cell is not None and self._cell.is_there:
            return self._cell
        self._end()
        if time.monotonic() < self._no_cell_until:
            return None
        try:
            cell = Cell(self._terms, self._entry)
        except (OSError, Gone, Late, msgspec.MsgspecError) as error:
            self._no_cell = f"no process to look into files: {error or type(error).__name__}"[:SAID_CHARS]
            self._no_cell_until = time.monotonic() + REST_S
            return None
        if self.ready is None:
            self._tell(cell.ready)
        self._cell, self.ready = cell, cell.ready
        return cell

    def _end(self) -> None:
        if self._cell is not None:
            self._cell.kill()
            self._cell = None


class Cell:
    """The keeper's side of one cell. Starting it waits until it is closed and ready."""

    def __init__(self, terms: Terms, entry: Sequence[str] = ENTRY) -> None:
        """Raises `OSError`, `Gone`, `Late` or a `MsgspecError` where it does not come to life."""
        ours, theirs = socket.socketpair()
        self._line, self._is_last = Line(ours), False
        with theirs, tempfile.TemporaryFile() as said:
            self._process = subprocess.Popen(
                [sys.executable, "-I", *entry, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                pass_fds=(theirs.fileno(),),
                cwd="/",
                env=ALONE | {name: os.environ[name] for name in KEPT if name in os.environ},
                start_new_session=True,  # Ctrl-C is the keeper's to handle
            )
            theirs.close()
            try:
                self.ready = self._greet(terms)
            except (Gone, Late, msgspec.MsgspecError) as error:
                raise Gone("; ".join(filter(None, (str(error), self.kill(GRACE_S), _last(said))))) from None

    @property
    def is_there(self) -> bool:
        """Whether it can be asked: it runs, did not say that it ends, and says nothing unasked."""
        return not self._is_last and self._process.poll() is None and not self._line.is_readable

    def ask(self, asked: Analyse, wall_s: float) -> bytes:
        """Its answer as it came. Raises `Late`, `Gone`."""
        until = time.monotonic() + wall_s
        self._line.say(packed(replace(asked, content=b"")), asked.content, until=until)
        self._is_last = self._line.hear(1, until) == LAST
        return self._line.hear(ANSWER_BYTES, until)

    def kill(self, grace_s: float = 0.0) -> str:
        """End it, and say how it ended; with some grace, how it ended by itself."""
        try:
            self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._line.close()
        return _death(self._process.wait())

    def leave(self) -> None:
        """Let go of a cell that belongs to the process that this one was forked from."""
        self._line.close()
        self._process.returncode = 0  # it is not ours to wait for

    def _greet(self, terms: Terms) -> Ready:
        until = time.monotonic() + START_S
        is_main = threading.current_thread() is threading.main_thread()
        # The kernel's "parent" is the thread that started it: only the first one lives as long as the process.
        self._line.say(packed(replace(terms, parent=os.getpid() if is_main else 0)), until=until)
        ready = READY.decode(self._line.hear(ANSWER_BYTES, until))
        if ready.missing and terms.all_layers:
            raise Gone(f"the sandbox lacks {'; '.join(ready.missing)}")
        return ready


def unlooked(asked: Analyse, why: str) -> Analysis:
    """The answer about a file that could not be looked into."""
    root = File(asked.name[-NAME_CHARS:], "data", len(asked.content), asked.digest)
    return Analysis(root, faults=(Fault(WHO, why),))


def _whole(asked: Analyse) -> Analyse:
    """The question without halves of characters, which cannot be sent."""
    texts = (asked.name, asked.declared, *asked.words)
    if all(text.isascii() for text in texts):
        return asked
    name, declared, *words = (text.encode("utf-8", "replace").decode() for text in texts)
    return replace(asked, name=name, declared=declared, words=tuple(words))


def _last(said: IO[bytes]) -> str:
    """The last line that a process wrote."""
    said.seek(max(0, said.seek(0, os.SEEK_END) - 2_000))
    lines = said.read().decode(errors="replace").strip().splitlines()
    return lines[-1][:SAID_CHARS] if lines else ""


def _death(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"left with {code}"

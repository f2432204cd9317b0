"""The process that looks into files: `python -I -m fyke.lookup.cell FD`, started by `fyke.lookup.pool`, never by hand.

It is executed anew, so it holds nothing of its parent's memory. It hears its terms, loads all it may need, closes
itself (`fyke.lookup.sandbox`), says what it is closed with, and answers question after question until the line ends.
"""

from __future__ import annotations

import gc
import os
import resource
import socket
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from fyke.files import packaged
from fyke.files.analyst import Analyst
from fyke.files.base import Tenant
from fyke.files.pictures.eye import Eye
from fyke.files.pictures.ocr import Ocr
from fyke.files.signatures.database import Signatures
from fyke.files.signatures.known import Known
from fyke.files.signatures.mapped import Damaged
from fyke.lookup import sandbox
from fyke.lookup.frames import ASKED, LAST, MORE, QUESTION_BYTES, TERMS, Gone, Line, Ready, Terms, packed
from fyke.lookup.warm import warm
from fyke.model import Analysis, Fault

TIRED = (
    0.6  # of its memory or its time: a cell that has used so much when it has answered ends, and a fresh one follows
)
Chosen = tuple[Sequence[Tenant], tuple[Fault, ...]]  # and what could not be had
Tenants = Callable[[Terms], Chosen]


def tenants(terms: Terms) -> Chosen:
    """All that come with fyke, and what the site adds: its signatures, and the reading of text in pictures."""
    chosen: list[Tenant] = list(packaged())
    faults: list[Fault] = []
    if terms.ocr:
        try:
            reader = Eye(Ocr())
            chosen = [reader if isinstance(tenant, Eye) else tenant for tenant in chosen]
        except ImportError as error:
            faults.append(Fault("files.ocr", f"the extra is not installed: {error}"))
    for path in terms.signatures:
        try:
            chosen.append(Known(Signatures.open(Path(path))))
        except (OSError, Damaged) as error:
            faults.append(Fault("files.signatures", f"{path}: {error}"[:300]))
    return chosen, tuple(faults)


def serve(line: Line, choose: Tenants = tenants) -> None:
    """A cell's life."""
    terms = TERMS.decode(line.hear(QUESTION_BYTES))
    left = sandbox.detach()
    chosen, faults = choose(terms)
    faults += warm(chosen)
    analyst = Analyst(chosen, terms.budget)
    _blind()
    life = _Life(terms)
    gc.freeze()
    closed = sandbox.close(terms.memory_bytes, terms.cpu_s, terms.parent)
    missing = left.missing + closed.missing
    line.say(packed(Ready(left.layers + closed.layers, missing, faults)))
    if missing and terms.all_layers:
        return
    state = MORE
    while state == MORE:
        asked = ASKED.decode(line.hear(QUESTION_BYTES))
        answer = _packed(analyst.analyse(replace(asked, content=line.hear(QUESTION_BYTES))))
        state = LAST if life.is_long else MORE
        line.say(state, answer)


class _Life:
    """How much this process has used up; memory is asked through a file that was opened while files could be."""

    def __init__(self, terms: Terms) -> None:
        self._most_bytes = terms.memory_bytes * TIRED
        self._most_s = terms.cpu_s * TIRED
        try:
            self._statm = os.open("/proc/self/statm", os.O_RDONLY)
        except OSError:
            self._statm = -1

    @property
    def is_long(self) -> bool:
        """Whether a fresh cell should follow before this one meets a limit with a file that is not to blame."""
        if time.process_time() > self._most_s:
            return True
        if self._statm < 0:
            return False
        pages = int(os.pread(self._statm, 200, 0).split()[5])  # proc(5): data and stack
        return pages * resource.getpagesize() > self._most_bytes


def _blind() -> None:
    """What libraries print on the way goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _packed(answer: Analysis) -> bytes:
    try:
        return packed(answer)
    except UnicodeEncodeError:  # names of files may hold halves of characters
        return msgspec.msgpack.encode(_whole(msgspec.to_builtins(answer)))
    except (RecursionError, MemoryError) as error:
        bare = replace(answer.root, findings=(), children=())
        return packed(Analysis(bare, faults=(Fault("files.cell", f"the answer cannot be written: {error!r}"),)))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_whole(key): _whole(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(inner) for inner in value]
    return value


def main(choose: Tenants = tenants) -> None:
    """Serve the socket whose number is the last argument."""
    try:
        serve(Line(socket.socket(fileno=int(sys.argv[-1]))), choose)
    except Gone:
        os._exit(0)  # nothing here is worth being tidied up


if __name__ == "__main__":
    main()

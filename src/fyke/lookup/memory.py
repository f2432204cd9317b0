"""What a pool remembers of files: answers, as they came, up to so many bytes; and which file ended a cell."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import PurePosixPath

from msgspec.structs import replace

from fyke.files.analyst import JOIN
from fyke.model import Analyse, Analysis, Cut, Fault, File, Finding, Lead, Reading

KILLERS = 10_000  # remembered; some hundred bytes each
EXTENSION_CHARS = 16
Key = tuple[str, ...]


class Memory:
    """Answers, by the file and by what else of the question matters.

    That is the name's extension and the declared type, and where something in it is locked, the words. What nobody
    asked for the longest is forgotten first.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._size = 0
        self._answers: OrderedDict[Key, bytes] = OrderedDict()

    def get(self, asked: Analyse) -> bytes | None:
        """The answer as it was packed, about a file of perhaps another name: see `renamed`."""
        for key in (_key(asked), (*_key(asked), *asked.words)):
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        return None

    def keep(self, asked: Analyse, answer: Analysis, packed: bytes) -> None:
        """Remember an answer."""
        is_locked = any(file.locked for file in answer.root.walk())
        key = (*_key(asked), *asked.words) if is_locked else _key(asked)
        self._size += len(packed) - len(self._answers.pop(key, b""))
        self._answers[key] = packed
        while self._size > self._most:
            self._size -= len(self._answers.popitem(last=False)[1])


class Killers:
    """Files that ended a cell, with the words that they were asked about with, and how it ended."""

    def __init__(self) -> None:
        self._faults: OrderedDict[Key, Fault] = OrderedDict()

    def get(self, asked: Analyse) -> Fault | None:
        """How a cell ended of this question."""
        return self._faults.get((asked.digest, *asked.words))

    def keep(self, asked: Analyse, fault: Fault) -> None:
        """Remember how."""
        self._faults[asked.digest, *asked.words] = fault
        if len(self._faults) > KILLERS:
            self._faults.popitem(last=False)


def _key(asked: Analyse) -> Key:
    return asked.digest, PurePosixPath(asked.name).suffix.lower()[:EXTENSION_CHARS], asked.declared


def renamed(answer: Analysis, name: str) -> Analysis:
    """The same answer about a file of another name: each path begins with it."""
    old = answer.root.name
    if old == name:
        return answer

    def moved(path: str) -> str:
        return name + path[len(old) :] if path == old or path.startswith(old + JOIN) else path

    def placed(found: Finding) -> Finding:
        return replace(found, part=moved(found.part))

    def file_of(file: File) -> File:
        findings, children = tuple(map(placed, file.findings)), tuple(map(file_of, file.children))
        return replace(file, findings=findings, children=children)

    def there(noun: Cut | Lead | Reading) -> Cut | Lead | Reading:
        return replace(noun, where=moved(noun.where))

    return replace(
        answer,
        root=replace(file_of(answer.root), name=name),
        leads=tuple(map(there, answer.leads)),
        readings=tuple(map(there, answer.readings)),
        cuts=tuple(map(there, answer.cuts)),
    )

"""Paths to files of any kind, each taken as it is: `fyke scan --files`. Links are not followed below a folder."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator

from fyke.cli.errors import no_such_path
from fyke.cli.mailbox import Slot, shown


class Folder:
    """The files of some paths, in the order of their names; it has the shape of a `Mailbox`."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.problems: list[str] = []
        self.passed: Counter[str] = Counter()
        self.size_bytes = 0
        self._paths = list(paths)

    def __iter__(self) -> Iterator[Slot]:
        for path in self._paths:
            if path == "-":
                yield Slot("-", b"/dev/stdin", whole=True)
            elif not os.path.lexists(path):
                self.problems.append(no_such_path(path))
            else:
                for file in self._walk(path):
                    yield from self._slot(file)

    def _slot(self, path: str) -> Iterator[Slot]:
        try:
            about = os.stat(path)  # noqa: PTH116  `Path` costs more than the system call
        except OSError as error:
            self.problems.append(f"{shown(path)}: {error.strerror}")
            return
        if stat.S_ISREG(about.st_mode):
            self.size_bytes += about.st_size
            yield Slot(shown(path), os.fsencode(path), whole=True)
        else:
            self.passed["device, socket or pipe"] += 1

    def _walk(self, top: str) -> Iterator[str]:
        stack = [(top, os.path.isdir(top))]  # noqa: PTH112  a folder that is named is read, be it a link or not
        while stack:
            path, is_folder = stack.pop()
            if not is_folder:
                yield path
                continue
            try:
                with os.scandir(path) as entries:
                    inside = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                self.problems.append(f"{shown(path)}: {error.strerror}")
                continue
            for entry in reversed(inside):
                if entry.is_symlink():
                    self.passed["link"] += 1  # what it leads to has a place of its own, or none here
                else:
                    stack.append((entry.path, entry.is_dir(follow_symlinks=False)))

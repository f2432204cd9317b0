"""The native kernel: the same features and weights as numpy's, to the last bit, at a fraction of the cost. Optional.

`make kernel` (or `python -m fyke.learn.kernel`) compiles `kernel.c` where there is a C compiler, into the folder of
compiled patterns. Loaded where it is found; without it, or with FYKE_KERNEL=off, numpy does the same.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
from array import array
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fyke.mail.patterns import cache_dir

SOURCE = Path(__file__).with_name("kernel.c")
FLAGS = ("-std=c11", "-O2", "-shared", "-fPIC", "-ffp-contract=off", "-Wall", "-Wextra")
COMPILERS = ["cc", "gcc", "clang"]  # the first that is there, where $CC names none
FAMILIES = 8

Constants = tuple[tuple[str, int], ...]  # what the C source is compiled with: `features.CONSTANTS`


class KernelError(Exception):
    """The kernel could not be built; one sentence says why."""


class Kernel:
    """The loaded library. It keeps nothing: scratch space is the caller's."""

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(str(path))
        address, number = ctypes.c_void_p, ctypes.c_int64
        self.path = path
        self.read = library.fyke_read
        self.read.argtypes = (ctypes.c_char_p, number, address, address, address, address, address)
        self.weigh = library.fyke_weigh
        self.weigh.argtypes = (ctypes.c_char_p, number, address, address, address, address, ctypes.c_uint32, address)


@cache  # of one process there is one
def loaded(constants: Constants) -> Kernel | None:
    """The kernel of this process."""
    return load(constants)


def load(constants: Constants) -> Kernel | None:
    """The kernel, where it was built for these constants and is not turned off."""
    path = path_of(constants)
    if is_off() or not _is_ours(path):
        return None
    try:
        return Kernel(path)
    except (OSError, AttributeError):
        return None  # built on another machine, say: numpy does the same


def is_off(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether FYKE_KERNEL says that it is not to be used."""
    return environ.get("FYKE_KERNEL", "").lower() in {"off", "0", "no", "false"}


def state(constants: Constants) -> str:
    """Whether it is in use, in words for a person."""
    if is_off():
        return "numpy reads and weighs: the native kernel is turned off by $FYKE_KERNEL"
    found = loaded(constants)
    return f"the native kernel reads and weighs: {found.path}" if found else "numpy reads and weighs: no native kernel"


def path_of(constants: Constants) -> Path:
    """Where the kernel stands: its name changes with the source, the constants and the platform."""
    digest = hashlib.sha256(repr((FLAGS, constants)).encode() + SOURCE.read_bytes()).hexdigest()
    return cache_dir() / f"kernel-{sys.platform}-{os.uname().machine}-{digest[:24]}.so"


def build(constants: Constants, environ: Mapping[str, str] = os.environ) -> Path:
    """Compile the kernel. Raises `KernelError`."""
    import shutil  # noqa: PLC0415  a scan compiles nothing
    import subprocess  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    names = [environ["CC"]] if environ.get("CC") else COMPILERS
    compiler = next(filter(None, map(shutil.which, names)), None)
    if compiler is None:
        raise KernelError(f"no C compiler ({', '.join(names)}); fyke does without")
    path = path_of(constants)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            fresh = Path(folder) / "kernel.so"
            defined = [f"-D{name}={value}U" if value > 0xFFFF else f"-D{name}={value}" for name, value in constants]
            done = subprocess.run(
                [compiler, *FLAGS, *defined, "-o", str(fresh), str(SOURCE)], capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise KernelError(f"{compiler} refuses {SOURCE}: {done.stderr.strip()}")
            fresh.chmod(0o755)
            fresh.replace(path)  # whole or not at all: a process that has the old one mapped keeps it
    except OSError as error:
        raise KernelError(f"{error.filename}: {error.strerror}") from None
    return path


def _is_ours(path: Path) -> bool:
    """Whether a file is there that nobody but this user or root can have written: it is run."""
    try:
        found = path.stat()
    except OSError:
        return False
    return found.st_uid in {0, os.geteuid()} and not found.st_mode & 0o022


class Scratch:
    """What one reader lends the kernel. One thread each."""

    def __init__(self, kernel: Kernel, most_codes: int, slot_bits: int) -> None:
        self._read = kernel.read
        self._codes = np.zeros(most_codes, np.uint32)
        self._seen = np.zeros((1 << slot_bits) // 32, np.uint32)
        self._ends = array("i", [0] * FAMILIES)
        self._places = (self._seen.ctypes.data, self._codes.ctypes.data, self._ends.buffer_info()[0])

    def read(self, folded: bytes, listed: array[int], sizes: Sequence[int]) -> tuple[NDArray[np.uint32], list[int]]:
        """Distinct codes, and where each family ends."""
        if sum(sizes) != len(listed):
            raise ValueError(f"{len(listed)} codes of tokens, not {sum(sizes)}")
        told = array("i", sizes)
        count = self._read(folded, len(folded), listed.buffer_info()[0], told.buffer_info()[0], *self._places)
        if count < 0:
            raise ValueError("more codes than a message can have")
        return self._codes[:count].copy(), self._ends.tolist()


class Scales:
    """The weights of one model, where the kernel reads them."""

    def __init__(self, kernel: Kernel, slots: Sequence[int]) -> None:
        self._weigh = kernel.weigh
        self._slots = slots  # of the base, the shared and the own weights
        self._arrays: list[NDArray[np.int8] | NDArray[np.int16] | None] = [None, None, None]
        self._places = [0, 0, 0]

    def sums(
        self,
        codes: NDArray[np.uint32],
        ends: Sequence[int],
        arrays: Sequence[NDArray[np.int8] | NDArray[np.int16] | None],
        mask: int,
    ) -> list[int]:
        """Sums of signed weights: of the base by family, of the shared weights, of the own ones (0 where None)."""
        found, told = array("q", bytes(3 * FAMILIES * 8)), array("i", ends)
        if len(told) != FAMILIES:
            raise ValueError(f"features of {len(told)} families")
        places = [
            None if weights is None else place if weights is known else self._take(number, weights)
            for number, (weights, known, place) in enumerate(zip(arrays, self._arrays, self._places, strict=True))
        ]
        given = codes.tobytes()  # in a row and ours, whatever array it came from
        if self._weigh(given, len(codes), told.buffer_info()[0], *places, mask, found.buffer_info()[0]):
            raise ValueError("features whose families are not in order")
        return found.tolist()

    def _take(self, number: int, weights: NDArray[np.int8] | NDArray[np.int16]) -> int:
        """Where an array stands; it is held so that it stays there."""
        kind = np.int16 if number else np.int8
        if weights.dtype != kind or weights.shape != (self._slots[number],) or not weights.flags.c_contiguous:
            raise ValueError("weights of another form")
        self._arrays[number], self._places[number] = weights, weights.ctypes.data
        return self._places[number]


def main() -> int:
    """Build the kernel and say where it stands."""
    from fyke.learn.features import CONSTANTS  # noqa: PLC0415  it imports this module

    try:
        print(build(CONSTANTS))
    except KernelError as error:
        print(f"fyke: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

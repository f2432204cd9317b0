"""A small library in C beside a module: the same results at a fraction of the cost, and may be missing.

`make kernel` compiles it where there is a C compiler, into the folder of compiled patterns; see `fyke.learn.kernel`.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from fyke.mail.patterns import cache_dir

FLAGS = ("-std=c11", "-O2", "-shared", "-fPIC", "-Wall", "-Wextra")
COMPILERS = ("cc", "gcc", "clang")  # the first that is there, where $CC names none

Constants = Sequence[tuple[str, int]]


class NativeError(Exception):
    """The library could not be built; one sentence says why."""


def load(source: Path, constants: Constants, environ: Mapping[str, str] = os.environ) -> ctypes.CDLL | None:
    """The library, where it was built for these constants, is not turned off, and is ours or root's."""
    path = path_of(source, constants)
    if environ.get("FYKE_KERNEL", "").lower() in {"off", "0", "no", "false"}:
        return None
    try:
        found = path.stat()
        if found.st_uid not in {0, os.geteuid()} or found.st_mode & 0o022:
            return None
        return ctypes.CDLL(str(path))
    except OSError:
        return None


def path_of(source: Path, constants: Constants) -> Path:
    """Where the library stands: its name changes with the source, the constants and the platform."""
    digest = hashlib.sha256(repr((FLAGS, tuple(constants))).encode() + source.read_bytes()).hexdigest()
    return cache_dir() / f"{source.stem}-{sys.platform}-{os.uname().machine}-{digest[:24]}.so"


def build(source: Path, constants: Constants, environ: Mapping[str, str] = os.environ) -> Path:
    """Compile the library. Raises `NativeError`."""
    import shutil  # noqa: PLC0415  a scan compiles nothing
    import subprocess  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    names = [environ["CC"]] if environ.get("CC") else COMPILERS
    compiler = next(filter(None, map(shutil.which, names)), None)
    if compiler is None:
        raise NativeError(f"no C compiler ({', '.join(names)}); fyke does without")
    path = path_of(source, constants)
    defined = [f"-D{name}={value}U" if value > 0xFFFF else f"-D{name}={value}" for name, value in constants]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            fresh = Path(folder) / "library.so"
            command = [compiler, *FLAGS, *defined, "-o", str(fresh), str(source)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise NativeError(f"{compiler} refuses {source}: {done.stderr.strip()}")
            fresh.chmod(0o755)
            fresh.replace(path)  # whole or not at all: a process that has the old one mapped keeps it
    except OSError as error:
        raise NativeError(f"{error.filename}: {error.strerror}") from None
    return path

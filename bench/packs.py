"""The mail packs: found where they lie packed, unpacked once into `out/packs`, read in a fixed order."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

OUT = Path(__file__).parent.parent / "out" / "packs"

# Folders of a pack whose mail nobody wanted, and those whose mail somebody did.
UNWANTED = ("spam", "phish")
WANTED = ("ham",)


class Sample(Struct, frozen=True):
    """One message of a pack."""

    pack: str
    kind: str  # the folder: ham, spam, phish, torture
    path: Path

    @property
    def number(self) -> int:
        """Its number in the folder. Even ones are for ideas and for fitting, odd ones only for measuring."""
        return int(self.path.stem)

    def read(self) -> bytes:
        """The raw message."""
        return self.path.read_bytes()


def default() -> Path:
    """Where the packs are, unless an argument says otherwise."""
    return Path(os.environ.get("FYKE_CORPORA", "../shared/corpora"))


def unpack(folder: Path, name: str) -> Path | None:
    """The unpacked pack, or None where there is no such pack."""
    if (folder / name).is_dir():
        return folder / name
    packed, ready = folder / f"{name}.tar.zst", OUT / name
    if not ready.is_dir():
        if not packed.is_file():
            return None
        OUT.mkdir(parents=True, exist_ok=True)
        subprocess.run(["tar", "--zstd", "-xf", str(packed), "-C", str(OUT)], check=True)
    return ready


def names(folder: Path) -> list[str]:
    """All packs that are there."""
    packed = {path.name.removesuffix(".tar.zst") for path in folder.glob("*.tar.zst")}
    return sorted(packed | {path.name for path in folder.glob("*/") if (path / "index.tsv").is_file()})


def samples(folder: Path, name: str) -> Iterator[Sample]:
    """The messages of one pack, folder by folder, by number."""
    root = unpack(folder, name)
    for kind in sorted(root.glob("*/")) if root else ():
        for path in sorted(kind.glob("*.eml")):
            yield Sample(name, kind.name, path)

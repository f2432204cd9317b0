"""The symbols of all that may be found in files, as a file: the policy weighs them without loading who finds them.

`python -m fyke.files.catalogue` writes it anew after a symbol was added or changed; a test says where that was
forgotten.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from fyke.files import engines
from fyke.files.base import Tenant
from fyke.model import Symbol

PATH = Path(__file__).with_name("symbols.json")


def symbols() -> tuple[Symbol, ...]:
    """What the packaged unpackers and scanners may find."""
    return msgspec.json.decode(PATH.read_bytes(), type=tuple[Symbol, ...])


def declared(tenants: tuple[Tenant, ...]) -> tuple[Symbol, ...]:
    """What those tenants, the analyst himself, a site's signatures and engines outside declare: each once."""
    from fyke.files.analyst import Analyst  # noqa: PLC0415
    from fyke.files.signatures.known import Known  # noqa: PLC0415

    return tuple(dict.fromkeys((*Analyst(tenants).symbols, *Known.symbols, *engines.SYMBOLS)))


def written(found: tuple[Symbol, ...]) -> bytes:
    """The file's content: a line a symbol."""
    lines = b",\n".join(msgspec.json.encode(symbol) for symbol in sorted(found, key=lambda symbol: symbol.name))
    return b"[\n" + lines + b"\n]\n"


if __name__ == "__main__":
    from fyke.files import packaged

    PATH.write_bytes(written(declared(packaged())))

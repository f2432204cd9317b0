"""Signatures of what a container says of its members (.cdb): name, place, sizes.

After ClamAV's manual, "Signatures based on container metadata". A scanner is told the members that were taken out, with
name and size; what else a line may ask for (packed size, encryption of one member, CRC) is refused.
"""

from __future__ import annotations

from msgspec import Struct

from fyke.files.signatures.hashes import check_level
from fyke.files.signatures.logical import Span, span
from fyke.files.signatures.records import Refused
from fyke.files.signatures.views import CONTAINERS


class Metadata(Struct, frozen=True):
    """What a container and one of its members must be like."""

    name: str
    database: int
    container: str
    container_size: Span | None
    regex: bytes  # that must be found in the member's name; empty where any name will do
    size: Span | None
    position: Span | None  # counted from 1


def read_metadata(line: str, database: int) -> Metadata:
    """A line of a .cdb file. Raises `Refused`."""
    fields = line.split(":")
    if len(fields) < 10:
        raise Refused("a container signature has ten fields or more")
    # The regex of a name may hold colons: what is left over belongs to it.
    name, container, container_size = fields[:3]
    packed, size, encrypted, position, crc, _other = fields[4:10]
    check_level(fields[10:12])
    if container not in CONTAINERS:
        raise Refused("the container is of a sort that is not read")
    if packed != "*" or encrypted != "*" or crc not in {"", "*"}:
        raise Refused("packed size, encryption and check sums of members are not told to scanners")
    regex = b"" if fields[3] in {"", "*"} else fields[3].encode("utf-8")
    return Metadata(name, database, container, _span(container_size), regex, _span(size), _span(position))


def _span(text: str) -> Span | None:
    return None if text in {"", "*"} else span(text)

"""Programs that carry files behind their last section: what set-up programs are made of.

NSIS and InstallShield are opened; Inno Setup is named; whatever else of a known kind lies there is a member.
"""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Content, Item, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs.fields import sliced
from fyke.files.entries import Entry, members
from fyke.files.identify import identify
from fyke.files.installers import autoit, nsis, shield
from fyke.files.installers.windows import overlay_at
from fyke.files.kinds import KINDS
from fyke.model import Finding, Symbol

SETUP = Symbol("PE_SETUP", "A set-up program of a known make", "files", 0.0)
UNREAD = Symbol("PE_SETUP_UNREAD", "A set-up program whose files are not looked into", "unscanned", 1.0)

LEAST_BYTES = 16  # of an overlay
SIGNATURE_BYTES = 8  # a certificate table begins with its length, revision 2.0 and type 2
INNO = (b"Inno Setup Setup Data (", b"rDlPtS\xcd\xe6\xd7\x7b\x0b\x2a")
OTHERS = frozenset({"zip", "rar", "7z", "cab", "docx", "xlsx", "pptx", "jar", "apk"})  # found wherever they lie
CARRIED = frozenset({"archive", "disk", "installer", "document", "program"})


class Setups(Unpacker):
    """Opens set-up programs."""

    name = "setups"
    kinds = frozenset({"pe"})
    symbols = (SETUP, UNREAD)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """By the signs of each make, in turn."""
        data = file.data
        at = overlay_at(data)
        if len(data) - at < LEAST_BYTES:
            return
        if (sign := data.find(nsis.SIGN, max(0, at - 512))) >= 4:
            yield Finding(SETUP, "NSIS")
            setup = nsis.Setup(data, sign, meter)
            if setup.is_read:
                yield from members(setup.entries(), "nsis", meter)
            else:
                yield Finding(UNREAD, "NSIS with its own bzip2")
        elif shelved := shield.plain(data, at):
            yield Finding(SETUP, "InstallShield")
            yield from _shelved(data, shelved, meter)
        elif (sign := _first(data, shield.ENCODED_SIGNS, at)) >= 0:
            yield Finding(SETUP, "InstallShield")
            yield from members(shield.encoded(data, sign), "installshield", meter)
        elif (sign := data.find(autoit.SIGN, at)) >= 0:
            yield Finding(SETUP, "AutoIt")
            yield from members(autoit.entries(data, sign, meter), "autoit", meter)
        elif _first(data, INNO, 0) >= 0:
            yield Finding(UNREAD, "Inno Setup")
        else:
            yield from _other(data[at:], meter)


def _first(data: bytes, signs: tuple[bytes, ...], at: int) -> int:
    places = [place for sign in signs if (place := data.find(sign, at)) >= 0]
    return min(places, default=-1)


def _shelved(data: bytes, shelved: list[shield.Shelved], meter: Meter) -> Iterator[Item]:
    """The files as they are; then what lies in InstallShield's own cabinets, of which one holds the list."""
    plain = (Entry(each.name, each.size, sliced(data, each.at, each.size)) for each in shelved)
    yield from members(plain, "installshield", meter)
    volumes: dict[int, bytes] = {}
    headers: list[bytes] = []
    for each in shelved:
        stem, _, last = each.name.lower().rpartition("/")[2].rpartition(".")
        content = data[each.at : each.at + each.size]
        if content[:4] != shield.SIGN:
            continue
        if last == "hdr":
            headers.append(content)
        else:
            digits = stem[len(stem.rstrip("0123456789")) :][-3:]
            volumes[int(digits or "1")] = content
    for header in headers:
        yield from members(shield.cabinet(header, volumes, meter), "iscab", meter)


def _other(overlay: bytes, meter: Meter) -> Iterator[Item]:
    """What follows the program, if it is a file of a known kind."""
    if overlay[4:SIGNATURE_BYTES] == b"\0\x02\x02\0":
        return  # the signature
    kind = identify(overlay)
    if kind in OTHERS or KINDS[kind].family not in CARRIED or not meter.admits("overlay", len(overlay)):
        return
    yield Member(meter.took(overlay), "overlay", f"appended to a program, {len(overlay):,} bytes")


class ShieldCabinets(Unpacker):
    """Opens InstallShield's own cabinets, where the list of files is in the same file."""

    name = "installshield"
    kinds = frozenset({"iscab"})
    symbols = (UNREAD,)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """As one file that is list and volume at once."""
        is_empty = True
        if int.from_bytes(file.data[16:20], "little"):
            for member in members(shield.cabinet(file.data, {1: file.data}, meter), "iscab", meter):
                is_empty = False
                yield member
        if is_empty:
            yield Finding(UNREAD, "InstallShield cabinet whose list and files lie in different files")

"""Outlook messages ([MS-OXMSG]): attachments and bodies, of the message and of those within it."""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs import lzfu
from fyke.files.documents.compound import Compound, Entry

# 2.1.2.1: a stream is named after its property's number and type.
_DATA = "__substg1.0_37010102"
_NAMES = ("__substg1.0_3707001F", "__substg1.0_3707001E", "__substg1.0_3704001F", "__substg1.0_3704001E")
_BODIES = {
    "__substg1.0_1000001F": "body.txt",
    "__substg1.0_1000001E": "body.txt",
    "__substg1.0_10130102": "body.html",
    "__substg1.0_1013001E": "body.html",
    "__substg1.0_1013001F": "body.html",
    "__substg1.0_10090102": "body.rtf",
}
NAME_BYTES = 1_024  # of a name


class Msg(Unpacker):
    """Which files does the Outlook message hold?"""

    name = "msg"
    kinds = frozenset({"msg"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield bodies and attachments, however deep the message stands that has them."""
        compound = Compound(file.data)
        by_path = {entry.path: entry for entry in compound.streams()}
        for entry in compound.streams():
            if entry.name == _DATA:
                name = _name(compound, by_path, entry)
            elif entry.name in _BODIES:
                name = _BODIES[entry.name]
            else:
                continue
            if not meter.admits(name, entry.size):
                return
            data = compound.read(entry, meter.room + 1)
            if name == "body.rtf":
                yield Member(meter.gather(lzfu.unpacked(data), len(data), name), name, "Outlook message")
            else:
                if entry.name.endswith("001F") and entry.name in _BODIES:
                    data = data.decode("utf-16-le", "replace").encode("utf-8", "replace")
                yield Member(meter.took(data), name, "Outlook message")
        if compound.complaints:
            raise Broken(compound.complaints[0])


def _name(compound: Compound, by_path: dict[tuple[str, ...], Entry], entry: Entry) -> str:
    """The long name of an attachment, or the short one."""
    for stream in _NAMES:
        if found := by_path.get((*entry.path[:-1], stream)):
            data = compound.read(found, NAME_BYTES)
            return data.decode("utf-16-le" if stream.endswith("F") else "utf-8", "replace").rstrip("\0")
    return "attachment"

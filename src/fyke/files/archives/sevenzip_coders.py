"""What undoes each coder of a 7z folder, and the folder as one stream of bytes.

Methods by number: Methods.txt of the 7-Zip sources.
"""

from __future__ import annotations

import lzma
from collections.abc import Callable, Iterator

from fyke.files.archives.sevenzip_headers import Coder, Folder
from fyke.files.archives.sevenzip_key import decrypted, read_lock
from fyke.files.base import Broken
from fyke.files.budget import MIB
from fyke.files.codecs import bcj2, deflate64, pieces, ppmd
from fyke.files.codecs.pieces import Pieces
from fyke.files.streams import LZMA_MEMORY, stored

AES = "06f10701"
HELD = 64 * MIB  # of a stream that a coder needs in one piece
_BRANCHES = {
    "03": lzma.FILTER_DELTA, "04": lzma.FILTER_X86, "05": lzma.FILTER_POWERPC, "06": lzma.FILTER_IA64,
    "07": lzma.FILTER_ARM, "08": lzma.FILTER_ARMTHUMB, "09": lzma.FILTER_SPARC, "03030103": lzma.FILTER_X86,
    "03030205": lzma.FILTER_POWERPC, "03030401": lzma.FILTER_IA64, "03030501": lzma.FILTER_ARM,
    "03030701": lzma.FILTER_ARMTHUMB, "03030805": lzma.FILTER_SPARC,
}  # fmt: skip
_NAMES = {"a": "ARM64", "0a": "ARM64", "0b": "RISC-V", "020302": "Swap2", "020304": "Swap4", "04f71102": "Brotli",
    "04f71104": "LZ4", "04f71105": "LZ5", "04f71106": "Lizard", "21f71101": "FastLZMA2"}  # fmt: skip


class Unread(Exception):  # noqa: N818  it is what we do not know, and no error of the file
    """A coder whose method is not known here; the text names it."""


def unfold(folder: Folder, packed: list[bytes], key: bytes) -> Pieces:
    """The bytes of a folder, out of its packed streams. Raises `Unread`, and `Broken` now or while it is read."""
    if len(packed) != len(folder.packed) or len(folder.sizes) != len(folder.coders):
        raise Broken("a folder whose streams are not all there")
    feeds = dict(zip(folder.packed, packed, strict=True))
    places, at = [], 0
    for coder in folder.coders:
        places.append(at)
        at += coder.ins

    def out_of(number: int, above: frozenset[int]) -> Pieces:
        if number in above:
            raise Broken("a folder whose coders feed themselves")
        coder, wanted = folder.coders[number], []
        for place in range(places[number], places[number] + coder.ins):
            if place in folder.bound:
                wanted.append(out_of(folder.bound[place], above | {number}))
            elif place in feeds:
                wanted.append(stored(feeds[place]))
            else:
                raise Broken("a folder with a coder that nothing feeds")
        return pieces.first(_decode(coder, wanted, folder.sizes[number], key), folder.sizes[number])

    return out_of(folder.main, frozenset())


def locks(folder: Folder) -> list[Coder]:
    """The coders that need a key."""
    return [coder for coder in folder.coders if coder.method == AES]


def check(folder: Folder) -> None:
    """Raises `Unread` where a coder is not known here."""
    for coder in folder.coders:
        if coder.method not in _DECODERS and coder.method not in _BRANCHES and coder.method != AES:
            raise Unread(_NAMES.get(coder.method, f"method {coder.method or 'without a name'}"))


def _decode(coder: Coder, wanted: list[Pieces], size: int, key: bytes) -> Pieces:
    if coder.method == "0303011b":
        if len(wanted) != 4:
            raise Broken("BCJ2 without its four streams")
        main, calls, jumps, ranges = (pieces.whole(each, HELD) for each in wanted)
        return bcj2.decode(main, calls, jumps, ranges, size)
    if len(wanted) != 1:
        raise Broken("a coder with more than one way in")
    if coder.method == AES:
        return decrypted(key, read_lock(coder.properties).vector, wanted[0])
    if branch := _BRANCHES.get(coder.method):
        one: dict[str, int] = {"id": branch}
        if branch == lzma.FILTER_DELTA:
            one["dist"] = (coder.properties[0] if coder.properties else 0) + 1
        return pieces.unfiltered(one, wanted[0])
    if not (decoder := _DECODERS.get(coder.method)):
        raise Unread(_NAMES.get(coder.method, f"method {coder.method}"))
    return decoder(wanted[0], coder.properties, size)


def _lzma(source: Pieces, properties: bytes, size: int) -> Iterator[bytes]:
    if len(properties) < 5 or properties[0] >= 225:
        raise Broken("LZMA without its properties")
    lc, rest = properties[0] % 9, properties[0] // 9
    wanted = int.from_bytes(properties[1:5], "little")
    one = {"id": lzma.FILTER_LZMA1, "dict_size": _window(wanted, size), "lc": lc, "lp": rest % 5, "pb": rest // 5}
    return pieces.lzma_raw([one], source)


def _lzma2(source: Pieces, properties: bytes, size: int) -> Iterator[bytes]:
    if not properties or properties[0] > 40:
        raise Broken("LZMA2 without its properties")
    wanted = 0xFFFFFFFF if properties[0] == 40 else (2 | properties[0] & 1) << properties[0] // 2 + 11
    return pieces.lzma_raw([{"id": lzma.FILTER_LZMA2, "dict_size": _window(wanted, size)}], source)


def _window(wanted: int, size: int) -> int:
    """A dictionary no larger than all that it could hold, nor than is read: what reaches further is broken."""
    return max(4_096, min(wanted, size, LZMA_MEMORY))


def _ppmd(source: Pieces, properties: bytes, size: int) -> Iterator[bytes]:
    if len(properties) < 5:
        raise Broken("PPMd without its properties")
    order, memory = properties[0], int.from_bytes(properties[1:5], "little")
    return ppmd.decode_7z(pieces.whole(source, HELD), order, memory, size)


def _deflate64(source: Pieces, _: bytes, __: int) -> Pieces:
    return deflate64.inflated64(pieces.whole(source, HELD))


_DECODERS: dict[str, Callable[[Pieces, bytes, int], Pieces]] = {
    "00": lambda source, _, __: source,
    "21": _lzma2,
    "030101": _lzma,
    "030401": _ppmd,
    "040108": lambda source, _, __: pieces.inflate(source),
    "040109": _deflate64,
    "040202": lambda source, _, __: pieces.bunzip(source),
    "04f71101": lambda source, _, __: pieces.zstd(source, HELD),
    "0303011b": lambda source, _, __: source,  # has four sources: see `_decode`
}

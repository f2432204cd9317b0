"""The names at the root of an OLE2 file ([MS-CFB]): by them it is told what it is, whatever the files within it hold.

As little is read as that takes; the whole format is read by `fyke.files.documents.compound`.
"""

from __future__ import annotations

from struct import error, unpack_from

NAMES = 2_000  # at the root: a message with some hundred properties and attachments
SECTORS = 4_000  # of the directory: enough for 16,000 entries
FREE = 0xFFFFFFFA  # 2.1: numbers from here on are marks


def root_names(data: bytes) -> tuple[bytes, ...]:
    """The names as they are written, in UTF-16, after the root's class if it has one; none where tables are broken."""
    try:
        return tuple(_names(data))
    except error:  # cut short
        return ()


def _names(data: bytes) -> list[bytes]:
    shift = unpack_from("<H", data, 30)[0]
    if shift not in {9, 12}:
        return []
    sectors = _directory(data, 1 << shift)
    per = (1 << shift) // 128
    found = [kind for at in sectors[:1] if any(kind := data[at + 80 : at + 96])]
    seen: set[int] = set()
    waiting = [unpack_from("<I", data, sectors[0] + 76)[0]] if sectors else []  # 2.6.1: the root's child
    while waiting and len(seen) < NAMES:
        number = waiting.pop()
        if number in seen or number >= len(sectors) * per:
            continue
        seen.add(number)
        at = sectors[number // per] + number % per * 128
        waiting += unpack_from("<II", data, at + 68)  # its siblings, left and right
        found.append(data[at : at + max(0, min(unpack_from("<H", data, at + 64)[0], 64) - 2)])
    return found


def _directory(data: bytes, size: int) -> list[int]:
    """Where the sectors of the directory stand in the file, as far as the header itself leads to their table."""
    number, places = unpack_from("<I", data, 48)[0], unpack_from("<109I", data, 76)
    found: list[int] = []
    while number < FREE and (number + 2) * size <= len(data) + size - 1 and len(found) < SECTORS:
        found.append((number + 1) * size)
        block, row = divmod(number, size // 4)
        if block >= len(places) or places[block] >= FREE:
            break
        number = unpack_from("<I", data, (places[block] + 1) * size + 4 * row)[0]
    return found

"""A message as a `Sketch`: hashes of its words, of runs of words, of where it leads and of how it was made.

Numbers, addresses and URLs in the text count as such, not as what they are; words of the recipient's name and address
count not at all. The hashes are CRC-32 (ISO 3309) mixed by MurmurHash3's finalizer, which have one definition for ever.
"""

from __future__ import annotations

import ctypes
import re
import zlib
from array import array
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fyke.mail import native
from fyke.mail.fold import fold, joined, words_of
from fyke.mail.sketches import message_id_form, path_form
from fyke.model import Address, Message
from fyke.model.sketch import GRAMS, LEADS, SHAPES, SHORT, WORDS, Sketch

Codes = NDArray[np.uint32]

TEXT_BYTES = 16_000  # of the text: eight screens; a longer one is told by its beginning
LETTERS = 4  # bytes of a word that counts alone: shorter ones are every language's glue, and the same in all texts
PIECE_BYTES = 12  # a run in a script without spaces that is longer is cut into pairs of signs
RECIPIENTS = 20  # whose words are left out; a mail to more names none of them
URLS = 20  # in the text that are folded
PARTS = 40  # of the tree
KNOWN = 1 << 15  # words whose codes are kept: 4 MB; mail of one day has few others
HAN = 0xE0  # first byte of scripts that are written without spaces (and of some that are not, with short words)

# Fields that programs of senders write, whoever carries the mail.
FIELDS = frozenset(
    """auto-submitted cc content-class content-language content-transfer-encoding content-type date
    disposition-notification-to errors-to feedback-id from importance in-reply-to list-help list-id list-unsubscribe
    list-unsubscribe-post message-id mime-version organization precedence references reply-to sender subject
    thread-index thread-topic to user-agent x-accept-language x-mailer x-mimeole x-msmail-priority x-originating-ip
    x-priority x-sender""".split()
)
LED = frozenset({"phone", "wallet", "tracking_id", "po_box", "postal"})  # kinds of observables, wherever they stand
WRITTEN = frozenset({"text", "bare", "defanged"})  # links that stand in the text themselves
LOADED = frozenset({"image", "srcset", "style", "script", "header"})  # not followed, or not by a click
PLAIN_SHAPES = frozenset({"", "/", "/a", "/a/"})  # that anybody's links have

PATH_LETTERS, PATH_WORDS = 4, 3  # of a word, and of a path: "/index.html" is everybody's, "/vilkenor/" is somebody's
# What a mailing list or a mail program puts below each text says nothing of the text (RFC 3676 4.3; Mailman's line).
_FOOT = re.compile(r"\n[ \t]{0,4}(?:--[ \t]?|_{20,80}[ \t]?|-{5}BEGIN PGP SIGNATURE-{5})\r?\n")
_PATH_WORD = re.compile(r"[A-Za-z]{4,30}(?![A-Za-z0-9])")

_DIGITS = bytes(48 if 49 <= byte <= 57 else byte for byte in range(256))
_B = 0x9E3779B1  # golden ratio of 32 bits, odd: a polynomial of codes
_B2 = _B * _B & 0xFFFFFFFF


def sketch(message: Message, recipients: Sequence[str] = ()) -> Sketch:
    """The sketch of a message. `recipients` are the envelope's; those that the header names are known. Never raises."""
    words, grams, exact = sketched(_text(message), _people(message.to[:RECIPIENTS], recipients[:RECIPIENTS]))
    return Sketch(
        words=words,
        grams=grams,
        exact=exact,
        paths=_packed(_shapes(message), SHAPES),
        leads=_packed(_leads(message), LEADS),
        mime=_named(" ".join([part.content_type[:40] for part in islice(message.root.walk(), PARTS)])),
        dom=message.html.skeleton,
        headers=_named(" ".join([key for key in message.index if key in FIELDS])),
        message_id=_named(message_id_form(message.message_id)),
    )


def sketched(text: bytes, left_out: Sequence[int] = (), *, by_library: bool = True) -> tuple[bytes, bytes, str]:
    """Smallest hashes of words and of runs of three of a folded text, and the hash of all where there are few."""
    if by_library and _LIBRARY is not None:
        codes, words, grams = _by_library(_LIBRARY, text, left_out)
    else:
        codes = codes_of(text.split())
        if left_out:
            codes = codes[~np.isin(codes, np.array(left_out, np.uint32))]
        words, grams = _lowest(codes[(codes & np.uint32(1)) == 1], WORDS), _grams(codes)
    if len(words) >= 4 * SHORT or not len(codes):
        return words, grams, ""
    return words, grams, blake2b(np.unique(codes).tobytes(), digest_size=8).hexdigest()


def codes_of(words: Iterable[bytes]) -> Codes:
    """The code of each word, in order. Its lowest bit says whether the word counts alone."""
    return np.fromiter(map(_CODES.__getitem__, words), np.uint32)


def mixed(code: int) -> int:
    """MurmurHash3's finalizer of 32 bits."""
    code = (code ^ code >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    code = (code ^ code >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return code ^ code >> 16


class _Codes(dict[bytes, int]):
    """Codes of words. Forgets all when it is full: what comes again is soon there again."""

    def __missing__(self, word: bytes) -> int:
        if len(self) >= KNOWN:
            self.clear()
        code = mixed(zlib.crc32(word)) & ~1
        if word[0] and len(word) >= LETTERS:
            code |= 1
        if b"@" in word:
            code = ADDRESS
        elif b"0" in word.translate(_DIGITS):
            code = NUMBER
        self[word] = code
        return code


_CODES = _Codes()
NUMBER, ADDRESS = mixed(zlib.crc32(b"\0number")) & ~1, mixed(zlib.crc32(b"\0address")) & ~1
CONSTANTS = (("WORDS", WORDS), ("GRAMS", GRAMS), ("SHORT", SHORT), ("LETTERS", LETTERS), ("BASE", _B), ("BASE_2", _B2))
SOURCE = Path(__file__).with_name("sketch.c")


def _loaded() -> ctypes.CDLL | None:
    library = native.load(SOURCE, CONSTANTS)
    if library is not None:
        library.fyke_sketch_begin()
        address, number = ctypes.c_void_p, ctypes.c_int32
        library.fyke_sketch_codes.argtypes = (
            ctypes.c_char_p, number, ctypes.c_uint32, ctypes.c_uint32, address, number, address
        )  # fmt: skip
        library.fyke_sketch_lowest.argtypes = (address, number, address, address, address)
    return library


_LIBRARY = _loaded()


def _by_library(library: ctypes.CDLL, text: bytes, left_out: Sequence[int]) -> tuple[Codes, bytes, bytes]:
    """Codes of the words, and the smallest of words and runs."""
    room = array("I", bytes(4 * (len(text) // 2 + 1 + WORDS + GRAMS + 2)))
    names = array("I", left_out)
    place, _ = room.buffer_info()
    counts = place + 4 * (WORDS + GRAMS)
    codes = counts + 8
    count = library.fyke_sketch_codes(text, len(text), NUMBER, ADDRESS, names.buffer_info()[0], len(names), codes)
    library.fyke_sketch_lowest(codes, count, place, place + 4 * WORDS, counts)
    data = memoryview(room)
    words, grams = room[WORDS + GRAMS], room[WORDS + GRAMS + 1]
    start = WORDS + GRAMS + 2
    found = np.frombuffer(room, np.uint32, count, 4 * start) if words < SHORT else np.empty(count, np.uint32)
    return found, bytes(data[:words]), bytes(data[WORDS : WORDS + grams])


def _text(message: Message) -> bytes:
    """The folded words of the subject and of what is not quoted, as far as they are read."""
    subject, _, rest = message.text.folded.partition(b"\n")
    current = message.text.current
    foot = _FOOT.search(current) if "--" in current or "___" in current else None
    text = fold(current[: foot.start()]) if foot is not None else rest.partition(b"\n")[0]
    if len(text) > TEXT_BYTES:
        text = text[:TEXT_BYTES].rpartition(b" ")[0] + b" "
    for link in islice((link for link in message.links if link.source in WRITTEN), URLS):
        text = text.replace(joined(words_of(link.url[:400])), b" \0url ")
    text = subject[:TEXT_BYTES] + text
    if not text.isascii():
        return b" ".join([piece for word in text.split() for piece in _pieces(word)])
    return text


def _pieces(word: bytes) -> Sequence[bytes]:
    """A run of a script without spaces as pairs of signs; any other word as it is."""
    if len(word) <= PIECE_BYTES or word[0] < HAN:
        return (word,)
    signs = word.decode("utf-8", "ignore")
    return [signs[at : at + 2].encode() for at in range(len(signs) - 1)]


def _people(named: Iterable[Address], recipients: Iterable[str]) -> Sequence[int]:
    """Codes of words that stand in names and addresses of those who get the mail."""
    written = [*[f"{each.name[:100]} {each.address[:320]}" for each in named], *[each[:320] for each in recipients]]
    if not written:
        return ()
    codes = set(map(_CODES.__getitem__, words_of(" ".join(written).replace("@", " "))))
    return tuple(codes - {NUMBER, ADDRESS})


def _lowest(codes: Codes, most: int) -> bytes:
    """The smallest distinct codes."""
    return np.unique(codes)[:most].astype("<u4", copy=False).tobytes()


def _grams(codes: Codes) -> bytes:
    """The smallest distinct hashes of three words in a row."""
    if len(codes) < SHORT:
        return b""
    runs = codes[:-2] * np.uint32(_B2) + codes[1:-1] * np.uint32(_B) + codes[2:]
    runs ^= runs >> np.uint32(16)
    runs *= np.uint32(0x85EBCA6B)
    runs ^= runs >> np.uint32(13)
    runs *= np.uint32(0xC2B2AE35)
    runs ^= runs >> np.uint32(16)
    return _lowest(runs, GRAMS)


def _shapes(message: Message) -> Iterable[str]:
    """Shapes of the paths that a click leads to."""
    for link in message.links:
        if link.host and link.source not in LOADED and (link.query or len(link.path) > 1):
            shape = path_form(link.path, link.query)
            if shape not in PLAIN_SHAPES:
                yield shape


def _leads(message: Message) -> Iterable[str]:
    """Where it leads: what a sender must give so that a reader can come to them; last, words of the paths."""
    own = {f"{each.local}@{each.domain}".lower() for each in message.to[:RECIPIENTS]}
    for seen in message.observables:
        if seen.kind in LED or (seen.kind == "attachment" and seen.value[:7] == "sha256:"):
            yield f"{seen.kind}:{seen.value}"
        elif seen.kind == "domain" and seen.where != "header":
            yield f"domain:{seen.value}"
        elif seen.kind == "email" and seen.value not in own:
            yield f"email:{seen.value}"
    for link in message.links:
        if link.host and link.source not in LOADED and len(link.path) > PATH_LETTERS:
            yield from [f"path:{word}" for word in _PATH_WORD.findall(link.path[:100])[:PATH_WORDS]]


def _packed(values: Iterable[str], most: int) -> bytes:
    """The hashes of the first distinct values, sorted."""
    found: dict[int, None] = {}
    for value in values:
        found[lead_code(value)] = None
        if len(found) >= most:
            break
    return np.array(sorted(found), "<u4").tobytes() if found else b""


def lead_code(value: str) -> int:
    """The hash of a shape, or of what is led to as "kind:value"."""
    return mixed(zlib.crc32(value.encode("utf-8", "replace")))


def _named(shape: str) -> str:
    return f"{lead_code(shape):08x}" if shape else ""

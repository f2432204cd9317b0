"""The sketch of a mail: small enough to be kept on every scan, and enough to say which mails were made from one text.

Nothing in it can be read back: words are hashes, and those of the recipient's name and address are not among them.
"""

from __future__ import annotations

from hashlib import blake2b

from msgspec import Struct

WORDS = 128  # smallest hashes kept of the distinct words: most mails have fewer, so nothing is lost of them
GRAMS = 64  # of runs of three words, which only tell near copies from the rest
SHAPES = 8  # of paths of links
LEADS = 16  # hashes of where it leads: domains of links, numbers, accounts, files
SHORT = 12  # distinct words with which a text can be told from a stranger's by a share of them; below, it must be equal


class Sketch(Struct, frozen=True, gc=False):
    """What is compared of a mail. Hashes are sorted, distinct, 32 bits each, little endian."""

    words: bytes = b""  # bottom-k sketch (Broder, 1997) of the set of words
    grams: bytes = b""  # the same of runs of three words
    exact: str = ""  # hash of all words; only of a text that is too short for the rest
    paths: bytes = b""  # shapes of the paths that it links to
    leads: bytes = b""  # what it leads to
    mime: str = ""  # hash of the tree of parts
    dom: str = ""  # hash of the HTML's structure
    headers: str = ""  # hash of the order of the fields that a sender's program writes
    message_id: str = ""  # hash of the form of the Message-ID

    @property
    def digest(self) -> str:
        """A name of the sketch: equal sketches have equal names. 16 hex digits."""
        whole = b"|".join((self.words, self.grams, self.paths, self.leads))
        keys = f"{self.exact} {self.mime} {self.dom} {self.headers} {self.message_id}".encode()
        return blake2b(keys + whole, digest_size=8).hexdigest()

    @property
    def is_short(self) -> bool:
        """Whether its text is too short to be told by a share of its words."""
        return len(self.words) < 4 * SHORT

    @property
    def is_telling(self) -> bool:
        """Whether it says enough for two mails to be called alike: some text, or where it leads."""
        return bool(self.words or self.leads)

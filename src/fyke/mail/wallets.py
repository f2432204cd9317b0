"""Addresses of cryptocurrencies in text. Each is checked by its own checksum, so what is found is meant to be paid to.

Sources: Bitcoin base58check (LTC, TRON, DOGE, DASH use it too), BIP 173 and 350, EIP-55, Monero standard addresses.
"""

from __future__ import annotations

import hashlib
import re

from fyke.mail.patterns import CASELESS, Expression

_HEAD = 26  # characters that the first expression matches: the shortest address
EXPRESSIONS = (
    Expression(rb"\b[13LMTDXA48][1-9A-HJ-NP-Za-km-z]{25}"),
    Expression(rb"\b(?:bc1|ltc1|tb1)[02-9ac-hj-np-z]{11,87}\b", CASELESS),
    Expression(rb"\b0x[0-9a-f]{40}\b", CASELESS),
    Expression(rb"\bsolana\b", CASELESS),
)
SOLANA = len(EXPRESSIONS) - 1

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUE = {char: value for value, char in enumerate(_ALPHABET)}
_BECH32 = {char: value for value, char in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_VERSIONS = {0x00: "btc", 0x05: "btc", 0x30: "ltc", 0x32: "ltc", 0x41: "trx", 0x1E: "doge", 0x16: "doge", 0x4C: "dash"}
_FIRST = frozenset("13LMTDAX")  # first letters that those versions give
_MONERO = {18, 19, 42}  # standard, integrated, subaddress
_MONERO_BLOCK = (0, 2, 3, 5, 6, 7, 9, 10, 11)  # characters for 0 to 8 bytes
_SOLANA = re.compile(rb"(?<![0-9A-Za-z])[1-9A-HJ-NP-Za-km-z]{43,44}(?![0-9A-Za-z])")
_NEAR_BYTES = 400  # around the word "Solana"
_WORDS = bytes(char if char < 128 and chr(char).isalnum() else 0x20 for char in range(256))


def find_word(data: bytes, end: int, index: int) -> str:
    """The word in which the expression `index` matched up to byte `end`."""
    if index == 0:
        return data[end - _HEAD : end + 81].translate(_WORDS).partition(b" ")[0].decode("ascii")
    return data[max(0, end - 106) : end].translate(_WORDS).rpartition(b" ")[2].decode("ascii")


def solana(data: bytes, end: int) -> str:
    """The wallet near the word "Solana" that ends at byte `end`. Such an address has no checksum, only a size."""
    for match in _SOLANA.finditer(data, max(0, end - _NEAR_BYTES), end + _NEAR_BYTES):
        word = match[0].decode("ascii")
        if _decode(word, 32) is not None:
            return f"sol:{word}"
    return ""


def is_costly(word: str) -> bool:
    """Whether checking the word takes a Keccak, about 1 ms."""
    return len(word) in {42, 95, 106} and (len(word) > 42 or word != word.lower())


def check(word: str) -> str:
    """Which wallet a word is, as "btc:1..."; empty where its checksum says that it is none."""
    size = len(word)
    if word[:2] in {"0x", "0X"}:
        return f"eth:{word.lower()}" if size == 42 and _is_ethereum(word[2:]) else ""
    head = word[:4].lower()
    if head.startswith(("bc1", "ltc1")) and _is_bech32(word):
        return f"{'btc' if head[0] == 'b' else 'ltc'}:{word.lower()}"
    if size <= 35 and word[0] in _FIRST:
        kind = _base58check(word)
        return f"{kind}:{word}" if kind else ""
    if size in {95, 106} and word[0] in "48" and _is_monero(word):
        return f"xmr:{word}"
    return ""


def _decode(word: str, size: int) -> bytes | None:
    """Base58 to exactly `size` bytes."""
    number = 0
    for char in word:
        value = _VALUE.get(char)
        if value is None:
            return None
        number = number * 58 + value
    if number.bit_length() > size * 8:
        return None
    return number.to_bytes(size, "big")


def _base58check(word: str) -> str:
    """The currency of a base58check address of 20 bytes, or an empty string."""
    raw = _decode(word, 25)
    if raw is None or raw[0] not in _VERSIONS:
        return ""
    digest = hashlib.sha256(hashlib.sha256(raw[:21]).digest()).digest()
    return _VERSIONS[raw[0]] if digest[:4] == raw[21:] else ""


def _is_bech32(word: str) -> bool:
    """Whether a word in one case has the checksum of BIP 173 or of BIP 350."""
    if word not in {word.lower(), word.upper()}:
        return False
    prefix, _, rest = word.lower().rpartition("1")
    if not all(char in _BECH32 for char in rest):
        return False
    check = 1
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + [_BECH32[c] for c in rest]
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check in {1, 0x2BC830A3}


def _is_ethereum(word: str) -> bool:
    """Whether 40 hex digits are in one case, or in the mixed case of EIP-55, and are more than a pattern."""
    if len(set(word.lower())) < 8:
        return False  # 0x000...dEaD and the like
    if word in {word.lower(), word.upper()}:
        return True
    digest = _keccak256(word.lower().encode("ascii")).hex()
    return all(char.isdigit() or char.isupper() == (nibble >= "8") for char, nibble in zip(word, digest, strict=False))


def _is_monero(word: str) -> bool:
    """Whether base58 in blocks of eleven ends in its own Keccak checksum."""
    raw = b""
    for start in range(0, len(word), 11):
        block = word[start : start + 11]
        if len(block) not in _MONERO_BLOCK:
            return False
        part = _decode(block, _MONERO_BLOCK.index(len(block)))
        if part is None:
            return False
        raw += part
    return raw[0] in _MONERO and _keccak256(raw[:-4])[:4] == raw[-4:]


def _keccak256(data: bytes) -> bytes:
    """Keccak-256 as it was before NIST changed its padding (hashlib has only SHA-3). One block of input is enough."""
    rate = 136
    assert len(data) < rate
    block = bytearray(data.ljust(rate, b"\0"))
    block[len(data)] ^= 0x01
    block[rate - 1] ^= 0x80
    state = [int.from_bytes(block[at : at + 8], "little") for at in range(0, rate, 8)] + [0] * 8
    _permute(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _permute(a: list[int]) -> None:
    """Keccak-f[1600], FIPS 202 3.3, in place."""
    lfsr = 1
    for _ in range(24):
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ _rotate(c[(x + 1) % 5], 1) for x in range(5)]
        for at in range(25):
            a[at] ^= d[at % 5]
        x, y, current = 1, 0, a[1]
        for turn in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, a[x + 5 * y] = a[x + 5 * y], _rotate(current, (turn + 1) * (turn + 2) // 2 % 64)
        for row in range(0, 25, 5):
            line = a[row : row + 5]
            for x in range(5):
                a[row + x] = line[x] ^ (~line[(x + 1) % 5] & line[(x + 2) % 5])
        for bit in range(7):
            lfsr = (lfsr << 1 ^ (lfsr >> 7) * 0x71) % 256
            if lfsr & 2:
                a[0] ^= 1 << ((1 << bit) - 1)


def _rotate(lane: int, by: int) -> int:
    """Rotate 64 bits to the left."""
    return (lane << by | lane >> (64 - by)) & 0xFFFFFFFFFFFFFFFF

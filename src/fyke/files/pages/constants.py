"""What a script makes of constants: strings put together, turned round, decoded; lists of numbers made into files.

No interpreter: one pass over the tokens, which knows the values of names that were given constants, and the few
functions that matter. What it does not know is unknown, and the pass goes on.
"""

from __future__ import annotations

import base64
import re
from typing import NamedTuple
from urllib.parse import quote, unquote

from fyke.files.pages.script_tokens import Token, tokens

DEPTH = 40  # brackets in each other
WORK_CHARS = 48_000_000  # that are made by joining, in one script: `s += x` in a loop written out grows by squares
OFFERS = 1_000  # values of one script
OFFER_CHARS = 24  # an address, encoded


class Path(str):
    """A name, or names with dots, that has no known value."""

    __slots__ = ()


class Text(NamedTuple):
    """A string, and by what it was decoded."""

    text: str
    how: str = ""


Value = Text | bytes | int | list["Value"] | Path | None


class Offer(NamedTuple):
    """A constant that a script makes, and what it does with it."""

    data: str | bytes
    how: str  # the decoding that made it; empty where it stands there as it is
    sink: str  # "write", "innerHTML", "location", "eval", ... or nothing


_SINKS = frozenset((
    "write", "writeln", "innerHTML", "outerHTML", "srcdoc", "insertAdjacentHTML", "eval", "Function", "setTimeout",
    "location", "href", "replace", "assign", "open", "Blob", "File", "src", "execScript", "append", "html", "action",
    "fetch", "setAttribute", "parseFromString",
))  # fmt: skip
_PREFIXES = frozenset({"new", "return", "var", "let", "const", "typeof", "await", "void"})
_NUMBER = re.compile(r"-?(?:0[xX][0-9a-fA-F]{1,8}|\d{1,10})")
_BASE64_NOISE = re.compile(r"[^A-Za-z0-9+/]")
_U_ESCAPE = re.compile(r"%u([0-9A-Fa-f]{4})")
_CALLS = frozenset({"atob", "unescape", "decodeURIComponent", "decodeURI"})
_LISTS = frozenset({"Uint8Array", "Int8Array", "Uint8ClampedArray", "Array", "Buffer"})


class Constants:
    """One pass over one script. `offers` is what it found."""

    def __init__(self, source: str, known: dict[str, Value] | None = None) -> None:
        self.offers: list[Offer] = []
        self.known: dict[str, Value] = known if known is not None else {}
        self._tokens = [*tokens(source), Token("sign", ""), Token("sign", ""), Token("sign", "")]
        self._end = len(self._tokens) - 3
        self._work = WORK_CHARS
        at = 0
        while at < self._end and self._work > 0:
            at = self._step(at, 0)

    def _is(self, at: int, sign: str) -> bool:
        token = self._tokens[at] if at <= self._end else self._tokens[-1]
        return token.kind == "sign" and token.text == sign

    def _step(self, at: int, depth: int) -> int:
        """One statement, or what can be understood of it; always goes on."""
        value, after = self._sum(at, depth)
        if isinstance(value, Path) and after < self._end:
            sink = value.rpartition(".")[2]
            if self._is(after, "="):
                made, after = self._sum(after + 1, depth)
                self._offer(made, sink)
                self.known[str(value)] = made
            elif self._is(after, "+="):
                made, after = self._sum(after + 1, depth)
                self._append(str(value), made)
        else:
            name = self._tokens[at]
            if name.kind == "name" and name.text in self.known:
                after = self._again(name.text, at, after, depth)
            self._offer(value, "")
        return max(after, at + 1)

    def _again(self, name: str, at: int, after: int, depth: int) -> int:
        """A name that has a value already is given another, or more."""
        if self._is(at + 1, "="):
            made, after = self._sum(at + 2, depth)
            self._offer(made, name)
            self.known[name] = made
        elif self._is(at + 1, "+="):
            made, after = self._sum(at + 2, depth)
            self._append(name, made)
        return after

    def _append(self, name: str, more: Value) -> None:
        before = self.known.get(name)
        if isinstance(before, Text) and isinstance(more, Text):
            self._work -= len(before.text) + len(more.text)
            joined = Text(before.text + more.text, before.how or more.how)
            self.known[name] = joined
        elif more is not None:
            self.known[name] = None
            self._offer(more, name.rpartition(".")[2])

    def _sum(self, at: int, depth: int) -> tuple[Value, int]:
        """Terms with `+` between them."""
        value, at = self._term(at, depth)
        if not self._is(at, "+"):
            return value, at
        parts = [value]
        while self._is(at, "+"):
            value, at = self._term(at + 1, depth)
            parts.append(value)
        texts = [_as_text(part) for part in parts]
        if all(text is not None for text in texts):
            joined = "".join(text.text for text in texts if text is not None)
            self._work -= len(joined)
            return Text(joined, next((text.how for text in texts if text and text.how), "")), at
        for part in parts:
            self._offer(part, "")
        return None, at

    def _term(self, at: int, depth: int) -> tuple[Value, int]:
        """A value, with the members and calls behind it."""
        value, at = self._first(at, depth)
        while at < self._end:
            if self._is(at, ".") and self._tokens[at + 1].kind == "name":
                name, at = self._tokens[at + 1].text, at + 2
                value, at = self._member(value, name, at, depth)
            elif self._is(at, "[") and depth < DEPTH:
                items, at = self._items(at + 1, "]", depth + 1)
                key = items[0] if len(items) == 1 else None
                if isinstance(key, Text) and isinstance(value, Path | Text | list | bytes):
                    value, at = self._member(value, key.text, at, depth)
                elif isinstance(key, int) and isinstance(value, list) and 0 <= key < len(value):
                    value = value[key]
                else:
                    value = None
            elif isinstance(value, Path) and (called := self._call(at, depth)) is not None:
                arguments, at = called
                value = self._function(value, arguments)
            elif self._is(at, "(") and depth < DEPTH:
                _, at = self._items(at + 1, ")", depth + 1)
                value = None
            else:
                break
        return value, at

    def _call(self, at: int, depth: int) -> tuple[list[Value], int] | None:
        """The arguments of a call, if there is one here."""
        token = self._tokens[at]
        if token.kind == "numbers" and token.text[0] == "(":
            return [int(number, 0) for number in _numbers(token.text)], at + 1
        if self._is(at, "(") and depth < DEPTH:
            return self._items(at + 1, ")", depth + 1)
        return None

    def _items(self, at: int, closer: str, depth: int) -> tuple[list[Value], int]:
        """Values up to a closing bracket. Statements between, as of functions, are passed over in the same way."""
        items: list[Value] = []
        fresh = True
        while at < self._end:
            if self._is(at, closer):
                return items, at + 1
            if self._is(at, ","):
                at, fresh = at + 1, True
                continue
            if fresh:
                value, after = self._sum(at, depth)
                if self._is(after, "=") or after == at:
                    value, after = None, self._step(at, depth)
                items.append(value)
                fresh = False
            else:
                items[-1] = None
                after = self._step(at, depth)
            at = max(after, at + 1)
        return items, at

    def _first(self, at: int, depth: int) -> tuple[Value, int]:
        """A constant, a name, a list, or brackets."""
        while at + 1 < self._end and self._tokens[at].kind == "name" and self._tokens[at].text in _PREFIXES:
            at += 1
        kind, text = self._tokens[at] if at < self._end else ("sign", "")
        if kind == "string":
            return Text(text), at + 1
        if kind == "number":
            return (int(text, 0) if text.isdigit() and (text == "0" or text[0] != "0") else _hex(text)), at + 1
        if kind == "numbers":
            numbers: list[Value] = [int(number, 0) for number in _numbers(text)]
            return (_as_bytes(numbers) or numbers) if text[0] == "[" else None, at + 1
        if kind == "name":
            if self._is(at + 1, "=") or self._is(at + 1, "+="):
                return Path(text), at + 1
            value = self.known.get(text)
            return (Path(text) if value is None else value), at + 1
        if text in {"[", "("} and depth < DEPTH and kind == "sign":
            items, at = self._items(at + 1, "]" if text == "[" else ")", depth + 1)
            if text == "(":
                return (items[-1] if items else None), at
            return (_as_bytes(items) or items), at
        return None, at

    def _member(self, value: Value, name: str, at: int, depth: int) -> tuple[Value, int]:
        """`value.name`, or `value.name(...)` where the method is known."""
        if value is None or isinstance(value, int):
            return None if value is None and name not in _SINKS else Path(name), at
        if isinstance(value, Path):
            whole = f"{value}.{name}"[-200:]
            known = None if self._is(at, "=") else self.known.get(whole)
            return (Path(whole) if known is None else known), at
        called = self._call(at, depth)
        if called is None:
            return None, at
        arguments, at = called
        made = _method(value, name, arguments)
        if isinstance(made, Text):
            self._work -= len(made.text)
        return made, at

    def _function(self, path: Path, arguments: list[Value]) -> Value:
        """What a call of a function makes, if it is one that is known."""
        names = path.split(".")
        last = names[-1]
        if last == "apply" and len(names) > 1 and len(arguments) > 1:
            last, arguments = names[-2], [arguments[1]]
        for argument in arguments:
            self._offer(argument, last if last in _SINKS else "")
        first = arguments[0] if arguments else None
        text = _as_text(first)
        if last in _CALLS and text is not None:
            self._work -= len(text.text)
            return _decoded(last, text.text)
        if last in {"escape", "encodeURIComponent"} and text is not None and len(text.text) < 2_000_000:
            return Text(quote(text.text, encoding="latin-1", errors="replace"), text.how)
        if last == "fromCharCode":
            return _characters(arguments)
        if last in {"from", "Uint8Array", "Int8Array", "Uint8ClampedArray", "Blob", "File"}:
            if last == "from" and (len(names) < 2 or names[-2] not in _LISTS):
                return None
            return _bytes_of(first)
        if last == "String" and text is not None:
            return text
        return None

    def _offer(self, value: Value, sink: str) -> None:
        """Keep what may be a file, a page or an address."""
        if len(self.offers) >= OFFERS:
            return
        sink = sink if sink in _SINKS else ""
        if isinstance(value, bytes):
            if len(value) >= OFFER_CHARS:
                self.offers.append(Offer(value, "numbers", sink))
        elif isinstance(value, Text):
            if len(value.text) >= OFFER_CHARS or (sink and value.text):
                self.offers.append(Offer(value.text, value.how, sink))
        elif isinstance(value, list):
            for item in value[:20]:
                if not isinstance(item, list):
                    self._offer(item, sink)


def _numbers(text: str) -> list[str]:
    return [
        number for number in _NUMBER.findall(text) if not (number[0] == "0" and number.isdigit() and len(number) > 1)
    ]


def _hex(text: str) -> int | None:
    return int(text, 16) if text[:2].lower() == "0x" else None


def _as_text(value: Value) -> Text | None:
    if isinstance(value, Text):
        return value
    return Text(str(value)) if isinstance(value, int) else None


def _as_bytes(items: list[Value]) -> bytes | None:
    """A list of small numbers as bytes; negative ones as Int8Array has them."""
    if len(items) < 4:
        return None
    try:
        return bytes([item & 0xFF if isinstance(item, int) and -129 < item < 256 else 256 for item in items])
    except ValueError:
        return None


def _bytes_of(value: Value) -> Value:
    """What an array of bytes or a Blob holds, made of a string or a list."""
    if isinstance(value, Text) and value.how:
        try:
            return value.text.encode("latin-1")
        except UnicodeEncodeError:
            return value
    if isinstance(value, list) and len(value) == 1:
        return value[0]
    return value if isinstance(value, bytes | Text) else None


def _decoded(name: str, text: str) -> Text | None:
    if name == "atob":
        clean = _BASE64_NOISE.sub("", text)
        if len(clean) % 4 == 1:
            clean = clean[:-1]
        return Text(base64.b64decode(clean + "=" * (-len(clean) % 4)).decode("latin-1"), "base64")
    if name == "unescape":
        text = _U_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        return Text(unquote(text, "latin-1"), "percent")
    return Text(unquote(text, "utf-8", "replace"), "percent")


def _characters(arguments: list[Value]) -> Text | None:
    if len(arguments) == 1 and isinstance(arguments[0], bytes):
        return Text(arguments[0].decode("latin-1"), "character codes")
    if len(arguments) == 1 and isinstance(arguments[0], list):
        arguments = arguments[0]
    codes = [item for item in arguments if isinstance(item, int) and 0 <= item < 0x10000]
    return Text("".join(map(chr, codes)), "character codes") if codes and len(codes) == len(arguments) else None


def _method(value: Text | bytes | list[Value], name: str, arguments: list[Value]) -> Value:
    """The methods of strings and lists that loaders use."""
    first = arguments[0] if arguments else None
    if isinstance(value, Text):
        return _string_method(value, name, first, arguments)
    items: list[Value] = list(value) if isinstance(value, bytes) else value
    if name == "reverse":
        return value[::-1]
    if name == "join" and (first is None or isinstance(first, Text)):
        texts = [_as_text(item) for item in items]
        if all(text is not None for text in texts):
            return Text((first.text if first else ",").join(text.text for text in texts if text), "joined")
    if name == "concat" and isinstance(first, list):
        return items + first
    return None


def _string_method(value: Text, name: str, first: Value, arguments: list[Value]) -> Value:
    text, how = value
    if name == "split" and isinstance(first, Text):
        return [Text(piece, how) for piece in (text.split(first.text) if first.text else list(text))]
    if name in {"replace", "replaceAll"} and isinstance(first, Text) and len(arguments) > 1:
        other = arguments[1]
        if first.text and isinstance(other, Text) and len(other.text) <= len(first.text) + 10:
            return Text(text.replace(first.text, other.text), how or "replaced")
    if name in {"trim", "toString", "valueOf", "normalize"}:
        return value
    if name == "concat" and isinstance(first, Text):
        return Text(text + first.text, how)
    if name in {"slice", "substring", "substr"} and all(isinstance(item, int) for item in arguments):
        numbers = [item for item in arguments if isinstance(item, int)]
        start, end = (numbers + [len(text)] * 2)[:2]
        if name == "substr" and len(numbers) > 1:
            end += start
        return Text(text[start:end], how)
    return None

"""What a part's header says of its body: type, charset, encoding, disposition, name (RFC 2045, 2183)."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from fyke.mail.defects import Notes
from fyke.mail.headers import Index
from fyke.mail.parameters import read_parameters

_TYPE = re.compile(r"[\w.+!#$&^-]{1,80}/[\w.+!#$&^-]{1,120}", re.ASCII)
_LATER_TYPE = re.compile(r"[;,]\s{0,9}(?:text|multipart|application|image|message)/", re.IGNORECASE)
LIST_CHARS = 1_000  # of a Content-Type, in which a second type is sought
CACHED_CHARS = 120  # "text/plain; charset=utf-8" comes a thousand times; what is longer has a boundary of its own


class Kind(Struct, frozen=True, gc=False):
    """What a part is declared to be."""

    content_type: str
    charset: str
    boundary: str
    encoding: str
    disposition: str
    filename: str
    content_id: str


class _Type(Struct, frozen=True):
    """A Content-Type, read by itself."""

    content_type: str
    charset: str
    boundary: str
    name: str
    defects: tuple[str, ...]


def read_kind(index: Index, default: str, notes: Notes, path: str) -> Kind:
    """The kind of a part, from its headers; `default` is the type of a part that declares none."""
    types = index.get("content-type")
    content_type, charset, boundary, name = default, "", "", ""
    if types is not None:
        raw = types[0].raw
        found = _read_type_cached(raw) if len(raw) <= CACHED_CHARS else _read_type(raw)
        content_type, charset, boundary, name = found.content_type or default, found.charset, found.boundary, found.name
        for kind in found.defects:
            notes.add(kind, raw, path)
        if len(types) > 1:
            notes.add("content-type-repeated", types[1].value, path)
    encodings = index.get("content-transfer-encoding")
    if encodings is not None and len(encodings) > 1:
        notes.add("encoding-repeated", encodings[1].value, path)
    dispositions = index.get("content-disposition")
    disposition = ""
    if dispositions is not None:
        disposition, more = read_parameters(dispositions[0].raw, notes, path)
        filename = more.get("filename", "")
        if name and filename and name != filename:
            notes.add("names-differ", f"{name} / {filename}", path)
        name = filename or name
    ids = index.get("content-id")
    return Kind(
        content_type,
        charset,
        boundary,
        "" if encodings is None else _read_encoding(encodings[0].raw),
        disposition,
        name.strip(),
        "" if ids is None else ids[0].value.strip("<> \t"),
    )


def _read_type(raw: str) -> _Type:
    notes = Notes()
    main, parameters = read_parameters(raw, notes)
    if raw.count("/") > 1 and _LATER_TYPE.search(raw, 0, LIST_CHARS):
        notes.add("content-type-list")
    elif not _TYPE.fullmatch(main):
        notes.add("content-type-broken")
    found = _TYPE.match(main)
    if found is not None:
        main = found[0]
    elif main:  # RFC 2045 5.2: what cannot be read is plain text
        main = "text/html" if main == "html" else "text/plain"
    charset = parameters.get("charset", "").strip().lower()
    kinds = tuple(defect.kind for defect in notes.defects)
    return _Type(main, charset, parameters.get("boundary", "").rstrip(), parameters.get("name", ""), kinds)


_read_type_cached = lru_cache(maxsize=1024)(_read_type)


def _read_encoding(raw: str) -> str:
    """The name of a transfer encoding, without what broken senders put around it."""
    encoding = raw.lower()
    if encoding.isalnum() or encoding == "quoted-printable":
        return encoding
    words = encoding.replace(";", " ").replace(",", " ").split(None, 1)
    return words[0].strip("\"'()") if words else ""

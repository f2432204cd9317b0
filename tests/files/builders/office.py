"""Office files made from nothing: compound files, VBA projects, BIFF workbooks, packages."""

import io
import zipfile
from struct import pack

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def compound(streams):
    """An OLE2 file: {"Storage/Stream": bytes}. Streams are padded to 4,096 bytes only in where they lie."""
    names, rows = {(): 0}, [["Root Entry", 5, FREE, FREE, END, 0]]
    for path, data in streams.items():
        parts = tuple(path.split("/"))
        for depth in range(1, len(parts) + 1):
            if parts[:depth] in names:
                continue
            names[parts[:depth]] = len(rows)
            parent = rows[names[parts[: depth - 1]]]
            last = depth == len(parts)
            rows.append([parts[depth - 1], 2 if last else 1, parent[3], FREE, END, data if last else b""])
            parent[3] = len(rows) - 1  # the newest child; older ones hang to its left
    body, table = [], []
    minis, mini_table = bytearray(), []
    for row in rows[1:]:
        data = row[5]
        row[5] = len(data)
        if not data:
            row[4] = END
        elif len(data) < 4_096:
            row[4] = len(mini_table)
            count = -(-len(data) // 64)
            mini_table += [*range(row[4] + 1, row[4] + count), END]
            minis += data.ljust(count * 64, b"\0")
        else:
            row[4] = _put(body, table, data)
    rows[0][4] = _put(body, table, bytes(minis)) if minis else END
    rows[0][5] = len(minis)
    minifat = _put(body, table, b"".join(pack("<I", n) for n in mini_table)) if mini_table else END
    directory = _put(body, table, b"".join(_row(row) for row in rows))
    count = 1
    while (len(table) + count) * 4 > count * 512:
        count += 1
    first = len(table)
    table += [FAT] * count
    body.append(b"".join(pack("<I", n) for n in table).ljust(count * 512, b"\xff"))
    places = b"".join(pack("<I", first + n if n < count else FREE) for n in range(109))
    head = HEAD + bytes(16) + pack("<HHHHH6xIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, count, directory, 0, 4_096,
                                   minifat, -(-len(mini_table) * 4 // 512), END, 0)  # fmt: skip
    return head + places + b"".join(body)


def _put(body, table, data):
    first, count = len(table), max(1, -(-len(data) // 512))
    table += [*range(first + 1, first + count), END]
    body.append(data.ljust(count * 512, b"\0"))
    return first


def _row(row):
    name, kind, left, child, start, size = row
    raw = (name + "\0").encode("utf-16-le")
    places = (left, FREE, child, bytes(16), start, size)
    return raw.ljust(64, b"\0") + pack("<HBBIII16s20xIQ", len(raw), kind, 1, *places)


def packed(text):
    """MS-OVBA compression by literals alone."""
    raw = text.encode() if isinstance(text, str) else text
    out = bytearray(b"\1")
    for at in range(0, len(raw), 3_600):
        piece = raw[at : at + 3_600]
        coded = b"".join(b"\0" + piece[n : n + 8] for n in range(0, len(piece), 8))
        out += pack("<H", 0xB000 | (len(coded) - 1)) + coded
    return bytes(out)


def _record(number, body):
    return pack("<HI", number, len(body)) + body


def project(source, cache=b"", name="Module1"):
    """Streams of a VBA project with one module."""
    directory = (
        _record(3, pack("<H", 1252)) + _record(9, bytes(4)) + bytes(2) + _record(0x19, name.encode())
        + _record(0x1A, name.encode()) + _record(0x32, name.encode("utf-16-le"))
        + _record(0x31, pack("<I", len(cache))) + _record(0x2B, b"")
    )  # fmt: skip
    text = f'Attribute VB_Name = "{name}"\r\n{source or ""}'
    fixed = {"VBA/dir": packed(directory), "VBA/_VBA_PROJECT": b"\xcc\x61" + bytes(30)}
    return fixed | {f"VBA/{name}": cache + packed(text)}


def macro_doc(source, cache=b""):
    """A Word document with a macro."""
    streams = {"WordDocument": bytes(600)}
    return compound(streams | {f"Macros/{path}": data for path, data in project(source, cache).items()})


def native(name, data):
    """An Ole10Native stream as the packager writes it."""
    raw = name.encode("latin-1") + b"\0"
    body = pack("<H", 2) + raw + b"C:\\" + raw + pack("<HH", 0, 3) + pack("<I", len(raw)) + raw
    body += pack("<I", len(data)) + data
    return pack("<I", len(body)) + body


def biff(*records):
    """Records of a workbook: (number, body)."""
    return b"".join(pack("<HH", number, len(body)) + body for number, body in records)


def text8(text):
    """A text of BIFF 8 with its length."""
    return pack("<BB", len(text), 0) + text.encode()


def macro_sheet(*formulas, state=2, auto=True):
    """A workbook of Excel 97 with one sheet of Excel 4 macros; formulas are compiled already."""
    names = [(0x18, pack("<HBBHHHI", 0x21, 0, 1, 0, 0, 0, 0) + b"\0" + b"\1")] if auto else []
    head = [(0x809, pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))]
    bound = (0x85, pack("<IBB", 0, state, 1) + text8("m"))
    size = len(biff(*head, bound, *names, (10, b"")))
    bound = (0x85, pack("<IBB", size, state, 1) + text8("m"))
    cells = [(6, pack("<HHH8xHIH", row, 0, 0, 0, 0, len(raw)) + raw) for row, raw in enumerate(formulas)]
    sheet = [(0x809, pack("<HHHHII", 0x600, 0x40, 0, 0, 0, 0)), *cells, (10, b"")]
    return compound({"Workbook": biff(*head, bound, *names, (10, b""), *sheet)})


def call(number, *texts):
    """A compiled call with texts as arguments."""
    raw = b"".join(b"\x17" + text8(text) for text in texts)
    return raw + pack("<BBH", 0x42, len(texts), number)


def package(parts, first="word/document.xml"):
    """An Office Open XML package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", f'<?xml version="1.0"?><Types xmlns="{TYPES}"/>')
        for name, data in ({first: '<?xml version="1.0"?><a/>'} | parts).items():
            made.writestr(name, data)
    return out.getvalue()


def relation(kind, target):
    """A part of relations with one that leads out."""
    return (
        '<?xml version="1.0"?><Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
        f'officeDocument/2006/relationships/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    )

"""PDFs, built; what is in them is inert."""

import zlib


def pdf(objects, *, trailer=b"", root=1):
    """A file of numbered objects' bodies, with a table of where they stand."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<</Size %d/Root %d 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        root,
        trailer,
        start,
    )


def stream(data, table=b"", *, packed=True):
    """A stream's body."""
    raw = zlib.compress(data) if packed else data
    return b"<<%b%b/Length %d>>\nstream\n%b\nendstream" % (
        table,
        b"/Filter/FlateDecode" if packed else b"",
        len(raw),
        raw,
    )


def document(catalog=b"", page=b"", more=(), words=b"Hello there"):
    """One page of text; `more` begins with object 5, the font is 6 less than that: 4 is the text."""
    content = b"BT /F1 12 Tf 72 700 Td (%b) Tj ET" % words
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    return pdf([
        b"<</Type/Catalog/Pages 2 0 R%b>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 %b>>>>%b>>"
        % (font, page),
        stream(content),
        *more,
    ])  # fmt: skip


def carrying(name, data, **how):
    """A document with a file attached to it."""
    return document(
        b"/Names<</EmbeddedFiles<</Names[(%b) 5 0 R]>>>>" % name,
        more=[b"<</Type/Filespec/F(%b)/EF<</F 6 0 R>>>>" % name, stream(data, b"/Type/EmbeddedFile", **how)],
    )


def in_object_stream(bodies, first):
    """An object stream's body with the objects, numbered from `first` on."""
    heads, data = b"", b""
    for number, body in enumerate(bodies, first):
        heads += b"%d %d " % (number, len(data))
        data += body + b" "
    return stream(heads + data, b"/Type/ObjStm/N %d/First %d" % (len(bodies), len(heads)))


def lure(url=b"https://example.net/doc", side=b"500 0 0 700 40 70 cm"):
    """A page that is a grey picture with one link over it."""
    picture = stream(b"\x99" * 100, b"/Subtype/Image/Width 10/Height 10/BitsPerComponent 8/ColorSpace/DeviceGray")
    return pdf([
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>"
        b"/Annots[<</Type/Annot/Subtype/Link/Rect[40 70 540 770]/A<</S/URI/URI(%b)>>>>]>>" % url,
        stream(b"q %b /I Do Q" % side),
        picture,
    ])  # fmt: skip

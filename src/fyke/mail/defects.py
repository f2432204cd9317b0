"""Every kind of defect, with the sentence that says what it is; and the notes in which a parse writes them down."""

from __future__ import annotations

from fyke.mail import limits
from fyke.model import Defect

KINDS: dict[str, str] = {
    "address-broken": "An address header cannot be read as RFC 5322 writes one.",
    "addresses-cut": "More addresses than a person writes to; the rest was not read.",
    "base64-broken": "Declared base64, but the body is not; it is kept as it stands.",
    "base64-junk": "Base64 with characters that do not belong there.",
    "base64-nested": "What base64 hid is base64 again.",
    "base64-padding": "Base64 whose length or padding is wrong.",
    "base64-segments": "Base64 that goes on after its end.",
    "blank-first": "Empty lines before the header.",
    "body-attached": "The only text is declared as an attachment; it was read as the text.",
    "bom": "The message begins with a byte order mark.",
    "boundary-guessed": "The boundary that was declared does not occur; another one was found and used.",
    "boundary-missing": "A multipart that declares no boundary.",
    "boundary-near": "Lines that begin like the boundary but go on.",
    "boundary-unused": "The declared boundary does not occur; the body was read as one text.",
    "charset-8bit": "Bytes above 127 where none were declared.",
    "charset-broken": "The text is not valid in its charset; bad places were replaced.",
    "charset-lies": "The text is of another charset than declared.",
    "charset-unknown": "A charset that nobody knows.",
    "charset-utf7": "UTF-7, which today serves only to hide markup from filters.",
    "content-type-broken": "A Content-Type that is not type/subtype.",
    "content-type-list": "A Content-Type that names several types.",
    "content-type-repeated": "Several Content-Type headers on one part; the first was used.",
    "cr-alone": "Carriage returns without line feeds.",
    "date-broken": "A date that cannot be read.",
    "defects-cut": "More defects than are worth writing down.",
    "encoded-word-broken": "An encoded word that cannot be decoded as declared.",
    "encoded-word-control": "An encoded word that hides control characters, such as a line break.",
    "encoded-words-cut": "More encoded words than any sender writes; the rest was left as it stands.",
    "encoding-on-multipart": "A transfer encoding on a multipart, which RFC 2045 forbids.",
    "encoding-repeated": "Several Content-Transfer-Encoding headers on one part; the first was used.",
    "encoding-unknown": "A Content-Transfer-Encoding that nobody knows; the body is kept as it stands.",
    "epilogue": "Text after the last part, which no mail program shows.",
    "header-8bit": "Raw bytes above 127 in a header that are not UTF-8.",
    "header-cut": "One header field is longer than any mail server takes; its end was dropped.",
    "header-junk": "A line among the headers that is no header.",
    "header-name": "A header name with white space before the colon.",
    "headers-cut": "More header bytes or fields than a mail server takes; the rest was dropped.",
    "headers-none": "The message has no header at all.",
    "html-cut": "More HTML than any mail program writes or shows; the rest was not read.",
    "html-failed": "HTML that the parser failed on; its tags were removed, and all text counts as shown.",
    "html-links-cut": "More links or images than any mail has; the rest was not kept.",
    "html-styles-cut": "More styles or hidden elements than any mail has; not all were looked at.",
    "line-ends-mixed": "Some lines of the header end in CRLF, others in LF alone.",
    "links-cut": "More links than anyone follows; the rest was not read.",
    "mbox-line": "A mailbox separator line (From ) stands before the headers.",
    "mime-depth": "Parts nested deeper than any mail program nests them; below that they were not opened.",
    "mime-parts": "More parts than any mail program writes; the rest was not opened.",
    "mime-unclosed": "A multipart without its closing line.",
    "names-differ": "A part with two different file names; mail programs differ in which they show.",
    "nul": "NUL bytes in a header or a text.",
    "observables-cut": "More addresses, hosts or numbers than are kept for comparison.",
    "parameter-open": "A quoted parameter of a MIME header that is never closed.",
    "parameters-cut": "A MIME header longer than any mail program writes; its end was not read.",
    "parser-failed": "A part of the parser failed on this message; what it would have read is missing.",
    "parts-after-close": "Parts after the closing line; they were read all the same.",
    "preamble": "Text before the first part, which no mail program shows.",
    "qp-broken": "Quoted-printable with sequences that are none.",
    "qp-cut": "Broken quoted-printable of great length; its end was not mended.",
    "received-cut": "More Received headers than a mail passes servers; the oldest were not read.",
    "separator-missing": "No empty line between header and body.",
    "text-cut": "More text than anyone reads; the end was not looked at.",
    "uuencode": "A uuencoded file stands in the text.",
    "uuencode-broken": "A uuencoded part with lines that are none; they were left out.",
    "yenc": "A yEnc-encoded file stands in the text.",
}


class Notes:
    """What a parse writes down on its way: defects, and what is left of the budgets of one message."""

    __slots__ = ("_seen", "defects", "fields", "guesses", "header_bytes", "loose_chars", "parts", "scan_bytes", "words")

    def __init__(self, size_bytes: int = 0) -> None:
        self.defects: list[Defect] = []
        self._seen: set[tuple[str, str]] = set()
        self.parts = limits.PARTS
        self.words = limits.ENCODED_WORDS
        self.header_bytes = limits.HEADERS_BYTES
        self.fields = limits.HEADERS_FIELDS
        self.guesses = limits.GUESSES
        self.loose_chars = limits.LOOSE_CHARS
        self.scan_bytes = max(limits.SCAN_BYTES, limits.SCANS * size_bytes)

    def add(self, kind: str, detail: str = "", part: str = "") -> None:
        """Note a defect; a kind is noted once a part."""
        key = (kind, part)
        if key in self._seen or len(self.defects) > limits.DEFECTS:
            return
        self._seen.add(key)
        full = len(self.defects) == limits.DEFECTS
        self.defects.append(Defect("defects-cut") if full else Defect(kind, detail[: limits.DETAIL_CHARS], part))

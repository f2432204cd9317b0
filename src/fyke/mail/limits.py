"""How much of a message is read. Each limit has its reason; whatever one drops is noted as a `Defect`."""

from __future__ import annotations

# Headers
HEADER_BYTES = 262_144  # of one header block: Postfix cuts a single field at 102,400, Exim refuses a block above 1 MB
HEADERS_BYTES = 524_288  # of the headers of all parts of a message together
HEADER_FIELDS = 1_000  # of one header block: the most in 24,000 real messages is below 200
HEADERS_FIELDS = 10_000  # of all parts of a message together: a digest of 1,000 parts has 5,000
FIELD_CHARS = 102_400  # of one field: Postfix's header_size_limit
ENCODED_WORDS = 2_000  # of one message: a field that fills FIELD_CHARS with words of 75 characters has 1,365
LOOSE_CHARS = 50_000  # of address fields that are not written plainly, of one message: Python reads each token
ADDRESSES = 1_000  # of one field: providers allow 500 to 2,000 recipients a message
ADDRESS_FIELDS = 200  # of one name: there is one From, but some programs write one Cc a recipient, up to a hundred
RECEIVED = 20  # hops read: real mail passes fewer than 15 servers; Postfix bounces at 50
TRACE_CHARS = 2_000  # of one Received field: RFC 5321 lines with all their clauses and comments fit
PARAMETER_CHARS = 8_192  # of one MIME header: RFC 2231 names in ten languages fit

# Parts
PARTS = 1_000  # of one message: Go's mime/multipart stops at 1,000
DEPTH = 20  # of nested parts: ClamAV stops at 17; every level reads its bytes again
SCAN_BYTES = 16_000_000  # read in search of boundaries: twenty levels of a message of 800 kB
SCANS = 8  # and of a larger one eight levels that all hold the whole of it
NEAR_BOUNDARIES = 10_000  # lines of one multipart that begin like its boundary and open no part
GUESS_BYTES = 65_536  # a boundary that was not declared is sought at the beginning of the body
GUESSES = 20  # multiparts of one message whose boundary is sought so
FRAME_BYTES = 200  # around the parts: "This is a multi-part message in MIME format." and its translations are shorter
SEGMENTS = 1_000  # of one base64 body that ends and goes on
QP_BYTES = 2_000_000  # of broken quoted-printable that is mended before it is decoded: as much as texts are read
UU_LINES = 200_000  # of one uuencoded body: 9 MB

# Texts
TEXT_BYTES = 1_000_000  # of one text part: Gmail shows 102 kB of a message
TEXTS_BYTES = 2_000_000  # of all texts of a message
TEXTS = 100  # text parts that are read as the body
SNIFF_BYTES = 65_536  # at the beginning of a text, where a uuencoded or yEnc-encoded file is sought

# Defects
DEFECTS = 200  # written down: more say nothing new
DETAIL_CHARS = 200  # enough to find the place

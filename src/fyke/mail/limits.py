"""How much of a message is read. Each limit has its reason; whatever one drops is noted as a `Defect`."""

from __future__ import annotations

HEADER_BYTES = 262_144  # of one header block: Postfix cuts a single field at 102,400, Exim refuses a block over 1 MB
HEADER_FIELDS = 1_000  # of one header block: the most in 24,000 real messages is below 200
FIELD_CHARS = 102_400  # of one field: Postfix's header_size_limit
ENCODED_WORDS = 2_000  # of one message: a field that fills FIELD_CHARS with words of 75 characters has 1,365
ADDRESSES = 1_000  # of one field: mail providers allow 500 to 2,000 recipients a message
RECEIVED = 20  # hops read: Postfix bounces at 50, but real mail passes fewer than 15
TRACE_CHARS = 2_000  # of one Received field
PARTS = 1_000  # of one message: Go's mime/multipart stops at 1,000
DEPTH = 20  # of nested parts: ClamAV stops at 17; every level reads its bytes again
PARAMETER_CHARS = 8_192  # of one MIME header: RFC 2231 names in ten languages fit
NEAR_BOUNDARIES = 10_000  # lines like a boundary that are none, in one message
TEXT_BYTES = 2_000_000  # of one text part that is decoded to be read: Gmail shows 102 kB
TEXTS = 100  # text parts that are read as the body
DEFECTS = 200  # written down: more say nothing new
DETAIL_CHARS = 200

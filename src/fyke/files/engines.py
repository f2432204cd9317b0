"""What engines outside say of a file, as symbols: `fyke.lookup` asks them, the policy weighs what they say."""

from __future__ import annotations

from fyke.model import Label, Symbol

CLAMD_FOUND = Symbol("CLAMD_FOUND", "ClamAV knows this file", "known", 8.0, Label.MALWARE)
CLAMD_SUSPECTED = Symbol(
    "CLAMD_SUSPECTED", "ClamAV finds this file suspicious, or unwanted by some", "files", 2.0, Label.MALWARE
)
SYMBOLS = (CLAMD_FOUND, CLAMD_SUSPECTED)

"""Symbols are declared, findings occur, contributions are weighed. Everything is weighed in bits.

A bit is log2 of a likelihood ratio: +1 means that the fact is twice as frequent in unwanted mail as in wanted mail.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from fyke.model.observable import Observable


class Label(StrEnum):
    """What a mail is. One of them, always."""

    HAM = "ham"
    BULK = "bulk"
    SPAM = "spam"
    SCAM = "scam"
    PHISHING = "phishing"
    MALWARE = "malware"
    UNSURE = "unsure"


UNWANTED = (Label.SPAM, Label.SCAM, Label.PHISHING, Label.MALWARE)


class Symbol(Struct, frozen=True):
    """A declared fact that a detector can find. The policy may weigh it otherwise."""

    name: str  # FIELD_FACT in capitals, unique in the house
    text: str  # the sentence that a user reads
    group: str  # evidence of one group is capped together: see `[groups]` in the policy
    bits: float  # for a finding of weight 1; negative speaks for wanted mail
    leans: Label = Label.SPAM  # which label it speaks for, where the mail is unwanted (or bulk)
    category: str = ""  # "drugs", "adult", ... where it names the trade
    family: str = ""  # of malware, as scanners name it: "Doc.Macro.AutoRunDownloader"


class Finding(Struct, frozen=True):
    """One occurrence of a symbol, with its evidence."""

    symbol: Symbol
    detail: str = ""  # the evidence, as short as it can be read: the words, the host, the header
    part: str = ""
    # How strongly the fact is there, 0..1; multiplies the bits. What was learned is told as bits of any size and sign.
    weight: float = 1.0
    observables: tuple[Observable, ...] = ()
    family: str = ""  # of malware, where this occurrence knows it better than its symbol: a signature's name


class Fault(Struct, frozen=True):
    """A detector (or an engine behind it) that failed on this mail. Its evidence is missing, and this says so."""

    who: str
    what: str


class Contribution(Struct, frozen=True):
    """A share of a decision. Shares of one decision add up exactly."""

    name: str
    bits: float  # a whole number of hundredths
    why: str

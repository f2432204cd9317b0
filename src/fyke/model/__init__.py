"""The nouns of the house: frozen, typed, without I/O. Imports nothing else of ours."""

from fyke.model.envelope import Envelope
from fyke.model.file import Analyse, Analysis, Cut, File, Lead, Reading
from fyke.model.finding import UNWANTED, Contribution, Fault, Finding, Label, Symbol
from fyke.model.labelled import RANKS, Forgotten, Labelled, Source
from fyke.model.link import Link
from fyke.model.message import Address, Defect, Form, Header, Html, Image, Message, Part, Received, Text
from fyke.model.observable import Observable
from fyke.model.query import UNKNOWN, Dns, Listed, Listing, Query, Records, Unknown
from fyke.model.scan import Mail, Scan
from fyke.model.verdict import Action, Fate, Verdict

__all__ = [
    "RANKS",
    "UNKNOWN",
    "UNWANTED",
    "Action",
    "Address",
    "Analyse",
    "Analysis",
    "Contribution",
    "Cut",
    "Defect",
    "Dns",
    "Envelope",
    "Fate",
    "Fault",
    "File",
    "Finding",
    "Forgotten",
    "Form",
    "Header",
    "Html",
    "Image",
    "Label",
    "Labelled",
    "Lead",
    "Link",
    "Listed",
    "Listing",
    "Mail",
    "Message",
    "Observable",
    "Part",
    "Query",
    "Reading",
    "Received",
    "Records",
    "Scan",
    "Source",
    "Symbol",
    "Text",
    "Unknown",
    "Verdict",
]

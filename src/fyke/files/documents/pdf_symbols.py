"""What a PDF can be found to do. What honest forms, manuals and invoices do too is a note."""

from __future__ import annotations

from fyke.model import Label, Symbol


def _note(name: str, text: str, bits: float = 1.0) -> Symbol:
    return Symbol(name, text, "files", bits, Label.MALWARE)


SCRIPT = _note("PDF_SCRIPT", "A PDF holds JavaScript", 0.7)
SCRIPT_RUNS = _note("PDF_SCRIPT_RUNS", "A PDF runs JavaScript as soon as it is opened")
SCRIPT_HIDES = Symbol(
    "PDF_SCRIPT_HIDES",
    "JavaScript in a PDF decodes more of itself",
    "files",
    3.0,
    Label.MALWARE,
    family="Pdf.Script.Packed",
)
SCRIPT_EXPLOITS = Symbol(
    "PDF_SCRIPT_EXPLOITS",
    "JavaScript in a PDF calls a reader's function in the way that attacks do",
    "files",
    6.0,
    Label.MALWARE,
    family="Pdf.Exploit.Script",
)
SCRIPT_DROPS = Symbol(
    "PDF_SCRIPT_DROPS",
    "JavaScript in a PDF saves and opens a file that the PDF carries",
    "files",
    6.0,
    Label.MALWARE,
    family="Pdf.Dropper.Embedded",
)
LAUNCH = _note("PDF_LAUNCH", "A PDF opens another file by a click")
LAUNCH_RUNS = Symbol(
    "PDF_LAUNCH_RUNS", "A PDF starts a program or a command", "files", 8.0, Label.MALWARE, family="Pdf.Dropper.Launch"
)
CARRIES = _note("PDF_CARRIES_FILE", "A PDF carries files", 0.5)
CARRIES_PROGRAM = Symbol(
    "PDF_CARRIES_PROGRAM",
    "A PDF carries a program or a script of Windows",
    "files",
    5.0,
    Label.MALWARE,
    family="Pdf.Dropper.Embedded",
)
SUBMITS = _note("PDF_SUBMITS", "A form in a PDF sends what is filled in to an address")
IMPORTS = _note("PDF_IMPORTS", "A PDF takes form data from another file")
REMOTE = Symbol(
    "PDF_REMOTE_FILE",
    "A PDF opens a file on another machine, which tells that machine who the reader is",
    "files",
    5.0,
    Label.MALWARE,
    family="Pdf.Leak.Credentials",
)
FORM_XFA = _note("PDF_XFA", "A PDF holds a form of the XFA kind", 0.5)
RICH = _note("PDF_RICH_MEDIA", "A PDF holds film, sound or a model in three dimensions", 0.5)
ODD_FILTER = _note("PDF_ODD_FILTER", "A PDF packs a JBIG2 picture in a way that attacks on readers do")
DISGUISED = Symbol(
    "PDF_DISGUISED_NAME",
    "A PDF writes the name of an action in a way that hides it from a search",
    "files",
    4.0,
    Label.MALWARE,
    family="Pdf.Obfuscated.Name",
)
DISAGREES = _note("PDF_DISAGREES", "Readers that repair a PDF find in it what its own directory does not show")
OPENED = _note("PDF_OPENED_BY_WORD", "A PDF is encrypted, and a word of the mail opens it")
LURE = Symbol(
    "PDF_LURE",
    "A PDF is a picture with a link over it, and hardly any text",
    "files",
    3.0,
    Label.PHISHING,
    family="Pdf.Phishing.Lure",
)
BECKONS = Symbol(
    "PDF_BECKONS",
    "A short PDF asks the reader to follow its one link to see a document or to sign in",
    "files",
    3.0,
    Label.PHISHING,
    family="Pdf.Phishing.Lure",
)
ALL = (
    SCRIPT, SCRIPT_RUNS, SCRIPT_HIDES, SCRIPT_EXPLOITS, SCRIPT_DROPS, LAUNCH, LAUNCH_RUNS, CARRIES, SUBMITS, IMPORTS,
    REMOTE, FORM_XFA, RICH, ODD_FILTER, DISGUISED, DISAGREES, OPENED, LURE, BECKONS,
)  # fmt: skip

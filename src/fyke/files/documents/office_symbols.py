"""What may be found in office files besides macros: objects, links, fields, locks. One table for all their formats."""

from __future__ import annotations

from fyke.model import Label, Symbol


def _bad(name: str, text: str, bits: float, family: str = "") -> Symbol:
    return Symbol(name, text, "files", bits, Label.MALWARE, family=family)


# Extensions that Windows runs when they are clicked, or hands to something that runs them.
RUNS = frozenset(
    "exe com scr pif bat cmd vbs vbe js jse wsf wsh hta lnk ps1 msi msp cpl jar reg dll chm url scf sct inf xll msc "
    "appref-ms application gadget iqy slk library-ms settingcontent-ms diagcab one iso img vhd vhdx".split()
)

PACKAGE_RUNS = _bad(
    "OLE_PACKAGE_RUNS", "A document holds a file that runs when it is clicked", 5.0, "Doc.Dropper.Package"
)
COMMAND_LINE = _bad("OLE_COMMAND_LINE", "A document holds an object that runs a command", 7.0, "Doc.Dropper.Command")
PACKAGE_LINK = _bad("OLE_PACKAGE_LINK", "A document holds a link to a file of the computer", 1.0)
LINK = _bad(
    "OLE_LINK", "An object of a document is fetched from elsewhere when the document is opened", 4.0, "Doc.Exploit.Link"
)
EQUATION = _bad(
    "EQUATION_OBJECT", "A document holds an equation of the old editor, which is attacked and gone since 2018", 1.0
)
EQUATION_HURT = _bad(
    "EQUATION_EXPLOIT",
    "An equation makes the old editor run foreign code",
    8.0,
    "Doc.Exploit.CVE_2017_11882",
)
STOMPED = _bad("VBA_STOMPED", "The macro that runs is another than the one that can be read", 4.0, "Doc.Macro.Stomped")
DDE_RUNS = _bad("DDE_RUNS", "A field or a cell runs a program on the computer", 8.0, "Doc.Dde.Exec")
DDE_AUTO = _bad("DDE_AUTO", "A field of a document asks another program as soon as it is opened", 3.0, "Doc.Dde.Auto")
DDE = _bad("DDE_LINK", "A document asks another program for data", 1.0)
TEMPLATE = _bad(
    "TEMPLATE_REMOTE",
    "A document fetches its template from elsewhere as it opens",
    5.0,
    "Doc.Downloader.Template",
)
OBJECT_REMOTE = _bad(
    "OBJECT_REMOTE", "A document fetches an object from elsewhere when it is opened", 4.0, "Doc.Downloader.Object"
)
MONIKER = _bad(
    "RELATION_EXPLOIT", "A document leads to an address by which Office was made to run code", 8.0,
    "Doc.Exploit.CVE_2021_40444",
)  # fmt: skip
LOGIN = _bad("RELATION_LOGIN", "A document makes the computer log in to a foreign machine", 4.0, "Doc.Leak.Login")
REMOTE = _bad("RELATION_REMOTE", "A document fetches something from elsewhere when it is opened", 1.0)
CHUNK = _bad("ALT_CHUNK", "A document takes in another file whole, of another kind", 1.0)
ACTIVEX = _bad("ACTIVEX", "A document holds controls that run code", 1.0)
RIBBON = _bad("RIBBON_ONLOAD", "A document changes the menus, and runs a macro as they load", 1.0)
QUERY = _bad("QUERY_WEB", "A workbook fetches a table from the web", 1.0)
DEFAULT_LOCK = _bad(
    "OFFICE_DEFAULT_LOCK", "A workbook is encrypted with the word that Excel knows, which hides it from scanners", 1.0
)
SCRIPT_EVENT = _bad("DOCUMENT_SCRIPT_EVENT", "A document runs a macro when something happens to it", 1.0)
ACTION = _bad("ACTION_RUNS", "A click, or a pointer over it, runs a program", 4.0, "Doc.Dropper.Action")

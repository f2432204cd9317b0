"""Parts of Office Open XML, flat XML, OpenDocument and tables."""

import base64
import zlib

import pytest

from fyke.files.analyst import Analyst
from fyke.files.base import Content, Finding
from fyke.files.budget import Meter
from fyke.files.documents import TENANTS
from fyke.files.documents.odf import Odf
from fyke.files.documents.ooxml import Ooxml
from fyke.files.documents.tables import Table
from fyke.model import Analyse
from tests.files.builders import office


def part(text, name="word/document.xml", kind="xml", within="docx", tenant=Ooxml):
    items = tenant().open(Content(text.encode(), name, kind, within=(within,)), Meter())
    return [item.symbol.name for item in items if isinstance(item, Finding)]


@pytest.mark.parametrize(
    ("kind", "target", "wanted"),
    [
        ("attachedTemplate", "https://example.org/a.dotm", ["TEMPLATE_REMOTE"]),
        ("oleObject", "http://example.org/a.doc", ["OBJECT_REMOTE"]),
        ("oleObject", "mhtml:http://example.org/a.html!x-usc:http://example.org/a.html", ["RELATION_EXPLOIT"]),
        ("oleObject", "http://example.org/a.html!", ["RELATION_EXPLOIT"]),
        ("image", "\\\\192.0.2.1\\share\\a.png", ["RELATION_LOGIN"]),
        ("image", "https://example.org/a.png", ["RELATION_REMOTE"]),
        ("hyperlink", "https://example.org/", []),
        ("attachedTemplate", "file:///C:/Users/ann/Normal.dotm", []),
    ],
)
def test_relations_that_lead_out(kind, target, wanted):
    """What is fetched as the document opens is told by what it is for."""
    assert part(office.relation(kind, target), "word/_rels/settings.xml.rels") == wanted


def test_a_field_split_over_runs():
    """DDEAUTO in three pieces; a page number is none."""
    run = "<w:r><w:instrText>{}</w:instrText></w:r>".format
    mark = '<w:fldChar w:fldCharType="{}"/>'.format
    text = mark("begin") + run("DDE") + run("AUTO c:\\\\cmd.e") + run("xe &quot;/c calc&quot;") + mark("end")
    assert part(text) == ["DDE_RUNS"]
    assert part(mark("begin") + run(" PAGE ") + mark("end")) == []


def test_an_exchange_of_a_sheet_and_a_click_that_runs():
    """ddeLink of Excel, action of PowerPoint."""
    assert part('<ddeLink ddeService="cmd" ddeTopic="/c calc"/>', within="xlsx") == ["DDE_RUNS"]
    assert part('<a:hlinkHover action="ppaction://program" r:id="a"/>', within="pptx") == ["ACTION_RUNS"]


def test_flat_xml_with_packed_macros():
    """Word 2003 XML: base64, ActiveMime, zlib, OLE2, macro source."""
    mso = b"ActiveMime".ljust(50, b"\0") + zlib.compress(
        office.macro_doc('Sub AutoOpen()\nShell "cmd /c calc"\nEnd Sub\n')
    )
    text = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:d><w:binData w:name="editdata.mso">'
        f"{base64.b64encode(mso).decode()}</w:binData></w:d>"
    )
    analysis = Analyst(TENANTS).analyse(Analyse("", "a.xml", "", (), text.encode()))
    assert "MACRO_AUTORUN_SHELL" in {finding.symbol.name for finding in analysis.findings}
    assert not analysis.faults


def test_open_document():
    """Basic modules, events, objects that are fetched."""
    text = '<script:module script:name="M">Sub AutoOpen\nShell(&quot;calc&quot;)\nEnd Sub</script:module>'
    items = list(Odf().open(Content(text.encode(), "Basic/Standard/M.xml", "xml", within=("odf",)), Meter()))
    assert b'Shell("calc")' in items[0].data
    event = '<script:event-listener script:event-name="dom:load" xlink:href="vnd.sun.star.script:M.a?language=Basic"/>'
    assert part(event, "content.xml", within="odf", tenant=Odf) == ["DOCUMENT_SCRIPT_EVENT"]
    assert part('<draw:image xlink:href="Pictures/1.png"/>', "content.xml", within="odf", tenant=Odf) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a,b\n=cmd|'/C calc'!A0,1\n", ["DDE_RUNS"]),
        ("a,\"+cmd|'/C powershell'!A0\"\n", ["DDE_RUNS"]),
        ("name,phone\nAnn,+49 30 1234 | office!\n-5,|x|!\n", []),
        ("a | b | c!\n= d\n", []),
    ],
)
def test_cells_that_run(text, wanted):
    """An exchange in a cell; signs and bars of ordinary tables are none."""
    assert [item.symbol.name for item in Table().look(Content(text.encode(), "a.csv", "csv"))] == wanted


def test_sylk_macros():
    """O;E, a name that starts, EXEC."""
    text = b'ID;P\nO;E\nNN;NAuto_open;ER1C1;KOut Flank;F\nC;X1;Y1;K0;EEXEC("calc")\nC;X1;Y2;K0;EHALT()\nE\n'
    analysis = Analyst(TENANTS).analyse(Analyse("", "a.slk", "", (), text))
    assert "XLM_AUTORUN_EXEC" in {finding.symbol.name for finding in analysis.findings}

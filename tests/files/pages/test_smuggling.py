"""Pages and drawings: what they carry, where they send and lead."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.pages.constants import Constants
from fyke.files.pages.smuggling import Smuggling
from tests.files.looking import bits, found, holds, look, program

DATA = program()
B64 = base64.b64encode(DATA).decode()
HIDDEN = base64.b64encode(b"https://example.net/login?x").decode()
LOGIN = '<title>Microsoft</title><form action="https://example.net/p"><input type="password"></form>'


def page_look(body, name="a.html"):
    return look(body.encode(), name, tenants=(Smuggling(),))


def script(code):
    return page_look(f"<html><body><script>{code}</script></body></html>")


@pytest.mark.parametrize(
    "code",
    [
        f"var s=atob('{B64}');saveAs(new Blob([s]))",
        "var f='" + "'+'".join(B64[at : at + 9] for at in range(0, len(B64), 9)) + "';go(f)",
        f"new Uint8Array([{','.join(map(str, DATA))}])",
        f"String.fromCharCode({','.join(map(hex, DATA))})",
        f"atob('{B64[::-1]}'.split('').reverse().join(''))",
        f"own('{DATA.hex()}')",
        f"d=atob('{base64.b64encode(bytes(c ^ 90 for c in DATA)).decode()}');o+=d.charCodeAt(i)^0x5a",
    ],
)
def test_a_program_in_a_script_is_put_together(code):
    """However its bytes are written, they come out the same."""
    analysis = script(code)
    assert holds(analysis, DATA)
    assert "PAGE_SMUGGLES" in found(analysis)


def test_a_data_address_is_taken_out():
    """A link to a file that stands in the link."""
    assert holds(page_look(f'<a href="data:application/octet-stream;base64,{B64}">t</a>'), DATA)


def test_a_sign_in_of_a_known_service_that_sends_elsewhere_is_told():
    """Plain, and written out of base64."""
    assert "PAGE_LOGIN_BRAND" in found(page_look(f"<html>{LOGIN}"))
    written = script(f"document.write(atob('{base64.b64encode(LOGIN.encode() + b' ' * 60).decode()}'))")
    assert "PAGE_WRITES_LOGIN" in found(written)
    assert "https://example.net/p" in {lead.url for lead in written.leads}


def test_an_address_in_disguise_is_told():
    """In a page, and in a drawing."""
    assert "PAGE_HIDES_ADDRESS" in found(script(f"location.href=atob('{HIDDEN}')"))
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg"><script>location=atob("{HIDDEN}")</script></svg>'
    assert "SVG_LEADS_AWAY" in found(page_look(drawing, "a.svg"))


def test_ordinary_pages_are_at_most_noted():
    """Searches, pictures inside, moved pages, and forms of their own."""
    for body in (
        "<html><script>document.getElementById('q').innerHTML = 'Search ' + 'here please and now'</script>",
        '<html><meta http-equiv="refresh" content="0; url=https://example.org/new/">',
        '<html><form action="find.html"><input type="text"></form>',
    ):
        assert bits(page_look(body)) <= 1.0


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="ab(['\"`)]+=.,;/*\\{}1 ", max_size=300))
def test_any_source_is_passed_over_once(source):
    """No script makes the pass fail."""
    Constants(source)

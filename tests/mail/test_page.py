"""A parsed document and the words that announce what is in it."""

import pytest

from fyke.mail.page import HANDLERS, STYLES, Page, Sign


@pytest.mark.parametrize(
    ("source", "sign"),
    [
        ("<p HIDDEN>", Sign.HIDDEN),
        ("<p\nhidden=''>", Sign.HIDDEN),
        ("<td background = x>", Sign.BACKGROUND),
        ("<td BgColor=x>", Sign.GROUND_COLOUR),
        ("<img srcset=x>", Sign.MORE_LINKS),
        ("<p/onclick=x>", Sign.HANDLER),
        ("<p style='background:URL(x)'>", Sign.STYLE_URL),
        ("<!-- x -->", Sign.COMMENT),
        ("<BLOCKQUOTE type=cite>", Sign.QUOTE),
    ],
)
def test_signs(source, sign):
    """What is announced is looked for, in any case and spelling; nothing else is."""
    assert Page(source).signs == {sign}
    assert Page("<p>plain</p>").signs == set()


def test_all_and_having():
    """Elements are found by tag and by attribute, as long as they are in the document."""
    page = Page("<p>a<p hidden>b")
    assert len(page.all("p")) == 2
    [hidden] = page.having("hidden", Sign.HIDDEN)
    hidden.extract()
    assert [element.text for element in page.all("p")] == ["a"]
    assert page.all("table") == []


def test_handlers():
    """The names of handlers are read from the source, each once, and no more than some."""
    assert Page("<p ONCLICK=a onload = b><b onclick=c>once = x").handlers() == ["onclick", "onload"]
    many = "".join(f" on{chr(97 + i % 26) * 5}{chr(97 + i // 26)}=x" for i in range(600))
    assert len(Page(f"<p{many}>").handlers()) == HANDLERS


def test_styles():
    """Styles that say something are kept by element; beyond a limit they are not, and that is known."""
    assert [style.hides for style in Page("<p style='display:none'><p style='margin:0'>").styles.values()] == [
        "display-none"
    ]
    page = Page("".join(f"<p style='color:red;width:{i}px'>" for i in range(STYLES + 10)))
    assert page.cut
    assert len(page.styles) == STYLES

"""Any HTML gives a reading: no exception, in proportion to its size, with all shown text that the tree holds.

Sources are grown from pieces of markup that have a meaning here, then cut, doubled and shuffled. Run it as
`python -m fuzz.html_text --seconds 60`; a failure prints the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import time

from fuzz import run
from fyke.mail.defects import KINDS
from fyke.mail.html import SIZE_CHARS, read_html
from fyke.mail.page import Page
from fyke.mail.text import read_text

PIECES = r"""
<div> </div> <p> </p> <b> </b> <i> </i> <a~href=http://example.org/> </a> <a> <table> </table> <tr> <td> </td> </tr>
<th> <caption> <tbody> <ul> <li> </ul> <ol> <menu> <dl> <dd> <dt> <blockquote> </blockquote> <blockquote~type=cite>
<center> <font~color=white> <font~color=#fffffe> <font~size=7> </font> <body~bgcolor=black~text=white> <body> <html>
<head> <style> </style> <style>.a{display:none} .b{color:#fff} @media{ } /* */ <!-- --> <! <!doctype> <?xml <![CDATA[
]]> <script> </script> <title> </title> <textarea> </textarea> <iframe> </iframe> <template> </template> <noscript>
<svg> <math> <mi> <foreignObject> <form~action=x> <input~type=password> <select> <option> <p~class=a> <p~class=b>
<img~src=x~width=1~height=1> <img~srcset=a,b> <p~style="display:none"> <p~style="font-size:0"> <p~hidden>
<p~style="font-size:12px"> <div~style="color:#fff;background:#fff"> <div~style="background:url(x)"> <p~onclick=x>
<div~style="visibility:hidden"> <div~style="visibility:visible"> <td~bgcolor=#ffffff> <div~class=gmail_quote>
<td~style="height:0;overflow:hidden"> <meta~http-equiv=refresh~content="0;url=http://example.net"> <base~href=x>
<frameset> <frame> <noframes> <plaintext> <xmp> <listing> <pre> <object> <marquee> <o:p> <x-y> &amp; &nbsp; &#8203;
&zwnj; &shy; &#x202e; &lt; & ; < > " ' = / \ word wörd слово 言葉 😀
"""
WORDS = [piece.replace("~", " ") for piece in PIECES.split()] + ["\0", "\ud800", "\u200b"]
SHOWN = ("word", "wörd", "слово", "言葉")
SECONDS_PER_MB = 3.0  # a generous bound, for a machine that does other things too
LEAST_SECONDS = 0.3


def grow(chance: random.Random) -> str:
    """A source of random pieces, some of them many times, cut anywhere."""
    kinds = chance.sample(WORDS, chance.randint(1, 25))
    pieces = [chance.choice(kinds) * chance.choice((1, 1, 1, 1, 2, 9, 600)) for _ in range(chance.randint(1, 120))]
    source = chance.choice(("", " ")).join(pieces)
    if chance.random() < 0.3 and source:
        at = chance.randrange(len(source))
        source = source[at:] + source[:at]
    return source[: chance.choice((200, 5_000, 100_000, SIZE_CHARS + 10))]


def check(source: str) -> None:
    """Raise AssertionError where a claim of the first line does not hold."""
    started = time.process_time()
    reading = read_html(source)
    text = read_text([source], [source], source[:50])
    taken = time.process_time() - started
    assert taken < LEAST_SECONDS + SECONDS_PER_MB * len(source) / 1e6, f"{taken:.2f} s"
    kinds = {defect.kind for defect in text.defects}
    assert kinds <= KINDS.keys(), kinds
    assert "html-failed" not in kinds
    assert len(reading.visible) <= 3 * len(source) + 100
    assert text.text.folded.count(b"\n") == 2
    if not kinds:
        kept = reading.visible + reading.hidden
        lost = [word for word in SHOWN if rendered(source).count(word) > kept.count(word)]
        assert not lost, lost


def rendered(source: str) -> str:
    """All text of the tree that is not of a kind which is never text."""
    document = Page(source).document
    for tag in ("script", "style", "title", "iframe", "noembed", "noframes", "textarea"):
        for element in document.find_all(tag):
            element.decompose()
    return document.text


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(grow(random.Random(seed)))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)

"""Which style holds at an element: its own attributes over the rules that meet it, and colours from its ancestors.

Nothing is computed before it is asked for, and nothing twice.
"""

from __future__ import annotations

from msgspec import Struct
from turbohtml import Element, Node

from fyke.mail.colour import BLACK, LINK, PICTURE, UNKNOWN, WHITE, html_colour
from fyke.mail.css import STYLE_CHARS, Style, read_style
from fyke.mail.sheet import Sheet

COLOUR_CHARS = 64  # of a colour attribute


class Look(Struct, frozen=True, gc=False):
    """What holds at an element of what is declared on it; `UNKNOWN` and -1.0 where nothing is."""

    colour: int
    ground: int
    font_px: float
    visibility: str
    shows: bool


def own_colour(element: Element) -> int:
    """The text colour of an element's HTML attributes."""
    value = element.attr("color") if element.tag == "font" else element.attr("text") if element.tag == "body" else None
    return html_colour(value[:COLOUR_CHARS]) if value else UNKNOWN


def own_ground(element: Element) -> int:
    """The ground of an element's HTML attributes."""
    if element.attr("background"):
        return PICTURE
    value = element.attr("bgcolor")
    return html_colour(value[:COLOUR_CHARS]) if value else UNKNOWN


def own_style(element: Element) -> Style:
    """What the style attribute declares."""
    return read_style((element.attr("style") or "")[:STYLE_CHARS])


class Cascade:
    """The styles of one document. Answers are remembered, so the document's styles must not change."""

    __slots__ = ("_colours", "_grounds", "_looks", "_sheet")

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._looks: dict[Element, Look] = {}
        self._colours: dict[Node, int] = {}
        self._grounds: dict[Node, int] = {}

    def look(self, element: Element) -> Look:
        """What is declared on the element: attributes, then rules, then its own style."""
        known = self._looks.get(element)
        if known is None:
            known = self._looks[element] = self._look(element)
        return known

    def colour(self, element: Element) -> int:
        """The colour of text in the element, by its nearest ancestor that declares one."""
        return self._inherited(element, "colour", self._colours, BLACK)

    def ground(self, element: Element) -> int:
        """The colour behind the element, by its nearest ancestor that declares one."""
        return self._inherited(element, "ground", self._grounds, WHITE)

    def _look(self, element: Element) -> Look:
        styles = [own_style(element)]
        if self._sheet.rules:
            styles = self._sheet.meeting(element.tag, element.attr("class") or "", element.attr("id") or "") + styles
        colour, ground = own_colour(element), own_ground(element)
        font_px, visibility, shows = -1.0, "", False
        if element.tag == "a" and element.attr("href") is not None:
            colour = LINK
        elif element.tag == "font" and element.attr("size"):
            font_px = 16.0
        for style in styles:
            colour = colour if style.colour == UNKNOWN else style.colour
            ground = ground if style.ground == UNKNOWN else style.ground
            font_px = font_px if style.font_px < 0 else style.font_px
            visibility = style.visibility or visibility
            shows = style.shows or shows
        return Look(colour, ground, font_px, visibility, shows)

    def _inherited(self, element: Element, what: str, known: dict[Node, int], otherwise: int) -> int:
        path: list[Node] = []
        node: Node | None = element
        value = otherwise
        while isinstance(node, Element):
            found = known.get(node)
            if found is None:
                path.append(node)
                found = getattr(self.look(node), what)
            if found >= 0 or found == PICTURE:
                value = found
                break
            node = node.parent
        known.update(dict.fromkeys(path, value))
        return value

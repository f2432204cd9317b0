"""Which colours and sizes hold at an element: by rules, its attributes, its own style, or an ancestor.

Nothing is computed before it is asked for, and nothing twice.
"""

from __future__ import annotations

from msgspec import Struct
from turbohtml import Element, Node

from fyke.mail.colour import BLACK, LINK, PICTURE, UNKNOWN, WHITE, html_colour
from fyke.mail.page import Page, Sign
from fyke.mail.sheet import Sheet

COLOURED = 5_000  # elements of one source whose colour attributes are read; the most in real mail is near 2,000
COLOUR_CHARS = 64  # of a colour attribute


class Look(Struct, frozen=True, gc=False):
    """What is declared for an element; `UNKNOWN` and -1.0 where nothing is."""

    colour: int = UNKNOWN
    ground: int = UNKNOWN
    font_px: float = -1.0
    visibility: str = ""
    shows: bool = False


class Cascade:
    """The looks of one document's elements. Answers are remembered, so its styles must not change."""

    __slots__ = ("_colours", "_grounds", "_looks", "_page", "_sheet", "grounds", "inks")

    def __init__(self, page: Page, sheet: Sheet) -> None:
        self._page = page
        self._sheet = sheet
        self._looks: dict[Element, Look] = {}
        self._colours: dict[Element, int] = {}
        self._grounds: dict[Element, int] = {}
        # What attributes declare, or else an element's own style, which wins over them.
        self.inks = _attributes(page.all("font"), "color") | _attributes(page.all("body"), "text")
        self.grounds = _attributes(page.having("bgcolor", Sign.GROUND_COLOUR), "bgcolor")
        self.grounds.update(dict.fromkeys(page.having("background", Sign.BACKGROUND), PICTURE))
        for element, style in page.styles.items():
            if style.colour != UNKNOWN:
                self.inks[element] = style.colour
            if style.ground != UNKNOWN:
                self.grounds[element] = style.ground

    def look(self, element: Element) -> Look:
        """What is declared for the element: by its attributes, then rules, then its own style."""
        known = self._looks.get(element)
        if known is None:
            known = self._looks[element] = self._look(element)
        return known

    def colour(self, element: Element) -> int:
        """The colour of text in the element, by its nearest ancestor that declares one."""
        path: list[Element] = []
        node: Node | None = element
        found = BLACK
        while isinstance(node, Element):
            found = self._colours.get(node, UNKNOWN)
            if found == UNKNOWN:
                path.append(node)
                found = self.look(node).colour if self._sheet.rules else self.inks.get(node, UNKNOWN)
            if found >= 0:
                break
            found, node = BLACK, node.parent
        self._colours.update(dict.fromkeys(path, found))
        return found

    def ground(self, element: Element) -> int:
        """The colour behind the element, or `PICTURE`, by its nearest ancestor that declares one."""
        path: list[Element] = []
        node: Node | None = element
        found = WHITE
        while isinstance(node, Element):
            found = self._grounds.get(node, UNKNOWN)
            if found == UNKNOWN:
                path.append(node)
                found = self.look(node).ground if self._sheet.rules else self.grounds.get(node, UNKNOWN)
            if found >= 0 or found == PICTURE:
                break
            found, node = WHITE, node.parent
        self._grounds.update(dict.fromkeys(path, found))
        return found

    def _look(self, element: Element) -> Look:
        tag = element.tag
        is_link = tag == "a" and element.attr("href") is not None
        colour = self.inks.get(element, LINK if is_link else UNKNOWN)
        ground = self.grounds.get(element, UNKNOWN)
        font_px = 16.0 if tag == "font" and element.attr("size") else -1.0
        visibility, shows = "", False
        styles = []
        if self._sheet.rules:
            styles = self._sheet.meeting(tag, element.attr("class") or "", element.attr("id") or "")
        own = self._page.styles.get(element)
        if own is not None:
            styles.append(own)
        for style in styles:
            colour = colour if style.colour == UNKNOWN else style.colour
            ground = ground if style.ground == UNKNOWN else style.ground
            font_px = font_px if style.font_px < 0 else style.font_px
            visibility = style.visibility or visibility
            shows = style.shows or shows
        return Look(colour, ground, font_px, visibility, shows)


def _attributes(elements: list[Element], name: str) -> dict[Element, int]:
    """The colours that an attribute gives to elements."""
    found = {}
    for element in elements[:COLOURED]:
        value = element.attr(name)
        if value:
            colour = html_colour(value[:COLOUR_CHARS])
            if colour >= 0:
                found[element] = colour
    return found

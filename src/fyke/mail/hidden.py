"""What an HTML document holds but does not show: found, named, and taken out of the tree.

Most mail hides nothing, so the few elements that could are found by C-side selection, and only below them does
anything walk. Honest newsletters hide a line of preview; whether hiding is evil is for a detector to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from turbohtml import Element, Node, Text

from fyke.mail.cascade import Cascade, Look
from fyke.mail.colour import BLACK, UNKNOWN, WHITE, near
from fyke.mail.css import TINY_PX, Style
from fyke.mail.page import Page, Sign
from fyke.mail.sheet import Rule, Sheet

WALK = 20_000  # nodes looked at below suspects of one source; real mail stays below 2,000
SUSPECTS = 1_000  # elements of one source whose colours are looked up one by one
VISITS = 1_000_000  # elements that the rules of a sheet are held against, all together
PIECES = 5_000  # elements of one source that are taken out as a whole; real mail has below 300
SMALL = 3_000  # tags of a source in which looking through all below a suspect is cheaper than what it saves
PAIRS = 4_096  # pairs of text and ground colours compared; real mail has below 300

# Never shown, whatever the style says. A noscript is shown, for mail programs run no scripts.
_UNSHOWN = ("template", "datalist")
# No text of these is ever shown, so none of it is hidden text.
_NO_TEXT = frozenset(("html", "head", "style", "script", "title", "meta", "link", "base"))

Colours = tuple[int, int]  # of text and ground at a node
Step = Callable[[Element, Look, Colours], Colours | None]


class Concealed:
    """The search through one document, and what it took out."""

    __slots__ = ("_cascade", "_gone", "_left", "_page", "_rules", "_walked", "cut", "hows", "links", "pieces", "texts")

    def __init__(self, page: Page, sheet: Sheet) -> None:
        self.pieces: list[tuple[Element, str]] = []  # whole elements that are not shown, and how they are hidden
        self.texts: list[str] = []  # all that was hidden
        self.links: set[Element] = set()  # links that are still in the document, but whose text was taken
        self.hows: set[str] = set()
        self.cut = page.cut
        self._page = page
        self._rules: tuple[Rule, ...] = sheet.rules[: max(8, VISITS // max(1, len(page.tags)))]
        self._cascade = Cascade(page, sheet)
        self._gone: set[Element] = set()
        self._walked: set[tuple[Element, str]] = set()
        self._left = WALK

    def take(self) -> None:
        """Take all that is not shown out of the document."""
        self._take_whole()
        self._take_unseen()
        self._take_coloured()
        self.cut = self.cut or self._left <= 0 or len(self.pieces) >= PIECES

    def read_pieces(self) -> None:
        """Read the text of the elements that were taken out as a whole."""
        for element, how in self.pieces:
            text = element.text if element.tag == "template" else element.to_text()
            if text.strip():
                self.texts.append(text)
                self.hows.add(how)

    def _take_whole(self) -> None:
        """Elements of which nothing is shown."""
        for tag in _UNSHOWN:
            for element in self._page.all(tag):
                self._remove(element, tag)
        for element in self._page.having("hidden", Sign.HIDDEN):
            self._remove(element, "hidden-attribute")
        for element in self._page.all("iframe"):
            element.clear()  # what stands in it is for browsers without frames, of which there are none
        for element, style in self._page.styles.items():
            if style.hides:
                self._remove(element, style.hides)
        for rule in self._rules:
            if rule.style.hides:
                for element in self._page.document.select(rule.selector)[:PIECES]:
                    if rule.style.hides != "display-none" or not self._cascade.look(element).shows:
                        self._remove(element, rule.style.hides)

    def _remove(self, element: Element, how: str) -> None:
        if element in self._gone or element.tag in _NO_TEXT or len(self.pieces) >= PIECES:
            return
        self._gone.update(element.select("*"))
        self._gone.add(element)
        element.extract()
        self.pieces.append((element, how))

    def _take_unseen(self) -> None:
        """Text that is invisible or tiny; a child may turn that back."""
        for element, style in self._declaring(_is_unseen):
            if style.visibility == "hidden":
                self._unsee(element, (UNKNOWN, UNKNOWN), _stays_invisible, "visibility")
            if 0.0 <= style.font_px < TINY_PX:
                self._unsee(element, (UNKNOWN, UNKNOWN), _stays_tiny, "zero-size")

    def _declaring(self, tells: Callable[[Style], bool]) -> Iterator[tuple[Element, Style]]:
        """Elements whose own style, or a rule that meets them, tells what is asked."""
        for element, style in self._page.styles.items():
            if tells(style):
                yield element, style
        for element, style in self._ruled(tells):
            yield element, style

    def _ruled(self, tells: Callable[[Style], bool]) -> Iterator[tuple[Element, Style]]:
        """Elements that meet a rule which tells what is asked."""
        left = SUSPECTS
        for rule in self._rules:
            if tells(rule.style) and left > 0:
                found = self._page.document.select(rule.selector)[:left]
                left -= len(found)
                for element in found:
                    yield element, rule.style
        self.cut = self.cut or left <= 0

    def _take_coloured(self) -> None:
        """Text in the colour of its ground, or so near that no eye tells."""
        inks, grounds = self._cascade.inks, self._cascade.grounds
        all_inks = {BLACK, *inks.values(), *(rule.style.colour for rule in self._rules)}
        all_grounds = {WHITE, *grounds.values(), *(rule.style.ground for rule in self._rules)}
        suspects = _close(all_inks, all_grounds)
        if not suspects:
            return
        deeper = BLACK in suspects  # nobody declares the ink that the page begins with
        found = [element for element, colour in inks.items() if colour in suspects]
        found.extend(element for element, _ in self._ruled(lambda style: style.colour in suspects))
        for element in found[:SUSPECTS]:
            deeper = self._unsee_ink(element) or deeper
        if deeper:
            close = _close(all_grounds, all_inks)
            found = [element for element, colour in grounds.items() if colour in close]
            found.extend(element for element, _ in self._ruled(lambda style: style.ground in close))
            for element in found[:SUSPECTS]:
                self._unsee_ink(element)
        self.cut = self.cut or len(found) > SUSPECTS

    def _unsee_ink(self, element: Element) -> bool:
        """Take the element's text if it cannot be told from its ground; True if that may still hold deeper in it."""
        if element in self._gone:
            return False
        colours = self._cascade.colour(element), self._cascade.ground(element)
        if near(*colours):
            self._unsee(element, colours, _stays_near, "same-colour")
            return False
        inner = element.find()
        if inner is not None and not self._rules and len(self._page.tags) <= SMALL:
            inner = element.select_one("[bgcolor],[style]")
        return inner is not None

    def _unsee(self, start: Element, colours: Colours, step: Step, how: str) -> None:
        """Take the text below an element, down to where a step says that it is seen again."""
        if self._left <= 0 or (start, how) in self._walked or not start.text.strip():
            return
        stack: list[tuple[Node, Colours]] = [(start, colours)]
        while stack and self._left > 0:
            node, at = stack.pop()
            self._left -= 1
            if isinstance(node, Text):
                self._blank(node, how)
            elif isinstance(node, Element):
                self._walked.add((node, how))
                if node.tag == "a":
                    self.links.add(node)
                stack.extend(self._below(node, at, step))

    def _below(self, node: Element, at: Colours, step: Step) -> Iterator[tuple[Node, Colours]]:
        """The children of a node that stay unseen, the last first."""
        for child in reversed(node.children):
            if isinstance(child, Element) and child.tag not in _NO_TEXT:
                then = step(child, self._cascade.look(child), at)
                if then is not None:
                    yield child, then
            elif isinstance(child, Text):
                yield child, at

    def _blank(self, node: Text, how: str) -> None:
        if node.data.strip():
            self.texts.append(node.data)
            self.hows.add(how)
            node.extract()


def _is_unseen(style: Style) -> bool:
    return style.visibility == "hidden" or 0.0 <= style.font_px < TINY_PX


def _stays_invisible(_element: Element, look: Look, at: Colours) -> Colours | None:
    return None if look.visibility == "visible" else at


def _stays_tiny(_element: Element, look: Look, at: Colours) -> Colours | None:
    return None if look.font_px >= TINY_PX else at


def _stays_near(_element: Element, look: Look, at: Colours) -> Colours | None:
    ink = at[0] if look.colour < 0 else look.colour
    ground = at[1] if look.ground == UNKNOWN else look.ground
    return (ink, ground) if near(ink, ground) else None


def _close(ones: set[int], others: set[int]) -> set[int]:
    """The colours of one set that lie near one of the other; all of them where there are too many to compare."""
    if len(ones) * len(others) > PAIRS:
        return ones
    greens = {other >> 13 & 7 for other in others if other >= 0}  # near colours have greens in one eighth, or the next
    return {
        one
        for one in ones
        if one >= 0 and not greens.isdisjoint(_EIGHTHS[one >> 13 & 7]) and any(near(one, other) for other in others)
    }


_EIGHTHS = tuple((eighth - 1, eighth, eighth + 1) for eighth in range(8))

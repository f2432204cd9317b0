"""Just enough CSS: what one declaration block hides, colours and sizes.

Layout is not computed. What is seen hangs on a few properties, and those are read here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from fyke.mail.colour import CLEAR, PICTURE, UNKNOWN, css_colour

STYLE_CHARS = 4_000  # of one block: real ones end before 1,500
DECLARATIONS = 100  # of one block

TINY_PX = 2.0  # a font below is a line of dust: 1px and 1pt are what hides, 6px is small print
SPECK_PX = 1.0  # a box of at most this that cuts what overflows shows no letter
FAR_PX = -300.0  # nothing honest is indented or moved out by more
EM_PX = 16.0  # what a browser's em is where nobody says otherwise


class Style(Struct, frozen=True, gc=False):
    """What one block declares, as far as it matters here. Negative or -1.0 means "not declared"."""

    hides: str = ""  # how it hides the element and all in it: "display-none", "zero-size", "off-screen", "opacity"
    shows: bool = False  # declares a display other than none
    visibility: str = ""  # "hidden" or "visible": a child may turn it back
    font_px: float = -1.0
    colour: int = UNKNOWN
    ground: int = UNKNOWN
    width: int = -1
    height: int = -1


PLAIN = Style()


def over(later: Style, earlier: Style) -> Style:
    """What holds where both blocks are declared for one element, and the later one wins."""
    hides = "" if later.shows and earlier.hides == "display-none" else earlier.hides
    return Style(
        hides=later.hides or hides,
        shows=later.shows or earlier.shows,
        visibility=later.visibility or earlier.visibility,
        font_px=earlier.font_px if later.font_px < 0 else later.font_px,
        colour=earlier.colour if later.colour == UNKNOWN else later.colour,
        ground=earlier.ground if later.ground == UNKNOWN else later.ground,
        width=earlier.width if later.width < 0 else later.width,
        height=earlier.height if later.height < 0 else later.height,
    )


_UNIT_PX = {
    "px": 1.0, "": 1.0, "pt": 4 / 3, "em": EM_PX, "rem": EM_PX, "ex": 8.0, "ch": 8.0, "%": EM_PX / 100,
    "vw": 6.0, "vh": 8.0, "cm": 37.8, "mm": 3.78, "in": 96.0, "pc": 16.0,
}  # fmt: skip
_FONT_WORDS = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0,
    "xx-large": 32.0, "xxx-large": 48.0, "smaller": 13.0, "larger": 19.0,
}  # fmt: skip
_LENGTH = re.compile(r"([-+]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))([a-z%]{0,4})(?![\w.])")
_FONT_SIZE = re.compile(r"(?:^|\s)((?:\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})(?:[a-z]{2,3}|%)|0)(?=$|[\s/])")
_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?|\\(.)")


@lru_cache(maxsize=4096)
def read_style(block: str) -> Style:
    """What a declaration block says. Linear in its length, of which only `STYLE_CHARS` are read."""
    declared = _declared(block[:STYLE_CHARS].lower())
    if not declared:
        return PLAIN
    get = declared.get
    ground = _ground(get("background-color", ""), get("background", ""), get("background-image", ""))
    colour = css_colour(get("color", ""))
    return Style(
        hides="opacity" if colour == CLEAR else _hides(declared),
        shows=get("display", "none") != "none",
        visibility=_visibility(get("visibility", "")),
        font_px=_font(get("font-size", ""), get("font", "")),
        colour=colour,
        ground=ground,
        width=_whole(get("width", "")),
        height=_whole(get("height", "")),
    )


_NAMES = """
background background-color background-image bottom clip clip-path color display filter font font-size height left
line-height margin-left max-height max-width opacity overflow overflow-x overflow-y position right text-indent top
transform visibility width
"""
_WANTED = frozenset(_NAMES.split())


def _declared(block: str) -> dict[str, str]:
    """The wanted properties and their last values, in lower case and without `!important`."""
    if "\\" in block:
        block = _ESCAPE.sub(_unescape, block)
    if "/*" in block:
        block = without_comments(block)
    declared: dict[str, str] = {}
    important: set[str] = set()
    for declaration in block.split(";", DECLARATIONS)[:DECLARATIONS]:
        name, colon, value = declaration.partition(":")
        name = name.strip()
        if not colon or name not in _WANTED:
            continue
        if "!" in value:
            value, _, mark = value.partition("!")
            if mark.strip() == "important":
                important.add(name)
        elif name in important:
            continue
        declared[name] = value.strip()
    return declared


def _unescape(match: re.Match[str]) -> str:
    r"""CSS Syntax 4.3.7: `dis\70lay` is `display`."""
    code, char = match.groups()
    if code is None:
        return str(char)
    point = int(code, 16)
    return chr(point).lower() if 31 < point < 0x110000 else ""


def without_comments(block: str) -> str:
    """CSS without /* comments */; an open one swallows the rest."""
    return "".join(piece.partition("/*")[0] for piece in block.split("*/"))


_CLEARED = re.compile(r"opacity[(=]0%?\)")


def _hides(declared: dict[str, str]) -> str:
    """How the block hides the element with all in it, or an empty string."""
    get = declared.get
    if get("display") == "none":
        return "display-none"
    if _length(get("opacity", "1"), 1.0) <= 0.05 or _CLEARED.search(get("filter", "")):
        return "opacity"
    if _cuts(declared) and any(_length(get(name, ""), 99.0) <= SPECK_PX for name in _SIZES):
        return "zero-size"
    if "scale(0)" in get("transform", "") or _clipped(get("clip", ""), get("clip-path", "")):
        return "zero-size"
    return "off-screen" if _off_screen(declared) else ""


_SIZES = ("height", "max-height", "width", "max-width", "line-height")


def _cuts(declared: dict[str, str]) -> bool:
    """Whether what does not fit the box is cut."""
    return any(
        declared.get(name, "").startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y")
    )


def _clipped(clip: str, path: str) -> bool:
    """The two idioms that hide text from eyes but not from screen readers."""
    if clip.startswith("rect("):
        sizes = [_length(size, 9.0) for size in clip[5:60].rstrip(") ").replace(",", " ").split()]
        return bool(sizes) and max(sizes) <= SPECK_PX
    return path.startswith(("inset(50%", "inset(100%", "circle(0"))


def _off_screen(declared: dict[str, str]) -> bool:
    """Whether the text is moved to where no screen reaches."""
    get = declared.get
    if _length(get("text-indent", ""), 0.0) <= FAR_PX or _length(get("margin-left", ""), 0.0) <= FAR_PX:
        return True
    if get("position") not in {"absolute", "fixed"}:
        return False
    return any(abs(_length(get(side, ""), 0.0)) >= -3 * FAR_PX and "%" not in get(side, "") for side in _SIDES)


_SIDES = ("left", "top", "right", "bottom")


def _visibility(value: str) -> str:
    return "hidden" if value in {"hidden", "collapse"} else "visible" if value == "visible" else ""


def _font(size: str, font: str) -> float:
    """The font size in pixels of `font-size`, or else of the shorthand; -1.0 where none is said."""
    if size:
        return _FONT_WORDS.get(size) or _length(size, -1.0)
    if font:
        found = _FONT_SIZE.search(font[:200])
        if found:
            return _length(found[1], -1.0)
    return -1.0


def _ground(colour: str, shorthand: str, image: str) -> int:
    """The colour behind the text, `PICTURE` where an image is declared, `UNKNOWN` where nothing is."""
    if image and image != "none":
        return PICTURE
    if colour:
        return css_colour(colour)
    if not shorthand:
        return UNKNOWN
    if "url(" in shorthand or "gradient(" in shorthand:
        return PICTURE
    whole = css_colour(shorthand)
    if whole != UNKNOWN or "(" in shorthand:
        return whole
    return max((css_colour(word) for word in shorthand.split()[:8]), default=UNKNOWN)


def _length(value: str, otherwise: float) -> float:
    """A CSS length in pixels."""
    found = _LENGTH.match(value)
    if found is None:
        return otherwise
    factor = _UNIT_PX.get(found[2])
    return otherwise if factor is None else float(found[1]) * factor


def _whole(value: str) -> int:
    """A size in whole pixels, -1 where it is none."""
    if not value or "%" in value:
        return -1
    return min(100_000, int(_length(value, -1.0)))

"""Colours as HTML and CSS write them, and whether an eye tells two of them apart."""

from __future__ import annotations

import re
from functools import lru_cache

UNKNOWN = -1  # not declared, or in a way that is not read here
CLEAR = -2  # transparent
PICTURE = -3  # a background image or gradient: what colour lies under the text nobody knows

WHITE = 0xFFFFFF
BLACK = 0x000000
LINK = 0x0000EE  # what browsers colour a link that nobody coloured

APART = 20.0  # of 255: SpamAssassin calls text within 12 of its ground invisible; #ececec on white is 19

_HEX = frozenset("0123456789abcdef")
_NUMBERS = re.compile(r"[\d.]{1,9}%?")

# CSS Color 4, section 6.1. The named greys, whites and blacks are what hides; the rest is what shows.
_TABLE = """
aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc bisque ffe4c4 black 000000
blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00
chocolate d2691e coral ff7f50 cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff darkblue 00008b
darkcyan 008b8b darkgoldenrod b8860b darkgray a9a9a9 darkgreen 006400 darkgrey a9a9a9 darkkhaki bdb76b
darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred 8b0000 darksalmon e9967a
darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f darkslategrey 2f4f4f darkturquoise 00ced1
darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff dimgray 696969 dimgrey 696969 dodgerblue 1e90ff
firebrick b22222 floralwhite fffaf0 forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc ghostwhite f8f8ff gold ffd700
goldenrod daa520 gray 808080 green 008000 greenyellow adff2f grey 808080 honeydew f0fff0 hotpink ff69b4
indianred cd5c5c indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa lavenderblush fff0f5 lawngreen 7cfc00
lemonchiffon fffacd lightblue add8e6 lightcoral f08080 lightcyan e0ffff lightgoldenrodyellow fafad2 lightgray d3d3d3
lightgreen 90ee90 lightgrey d3d3d3 lightpink ffb6c1 lightsalmon ffa07a lightseagreen 20b2aa lightskyblue 87cefa
lightslategray 778899 lightslategrey 778899 lightsteelblue b0c4de lightyellow ffffe0 lime 00ff00 limegreen 32cd32
linen faf0e6 magenta ff00ff maroon 800000 mediumaquamarine 66cdaa mediumblue 0000cd mediumorchid ba55d3
mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee mediumspringgreen 00fa9a mediumturquoise 48d1cc
mediumvioletred c71585 midnightblue 191970 mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead
navy 000080 oldlace fdf5e6 olive 808000 olivedrab 6b8e23 orange ffa500 orangered ff4500 orchid da70d6
palegoldenrod eee8aa palegreen 98fb98 paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9
peru cd853f pink ffc0cb plum dda0dd powderblue b0e0e6 purple 800080 rebeccapurple 663399 red ff0000 rosybrown bc8f8f
royalblue 4169e1 saddlebrown 8b4513 salmon fa8072 sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d
silver c0c0c0 skyblue 87ceeb slateblue 6a5acd slategray 708090 slategrey 708090 snow fffafa springgreen 00ff7f
steelblue 4682b4 tan d2b48c teal 008080 thistle d8bfd8 tomato ff6347 turquoise 40e0d0 violet ee82ee wheat f5deb3
white ffffff whitesmoke f5f5f5 yellow ffff00 yellowgreen 9acd32
"""
NAMED: dict[str, int] = {
    name: int(code, 16) for name, code in zip(_TABLE.split()[::2], _TABLE.split()[1::2], strict=True)
}


def css_colour(value: str) -> int:
    """A CSS colour (lower case, stripped) as 0xRRGGBB, or `CLEAR`, or `UNKNOWN`."""
    known = NAMED.get(value)
    if known is not None:
        return known
    if value.startswith("#"):
        return _from_hex(value[1:])
    if value.startswith(("rgb", "hsl")):
        return _from_function(value)
    return CLEAR if value == "transparent" else UNKNOWN


@lru_cache(maxsize=2048)
def html_colour(value: str) -> int:
    """The colour of an HTML attribute, by the rules for legacy colour values (HTML 2.4.6)."""
    value = value.strip().lower()[:128]
    if not value or value == "transparent":
        return UNKNOWN
    known = NAMED.get(value)
    if known is not None:
        return known
    digits = value.removeprefix("#")
    if len(digits) == 3 and len(value) == 4 and _HEX.issuperset(digits):
        return _from_hex(digits)
    digits = "".join(char if char in _HEX else "0" for char in digits)
    third = (len(digits) + 2) // 3
    digits = digits.ljust(third * 3, "0")
    parts = [digits[at : at + third][-8:] for at in (0, third, third * 2)]
    while len(parts[0]) > 2 and all(part[0] == "0" for part in parts):
        parts = [part[1:] for part in parts]
    return int("".join(part[:2].rjust(2, "0") for part in parts), 16)


@lru_cache(maxsize=8192)
def near(one: int, other: int) -> bool:
    """Whether text of one colour on a ground of the other cannot be seen."""
    if one < 0 or other < 0:
        return False
    red = (one >> 16) - (other >> 16)
    green = (one >> 8 & 255) - (other >> 8 & 255)
    blue = (one & 255) - (other & 255)
    # The weights are those of luminance (Rec. 709): the eye tells greens apart best, blues worst.
    return 0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue < APART * APART


def _from_hex(digits: str) -> int:
    """#rgb, #rgba, #rrggbb or #rrggbbaa without its sign."""
    if not _HEX.issuperset(digits):
        return UNKNOWN
    if len(digits) in {3, 4}:
        digits = "".join(char * 2 for char in digits)
    if len(digits) == 8:
        return CLEAR if int(digits[6:], 16) <= 12 else int(digits[:6], 16)
    return int(digits, 16) if len(digits) == 6 else UNKNOWN


def _from_function(value: str) -> int:
    """rgb(), rgba(), hsl() or hsla()."""
    numbers = _NUMBERS.findall(value[:100])
    if len(numbers) < 3:
        return UNKNOWN
    try:
        if len(numbers) > 3 and _share(numbers[3], 1.0) <= 0.05:
            return CLEAR
        if value.startswith("rgb"):
            red, green, blue = (round(255 * _share(number, 255.0)) for number in numbers[:3])
        else:
            red, green, blue = _from_hsl(float(numbers[0]), _share(numbers[1], 100.0), _share(numbers[2], 100.0))
    except ValueError:
        return UNKNOWN
    return red << 16 | green << 8 | blue


def _share(number: str, whole: float) -> float:
    """A number or a percentage as a share of the whole, 0 to 1. Raises ValueError."""
    share = float(number[:-1]) / 100 if number.endswith("%") else float(number) / whole
    return min(1.0, max(0.0, share))


def _from_hsl(hue: float, saturation: float, lightness: float) -> tuple[int, int, int]:
    """Hue in degrees, the rest 0 to 1, as three bytes (CSS Color 4, section 7.1)."""
    spread = saturation * min(lightness, 1 - lightness)

    def channel(at: int) -> int:
        k = (at + hue / 30) % 12
        return round(255 * (lightness - spread * max(-1.0, min(k - 3, 9 - k, 1.0))))

    return channel(0), channel(8), channel(4)

"""How one label imitates another: the ways in which domains are registered to be mistaken for a trusted one."""

from __future__ import annotations

from fyke.mail.domains import skeleton, to_unicode

LETTERS = 5  # shorter names stand in too many others by chance
NEAR_LETTERS = 6  # shorter words of one letter's difference are often just other words


def likeness(label: str, trusted: str) -> str:
    """How a label (A-label or U-label, lower case) imitates a trusted one; an empty string where it does not.

    "homoglyph": other letters of the same look; "hyphen": cut by hyphens; "swap": two letters changed places;
    "typo": one letter more, less or other; "words": the trusted name with other words around it.
    """
    if label == trusted or len(trusted) < LETTERS:
        return ""
    shown = to_unicode(label)
    if shown.replace("-", "") == trusted.replace("-", ""):
        return "hyphen"
    if skeleton(shown) == skeleton(trusted):
        return "homoglyph"
    if trusted in shown.split("-"):
        return "words"
    if len(trusted) < NEAR_LETTERS:
        return ""
    return _near(shown, trusted)


def _near(label: str, trusted: str) -> str:
    """Whether one change of letters makes one label of the other, compared from both ends."""
    if abs(len(label) - len(trusted)) > 1:
        return ""
    start = 0
    for one, other in zip(label, trusted, strict=False):
        if one != other:
            break
        start += 1
    left, right = label[start:], trusted[start:]
    if len(left) == len(right):
        if left[2:] == right[2:] and left[:2] == right[1::-1]:
            return "swap"
        return "typo" if left[1:] == right[1:] else ""
    return "typo" if left[1:] == right or left == right[1:] else ""

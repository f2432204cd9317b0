"""Facts of an HTML document that do not hang on what is shown: forms, scripts, sizes, and the shape of its tags."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from turbohtml import Element

from fyke.mail.anchors import URL_CHARS
from fyke.mail.page import Page, Sign
from fyke.model import Form, Html

SCRIPT_CHARS = 4_000  # kept of each script
SCRIPTS = 50  # kept of one source
FORMS = 50  # kept of one source
TITLE_CHARS = 500
SKELETON_TAGS = 3_000  # that the skeleton is made of: a newsletter of 100 kB has near 2,000
SKELETON_LEAST = 8  # with fewer structural tags, strangers share a skeleton
SAMPLES = 8  # elements whose depth is looked up

_KNOWN = """
a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br
button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed
fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image
img input ins isindex kbd keygen label legend li link listing main map mark marquee math menu menuitem meta meter nav
nobr noembed noframes noscript object ol optgroup option output p param picture plaintext pre progress q rb rp rt rtc
ruby s samp script search section select slot small source span strike strong style sub summary sup svg table tbody td
template textarea tfoot th thead time title tr track tt u ul var video wbr xml xmp
"""
KNOWN = frozenset(_KNOWN.split())

# What writers sprinkle into text, so what changes with the words.
_WORDY = "a abbr acronym b big br cite code em font i s small span strike strong sub sup u wbr tbody html head body"
_SPRINKLED = frozenset(_WORDY.split())

_FONT_SIZES_PX = {"1": 10.0, "2": 13.0, "3": 16.0, "4": 18.0, "5": 24.0, "6": 32.0, "7": 48.0}
_HEADINGS_PX = (("h1", 32.0), ("h2", 24.0), ("h3", 18.7))

_SLIPS = frozenset((
    "duplicate-attribute", "eof-in-comment", "eof-in-tag", "invalid-first-character-of-tag-name",
    "unexpected-character-in-attribute-name", "unexpected-equals-sign-before-attribute-name",
    "unexpected-null-character",
))  # fmt: skip
SLIPS = 1_000  # errors of a source that are looked at


def facts(page: Page) -> Html:
    """The facts, of the whole document before anything is taken out of it."""
    scripts = page.all("script")
    bases = page.all("base")
    titles = page.all("title")
    return Html(
        size_chars=len(page.source),
        tags=len(page.tags),
        depth=_depth(page.elements),
        forms=_forms(page),
        scripts=_scripts(page, scripts),
        script_srcs=tuple((script.attr("src") or "")[:URL_CHARS] for script in scripts[:SCRIPTS] if script.attr("src")),
        iframes=len(page.all("iframe")) + len(page.all("frame")),
        title=" ".join(titles[0].text[: 2 * TITLE_CHARS].split())[:TITLE_CHARS] if titles else "",
        refresh=_refresh(page.all("meta")),
        base=(bases[0].attr("href") or "")[:URL_CHARS] if bases else "",
        comments_chars=_comments(page.source) if Sign.COMMENT in page.signs else 0,
        styles_chars=sum(len(style.text) for style in page.all("style")),
        largest_font_px=_largest(page),
        unknown_tags=0 if page.names <= KNOWN else sum(tag not in KNOWN and ":" not in tag for tag in page.tags),
        broken=any(error.code in _SLIPS for error in page.document.errors[:SLIPS]),
        skeleton=_skeleton(page.tags),
    )


def _depth(elements: list[Element]) -> int:
    """How deep elements are nested, by a sample. turbohtml nests no deeper than 512."""
    step = max(1, len(elements) // SAMPLES)
    return max((len(list(element.ancestors)) for element in elements[::step]), default=0)


def _forms(page: Page) -> tuple[Form, ...]:
    """The forms; a password field outside any form makes one of its own."""
    inputs = page.all("input")
    forms = page.all("form")
    if not inputs and not forms:
        return ()
    found = []
    for form in forms[:FORMS]:
        own = form.find_all("input")
        found.append(
            Form(
                action=(form.attr("action") or "").strip()[:URL_CHARS],
                method=(form.attr("method") or "get").lower()[:10],
                password=any(map(_is_password, own)),
                fields=len(own) + len(form.find_all("select")) + len(form.find_all("textarea")),
            )
        )
    if not any(form.password for form in found) and any(map(_is_password, inputs)):
        found.append(Form(action="", password=True, fields=len(inputs)))
    return tuple(found)


def _is_password(element: Element) -> bool:
    return (element.attr("type") or "").strip().lower() == "password"


def _scripts(page: Page, scripts: Sequence[Element]) -> tuple[str, ...]:
    """What would run: script elements, then event handlers."""
    texts = [script.text[:SCRIPT_CHARS] for script in scripts[:SCRIPTS]]
    for name in page.handlers():
        handled = page.document.select(f"[{name}]")[:SCRIPTS]
        texts.extend((element.attr(name) or "")[:SCRIPT_CHARS] for element in handled)
    return tuple([text for text in texts if text.strip()][:SCRIPTS])


def _refresh(metas: list[Element]) -> str:
    """Where a meta refresh leads."""
    for meta in metas[:100]:
        if (meta.attr("http-equiv") or "").strip().lower() == "refresh":
            content = (meta.attr("content") or "")[: URL_CHARS + 100]
            at = content.lower().find("url")
            if at >= 0:
                return content[at + 3 :].lstrip(" \t\n=").strip("'\" \t\n")[:URL_CHARS]
    return ""


def _comments(source: str) -> int:
    """How many characters stand in comments."""
    total = 0
    at = source.find("<!--")
    while at >= 0:
        end = source.find("-->", at + 2)
        if end < 0:
            return total + len(source) - at
        total += end + 3 - at
        at = source.find("<!--", end + 3)
    return total


def _largest(page: Page) -> float:
    """The largest font that is declared, in pixels."""
    sizes = {style.font_px for style in page.styles.values()}
    for written in {font.attr("size") for font in page.all("font")}:
        if written:
            size = written.strip()
            sizes.add(_FONT_SIZES_PX.get(size) or _FONT_SIZES_PX.get(_relative(size), 0.0))
    sizes.update(pixels for name, pixels in _HEADINGS_PX if name in page.names)
    return min(max(sizes | {0.0}), 1_000.0)


def _relative(size: str) -> str:
    """HTML 15.3.4: a size of +2 is two steps above 3; none is above 7 or below 1."""
    sign, digits = size[:1], size[1:3]
    if sign in {"+", "-"} and digits.isdigit():
        step = 3 + int(digits) if sign == "+" else 3 - int(digits)
        return str(min(7, max(1, step)))
    return "7" if size[:2].isdigit() else ""


def _skeleton(tags: list[str]) -> str:
    """A hash of the structural tags, a run of equal ones counted once: same template, other words, same hash."""
    kept = [tag for tag in tags[:SKELETON_TAGS] if tag not in _SPRINKLED]
    shape = [tag for tag, before in zip(kept, ["", *kept], strict=False) if tag != before]
    if len(shape) < SKELETON_LEAST:
        return ""
    return hashlib.blake2b(" ".join(shape).encode("utf-8", "replace"), digest_size=8).hexdigest()


def together(parts: Sequence[Html]) -> Html:
    """The facts of several HTML bodies of one message as one."""
    if not parts:
        return Html()
    return Html(
        size_chars=sum(part.size_chars for part in parts),
        tags=sum(part.tags for part in parts),
        depth=max(part.depth for part in parts),
        images=tuple(image for part in parts for image in part.images),
        forms=tuple(form for part in parts for form in part.forms),
        scripts=tuple(script for part in parts for script in part.scripts)[:SCRIPTS],
        script_srcs=tuple(url for part in parts for url in part.script_srcs)[:SCRIPTS],
        iframes=sum(part.iframes for part in parts),
        title=next((part.title for part in parts if part.title), ""),
        refresh=next((part.refresh for part in parts if part.refresh), ""),
        base=next((part.base for part in parts if part.base), ""),
        comments_chars=sum(part.comments_chars for part in parts),
        styles_chars=sum(part.styles_chars for part in parts),
        largest_font_px=max(part.largest_font_px for part in parts),
        unknown_tags=sum(part.unknown_tags for part in parts),
        broken=any(part.broken for part in parts),
        skeleton=next((part.skeleton for part in parts if part.skeleton), ""),
    )

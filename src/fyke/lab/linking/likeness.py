"""Sketches as marks: sites whose pages are alike in markup, in words, or in both.

A sketch is a row of minima of hashes (MinHash) as hex, four digits each; as many equal places as two have, so large is
the share of their shingles that they have in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

BANDS = 4  # places that must all be equal for two to be compared: with 64 places, pairs at 0.8 are missed once in 5,000
ALIKE = 0.8  # share of equal places from which two pages count as one: a skin changes a tenth, another kit two thirds
CROWD = 64  # of those with an equal band, each is compared with so many before it: linear, and chains join the rest

Group = tuple[str, str, list[str]]  # kind of mark, value, sites


def groups(by_kind: Mapping[str, Sequence[tuple[str, str]]]) -> Iterable[Group]:
    """Groups of sites with like sketches, from facts by kind as (site, value)."""
    skeletons = _grouped(by_kind.get("dom", ()))
    words = _grouped(by_kind.get("text", ()))
    yield from _named("skeleton", skeletons)
    yield from _named("words", words)
    pages: dict[str, set[str]] = {}
    for site, kinds in skeletons.items():
        for skeleton in kinds:
            for said in words.get(site, ()):
                pages.setdefault(f"{skeleton}-{said}", set()).add(site)
    for name, sites in pages.items():
        yield "page", name, sorted(sites)


def _named(kind: str, grouped: Mapping[str, set[str]]) -> Iterable[Group]:
    sites: dict[str, set[str]] = {}
    for site, names in grouped.items():
        for name in names:
            sites.setdefault(name, set()).add(site)
    for name, held in sites.items():
        yield kind, name, sorted(held)


def _grouped(facts: Sequence[tuple[str, str]]) -> dict[str, set[str]]:
    """By site, the names of the groups of its sketches. A name is that of the smallest sketch in it."""
    texts = sorted({text for _, text in facts if len(text) >= 8 and len(text) % 4 == 0 and _is_hex(text)})
    names: dict[str, str] = {}
    for length in sorted({len(text) for text in texts}):
        same = [text for text in texts if len(text) == length]
        rows = np.array([np.frombuffer(bytes.fromhex(text), dtype=">u2") for text in same], dtype=np.uint16)
        labels = _components(rows)
        first: dict[int, str] = {}
        for text, label in zip(same, labels.tolist(), strict=True):
            names[text] = first.setdefault(label, sha256(text.encode()).hexdigest()[:12])
    found: dict[str, set[str]] = {}
    for site, text in facts:
        if text in names:
            found.setdefault(site, set()).add(names[text])
    return found


def _components(rows: NDArray[np.uint16]) -> NDArray[np.int32]:
    """Which rows hang together by likeness; numbers of components."""
    count, places = rows.shape
    left: list[NDArray[np.int64]] = []
    right: list[NDArray[np.int64]] = []
    for at in range(0, places - places % BANDS or places, BANDS):
        order, starts = _sorted_by(rows[:, at : at + BANDS])
        for step in range(1, CROWD + 1):  # each with the one `step` before it, where both have the band
            a, b = order[step:], order[:-step]
            together = starts[step:] == starts[:-step]
            if not together.any():
                break
            a, b = a[together], b[together]
            alike = (rows[a] == rows[b]).mean(axis=1) >= ALIKE
            left.append(a[alike])
            right.append(b[alike])
    one, other = (np.concatenate(left), np.concatenate(right)) if left else (np.zeros(0, int), np.zeros(0, int))
    joined = coo_matrix((np.ones(len(one), np.int8), (one, other)), shape=(count, count))
    _, labels = connected_components(joined, directed=False)
    return np.asarray(labels, dtype=np.int32)


def _sorted_by(band: NDArray[np.uint16]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows in the order of their band, and where in it the run of equal ones begins to which each belongs."""
    order = np.lexsort(band.T[::-1]).astype(np.int64)
    ordered = band[order]
    is_new = np.ones(len(order), dtype=np.bool_)
    is_new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    return order, np.cumsum(is_new)


def _is_hex(text: str) -> bool:
    try:
        bytes.fromhex(text)
    except ValueError:
        return False
    return True

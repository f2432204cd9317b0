"""Pairs in words: the shares of a link as contributions, with the rarest thing that two sites have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fyke.lab.linking.contrast import Contrast
from fyke.lab.linking.differing import KINDS
from fyke.lab.linking.marks import FAMILY, Mark, Marks
from fyke.lab.linking.weigh import COMPARISONS, RENTED, level
from fyke.model.finding import Contribution

SHOWN_CHARS = 80  # of a value
NAMES = {
    "registrant": "registrant",
    "registrant_org": "registrant's organisation",
    "registrant_email": "registrant's e-mail",
    "registrant_phone": "registrant's telephone",
    "registrant_address": "registrant's address",
    "registered": "batch of registrations",
    "ns": "name server",
    "mx": "mail server",
    "soa": "zone's contact",
    "ip": "host",
    "asn": "network of the host",
    "redirects_to": "site to which both lead",
    "certificate": "certificate",
    "certificate_key": "certificate's key",
    "certificate_name": "name in the certificate",
    "issued": "batch of certificates",
    "page": "page, markup and words",
    "skeleton": "markup of the page",
    "words": "words of the page",
    "favicon": "icon",
    "title": "title",
    "form": "order form",
    "kit": "kit",
    "analytics": "analytics id",
    "affiliate": "affiliate id",
    "processor": "payment processor",
    "merchant": "merchant id",
    "wallet": "wallet",
    "phone": "telephone",
    "email": "e-mail",
    "postal": "postal address",
    "po_box": "PO box",
    "company": "company",
    "campaign": "campaign that advertises both",
    "url_shape": "shape of links",
}


class Teller:
    """Finds what two sites, or two networks, share."""

    def __init__(self, marks: Marks, seen: Contrast, things: str = "sites") -> None:
        """`things`: what is compared, in words."""
        self._marks, self._seen, self._things = marks, seen, things
        self._by_site: dict[int, list[int]] = {}
        for at, mark in enumerate(marks.marks):
            if level(float(seen.strangers[at])) >= 0:
                for site in mark.holders.tolist():
                    self._by_site.setdefault(site, []).append(at)

    def shared(self, left: int, right: int) -> dict[str, list[int]]:
        """By comparison, the marks that both have, the rarest first."""
        there = set(self._by_site.get(right, ()))
        found: dict[str, list[int]] = {}
        for at in self._by_site.get(left, ()):
            if at in there:
                name = RENTED if self._seen.rented[at] else self._marks.marks[at].family
                found.setdefault(name, []).append(at)
        for held in found.values():
            held.sort(key=lambda at: (level(float(self._seen.strangers[at])), self._marks.marks[at].key))
        return found

    def shares(self, left: int, right: int, bits: Sequence[float], prior: float) -> tuple[Contribution, ...]:
        """The prior and each family's bits, with the reason; what weighs nothing is left out."""
        shared = self.shared(left, right)
        told = [Contribution("prior", round(prior, 2), f"two {self._things} taken at random are seldom one operator's")]
        weighed = sorted(zip(COMPARISONS, bits, strict=True), key=lambda each: (-each[1], each[0]))
        for name, each in weighed:
            if round(each, 2) == 0:
                continue
            held = shared.get(name)
            why = f"nothing in common in their {name}"
            if held:
                why = self.why(held) + self._but(name, left, right, shared)
            told.append(Contribution(name, round(float(each), 2), why))
        return tuple(told)

    def _but(self, name: str, left: int, right: int, shared: Mapping[str, Sequence[int]]) -> str:
        """In what of this family the two differ."""
        same = {self._marks.marks[at].kind for held in shared.values() for at in held}
        other = [
            NAMES[kind]
            for kind in KINDS
            if FAMILY[kind] == name and kind not in same and (known := self._marks.known.get(kind)) is not None
            if known[left] and known[right]
        ]
        return f"; another {', another '.join(other)}" if other else ""

    def why(self, held: Sequence[int]) -> str:
        """The rarest of these marks in words, and how many more there are."""
        mark = self._marks.marks[held[0]]
        strangers = float(self._seen.strangers[held[0]])
        beyond = f", {strangers:.0f} of them strangers" if strangers >= 0.5 else ""
        more = f"; and {len(held) - 1} more" if len(held) > 1 else ""
        which = f"same {NAMES[mark.kind]} {short(mark)}"
        return f"{which} ({len(mark.holders)} of {len(self._marks.sites):,} {self._things}{beyond}){more}"


def short(mark: Mark) -> str:
    """Its value, cut to what one line takes."""
    return mark.value if len(mark.value) <= SHOWN_CHARS else mark.value[: SHOWN_CHARS - 1] + "…"


def sites_of(labels: NDArray[np.int32], sites: Sequence[str]) -> Iterable[tuple[int, tuple[str, ...]]]:
    """Label and sites of each group of two sites or more, by label."""
    order = np.argsort(labels, kind="stable")
    begins = np.flatnonzero(np.r_[True, labels[order][1:] != labels[order][:-1]])
    for group in np.split(order, begins[1:]):
        if len(group) >= 2:
            yield int(labels[group[0]]), tuple(sites[at] for at in group.tolist())

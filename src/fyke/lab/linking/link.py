"""The whole of linking: marks, contrast, pairs in bits, the gate, and once more with pooled evidence."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fyke.lab.engine import LOCAL, Engine
from fyke.lab.linking.contrast import Contrast, contrast
from fyke.lab.linking.differing import taken_back
from fyke.lab.linking.gate import Joined, join
from fyke.lab.linking.marks import Marks
from fyke.lab.linking.pooling import Pooled, merge
from fyke.lab.linking.weigh import Pairs, pairs


class Linked(Struct, frozen=True):
    """What was found; sites and pairs are numbers."""

    marks: Marks
    seen: Contrast
    pairs: Pairs
    joined: Joined  # site by site
    pooled: Pooled  # with what networks know as a whole
    labels: NDArray[np.int32]  # by site: the smallest site of its network


def link(
    marks: Marks, honest: Iterable[str] = (), barred: Iterable[tuple[str, str]] = (), engine: Engine = LOCAL
) -> Linked:
    """Link sites. `honest` are sites of good name; `barred` pairs a person has parted."""
    number = {site: at for at, site in enumerate(marks.sites)}
    apart = [(number[one], number[other]) for one, other in barred if one in number and other in number]
    seen = contrast(marks, honest)
    found = taken_back(marks, pairs(marks, seen, engine=engine))
    joined = join(found, len(marks.sites), apart)
    pooled = merge(marks, joined.labels, seen, learned=found.learned, barred=apart, engine=engine)
    return Linked(marks, seen, found, joined, pooled, pooled.labels)

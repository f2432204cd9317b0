"""What a piece of work costs, in seconds of processor time on a quiet machine: for bounds that only a blow-up breaks.

A busy machine shares caches and cores and makes everything slower alike, so the same moment's cost of a fixed piece of
work is the measure, and the best of three counts. Linear work stays far below the bounds, quadratic work far above.
"""

import time

REFERENCE_S = 0.018  # what `_reference` takes on the machine on which the bounds were chosen, when it is quiet
ROUNDS = 3


def seconds(work, enough=0.0):
    """The best cost of the work; it is not repeated once it is below what is enough."""
    best = float("inf")
    for _ in range(ROUNDS):
        slowness = max(1.0, _cost(_reference) / REFERENCE_S)
        best = min(best, _cost(work) / slowness)
        if best < enough:
            break
    return best


def _cost(work):
    started = time.process_time()
    work()
    return time.process_time() - started


def _reference():
    text = "a1 b2 " * 40_000
    words = sorted(text.replace("1", "one").split())
    return sum(map(len, words)), words[0]

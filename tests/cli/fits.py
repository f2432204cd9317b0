"""Fits made by hand, for what tells of them."""

from fyke.cli.fitting import Fitting, Side
from fyke.house import build
from fyke.learn.fit import Fact, Weight, share
from fyke.learn.slope import Line

POLICY = build().policy
GOOD = ((8.0, True, 0.9), (6.0, True, 0.8), (-2.0, False, 0.1), (-3.0, False, 0.05))
BAD = ((8.0, True, 0.9), (-2.5, True, 0.1), (-2.0, False, 0.2), (-3.0, False, 0.05))


def weight(name, group, was, bits, *, is_fitted=True):
    """A fact in 3 of 100 ham and 40 of 100 spam."""
    return Weight(Fact(name, group, was), bits, 0.4, is_fitted, share(3, 100), share(40, 100), share(40, 43))


def side(mail):
    """Four messages as they were scored."""
    return Side.of([bits for bits, _, _ in mail], [told for _, _, told in mail], [spam for _, spam, _ in mail], 4.0)


def fitting(*weights, before=BAD, after=GOOD, **rest):
    """A fit of those weights."""
    given = {
        "weights": weights,
        "line": Line(1.2, -0.5),
        "by_source": True,
        "folds": 3,
        "before": side(before),
        "after": side(after),
        "sources": ("a", "b", "c"),
        "policy": POLICY,
        "on_both": 0,
        "repeated": 0,
        "passed": {},
        "unread": (),
        "wall_s": 1.0,
        "jobs": 1,
    }
    return Fitting(**(given | rest))

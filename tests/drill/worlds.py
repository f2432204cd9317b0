"""Small worlds for tests of the drill, made once each."""

from functools import cache

from fyke.drill.knobs import Knobs
from fyke.drill.mails import mails
from fyke.drill.world import made

SMALL = {"gangs": 4, "sites": 10, "mails": 300, "honest_mails": 80, "honest_sites": 60}


@cache
def world(**knobs):
    """The world of these knobs, small where they do not say otherwise."""
    return made(Knobs(**{**SMALL, **knobs}))


@cache
def sent(**knobs):
    """Its mails."""
    return tuple(mails(world(**knobs)))

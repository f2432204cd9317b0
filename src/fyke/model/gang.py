"""What the lab concludes: links between sites, networks of one operator's sites, operations of several networks."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from fyke.model.finding import Contribution


class Link(Struct, frozen=True):
    """Two sites that one operator has, and why that is believed."""

    left: str
    right: str
    bits: float  # log2 of the odds, the prior's with them
    shares: tuple[Contribution, ...]  # the prior, then a family each; they add up


class Network(Struct, frozen=True):
    """Sites of one operator."""

    id: str
    sites: tuple[str, ...]  # ascending
    confidence: float  # that two sites of it taken at random are one operator's
    aliases: tuple[str, ...] = ()


class Role(StrEnum):
    """What somebody does in the trade."""

    SHOP = "shop"  # runs sites that sell
    SENDER = "sender"  # sends the mail, for itself or as an affiliate
    SUPPLIER = "supplier"  # of hosts, name servers, kits: to several who do not belong together


class Part(Struct, frozen=True):
    """One part of an operation."""

    role: Role
    what: str  # a network's id, a campaign's, or a mark such as "ip=192.0.2.1"
    detail: str = ""


class Hypothesis(Struct, frozen=True):
    """Two networks that may be one operation's."""

    left: str  # ids of networks
    right: str
    bits: float
    shares: tuple[Contribution, ...]
    state: str = "open"  # "open" too weak to join; "joined"; "confirmed" or "rejected" by a person


class Operation(Struct, frozen=True):
    """Who stands behind one or several networks: a hypothesis, until a person confirms it."""

    id: str
    name: str  # given by a person; empty
    networks: tuple[str, ...]
    parts: tuple[Part, ...]
    confidence: float  # of its weakest joint, from 0 to 1
    alternatives: tuple[Hypothesis, ...] = ()  # joints that were weighed and not made, nearest first
    confirmed: bool = False
    aliases: tuple[str, ...] = ()


class Alias(Struct, frozen=True):
    """An id that was, and what became of it."""

    old: str
    new: str
    reason: str
    at: datetime


class Decision(Struct, frozen=True):
    """What a person said of the lab's conclusions. It sticks: it is about sites, which do not change their names."""

    at: datetime
    by: str
    verb: str  # "join", "part", "confirm", "reject", "name"
    left: tuple[str, ...]  # sites
    right: tuple[str, ...] = ()
    text: str = ""

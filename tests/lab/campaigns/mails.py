"""Mails of a small world as rows, with their truth: shared by the tests of this folder."""

from functools import cache

import numpy as np

from bench.campaign_world import World
from bench.campaigns import rows_of
from fyke.lab.campaigns.members import Member, unjudged
from fyke.mail import parse


@cache
def made(seed=11, churn=0.25, campaigns=8):
    """The mails of a world, and parsed."""
    found = list(World(seed, churn=churn, campaigns=campaigns).mails(40))
    return found, [parse(each.raw) for each in found]


@cache
def rows(seed=11, churn=0.25, campaigns=8):
    """Rows, and by row the campaign that the mail is of (its own id where none)."""
    mails, messages = made(seed, churn, campaigns)
    found = rows_of(messages)
    truth = {message.digest[:32]: each.campaign for each, message in zip(mails, messages, strict=True)}
    ids = [each.ljust(16, b"\0").hex() for each in found["id"].tolist()]
    return found, np.array([truth[each] or each for each in ids])


def members(seed=11, churn=0.25, campaigns=8) -> list[Member]:
    """As the lab takes them."""
    mails, messages = made(seed, churn, campaigns)
    told = (unjudged(message, each.at) for each, message in zip(mails, messages, strict=True))
    return [each for each in told if each is not None]


def purity(labels, truth):
    """Share of rows that stand with most of their group."""
    return sum(np.unique(truth[labels == each], return_counts=True)[1].max() for each in set(labels.tolist())) / len(
        labels
    )

"""The mail of a world: in the order of time, from botnets that gangs share, each mail with its truth."""

import re
from collections import defaultdict
from itertools import pairwise

import pytest

from tests.drill.worlds import sent, world


def test_mails_come_in_the_order_of_time():
    """As many of each kind as is asked, each once, within the world's weeks."""
    mails = sent()
    times = [each.at for each in mails]
    assert times == sorted(times)
    assert sum(bool(each.campaign) for each in mails) == 300
    assert sum(not each.campaign for each in mails) == 80
    assert len({each.message_id for each in mails}) == len(mails)
    begins = world().knobs.begins
    assert begins <= times[0] <= times[-1] <= begins.replace(month=begins.month + 2)


def test_the_truth_is_not_in_the_mail():
    """Names of gangs, campaigns and botnets stand in no mail but in affiliates' ids, which are the gangs' own."""
    for each in sent():
        if each.campaign:
            text = each.raw.decode()
            assert each.campaign not in text
            assert each.botnet not in text


def test_two_gangs_rent_one_botnet():
    """Whose machines and program show in the mails of both."""
    gangs, programs = defaultdict(set), defaultdict(set)
    for each in sent(gangs=12, mails=900):
        if each.campaign:
            gangs[each.botnet].add(each.gang)
            found = re.search(rb"^X-Mailer: (.*)$", each.raw, re.MULTILINE)
            programs[each.botnet].add((found[1] if found else b"", tuple(re.findall(rb"^([A-Z]\w+)", each.raw)[:3])))
    assert any(len(each) >= 2 for each in gangs.values())
    assert all(len(each) == 1 for each in programs.values())


def test_affiliates_are_paid_by_their_ids():
    """Most links bear one, of the gang that pays."""
    paid = [(re.search(rb"aff=(\w+?)aff", each.raw), each) for each in sent(shortened=0.0, hacked=0.0) if each.campaign]
    assert sum(found is not None for found, _ in paid) > 0.5 * len(paid)
    assert all(found[1].decode() == each.gang for found, each in paid if found)


def test_gangs_write_in_several_languages():
    """Each language in its own letters."""
    text = "\n".join(each.raw.decode() for each in sent(gangs=12, mails=900) if each.campaign)
    assert {"Click", "Hier klicken"} & set(re.findall(r"Click|Hier klicken", text)) == {"Click", "Hier klicken"}


@pytest.mark.parametrize("knob", ["churn", "paraphrase"])
def test_copies_of_a_campaign_differ_more_with_the_knob(knob):
    """The share of lines that two mails of a campaign have in common falls."""

    def alike(share):
        both = {"churn": 0.0, "paraphrase": 0.0, knob: share}
        lines = defaultdict(list)
        for each in sent(**both):
            if each.campaign:
                body = each.raw.partition(b"\n\n")[2].splitlines()
                lines[each.campaign].append({line for line in body if len(line) > 20 and b"http" not in line})
        pairs = [(one, other) for each in lines.values() for one, other in pairwise(each)]
        return sum(len(one & other) / max(len(one | other), 1) for one, other in pairs) / len(pairs)

    assert alike(0.35) < alike(0.05) < alike(0.0)


def test_honest_mail_is_of_honest_people():
    """Newsletters with a way out, and letters that answer letters."""
    honest = [each for each in sent() if not each.campaign]
    assert all(b"List-Unsubscribe" in each.raw or b"In-Reply-To" in each.raw for each in honest)
    assert {b"List-Unsubscribe" in each.raw for each in honest} == {True, False}
    assert {(each.gang, each.template, each.botnet) for each in honest} == {("", "", "")}

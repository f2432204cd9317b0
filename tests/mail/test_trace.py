"""Received fields of the servers of the world."""

import pytest

from fyke.mail.defects import Notes
from fyke.mail.trace import read_hop, read_received
from fyke.model import Header


@pytest.mark.parametrize(
    ("raw", "hop"),
    [
        (
            "from a.example (b.example [192.0.2.1]) by mx.example (Postfix) with ESMTP id 1",
            ("a.example", "b.example", "192.0.2.1", "mx.example", "ESMTP"),
        ),
        (
            "from a.example (unknown [192.0.2.1]) by mx.example with ESMTPS id 1",
            ("a.example", "", "192.0.2.1", "mx.example", "ESMTPS"),
        ),
        (
            "from a.example ([192.0.2.1]) by mx.example with ESMTP id 1",
            ("a.example", "", "192.0.2.1", "mx.example", "ESMTP"),
        ),
        (
            "from A.example ([IPv6:2001:db8::1]) by mx.example with ESMTP",
            ("a.example", "", "2001:db8::1", "mx.example", "ESMTP"),
        ),
        (
            "from b.example ([192.0.2.1] helo=a.example) by mx.example with smtp (Exim 4)",
            ("a.example", "b.example", "192.0.2.1", "mx.example", "smtp"),
        ),
        (
            "from [192.0.2.1] (helo=a.example) by mx.example with esmtpa",
            ("a.example", "", "192.0.2.1", "mx.example", "esmtpa"),
        ),
        (
            "from unknown (HELO a.example) (192.0.2.1) by mx.example with SMTP",
            ("a.example", "unknown", "192.0.2.1", "mx.example", "SMTP"),
        ),
        ("from a.example (192.0.2.1) by mx.example with SMTP", ("a.example", "", "192.0.2.1", "mx.example", "SMTP")),
        (
            "from a.example (2001:db8::1) by mx.example (2001:db8::2) with Microsoft SMTP Server",
            ("a.example", "", "2001:db8::1", "mx.example", "Microsoft"),
        ),
        (
            "from a.example (user@b.example [192.0.2.1]) by mx.example",
            ("a.example", "b.example", "192.0.2.1", "mx.example", ""),
        ),
        ("from [192.0.2.1] by web.example via HTTP", ("192.0.2.1", "", "192.0.2.1", "web.example", "")),
        ("by mx.example with SMTP id 1", ("", "", "", "mx.example", "SMTP")),
        ("from a.example (b.example [999.0.2.1]) by mx.example", ("a.example", "b.example", "", "mx.example", "")),
        ("", ("", "", "", "", "")),
        ("from", ("", "", "", "", "")),
    ],
)
def test_hops_are_read(raw, hop):
    """Who greeted how, from where, and who took it by which protocol."""
    found = read_hop(raw)
    assert (found.helo, found.name, found.ip, found.by, found.protocol) == hop


def test_the_date_stands_behind_the_last_semicolon():
    """Comments may hold semicolons too."""
    hop = read_hop("from a.example (x; y) by b.example; Mon, 1 Jan 2024 00:00:00 +0000")
    assert hop.date is not None
    assert (hop.date.year, hop.by) == (2024, "b.example")


def test_only_the_newest_hops_are_read():
    """The oldest are dropped, and that is said."""
    notes = Notes()
    hops = read_received((Header("Received", "received", "", "by x.example"),) * 21, notes)
    assert len(hops) == 20
    assert [defect.kind for defect in notes.defects] == ["received-cut"]

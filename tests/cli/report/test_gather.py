"""What the page lists, however many messages come."""

import msgspec

from fyke.cli import record as records
from fyke.cli.report.gather import Gathered
from fyke.house import build
from fyke.model import Label

RECORD = records.broken("x", "why", build().policy)


def test_dull_messages_leave_the_list_first_and_are_counted():
    """All are counted; the list keeps the dangerous ones, in the order in which they came."""
    gathered = Gathered(listed=3)
    for at, label in enumerate(
        [Label.HAM, Label.PHISHING, Label.HAM, Label.BULK, Label.SPAM, Label.HAM, Label.MALWARE]
    ):
        gathered.add(msgspec.structs.replace(RECORD, path=str(at), label=label, probability=1.0))
    assert [record.path for record in gathered.listed] == ["1", "4", "6"]
    assert gathered.left_out == 4
    assert sum(map(sum, gathered.certainty.values())) == 7
    assert gathered.undated == 7

"""Who answers `Alike`: counts while mail is judged, hears verdicts without their own echo, and fails quietly."""

from msgspec.structs import replace

from fyke import house
from fyke.config import Config
from fyke.engine import Engine
from fyke.lookup.alike import Counting
from fyke.model import Contribution, Envelope
from fyke.model.campaign import Alike, Copies
from fyke.model.sketch import Sketch
from fyke.store.folder.campaigns import FolderCampaigns
from fyke.store.labels import StoreError

TEXT = (
    b"From: a@b.example\r\nSubject: The harbour office\r\n\r\n"
    b"The harbour office has moved to the second floor of the old customs building beside the northern bridge.\r\n"
)


def test_mail_is_counted_while_it_is_judged():
    """The scan says which campaign it is, how many came before, and keeps the sketch."""
    counting = house.counting(Config(), in_memory=True)
    engine = house.build(counting=counting)
    scans = [engine.scan(Envelope(client_ip="192.0.2.1", rcpt_to=(f"u{at}@our.example",)), TEXT) for at in range(3)]
    assert len({scan.campaign for scan in scans}) == 1
    assert scans[0].campaign.startswith("c-")
    assert scans[0].sketch == scans[2].sketch
    found = next(finding for finding in scans[2].verdict.findings if finding.symbol.name == "CAMPAIGN_SEEN")
    assert "2 mails since" in found.detail
    assert any(name.startswith("Alike(") and answer.before == 2 for name, answer in scans[2].answers)


def test_without_it_nothing_is_asked():
    """An engine that counts nothing keeps no sketch."""
    scan = house.build().scan(Envelope(), TEXT)
    assert (scan.campaign, scan.sketch) == ("", None)


def test_verdicts_count_without_the_share_of_the_campaign():
    """Else one verdict would feed the next."""
    index = FolderCampaigns(None, 1)
    counting = Counting(lambda: index, clock=lambda: 1e9)
    engine: Engine = house.build(counting=counting)
    scan = engine.scan(Envelope(), TEXT)
    verdict = replace(scan.verdict, bits=6.0, contributions=(Contribution("CAMPAIGN_REPORTED", 5.5, ""),))
    counting.judged(replace(scan, verdict=verdict), 4.0)
    assert (index.all(1e9)[0].unwanted, index.all(1e9)[0].wanted) == (0, 0)
    counting.judged(replace(scan, verdict=replace(verdict, contributions=())), 4.0)
    counting.judged(replace(scan, verdict=replace(verdict, bits=-2.0, contributions=())), 4.0)
    assert (index.all(1e9)[0].unwanted, index.all(1e9)[0].wanted) == (1, 1)


class Broken:
    def join(self, _asked, _at):
        raise StoreError("held")


def test_a_broken_index_answers_nothing_and_is_told_once():
    """The mail goes on, and the index is left alone for a while."""
    told, made, now = [], [], [100.0]

    def make():
        made.append(1)
        return Broken()

    counting = Counting(make, tell=told.append, clock=lambda: now[0])
    asked = Alike(Sketch(words=b"1234"), "00")
    assert counting([asked]) == {}
    assert counting([asked]) == {}
    now[0] += 60
    assert counting([asked]) == {}
    assert len(told) == 1
    assert len(made) == 1


def test_people_are_heard():
    """What a person says of one mail holds for its like."""
    index = FolderCampaigns(None, 1)
    counting = Counting(lambda: index)
    engine = house.build(counting=counting)
    scan = engine.scan(Envelope(), TEXT)
    counting.said(scan.sketch, unwanted=True)
    again = engine.scan(Envelope(), TEXT)
    assert "CAMPAIGN_REPORTED" in {finding.symbol.name for finding in again.verdict.findings}
    assert isinstance(counting([Alike(scan.sketch, "00")])[Alike(scan.sketch, "00")], Copies)

"""The index of campaigns: shared by processes, of one size, and no worse for a process that is killed in it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from fyke.mail.sketch import sketched
from fyke.model.campaign import Alike
from fyke.model.sketch import Sketch
from fyke.store.folder.campaign_record import RECORD_BYTES
from fyke.store.folder.campaigns import FolderCampaigns

AT = 1_780_000_000.0
WORDS = [first + second for first in ("bra", "kol", "min", "sta", "ver", "lun") for second in
         ("dan", "fers", "gol", "hem", "kir", "lav", "mos", "nel", "pur", "ros", "sim", "tok")]  # fmt: skip


def text(seed, count=40):
    return (
        " "
        + " ".join(WORDS[(seed * 31 + at * (seed % 7 + 2)) % len(WORDS)] + "x" * (at % 3) for at in range(count))
        + " "
    ).encode()


def made(seed):
    words, grams, exact = sketched(text(seed))
    return Sketch(words=words, grams=grams, exact=exact, headers=f"{seed:08x}")


def asked(seed, number=0, **more):
    return Alike(made(seed), f"{seed:04x}{number:028x}", **more)


@pytest.fixture(params=["file", "memory"])
def index(request, tmp_path):
    found = FolderCampaigns(tmp_path / "index" if request.param == "file" else None, 1, 14)
    yield found
    found.close()


def test_the_first_mail_begins_a_campaign_and_others_join_it(index):
    """Each is told how many came before, and since when."""
    first = index.join(asked(1), AT)
    assert (first.before, first.first_at) == (0, None)
    again = [index.join(asked(1, number), AT + number) for number in (60, 120)]
    assert [each.before for each in again] == [1, 2]
    assert {each.campaign for each in again} == {first.campaign}
    assert again[1].first_at.timestamp() == AT
    assert index.join(asked(2), AT).campaign != first.campaign


def test_senders_readers_and_networks_are_counted_apart(index):
    """Estimates of how many, from fixed sets of bits."""
    for number in range(60):
        told = index.join(
            asked(1, sender=f"s{number % 3}.example", recipients=(f"u{number}@x",), network=f"10.0.{number % 20}"), AT
        )
    assert told.senders == 3
    assert 17 <= told.networks <= 23
    assert 50 <= told.recipients <= 70


def test_what_was_thought_and_said_of_its_like_is_told(index):
    """Verdicts by campaign, words of people by sketch; a word is taken back."""
    campaign = index.join(asked(1), AT).campaign
    index.judged(campaign, unwanted=True)
    index.judged("c-unknown", unwanted=True)
    assert index.said(made(1), AT, unwanted=True) == campaign
    assert index.said(made(1), AT, unwanted=False) == campaign
    index.said(made(1), AT, unwanted=False, times=-1)
    assert index.said(made(5), AT, unwanted=True) == ""
    told = index.find(made(1), AT)
    assert (told.unwanted, told.wanted, told.said_unwanted, told.said_wanted, told.before) == (1, 0, 1, 0, 1)


def test_a_campaign_is_forgotten_in_time(index):
    """After so many days without a mail it begins anew."""
    index.join(asked(1), AT)
    assert index.find(made(1), AT + 15 * 86_400).campaign == ""
    assert index.join(asked(1), AT + 15 * 86_400).before == 0


def test_a_mail_that_says_nothing_belongs_to_none(index):
    """No words, no links: nothing can be said."""
    assert index.join(Alike(Sketch(mime="01234567"), "00"), AT).campaign == ""


def test_memory_is_bounded_and_what_is_large_stays(index):
    """Many more campaigns than there is room for: those of many mails are still known."""
    for number in range(50):
        index.join(asked(1, number), AT)
    for seed in range(2, 3_000):
        words, grams, exact = sketched(
            b" ".join(
                b"w%dq%s" % (0, bytes([97 + seed % 26, 97 + seed // 26 % 26, 97 + at % 26, 97 + seed // 676]))
                for at in range(3)
            )
            + b" %s " % str(seed).translate(str.maketrans("0123456789", "abcdefghij")).encode()
        )
        index.join(Alike(Sketch(words, grams, exact), f"{seed:032x}"), AT + 1)
    assert len(index.all(AT)) < 3_000
    assert index.find(made(1), AT).before == 50


def test_all_are_listed_by_size(index):
    """For whoever looks at what is going on."""
    for seed, count in ((1, 3), (2, 5), (3, 1)):
        for number in range(count):
            index.join(asked(seed, number), AT)
    assert [each.before for each in index.all(AT)] == [5, 3, 1]


def test_it_is_kept_on_disk_and_made_anew_for_another_size(tmp_path):
    """A file of another form is emptied: it may all be forgotten."""
    path = tmp_path / "index"
    first = FolderCampaigns(path, 1)
    first.join(asked(1), AT)
    first.close()
    again = FolderCampaigns(path, 1)
    assert again.find(made(1), AT).before == 1
    again.close()
    other = FolderCampaigns(path, 2)
    assert other.find(made(1), AT).campaign == ""
    other.close()


def test_garbage_in_the_file_is_nothing(tmp_path):
    """Torn records are not there, and slots that lead astray are compared."""
    path = tmp_path / "index"
    index = FolderCampaigns(path, 1)
    index.join(asked(1), AT)
    index.close()
    with path.open("r+b") as file:
        size = path.stat().st_size
        file.seek(4096)
        file.write(os.urandom(size - 4096))
    index = FolderCampaigns(path, 1)
    for seed in range(30):
        assert index.join(asked(seed), AT).before in (0, 1)
    assert all(each.campaign.startswith("c-") for each in index.all(AT))
    index.close()


WORKER = """
import sys, time
from pathlib import Path
from tests.store.folder.test_campaigns import AT, asked
from fyke.store.folder.campaigns import FolderCampaigns
index = FolderCampaigns(Path(sys.argv[1]), 1)
print("ready", flush=True)
for number in range(int(sys.argv[2])):
    index.join(asked(number % 5, number), AT)
"""


def worker(path, count):
    return subprocess.Popen([sys.executable, "-c", WORKER, str(path), str(count)], stdout=subprocess.PIPE)


def test_two_processes_lose_no_count(tmp_path):
    """They count in one file at once."""
    path = tmp_path / "index"
    both = [worker(path, 400) for _ in range(2)]
    assert [each.wait() for each in both] == [0, 0]
    for each in both:
        each.stdout.close()
    index = FolderCampaigns(path, 1)
    assert sum(each.before for each in index.all(AT)) == 800
    index.close()


def test_a_killed_process_leaves_it_usable(tmp_path):
    """Killed at any moment: the lock is free, and counts are off by one at most."""
    path = tmp_path / "index"
    for round_ in range(4):
        killed = worker(path, 1_000_000)
        killed.stdout.readline()
        time.sleep(0.02 + 0.03 * round_)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        killed.stdout.close()
        index = FolderCampaigns(path, 1)
        before = [index.join(asked(seed, 1), AT).before for seed in range(5)]
        assert [index.join(asked(seed, 2), AT).before for seed in range(5)] == [count + 1 for count in before]
        index.close()


def test_a_record_has_a_fixed_size():
    """The file's form hangs on it."""
    assert RECORD_BYTES % 64 == 0

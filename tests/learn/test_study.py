"""The learner's story: always as if it had learned what stands, in order, from nothing."""

import fcntl
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from fyke.learn.base import empty
from fyke.learn.features import Family, Features
from fyke.learn.packing import pack
from fyke.learn.study import BusyError, study
from fyke.learn.table import Table
from fyke.model import Forgotten, Labelled
from fyke.store import standing as rules
from tests.store.contract import said
from tests.store.test_standing import histories, numbered

# Learns again and again, each time all anew, until it is killed.
LEARNER = """
import sys
from pathlib import Path
from tests.learn.test_study import Words, many, empty, study
while True:
    for count in (5, 3):
        study(Path(sys.argv[1]), Words(many(count)), empty(), tell=lambda done: print(done, flush=True))
"""


class Words:
    """Lessons from a list."""

    def __init__(self, words):
        self.words = words

    def newest(self):
        return len(self.words)

    def standing(self, after=0, until=None):
        for label in rules.standing(self.words[:until]):
            if label.seq > after:
                yield label

    def stood(self, seq, until):
        return next((label for label in rules.standing(self.words[:until]) if label.seq == seq), None)

    def is_disturbed(self, applied):
        return applied > len(self.words) or rules.is_disturbed(self.words, applied)


def packed(seed):
    codes = np.random.default_rng(seed).integers(0, 2**32, 8 * len(Family), dtype=np.uint32)
    return pack(Features(codes, tuple(range(8, 8 * len(Family) + 1, 8))))


def with_features(word):
    if isinstance(word, Forgotten):
        return word
    fields = {name: getattr(word, name) for name in word.__struct_fields__}
    return Labelled(**{**fields, "features": packed(ord(word.digest[0]))})


def many(count):
    return [with_features(numbered(said("abcdefghij"[at], at % 2 == 0), at + 1)) for at in range(count)]


def weights(path):
    table = Table(path)
    return table.shared.tobytes() + table.own.tobytes() + table.state.tobytes()


@given(histories(), histories())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_step_by_step_is_as_all_at_once(tmp_path, some, more):
    """Whatever is said, overruled and forgotten, and whenever it is learned: the same to the byte."""
    words = [with_features(numbered(word, seq)) for seq, word in enumerate([*some, *more], 1)]
    for left in tmp_path.iterdir():
        left.unlink()
    step, whole = tmp_path / "step.fyke", tmp_path / "whole.fyke"
    for until in (len(some) // 2, len(some), len(words)):
        study(step, Words(words[:until]), empty())
    study(whole, Words(words), empty())
    assert weights(step) == weights(whole)
    assert not study(step, Words(words), empty()).learned, "what is learned is not learned again"


def test_what_is_new_is_learned_and_nothing_else(tmp_path):
    """One more label costs one label."""
    path = tmp_path / "learned.fyke"
    assert study(path, Words(many(4)), empty()).learned == 4
    done = study(path, Words(many(5)), empty())
    assert (done.learned, done.anew) == (1, "")


def test_a_forgotten_label_leaves_no_trace(tmp_path):
    """As if it had never been said."""
    path, other = tmp_path / "learned.fyke", tmp_path / "other.fyke"
    study(path, Words(many(3)), empty())
    forgets = Forgotten("c" * 64, "", said().at, seq=4)
    assert study(path, Words([*many(3), forgets]), empty()).anew == "a label was overruled or forgotten"
    study(other, Words(many(2)), empty())
    assert weights(path) == weights(other)


def test_a_learner_that_was_killed_leaves_no_trace(tmp_path):
    """At whatever point: readers see a whole table, and the next learner makes it right."""
    path = tmp_path / "learned.fyke"
    for at in range(3):
        with subprocess.Popen([sys.executable, "-c", LEARNER, str(path)], stdout=subprocess.PIPE) as running:
            running.stdout.readline()
            time.sleep(0.03 * at)
            os.kill(running.pid, signal.SIGKILL)
        if path.exists():
            Table(path)
        study(path, Words(many(6)), empty())
        study(tmp_path / "whole.fyke", Words(many(6)), empty())
        assert weights(path) == weights(tmp_path / "whole.fyke")
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "learned.fyke",
        "learned.lock",
        "whole.fyke",
        "whole.lock",
    ]


def test_one_at_a_time(tmp_path):
    """The second waits, and then says why it gives up."""
    with (tmp_path / "learned.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BusyError, match="another process has been learning"):
            study(tmp_path / "learned.fyke", Words([]), empty(), wait_s=0.01)


def test_a_broken_table_is_made_again(tmp_path):
    """The labels are what counts; the table follows from them."""
    path = tmp_path / "learned.fyke"
    path.write_bytes(b"x" * 100)
    (tmp_path / "learned.lock").write_text(f"{empty().digest} 3")
    assert "100 bytes long" in study(path, Words(many(3)), empty()).anew
    assert Table(path).labels == 3


def test_what_cannot_be_read_is_told_and_left_out(tmp_path):
    """One bad label does not stop the others."""
    words = many(3)
    words[1] = numbered(said("b", features=b"?"), 2)
    done = study(tmp_path / "learned.fyke", Words(words), empty())
    assert (done.learned, done.illegible) == (2, (2,))


def test_another_base_is_another_model(tmp_path):
    """After an upgrade that brings another base, all is learned anew."""
    path = tmp_path / "learned.fyke"
    study(path, Words(many(3)), empty())
    (tmp_path / "learned.lock").write_text("f" * 64 + " 3")
    assert study(path, Words(many(3)), empty()).anew == "the base model is another one"

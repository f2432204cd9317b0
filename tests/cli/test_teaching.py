"""What the commands that teach share: accounts, labels judged anew, and troubles told in one sentence."""

import fcntl

import numpy as np
import pytest

from fyke.cli import teaching
from fyke.house import build
from fyke.learn.base import empty
from fyke.learn.features import Family, Features
from fyke.learn.model import Learned, Model
from fyke.learn.packing import pack
from fyke.teacher import whole
from tests.cli.teaching import ANN
from tests.store.contract import said

POLICY = build().policy
NOTHING = pack(Features(np.zeros(0, np.uint32), (0,) * len(Family)))


@pytest.mark.parametrize(
    ("spam", "bits", "holds"), [(True, 4.0, True), (True, 3.99, False), (False, 3.99, True), (False, 4.0, False)]
)
def test_a_label_holds_on_its_side_of_the_line(spam, bits, holds):
    """The line is where the policy says that unwanted begins."""
    label = said(spam=spam, features=NOTHING, rules_bits=bits)
    (known,) = teaching.judged(Model(base=empty()), POLICY, [label])
    assert (known.now, known.holds) == (bits, holds)


def test_what_cannot_be_read_is_not_judged():
    """A label of another version is left out, not guessed."""
    assert list(teaching.judged(Model(base=empty()), POLICY, [said(features=b"?")])) == []


def test_what_was_learned_counts_within_its_caps():
    """As in the verdict itself."""
    cap = POLICY.rules.groups["learned"].most
    assert whole(1.0, Learned(0.0, cap + 5, 0.0), POLICY) == 1.0 + cap
    assert whole(1.0, Learned(0.0, -0.5, 0.25), POLICY) == 0.75


def test_a_learner_that_hangs_is_told_and_the_label_is_kept(fyke, pitch, box, tmp_path, monkeypatch):
    """The next one learns it."""
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path / "kept"))
    monkeypatch.setattr(teaching.learn, "__defaults__", (0.01,))
    monkeypatch.setattr(teaching, "PATIENCE_S", 0.01)
    fyke("learn", "--ham", "--source", "trap", box / "1.eml")
    with (tmp_path / "kept" / "learned.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = fyke("learn", "--spam", "--user", ANN, pitch)
    assert ran.code == 2
    assert "another process has been learning" in ran.err
    assert "the labels are kept, and the next fyke learn applies them" in ran.err
    assert "said before" in fyke("learn", "--spam", "--user", ANN, pitch).out


def test_a_broken_table_is_mended_from_the_labels(fyke, pitch, tmp_path, monkeypatch):
    """A scan says what to do; learn does it."""
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path / "kept"))
    fyke("learn", "--spam", "--user", ANN, pitch)
    (tmp_path / "kept" / "learned.fyke").write_bytes(b"x")
    ran = fyke("scan", pitch)
    assert ran.code == 2
    assert "fyke learn makes it again from the labels" in ran.err
    assert fyke("learn", "--spam", "--user", ANN, pitch).code == 0
    assert fyke("scan", "--rcpt", ANN, pitch).code == 1

"""The policy file: layers, origins, and errors that teach."""

import pytest

from fyke.config import Problem
from fyke.model import Action, Label, Symbol
from tests.judge import load

DRUGS = Symbol("LEX_DRUGS", "Sells drugs", "intent", 6.0, Label.SPAM, "drugs")
DATE = Symbol("DATE_FUTURE", "Written tomorrow", "headers", 1.0)


def site(tmp_path, text):
    path = tmp_path / "site.toml"
    path.write_text(text)
    return path


def test_layers_win_in_order_and_remember_their_origin(tmp_path):
    """A site's value replaces the shipped one, the rest stays, and each says where it is from."""
    path = site(tmp_path, "[thresholds]\nunwanted = 5.5\n[bits]\nLEX_DRUGS = 2.25\n")
    policy = load([DRUGS, DATE], [path])
    assert policy.rules.thresholds.unwanted == 5.5
    assert policy.rules.thresholds.unsure == load([DRUGS]).rules.thresholds.unsure
    assert policy.bits == {"LEX_DRUGS": 225, "DATE_FUTURE": 100}
    origins = {entry.name: entry.origin for entry in policy.entries}
    assert origins["bits.LEX_DRUGS"] == f"{path}:4"
    assert origins["bits.DATE_FUTURE"] == "declared"
    assert origins["thresholds.unsure"] == "shipped"


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("[bits]\n\nLEX_DRUG = 2\n", 3, "did you mean LEX_DRUGS?"),
        ("[threshold]\nunwanted = 1\n", 1, "did you mean thresholds?"),
        ("[thresholds]\nunwated = 1\n", 2, "did you mean unwanted?"),
        ('[thresholds]\nunwanted = "much"\n', 2, "Expected `float`"),
        ("[thresholds\n", 1, "is not TOML"),
        ('[actions]\nspam = "burn"\n', 2, "burn is none of accept, tag, quarantine, tempfail, reject, discard"),
        ('[actions]\nspam = "rejct"\n', 2, "did you mean reject?"),
        ('[recipients.a]\nmatch = ["a"]\n[recipients.a.actions]\nspma = "tag"\n', 4, "did you mean spam?"),
        ('[recipients.a]\nmatch = ["a"]\n[recipients.a.actions]\nspam = "tga"\n', 4, "did you mean tag?"),
        ('[groups.intent]\ncounts_for = "bluk"\n', 2, "bluk is none of unwanted, bulk, trade; did you mean bulk?"),
        ('[composites.X]\nbits = 1\ntext = "x"\nwhen = "LEX_DRUGGS and DATE_FUTURE"\n', 4, "did you mean LEX_DRUGS?"),
        ('[composites.X]\nbits = 1\ntext = "x"\nwhen = "LEX_DRUGS and"\n', 4, "cannot be read"),
        ("[groups.intend]\nmost = 1\n", 1, "did you mean intent?"),
    ],
)
def test_a_wrong_file_is_told_with_line_and_nearest_name(tmp_path, text, line, word):
    """Every mistake is one sentence with file, line and the nearest right name."""
    path = site(tmp_path, text)
    with pytest.raises(Problem) as raised:
        load([DRUGS, DATE], [path])
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert word in str(raised.value)


def test_the_id_changes_with_the_policy(tmp_path):
    """Two policies that judge differently never have the same id."""
    other = load([DRUGS], [site(tmp_path, "prior = -3.0\n")])
    assert other.id != load([DRUGS]).id
    assert load([DRUGS]).id == load([DRUGS]).id


def test_actions_are_typed(tmp_path):
    """A site may do otherwise with a label."""
    policy = load([DRUGS], [site(tmp_path, '[actions]\nspam = "discard"\n')])
    assert policy.rules.actions[Label.SPAM] is Action.DISCARD

"""Built to be dear, yet cheap: time and memory stay within bounds, and what was left out is said."""

import subprocess
import sys
import tracemalloc

import pytest

from fyke.mail.defects import KINDS
from fyke.mail.structure import read_structure
from tests import cheap
from tests.mail.hostile import HOSTILE

SECONDS = 0.5  # of CPU: what the house promises; a quiet machine needs a third of it


@pytest.mark.parametrize("name", HOSTILE)
def test_no_message_is_dear(name):
    """A message of at most 10 MB costs less than half a second of CPU, however it was built."""
    raw = HOSTILE[name]()
    assert cheap.seconds(lambda: read_structure(raw), enough=SECONDS) < SECONDS
    made = read_structure(raw)
    assert all(defect.kind in KINDS for defect in made.defects)


@pytest.mark.parametrize("name", [name for name in HOSTILE if "10 MB" not in name][::4])
def test_no_message_is_fat(name):
    """What a parse allocates stays in proportion to the message: at most 20 MiB more than ten times its size."""
    raw = HOSTILE[name]()
    tracemalloc.start()
    read_structure(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 2**20 + 10 * len(raw)


def test_ten_megabytes_fit():
    """The largest of them are parsed within 200 MiB above what the program itself needs."""
    code = (
        "import resource, sys\n"
        "from fyke.mail.structure import read_structure\n"
        "from tests.mail.hostile import HOSTILE\n"
        "raws = [make() for name, make in HOSTILE.items() if name in sys.argv]\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for raw in raws: read_structure(raw)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    names = ["10 MB of equals signs", "10 MB of good base64", "10 MB of uuencode", "10 MB of chance"]
    done = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 200


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("50,000 encoded words in a subject", "headers-cut"),
        ("5,000 nested multiparts", "mime-depth"),
        ("5,000 nested messages", "mime-depth"),
        ("50,000 parts", "mime-parts"),
        ("100,000 headers", "headers-cut"),
        ("100,000 headers in parts", "headers-cut"),
        ("a header line of 10 MB", "header-cut"),
        ("a From of commas", "addresses-cut"),
        ("10,000 hops", "received-cut"),
        ("a line of 10 MB", "text-cut"),
        ("parameters that never end", "parameters-cut"),
        ("10 MB of equals signs", "qp-cut"),
    ],
)
def test_what_was_left_out_is_said(name, kind):
    """Every limit that bites leaves its defect."""
    assert kind in {defect.kind for defect in read_structure(HOSTILE[name]()).defects}

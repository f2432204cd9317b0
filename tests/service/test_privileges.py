"""Root's powers are let go of for good."""

import os
import subprocess
import sys

import pytest

from fyke.service.privileges import NoSuchUserError, drop, ids

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root has powers to drop")


def test_who_is_not_there_is_told():
    """By the knob's name."""
    with pytest.raises(NoSuchUserError, match=r"serve\.user: no user fyke-nobody-at-all"):
        ids("fyke-nobody-at-all", "")
    with pytest.raises(NoSuchUserError, match=r"serve\.group"):
        ids("root", "fyke-nobody-at-all")
    assert ids("", "") is None


@needs_root
def test_there_is_no_way_back():
    """Neither the user nor any group of root's is left."""
    code = (
        "import os; from fyke.service.privileges import drop; drop('nobody', '')\n"
        "assert os.getuid() == os.geteuid() != 0 and 0 not in os.getgroups()\n"
        "try: os.setuid(0)\nexcept PermissionError: print('none')"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"none\n"


def test_who_is_nobody_stays_so():
    """Without a name nothing is dropped."""
    before = os.getuid()
    drop("", "")
    assert os.getuid() == before

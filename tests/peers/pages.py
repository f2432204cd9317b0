"""What the how-to pages tell an admin to write, with the ports and folders of a test: so that no page can rot."""

import os
import shutil

import pytest

from tests import shown


def page(name, block, **put):
    """The page's file `block`; each keyword's old text, a pair, is replaced by its new one."""
    text = dict(shown.files(shown.ROOT / "docs/how-to" / name))[block]
    for old, new in put.values():
        assert old in text, f"{name} does not say {old} in {block}"
        text = text.replace(old, str(new))
    return text


def settings(text):
    """The lines `name = value` of a main.cf."""
    return dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)


def wanted(*programs):
    """Skip the test where a program is not installed; fail it in CI."""
    missing = [name for name in programs if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")]
    if missing:
        assert not os.environ.get("CI"), f"{missing} are not installed: run `make peers`"
        pytest.skip(f"{missing} are not installed")

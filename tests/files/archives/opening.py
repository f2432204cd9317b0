"""What the tests of archives share: some files, and what an analysis finds in an archive of them."""

import hashlib

from fyke.files.analyst import Analyst
from fyke.files.archives import TENANTS
from fyke.files.budget import Budget
from fyke.model import Analyse

FILES = {"minutes.txt": b"The minutes of Monday are in the usual place.\n" * 30, "dir/b.bin": bytes(range(256)) * 9}


def look(data, *words, budget=None, name="a"):
    """The analysis of an archive."""
    asked = Analyse(hashlib.sha256(data).hexdigest(), name, words=words, content=data)
    return Analyst(TENANTS, budget or Budget()).analyse(asked)


def opened(data, *words, files=FILES):
    """Whether an archive holds just these files, whole, and nothing is wrong with it."""
    analysis = look(data, *words)
    assert not analysis.faults, analysis.faults
    found = {file.name: file.digest for file in analysis.root.children}
    return found == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def details(data, symbol, *words, budget=None):
    """What the findings of a symbol say."""
    found = look(data, *words, budget=budget).findings
    return [finding.detail for finding in found if finding.symbol.name == symbol]


def survives(data, at, bit, cut):
    """Whether a bit turned over and an end cut off raise nothing."""
    broken = bytearray(data[: max(1, int(len(data) * cut))])
    broken[at % len(broken)] ^= 1 << bit
    analysis = look(bytes(broken), "word")
    assert not analysis.faults, analysis.faults
    return True

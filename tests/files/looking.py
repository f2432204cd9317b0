"""Look into bytes as the product does, in this process: for tests."""

import hashlib

from fyke.files import packaged
from fyke.files.analyst import Analyst
from fyke.files.budget import Budget
from fyke.model import Analyse

TENANTS = packaged()


def look(data, name="file", *, words=(), budget=None, tenants=TENANTS, declared=""):
    """The analysis of some bytes."""
    asked = Analyse(hashlib.sha256(data).hexdigest(), name, declared, tuple(words), data)
    return Analyst(tenants, budget or Budget()).analyse(asked)


def names(analysis):
    """Names of all files in it, without its own."""
    return [file.name for file in analysis.root.walk()][1:]


def found(analysis):
    """Names of the symbols of all findings."""
    return {finding.symbol.name for finding in analysis.findings}


def holds(analysis, data):
    """Whether some file in it is those bytes."""
    digest = hashlib.sha256(data).hexdigest()
    return any(file.digest == digest for file in analysis.root.walk())


def bits(analysis):
    """The largest bits of a finding, 0 without any."""
    return max((finding.symbol.bits for finding in analysis.findings), default=0.0)


def program(extra=b""):
    """Bytes that are a Windows program by their first look; inert."""
    return (b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(200) + extra).ljust(512, b"\0")

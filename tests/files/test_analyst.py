"""The story of one file."""

import pytest

from fyke.files.analyst import Analyst
from fyke.files.base import Broken, Content, Locked, Member, Scanner, Unpacker
from fyke.files.budget import Budget
from fyke.model import Finding, Label, Lead, Observable, Reading, Symbol
from tests.files.builders.zips import Entry, build
from tests.files.looking import found, look, names

ODD = Symbol("TEST_ODD", "Something odd is in it", "files", 3.0, Label.MALWARE)


class Doll(Unpacker):
    """A text whose lines after the first are a file within it."""

    name = "doll"
    kinds = frozenset({"text"})

    def open(self, file, meter):
        """Yield what follows the first line."""
        _, _, rest = file.data.partition(b"\n")
        if rest and meter.admits("inner"):
            yield Member(meter.took(rest), "inner", "doll")


class Sayings(Unpacker):
    """Yields one of everything, then fails in the way it is told."""

    name = "sayings"
    kinds = frozenset({"text"})

    def __init__(self, error):
        self.error = error

    def open(self, file, meter):
        """Yield, then raise."""
        yield Finding(ODD, "here")
        yield Lead("https://www.example.org/", "test")
        yield Reading("some words", "test")
        yield Observable("url", "https://www.example.org/")
        yield Locked("secret.txt", "AES")
        raise self.error


class Children(Scanner):
    """Finds something in a file that holds others."""

    name = "children"
    symbols = (ODD,)

    def look(self, file):
        """Look at what was found in it."""
        if file.children:
            yield Finding(ODD, str(len(file.children)))


def test_files_in_files_are_looked_into():
    """Each in its place, with how it was come by."""
    analysis = look(b"a\nb\nc", tenants=(Doll(),))
    assert names(analysis) == ["inner", "inner"]
    assert analysis.root.children[0].how == "doll"


def test_depth_ends_by_the_cap():
    """And it is told where."""
    analysis = look(b"\n".join(b"%d" % n for n in range(50)), tenants=(Doll(),), budget=Budget(depth=5))
    assert len(names(analysis)) == 5
    assert [(cut.cap, cut.where.count(" > ")) for cut in analysis.cuts] == [("depth", 5)]
    assert "FILE_CUT" in found(analysis)


@pytest.mark.parametrize(("error", "faults"), [(Broken("at byte 3"), 0), (ValueError("oops"), 1)])
def test_what_was_yielded_before_a_failure_is_kept(error, faults):
    """The sender's mistakes are evidence, ours are faults."""
    analysis = look(b"a", "x.txt", tenants=(Sayings(error),))
    assert {"TEST_ODD", "FILE_LOCKED"} <= found(analysis)
    assert ("FILE_BROKEN" in found(analysis)) is not bool(faults)
    assert len(analysis.faults) == faults
    assert analysis.root.locked
    assert (analysis.leads[0].where, analysis.readings[0].source) == ("x.txt", "test")
    assert analysis.observables


def test_scanners_see_what_was_unpacked():
    """They are asked last."""
    assert "TEST_ODD" in found(look(b"a\nb", tenants=(Doll(), Children())))
    assert "TEST_ODD" not in found(look(b"a", tenants=(Doll(), Children())))


def test_a_file_that_holds_itself_ends():
    """A quine is told from a nest."""

    class Quine(Doll):
        """Holds itself."""

        def open(self, file, meter):
            """Yield the same bytes again."""
            yield Member(file.data, "again")

    analysis = look(b"a", tenants=(Quine(),))
    assert len(names(analysis)) == 1
    assert analysis.cuts[0].detail == "the file holds itself"


def test_symbols_are_declared_once():
    """All that an analysis may find, for the policy to weigh."""
    declared = [symbol.name for symbol in Analyst((Children(), Children())).symbols]
    assert len(declared) == len(set(declared))
    assert {"TEST_ODD", "FILE_BROKEN", "FILE_LOCKED", "FILE_CUT", "FILE_BOMB", "FILE_POLYGLOT"} == set(declared)


def test_content_says_what_is_around():
    """Kinds of the files around, outermost first."""

    class Within(Scanner):
        """Tells what is around."""

        name = "within"

        def look(self, file: Content):
            """Yield it."""
            yield Finding(ODD, ",".join(file.within))

    details = [finding.detail for finding in look(b"a\nb\nc", tenants=(Doll(), Within())).findings]
    assert details == ["", "text", "text,text"]


def test_unknown_bytes_before_an_archive_are_no_second_kind():
    """Java's modules begin with four bytes of their own; what is in them is looked at all the same."""
    packed = build([Entry("a", b"a")])
    assert "FILE_POLYGLOT" not in found(look(b"JM\1\0" + packed))
    assert "FILE_POLYGLOT" in found(look(b"GIF89a" + bytes(20) + packed))

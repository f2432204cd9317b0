"""Nothing is left to be loaded by the first file."""

import sys
from types import ModuleType

import fyke.files.documents
from fyke.files import packaged
from fyke.files.base import Scanner
from fyke.lookup import warm


class Fails(Scanner):
    """A tenant whose library is broken."""

    name = "fails"

    def warm(self):
        """Say so."""
        raise OSError("no model")


def test_imports_inside_functions_are_found():
    """Methods and functions within functions too; those at the top are loaded already."""
    assert ("resource", ()) not in list(warm.late_imports(warm))
    module = ModuleType("late")
    source = "import json\nclass A:\n def f(self):\n  def g():\n   from wave import open, Error\n   import colorsys\n"

    class Loader:
        def get_code(self, _name):
            return compile(source, "late", "exec")

    module.__loader__ = Loader()
    assert set(warm.late_imports(module)) == {("wave", ("open", "Error")), ("colorsys", ())}


def test_after_warming_all_that_is_ours_is_loaded():
    """Every module that a function of the room of files names, if it is installed."""
    warm.warm(packaged())
    assert fyke.files.documents
    ours = [name for name in sys.modules if name.startswith(warm.ROOMS)]
    wanted = {late for name in ours for late, _ in warm.late_imports(sys.modules[name])}
    assert {name for name in wanted if name.startswith("fyke.")} <= sys.modules.keys()
    assert "encodings.cp1252" in sys.modules


def test_what_cannot_be_loaded_is_told():
    """And costs nobody else anything."""
    assert [fault.who for fault in warm.warm([Fails()])] == ["files.fails"]

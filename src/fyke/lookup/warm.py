"""Load what would be loaded late: in a closed cell nothing can be opened, so a late import would be a fault.

Modules of ours import heavy libraries inside functions. Their names are read from the byte code, so none is forgotten.
"""

from __future__ import annotations

import dis
import encodings
import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from types import CodeType, ModuleType

from fyke.files.base import Tenant
from fyke.model import Fault

ROOMS = ("fyke.files", "fyke.mail", "fyke.model")
LATE = ("_strptime", "linecache", "stringprep", "traceback", "unicodedata")  # by the standard library, inside functions
FOREIGN = frozenset({"mbcs", "oem"})  # encodings that are there on another system only
_IMPORT = dis.opmap["IMPORT_NAME"]


def warm(tenants: Iterable[Tenant]) -> tuple[Fault, ...]:
    """Load all that these tenants, and the rooms they live in, may want later; what cannot be is told."""
    faults = [fault for fault in map(_loaded, (*LATE, *_encodings())) if fault]
    faults += _rooms()
    for tenant in tenants:
        try:
            tenant.warm()
        except Exception as error:
            faults.append(Fault(f"files.{tenant.name}", f"{type(error).__name__}: {error}"[:300]))
    return tuple(faults)


def _loaded(name: str) -> Fault | None:
    if name not in sys.modules:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:  # not every library need be installed: who wants it will say so, file by file
            return None
        except Exception as error:  # a library may fail in its own ways
            return Fault("files.cell", f"{name} cannot be loaded: {error}"[:300])
    return None


def _encodings() -> list[str]:
    """A text may be in any of them, and Python loads each when it is first named."""
    found = [module.name for module in pkgutil.iter_modules(encodings.__path__)]
    return [f"encodings.{name}" for name in found if name not in FOREIGN]


def _rooms() -> Iterator[Fault]:
    """Load what functions of our rooms import, and what functions of that import, as far as it is ours."""
    seen: set[str] = set()
    while fresh := [name for name in list(sys.modules) if name.startswith(ROOMS) and name not in seen]:
        seen.update(fresh)
        for wanted, names in dict.fromkeys(each for name in fresh for each in late_imports(sys.modules[name])):
            fault = _loaded(wanted)
            if fault:
                yield fault
                continue
            package = sys.modules.get(wanted)
            for name in names:  # `from PIL import Image`: a module, where it is no name of the package
                if hasattr(package, "__path__") and not hasattr(package, name):
                    _loaded(f"{wanted}.{name}")


def late_imports(module: ModuleType) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Modules that functions of this one import, each with the names that are taken out of it."""
    loader = getattr(module, "__loader__", None)
    code = loader.get_code(module.__name__) if loader is not None and hasattr(loader, "get_code") else None
    codes = _inner(code) if code else []
    while codes:
        inner = codes.pop()
        codes += _inner(inner)
        if _IMPORT in inner.co_code[::2]:
            yield from _imports(inner)


def _inner(code: CodeType) -> list[CodeType]:
    return [const for const in code.co_consts if isinstance(const, CodeType)]


def _imports(code: CodeType) -> Iterator[tuple[str, tuple[str, ...]]]:
    names: tuple[str, ...] = ()
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_CONST":
            names = step.argval if isinstance(step.argval, tuple) else ()
        elif step.opname == "IMPORT_NAME":
            yield step.argval, tuple(name for name in names if isinstance(name, str) and name != "*")

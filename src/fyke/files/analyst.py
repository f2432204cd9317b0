"""The story of one file: what it is, what is in it, and the same of all that is in it, within one budget.

Depth first, so that of a nest of archives one member a level is held at a time. Never raises for what the bytes are.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from fyke.files.base import Broken, Content, Item, Locked, Member, Said, Scanner, Tenant, Unpacker
from fyke.files.budget import DEFAULT, Budget, Meter
from fyke.files.identify import also, identify
from fyke.files.kinds import KINDS, STREAMS
from fyke.model import Analyse, Analysis, Fault, File, Finding, Lead, Observable, Reading, Symbol

BROKEN = Symbol(
    "FILE_BROKEN", "A file is not well made, and programs that open it may see different things", "files", 0.5
)
POLYGLOT = Symbol(
    "FILE_POLYGLOT", "One file is of several kinds at once, so that programs disagree about what it is", "files", 2.0
)
LOCKED = Symbol("FILE_LOCKED", "A file is encrypted, and no word of the mail opens it", "unscanned", 1.0)
CUT = Symbol("FILE_CUT", "A limit kept part of a file from being looked at", "unscanned", 1.0)
BOMB = Symbol("FILE_BOMB", "A file unpacks to far more than honest files do", "files", 4.0)

NAME_CHARS = 255  # file systems allow no longer name
LEADS = 500  # addresses kept of one analysis, and readings: an honest document has some dozens
TEXT_CHARS = 20_000  # of one reading
URL_CHARS = 4_000  # of one address: browsers stop between 2,000 and 64,000
OBSERVABLES = 200  # kept of one analysis
FAULTS = 20  # kept of one analysis
FAULT_CHARS = 300
FINDINGS = 200  # kept of one file; a scanner that says more repeats itself
JOIN = " > "  # between the names of a path: it cannot be part of a path on any system


class _Notes(Struct):
    """What is gathered over the whole tree."""

    leads: list[Lead] = []
    readings: list[Reading] = []
    observables: dict[Observable, None] = {}
    faults: list[Fault] = []


class Analyst:
    """Unpackers and scanners, sorted out by the kinds they take, and the budget of one file."""

    def __init__(
        self, tenants: Iterable[Tenant], budget: Budget = DEFAULT, clock: Callable[[], float] = time.process_time
    ) -> None:
        self.tenants = tuple(tenants)
        self.budget = budget
        self._clock = clock
        self._unpackers = [tenant for tenant in self.tenants if isinstance(tenant, Unpacker)]
        self._scanners = [tenant for tenant in self.tenants if isinstance(tenant, Scanner)]

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """All that an analysis may find."""
        own = (BROKEN, POLYGLOT, LOCKED, CUT, BOMB)
        return tuple(dict.fromkeys((*own, *(symbol for tenant in self.tenants for symbol in tenant.symbols))))

    def analyse(self, asked: Analyse) -> Analysis:
        """What the file is and what hides in it."""
        started = self._clock()
        look = _Look(self._unpackers, self._scanners, Meter(self.budget, self._clock), asked.words)
        root = look.at(Member(asked.content, asked.name, declared=asked.declared), (), "", 0)
        notes = look.notes
        return Analysis(
            root=root,
            leads=tuple(notes.leads),
            readings=tuple(notes.readings),
            observables=tuple(notes.observables),
            cuts=tuple(look.meter.cuts),
            faults=tuple(notes.faults),
            elapsed_us=round((self._clock() - started) * 1_000_000),
        )


class _Look:
    """One analysis at work."""

    def __init__(
        self, unpackers: list[Unpacker], scanners: list[Scanner], meter: Meter, words: tuple[str, ...]
    ) -> None:
        self.unpackers, self.scanners, self.meter, self.words = unpackers, scanners, meter, words
        self.notes = _Notes()
        self._opening: set[bytes] = set()  # digests of the files around this one: a quine holds itself
        self._around: list[bytes] = []  # their bytes

    def at(self, member: Member, within: tuple[str, ...], above: str, depth: int) -> File:
        """One file, and all below it."""
        name = member.name[-NAME_CHARS:]
        path = f"{above}{JOIN}{name}" if above else name
        digest = hashlib.sha256(member.data)
        kind = member.kind or identify(member.data, name)
        if kind == "tar" and within and within[-1] in STREAMS:
            depth -= 1  # a .tar.gz is one archive to everybody
        kinds = (kind, *also(member.data, kind))
        around = tuple(self._around)
        content = Content(member.data, name, kind, member.declared, member.how, within, words=self.words, around=around)
        found = _Found(path)
        if digest.digest() in self._opening:
            self.meter.where = path
            self.meter.cut("depth", "the file holds itself")
        else:
            self._opening.add(digest.digest())
            self._around.append(member.data)
            for kind_too in kinds:
                self._open(replace(content, kind=kind_too), found, path, depth)
            self._around.pop()
            self._opening.discard(digest.digest())
        cuts = [cut for cut in self.meter.cuts if cut.where == path]
        if cuts:
            found.take(Finding(CUT, f"{cuts[0].cap}: {cuts[0].detail}", path))
        if any(cut.cap == "ratio" for cut in cuts):
            found.take(Finding(BOMB, next(cut.detail for cut in cuts if cut.cap == "ratio"), path))
        # What follows a program is how it installs itself; unknown bytes before an archive are a kind we do not know.
        if len(kinds) > 1 and kind != "data" and KINDS[kind].family != "program":
            found.take(Finding(POLYGLOT, ", ".join(kinds), path))
        content = replace(content, children=tuple(found.children))
        for scanner in self.scanners:
            if not scanner.kinds or not scanner.kinds.isdisjoint(kinds):
                self._run(scanner, scanner.look(content), found, content, depth)
        return File(
            name=name,
            kind=kind,
            size_bytes=len(member.data),
            digest=digest.hexdigest(),
            how=member.how,
            also=kinds[1:],
            locked=found.locked,
            findings=tuple(found.findings),
            children=tuple(found.children),
        )

    def _open(self, content: Content, found: _Found, path: str, depth: int) -> None:
        """Let each unpacker of the kind take out what is in the file."""
        for unpacker in self.unpackers:
            if content.kind in unpacker.kinds:
                if depth >= self.meter.budget.depth:
                    self.meter.where = path
                    self.meter.cut("depth", f"{content.kind} within {depth} others")
                    return
                self.meter.where = path
                self._run(unpacker, unpacker.open(content, self.meter), found, content, depth)

    def _run(self, tenant: Tenant, items: Iterable[Item], found: _Found, content: Content, depth: int) -> None:
        """Take what a tenant yields; what it raises is kept too, as evidence or as a fault."""
        path = found.path
        try:
            for item in items:
                if isinstance(item, Member):
                    if self.meter.count >= self.meter.budget.count:
                        self.meter.where = path
                        self.meter.cut("count")
                        return
                    self.meter.count += 1
                    found.children.append(self.at(item, (*content.within, content.kind), path, depth + 1))
                    self.meter.where = path
                elif isinstance(item, Locked):
                    found.locked = True
                    found.take(Finding(LOCKED, " ".join(filter(None, (item.name[:NAME_CHARS], item.detail))), path))
                elif isinstance(item, Finding):
                    found.take(item)
                else:
                    self._keep(item, path)
        except Broken as broken:
            found.take(Finding(BROKEN, f"{tenant.name}: {broken}", path))
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except RecursionError:
            self._failed(tenant, f"{path}: too deep a nest")
        except BaseException as error:  # a panic of a library in Rust is no Exception
            self._failed(tenant, f"{path}: {type(error).__name__}: {error}")

    def _failed(self, tenant: Tenant, what: str) -> None:
        """Note a fault: a bug shows itself in the first ones."""
        if len(self.notes.faults) < FAULTS:
            self.notes.faults.append(Fault(f"files.{tenant.name}", what[:FAULT_CHARS]))

    def _keep(self, item: Said, path: str) -> None:
        """Keep an address, a text or an observable, with its place."""
        notes = self.notes
        if isinstance(item, Lead) and len(notes.leads) < LEADS:
            notes.leads.append(Lead(item.url[:URL_CHARS], item.source, path))
        elif isinstance(item, Reading) and len(notes.readings) < LEADS:
            notes.readings.append(Reading(item.text[:TEXT_CHARS], item.source, path))
        elif isinstance(item, Observable) and len(notes.observables) < OBSERVABLES:
            notes.observables[item] = None
        else:
            self.meter.where = path
            self.meter.cut("count", "more addresses, texts or observables in it")


class _Found:
    """What is known of one file so far."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.children: list[File] = []
        self.locked = False

    def take(self, finding: Finding) -> None:
        """Keep a finding, with its place, once."""
        placed = replace(finding, part=self.path)
        if len(self.findings) < FINDINGS and placed not in self.findings:
            self.findings.append(placed)

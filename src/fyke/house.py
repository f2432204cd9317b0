"""The one place where parts are joined: config to detectors, policy and what was learned, these to an engine."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fyke.config import Config, Problem, nearest
from fyke.detect import packaged
from fyke.detect.base import Detector, Reads
from fyke.detect.check import DetectorError
from fyke.detect.lexicon.themes import LexiconError
from fyke.detect.runner import driven, offline
from fyke.engine import Engine
from fyke.files.budget import MIB, Budget
from fyke.judge import load
from fyke.learn.base import Base, empty
from fyke.learn.base import packaged as packaged_base
from fyke.learn.model import Model
from fyke.learn.opinion import SYMBOLS, Opinion
from fyke.learn.table import Table, TableError
from fyke.model import Analyse, Dns, Listed, Query, Scan
from fyke.model.campaign import Alike
from fyke.model.known import Seen
from fyke.store.blobs import Blobs
from fyke.store.cases import Cases
from fyke.store.correspondents import Correspondents
from fyke.store.facts import Facts
from fyke.store.journal import Journal
from fyke.store.labels import Labels, StoreError
from fyke.store.partition import Partition

if TYPE_CHECKING:
    from fyke.desk.quarantine import Room
    from fyke.files.signatures.records import Loaded
    from fyke.lab.engine import Engine as LabEngine
    from fyke.lab.round import Lab
    from fyke.lab.sites.fetch import Registries
    from fyke.lookup.alike import Counting
    from fyke.lookup.answers import Answers
    from fyke.lookup.clamd import Clamd
    from fyke.lookup.dns import Resolver
    from fyke.lookup.dns_told import Told
    from fyke.lookup.files import Files
    from fyke.lookup.outbound import Client
    from fyke.lookup.outbound_names import Names
    from fyke.store.sqlite.counters import SqliteCounters

Tell = Callable[[str], None]  # hears what an operator should know, a sentence each time


def quiet(_said: str) -> None:
    """Tell nobody."""


def build(
    config: Config | None = None, *, online: bool | None = None, tell: Tell = quiet, counting: Counting | None = None
) -> Engine:
    """An engine as the config wants it; without one, as shipped: nothing learned here has a say.

    `counting` counts mails of one text; without it nobody does.

    Whether it asks the DNS is said by `online`; without a word it does where the config names whom to ask: what the
    network says of an old file today is not what was true when it came. Raises `Problem` for what cannot be.
    """
    learned_here = Model() if config is None else model(config)
    config = Config() if config is None else config
    if online is None:
        online = config.dns.files or bool(config.dns.servers or config.dns.answers)
    try:
        detectors = packaged(
            config.site.own_domains,
            [Path(path) for path in config.judge.lexicons],
            sealers=config.auth.sealers,
            address_lists=config.dns.address_lists if online else (),
            domain_lists=config.dns.domain_lists if online else (),
            origins=config.auth.origins if online else (),
        )
    except (DetectorError, LexiconError) as error:
        raise Problem(str(error)) from None
    names = [detector.name for detector in detectors]
    for name in config.judge.disabled:
        if name not in names:
            raise Problem(f"judge.disabled: no detector {name}{nearest(name, names)}")
    off = [*config.judge.disabled, *([] if config.files.enabled else ["files"])]
    told = answers(config, online=online, tell=tell, counting=counting)
    symbols = [*(symbol for detector in detectors for symbol in detector.symbols), *SYMBOLS]
    return Engine(
        detectors=[detector for detector in detectors if detector.name not in off and runs(detector, config, counting)],
        policy=load(symbols, [Path(path) for path in config.judge.policy]),
        ask=offline if told is None else told,
        skipped=[f"{name}: disabled in the config" for name in off],
        opinion=Opinion(learned_here),
        ask_soon=None if told is None else told.ask,
        asked=nullcontext if told is None else told.mail,
    )


def runs(detector: Detector, config: Config, counting: Counting | None = None) -> bool:
    """Whether a detector has anything to look at, and anybody to ask."""
    if detector.name == "campaign":
        return counting is not None
    return config.files.enabled or detector.reads is not Reads.FILES


def answers(config: Config, *, online: bool, tell: Tell = quiet, counting: Counting | None = None) -> Answers | None:
    """Who answers the detectors' questions; None where nobody does. Raises `Problem`."""
    from fyke.lookup.answers import Answers, Later, Way  # noqa: PLC0415

    ways: dict[type[Query[Any]], Way] = {}
    if config.files.enabled:
        if config.files.clamd:
            _clamd(config)  # a wrong address is told now, not with the first file; and so is a wrong path
        if config.files.signatures or config.files.yara:
            signatures(config)
        ways[Analyse] = Way(Later(lambda: files(config)))
    if config.known.enabled:
        ways[Seen] = Way(Later(lambda: acquaintances(config, tell)), is_quick=True)
    if counting is not None:
        ways[Alike] = Way(counting, is_quick=True)
    if not online or not config.dns.enabled:
        return Answers(ways) if ways else None
    from fyke.lookup.lists import Lists  # noqa: PLC0415  with a resolver, which loads more

    names = resolver(config)
    lists = Lists(names.answer, config.dns.address_lists, config.dns.domain_lists, ask=names.ask, tell=tell)
    ways[Dns] = ways[Listed] = Way(lists.answer, lists.ask)  # one way: what both ask is waited for together
    return Answers(ways, names.mail)


def files(config: Config) -> Files:
    """Who looks into files: a closed process of ours, and clamd where there is one. Raises `Problem`."""
    from fyke.lookup.files import Files  # noqa: PLC0415  40 ms that a mail of text need not pay
    from fyke.lookup.frames import Terms  # noqa: PLC0415
    from fyke.lookup.pool import Pool  # noqa: PLC0415

    knobs = config.files
    terms = Terms(
        Budget(
            depth=knobs.depth,
            count=knobs.count,
            total=knobs.total_mib * MIB,
            size=knobs.size_mib * MIB,
            ratio=knobs.ratio,
            time=knobs.time_s,
        ),
        memory_bytes=knobs.memory_mib * MIB,
        all_layers=knobs.sandbox == "required",
        signatures=tuple(filter(None, (signatures(config).path,))),
        ocr=knobs.ocr,
    )
    return Files(Pool(terms, knobs.timeout_s), _clamd(config) if knobs.clamd else None, knobs.words)


def resolver(config: Config) -> Told | Resolver:
    """Who answers questions to the DNS: a file of answers where the config names one, else resolvers.

    Raises `Problem`.
    """
    from fyke.lookup.dns import Resolver  # noqa: PLC0415  threads and sockets that most commands do without
    from fyke.lookup.dns_asker import Terms  # noqa: PLC0415
    from fyke.lookup.dns_servers import addresses  # noqa: PLC0415
    from fyke.lookup.dns_told import Told, ToldError  # noqa: PLC0415

    dns = config.dns
    try:
        if dns.answers:
            return Told(Path(dns.answers))
        terms = Terms(
            addresses(dns.servers),
            timeout_s=dns.timeout_s,
            life_s=dns.deadline_s,
            failure_s=dns.failure_s,
            parallel=dns.parallel,
            mix_case=dns.mix_case,
        )
        return Resolver(terms, deadline_s=dns.deadline_s, questions=dns.questions, cache_bytes=dns.cache_mib * MIB)
    except (OSError, ValueError, ToldError) as error:
        raise Problem(f"dns: {_said(error) if isinstance(error, OSError) else error}") from None


def signatures(config: Config) -> Loaded:
    """The site's signatures and rules, compiled; and the account of what was read and what not. Raises `Problem`."""
    from fyke.files.signatures.records import Loaded  # noqa: PLC0415

    named = [Path(path) for path in (*config.files.signatures, *config.files.yara)]
    if not named:
        return Loaded(0, 0)
    from fyke.files.signatures.compiling import compile as compile_signatures  # noqa: PLC0415  most sites have none

    if missing := next((path for path in named if not path.exists()), None):
        raise Problem(f"files.signatures: {missing}: no such file or folder")
    place = folder(config) / "signatures"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return compile_signatures(named, place)
    except OSError as error:
        raise Problem(f"site.folder: {_said(error)}") from None


def _clamd(config: Config) -> Clamd:
    from fyke.lookup.clamd import Clamd  # noqa: PLC0415  only where a site has one

    try:
        return Clamd(config.files.clamd, config.files.clamd_timeout_s)
    except ValueError as error:
        raise Problem(f"files.clamd: {error}") from None


def folder(config: Config, environ: Mapping[str, str] = os.environ) -> Path:
    """Where fyke keeps what it learned and was told; it need not be there yet."""
    if config.site.folder:
        return Path(config.site.folder)
    state = environ.get("XDG_STATE_HOME") or str(Path(environ.get("HOME") or "/") / ".local" / "state")
    return Path(state) / "fyke"


def learned(config: Config) -> Path:
    """The file of learned weights; it need not be there yet."""
    return folder(config) / "learned.fyke"


def model(config: Config) -> Model:
    """The base model and what was learned here, as they are now. Raises `Problem`."""
    path = learned(config)
    try:
        return Model(Table(path) if path.exists() else None, base(config))
    except (OSError, TableError) as error:
        raise Problem(f"{_said(error)}; fyke learn makes it again from the labels") from None


def labels(config: Config) -> Labels:
    """The store of labels, in a folder into which nobody else may look. Raises `Problem` where that cannot be."""
    from fyke.store.sqlite.labels import SqliteLabels  # noqa: PLC0415  a scan needs no database

    place = folder(config)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return SqliteLabels(place / "labels.db")
    except (FileExistsError, NotADirectoryError):
        raise Problem(f"site.folder: {place}: not a folder") from None
    except (OSError, StoreError) as error:
        raise Problem(f"site.folder: {_said(error)}") from None


def base(config: Config) -> Base:
    """The base model, or one that knows nothing."""
    return packaged_base() if config.learn.base else empty()


def _said(error: Exception) -> str:
    return f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)


def settle() -> None:
    """Tell the collector that what is loaded stays: workers share its pages, and no mail makes it look through them.

    A mail's objects die when their last name goes; the collector is for circles, which are rare, so it looks seldom.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # some twenty mails' objects, instead of a quarter of one's


def correspondents(config: Config) -> Correspondents:
    """The store of correspondents, beside that of labels. Raises `Problem` where that cannot be."""
    from fyke.store.sqlite.correspondents import SqliteCorrespondents  # noqa: PLC0415  a scan may need no database

    place, known = folder(config), config.known
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return SqliteCorrespondents(place / "correspondents.db", known.days, known.most)
    except (FileExistsError, NotADirectoryError):
        raise Problem(f"site.folder: {place}: not a folder") from None
    except (OSError, StoreError) as error:
        raise Problem(f"site.folder: {_said(error)}") from None


def counters(config: Config) -> SqliteCounters:
    """The counters, beside the store of labels. Raises `StoreError`."""
    from fyke.store.sqlite.counters import SqliteCounters  # noqa: PLC0415  only where something is counted

    place = folder(config)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"site.folder: {_said(error)}") from None
    return SqliteCounters(place / "counters.db")


def acquaintances(config: Config, tell: Callable[[str], None] = lambda _warning: None) -> Callable[[list[Any]], Any]:
    """Who answers `Seen`. Where nothing was ever remembered it answers nothing, and makes no file."""
    from fyke.lookup.known import Memory  # noqa: PLC0415

    path = folder(config) / "correspondents.db"
    if not config.known.enabled:
        return lambda _questions: {}
    memory = Memory(lambda: correspondents(config), tell=tell)
    return lambda questions: memory(questions) if memory.is_open or path.exists() else {}


def lab(config: Config) -> Path:
    """The folder of what the lab knows and concludes, into which nobody else may look. Raises `Problem`."""
    place = folder(config) / "lab"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(f"site.folder: {_said(error)}") from None
    return place


def cases(config: Config) -> Cases:
    """What the lab concluded. Raises `Problem`."""
    from fyke.store.sqlite.cases import SqliteCases  # noqa: PLC0415

    return SqliteCases(lab(config) / "cases.db")


def counting(config: Config, tell: Tell = quiet, *, in_memory: bool = False) -> Counting:
    """Who counts mails of one text: in the index that all processes share, or in one that goes with this process."""
    from fyke.lookup.alike import Counting  # noqa: PLC0415  a scan counts nothing
    from fyke.store.folder.campaigns import FolderCampaigns  # noqa: PLC0415

    knobs = config.campaigns

    def opened() -> FolderCampaigns:
        if in_memory:
            return FolderCampaigns(None, knobs.memory_mib, knobs.days)
        place = folder(config)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FolderCampaigns(place / "campaigns.index", knobs.memory_mib, knobs.days)

    return Counting(opened, tell=tell)


def journal(config: Config) -> Journal:
    """The journal of mail that was handled, beside the store of labels. Raises `Problem`."""
    from fyke.store.folder.journal import FolderJournal  # noqa: PLC0415  a scan of files writes none
    from fyke.store.folder.segment import Terms  # noqa: PLC0415

    try:
        knobs = config.journal
        terms = Terms(fsync=knobs.fsync, most_s=knobs.rotate_min * 60.0)
        return FolderJournal(journal_folder(config), terms, keep_days=knobs.keep_days)
    except StoreError as error:
        raise Problem(f"site.folder: {error}") from None


def journal_folder(config: Config) -> Path:
    """Where the journal is; it need not be there yet."""
    return folder(config) / "journal"


def raw_mail(config: Config) -> Callable[[str], bytes | None]:
    """Who has the mail itself, by its digest; None for what is not kept. Makes no file."""
    from fyke.store.folder.blobs import FolderBlobs  # noqa: PLC0415
    from fyke.store.folder.keys import keys  # noqa: PLC0415

    place, key_file = folder(config) / "blobs", folder(config) / "keys"
    if not place.is_dir() or not key_file.exists():
        return lambda _digest: None
    try:
        blobs = FolderBlobs(place, keys(key_file))
    except StoreError as error:
        raise Problem(f"site.folder: {error}") from None

    def read(digest: str) -> bytes | None:
        try:
            return blobs.get(digest) if blobs.has(digest) else None
        except StoreError:  # damaged, or sealed with a key that is gone: as if it were not kept
            return None

    return read


def read_again(engine: Engine, config: Config, scan: Scan, raw: bytes, *, files: bool = False) -> tuple[Scan, int]:
    """The scan of a recorded mail by what is known now, with the answers of then; and how many were not asked then.

    `files`: they are looked into anew; else they are what the record says.
    """
    from fyke.lookup.recorded import Recorded  # noqa: PLC0415

    look = _looker(config) if files and config.files.enabled else None
    recorded = Recorded(scan, look)
    return driven(engine.story(scan.envelope, raw), recorded), len(recorded.missing)


@cache
def _looker(config: Config) -> Callable[[Sequence[Query[Any]]], Mapping[Query[Any], Any]] | None:
    told = answers(config, online=False)
    return None if told is None else told


def laboratory(config: Config) -> Lab:
    """The lab of the site. Raises `Problem`, `StoreError`."""
    from fyke.lab.round import Lab  # noqa: PLC0415

    return Lab(
        lab(config),
        facts(config),
        cases(config),
        lambda: datetime.now(UTC),
        lab_engine(config),
        evidence=None if config.lab.keep == "nothing" else evidence(config),
    )


def evidence(config: Config) -> Blobs:
    """The raw bytes that facts were read from, sealed with the site's key. Raises `Problem`, `StoreError`."""
    from fyke.store.folder.blobs import FolderBlobs  # noqa: PLC0415
    from fyke.store.folder.keys import keys  # noqa: PLC0415

    return FolderBlobs(lab(config) / "evidence", keys(folder(config) / "keys"))


def lab_engine(config: Config) -> LabEngine:
    """Where the lab's heavy steps run; nothing is begun before it is needed. Raises `Problem`."""
    from fyke.lab.engine import LOCAL  # noqa: PLC0415

    if config.lab.engine == "here":
        return LOCAL
    from fyke.lab.spark.engine import Spark  # noqa: PLC0415

    if not config.lab.spark:
        raise Problem("lab.engine is spark, but lab.spark names no master, such as spark://host:7077")
    return Spark(config.lab.spark, config.lab.spark_mails)


def facts(config: Config) -> Facts:
    """What the lab knows. Raises `Problem`, `StoreError`."""
    from fyke.store.folder.facts import FolderFacts  # noqa: PLC0415

    return FolderFacts(lab(config) / "facts")


class Out:
    """The way out of the lab: the web by one client, the DNS by one asker of names."""

    def __init__(self, client: Client, names: Names) -> None:
        self.get, self.ask = client.get, names.ask


def window(config: Config) -> Out:
    """Who goes out for facts of sites; nothing does before it is asked. Raises `Problem`."""
    from fyke import __version__  # noqa: PLC0415
    from fyke.lookup.dns_servers import addresses  # noqa: PLC0415
    from fyke.lookup.outbound import Client, Terms  # noqa: PLC0415
    from fyke.lookup.outbound_http import proxy  # noqa: PLC0415
    from fyke.lookup.outbound_names import Names  # noqa: PLC0415

    knobs = config.fetch
    try:
        terms = Terms(
            agent=knobs.user_agent or f"fyke-lab/{__version__}",
            allowed=tuple(ip_network(each) for each in knobs.allow),
            ports=frozenset(knobs.ports),
            proxy=proxy(knobs.proxy) if knobs.proxy else None,
            timeout_s=knobs.timeout_s,
            most_bytes=knobs.size_mib * MIB,
            redirects=knobs.redirects,
            pause_s=knobs.pause_s,
            requests=knobs.requests,
            ca=knobs.ca,
        )
        names = Names(addresses(config.dns.servers), lambda: datetime.now(UTC))
    except ValueError as error:
        raise Problem(f"fetch: {error}") from None
    return Out(Client(terms, names, lambda: datetime.now(UTC)), names)


def registries(config: Config) -> Registries:
    """Which RDAP server is asked. Raises `Problem`."""
    from fyke.lab.sites.fetch import Registries  # noqa: PLC0415

    path = config.fetch.rdap_bootstrap
    try:
        return Registries(config.fetch.rdap, Path(path).read_bytes() if path else None)
    except (OSError, ValueError) as error:
        raise Problem(f"fetch.rdap_bootstrap: {_said(error)}") from None


def partition(config: Config) -> Partition:
    """The campaigns that the lab found. Raises `Problem`, `StoreError`."""
    from fyke.store.sqlite.partition import SqlitePartition  # noqa: PLC0415

    return SqlitePartition(lab(config) / "campaigns.db")


def quarantine(config: Config) -> Room:
    """The quarantine of the site, with a key file that is made where there is none. Raises `Problem`."""
    from fyke.desk.quarantine import Room  # noqa: PLC0415  a scan sets nothing aside
    from fyke.store.folder.blobs import FolderBlobs  # noqa: PLC0415
    from fyke.store.folder.keys import keys  # noqa: PLC0415
    from fyke.store.sqlite.quarantine import SqliteQuarantine  # noqa: PLC0415

    place = folder(config)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = keys(place / "keys")
        book = SqliteQuarantine(place / "quarantine.db")
        return Room(book, FolderBlobs(place / "blobs", found), found, config.quarantine.keep_days)
    except (OSError, StoreError) as error:
        raise Problem(f"site.folder: {_said(error)}") from None

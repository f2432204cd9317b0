"""What `fyke serve` is joined of: config to plan, engine to reception, reception to doors. The house's other half."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fyke
from fyke import house
from fyke.config import Config, Problem
from fyke.desk.edits import head_of
from fyke.desk.envelope import Envelopes
from fyke.desk.greylist import Greylist, knows
from fyke.desk.keeping import Keeping, Writing, probe
from fyke.desk.rates import KINDS, Rates, rate
from fyke.desk.reception import Porter, Reception, Staff, Terms
from fyke.desk.senders import networks
from fyke.detect.auth.results import forged, write
from fyke.detect.runner import driven, offline
from fyke.doors.base import MIB, Door
from fyke.engine import Engine
from fyke.judge.early import Foretold
from fyke.learn.opinion import Opinion
from fyke.learn.study import BusyError, study
from fyke.mail import parse
from fyke.model import Envelope, Scan
from fyke.model.gate import Gate, Handled
from fyke.model.known import Met, Sent
from fyke.service.generation import Crew
from fyke.service.ledger import Ledger
from fyke.service.log import Log
from fyke.service.privileges import NoSuchUserError, drop
from fyke.service.sockets import AddressError, address
from fyke.service.watcher import Listeners, Plan
from fyke.service.worker import Work
from fyke.store.correspondents import remembered
from fyke.store.labels import StoreError
from fyke.teacher import Teacher

if TYPE_CHECKING:
    import ssl

    from fyke.lookup.alike import Counting

Tell = Callable[[str], None]
NAMES = ("milter", "rspamd", "rest", "spamd", "clamd", "policy", "smtp", "lmtp")


def plan(config: Config) -> Plan:
    """What the watcher opens. Raises `Problem`."""
    places = {}
    for name in NAMES:
        try:
            places[name] = tuple(address(text) for text in getattr(config.doors, name))
        except AddressError as error:
            raise Problem(f"doors.{name}: {error}") from None
    for name in ("smtp", "lmtp"):
        if places[name] and not getattr(config.doors, f"{name}_next"):
            raise Problem(f"doors.{name}: doors.{name}_next must say where mail is handed on")
    greylist(config)
    rates(config)
    if not any(places.values()):
        raise Problem('doors: all are closed; open one, such as milter = ["127.0.0.1:11332"]')
    return Plan({name: where for name, where in places.items() if where}, workers(config))


def workers(config: Config) -> int:
    """How many processes judge mail."""
    return config.serve.workers or len(os.sched_getaffinity(0))


def crew(config: Config, listeners: Listeners, ledger: Ledger, number: int, log: Log) -> Crew:
    """A generation's engine and what its workers do with it; root's powers are gone afterwards. Raises `Problem`."""
    try:
        drop(config.serve.user, config.serve.group)  # before anything is made that the workers must write
    except NoSuchUserError as error:
        raise Problem(str(error)) from None
    counting = house.counting(config, log.tell) if config.campaigns.enabled else None
    engine = house.build(config, online=config.dns.enabled, tell=log.tell, counting=counting)
    for name in listeners:
        DOORS[name.partition("#")[0]](config, engine, Reception(Staff(_nobody, _nobody), engine.policy), log.tell)
    warm(engine)
    house.settle()
    count = workers(config)

    def work(worker: int) -> Work:
        ledger.choose(number * count + worker)
        own = {name: copies[worker] for name, copies in listeners.items()}
        return _work(config, engine, ledger, log, own, counting=counting)

    return Crew(count, work, Chores(config, log.tell), uvloop=config.serve.uvloop)


async def _nobody(*_asked: object) -> Scan:
    raise RuntimeError("nobody is here yet")


def warm(engine: Engine) -> None:
    """Judge some mail before anybody waits for it: what it loads all workers share. Nobody is asked anything."""
    for path in sorted((Path(fyke.__file__).parent / "demo" / "mail").rglob("*.eml"))[:WARM]:
        driven(engine.story(Envelope(), path.read_bytes()), offline)


WARM = 40  # mails of the demonstration: one of most kinds


def _work(
    config: Config,
    engine: Engine,
    ledger: Ledger,
    log: Log,
    listeners: Mapping[str, socket.socket],
    *,
    counting: Counting | None = None,
) -> Work:
    """What one worker serves; called in its own process, which opens its own stores."""
    memory = Remembering(config, log.tell, counting, engine.policy.rules.thresholds.unwanted)
    kept = Kept(config)
    doors = []
    for name, listener in listeners.items():
        door = name.partition("#")[0]
        envelopes = porter(config, engine, door, log.tell)
        gate = reception(config, engine, ledger, log, memory, kept=kept, envelopes=envelopes)
        doors.append((DOORS[door](config, engine, gate, log.tell), listener))

    def close() -> None:
        memory.write()
        kept.close()

    return Work(doors, ledger, Refresher(config, engine, memory), close, config.serve.patience_s, config.serve.retire_s)


class Kept:
    """What a process writes down and sets aside, as the config says."""

    def __init__(self, config: Config) -> None:
        self.journal = Writing(lambda: house.journal(config)) if config.journal.enabled else None
        self.keeper = Keeping(lambda: house.quarantine(config)) if config.quarantine.enabled else None

        self._config = config

    def probe(self) -> None:
        """Whether what is to be kept can be. Raises `OSError`, `Problem`."""
        if self.journal is not None:
            probe(house.journal_folder(self._config) / "open")
        if self.keeper is not None:
            probe(house.folder(self._config))
            self.keeper.check()

    def close(self) -> None:
        """Write what waits, and let go."""
        if self.journal is not None:
            self.journal.close()
        if self.keeper is not None:
            self.keeper.close()


def reception(
    config: Config,
    engine: Engine,
    ledger: Ledger,
    log: Log,
    memory: Remembering,
    *,
    kept: Kept | None = None,
    envelopes: Porter | None = None,
) -> Reception:
    """The gate that stands behind a door."""

    def note(handled: Handled) -> None:
        memory.note(handled)
        log.mail(handled)

    own = config.auth.authserv_id
    staff = Staff(
        judge=engine.scan_soon,
        look=engine.scan_file_soon,
        teacher=Teacher(engine, lambda: house.labels(config), counting=memory.counting),
        keeper=kept.keeper if kept is not None else None,
        journal=kept.journal if kept is not None else None,
        porter=envelopes,
        ledger=ledger,
        probe=kept.probe if kept is not None else None,
    )
    wanted = Terms(
        when_broken=config.serve.when_broken,
        deadline_s=config.serve.deadline_s,
        contact=config.delivery.contact,
        results=(lambda scan: _results(own, scan)) if own else None,
        forged=(lambda raw: _forged(own, raw)) if own else None,
        verdicts=config.delivery.headers,
        subject=config.delivery.subject,
    )
    return Reception(staff, engine.policy, wanted, tell=log.tell, log=note)


def porter(config: Config, engine: Engine, door: str, tell: Tell) -> Envelopes | None:
    """Who looks at envelopes for a door; None where nobody need. Raises `Problem`.

    Before LMTP stands nobody: that mail was accepted long ago, and who is put off then is our own mail server.
    """
    rules = Foretold(engine.policy.rules.rules)
    waits = greylist(config) if config.greylist.enabled else None
    most = rates(config)
    if door == "lmtp" or (not rules and waits is None and not most.rates):
        return None
    return Envelopes(
        lambda: house.counters(config),
        rules=rules,
        greylist=waits,
        rates=most,
        is_known=knows(house.acquaintances(config, tell)),
        door=door,
        contact=config.delivery.contact,
        tell=tell,
    )


def greylist(config: Config) -> Greylist:
    """Who waits. Raises `Problem`."""
    knobs = config.greylist
    nets = tuple(text for text in knobs.clients if "/" in text or ":" in text or text.replace(".", "").isdigit())
    try:
        return Greylist(
            wait_s=knobs.wait_s,
            retry_s=knobs.retry_h * 3_600.0,
            keep_s=knobs.keep_days * 86_400.0,
            passes=knobs.passes,
            nets=networks(nets),
            names=tuple(text.lower() for text in knobs.clients if text not in nets),
            senders=tuple(text.lower() for text in knobs.senders),
            recipients=tuple(text.lower() for text in knobs.recipients),
        )
    except ValueError as error:
        raise Problem(f"greylist.clients: {error}") from None


def rates(config: Config) -> Rates:
    """How much is taken. Raises `Problem`."""
    knobs = config.rates
    try:
        return Rates(tuple(rate(kind, text) for kind in KINDS for text in getattr(knobs, kind)), networks(knobs.exempt))
    except ValueError as error:
        raise Problem(f"rates: {error}") from None


def _results(own: str, scan: Scan) -> str:
    """The value of Authentication-Results, on one line."""
    return " ".join(write(own, scan.auth).split()) if scan.auth is not None else ""


def _forged(own: str, raw: bytes) -> tuple[int, ...]:
    """Which fields of that name bear our own, from the top, counted from 1."""
    head = head_of(raw)
    if b"authentication-results" not in head.lower():
        return ()
    message = parse(head)
    names = [at for at, field in enumerate(message.headers) if field.name.lower() == "authentication-results"]
    return tuple(names.index(at) + 1 for at in forged(message, [own]))


class Remembering:
    """Who wrote to whom, on proof: gathered as mail is handled, and written down by the handful."""

    def __init__(
        self, config: Config, tell: Tell, counting: Counting | None = None, unwanted_bits: float = 4.0
    ) -> None:
        """`counting` hears the verdicts too, of which those from so many bits on are of unwanted mail."""
        self._config, self._tell = config, tell
        self.counting, self._unwanted_bits = counting, unwanted_bits
        self._waiting: list[Met | Sent] = []

    def note(self, handled: Handled) -> None:
        """Take what a mail leaves to be remembered."""
        if self.counting is not None:
            self.counting.judged(handled.scan, self._unwanted_bits)
        if self._config.known.enabled and (found := remembered(handled.scan)) is not None:
            self._waiting.append(found)

    def write(self) -> None:
        """Write down what waits. Where that cannot be done it is told, and is forgotten: no mail waits for it."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        try:
            store = house.correspondents(self._config)
            try:
                store.remember(*(each for each in waiting if isinstance(each, Met)))
                store.sent(*(each for each in waiting if isinstance(each, Sent)))
            finally:
                store.close()
        except (Problem, StoreError) as error:
            self._tell(f"{len(waiting):,} mails are not remembered: {error}")


class Refresher:
    """Looks whether what was learned is in a new file, and opens that; and writes down what is to be remembered."""

    def __init__(self, config: Config, engine: Engine, memory: Remembering) -> None:
        self._config, self._engine, self._memory = config, engine, memory
        self._path = house.learned(config)
        self._seen = self._stamp()

    def __call__(self) -> None:
        """Open what was put in place of the file that is open. The old one serves on where the new one is broken."""
        self._memory.write()
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        with suppress(Problem):
            self._engine.opinion = Opinion(house.model(self._config))

    def _stamp(self) -> int:
        try:
            return self._path.stat().st_ino
        except OSError:
            return 0


class Chores:
    """What is done beside the mail, every few seconds, by one process."""

    def __init__(self, config: Config, tell: Tell) -> None:
        self._config, self._tell = config, tell
        self._sweeps_at = 0.0

    def __call__(self) -> None:
        """Learn what people said, turn the journal, sweep the quarantine, forget what is old. None stops another."""
        now = datetime.now(UTC)
        chores: list[tuple[str, Callable[[], None]]] = [("labels", self._learn)]
        if self._config.journal.enabled:
            chores.append(("journal", lambda: self._turn(now)))
        if now.timestamp() >= self._sweeps_at:
            self._sweeps_at = now.timestamp() + SWEEP_S
            chores += [("quarantine", lambda: self._sweep(now)), ("correspondents", lambda: self._forget(now))]
        for name, chore in chores:
            try:
                chore()
            except (Problem, StoreError, OSError) as error:
                self._tell(f"{name}: {error}")

    def _turn(self, now: datetime) -> None:
        journal = house.journal(self._config)
        try:
            done = journal.tend(now)
        finally:
            journal.close()
        if done.torn:
            self._tell(f"journal: {done.torn:,} lines were no whole record; nobody was told that they are kept")

    def _sweep(self, now: datetime) -> None:
        if not self._config.quarantine.enabled:
            return
        room = house.quarantine(self._config)
        try:
            done = room.sweep(now)
        finally:
            room.book.close()
        if done.expired or done.removed:
            self._tell(f"quarantine: {done.expired:,} copies were kept long enough, {done.removed:,} mails removed")
        if done.unconcluded:
            self._tell(f"quarantine: of {done.unconcluded:,} releases nobody knows the end")

    def _forget(self, now: datetime) -> None:
        if not self._config.known.enabled:
            return
        store = house.correspondents(self._config)
        try:
            store.forget_before(now - timedelta(days=self._config.known.days))
        finally:
            store.close()

    def _learn(self) -> None:
        path = house.learned(self._config)
        labels = house.labels(self._config)
        try:
            if not labels.newest() and not path.exists():
                return
            done = study(path, labels, house.base(self._config), WAIT_S)
        except BusyError:
            return  # `fyke learn` does it just now
        finally:
            labels.close()
        if done.learned:
            self._tell(f"learned {done.learned:,} labels{f'; anew, for {done.anew}' if done.anew else ''}")


WAIT_S = 5.0  # for another learner
SWEEP_S = 600.0  # between two rounds of sweeping

Make = Callable[[Config, Engine, Gate, Tell], Door]


def limits(config: Config) -> dict[str, Any]:
    """What all doors take from a client, as their terms have it."""
    doors = config.doors
    return {
        "connections": doors.connections,
        "per_client": doors.per_client,
        "message_bytes": doors.message_mib * MIB,
        "idle_s": doors.idle_s,
    }


def _milter(config: Config, _engine: Engine, gate: Gate, tell: Tell) -> Door:
    from fyke.doors.milter import Milter, MilterTerms  # noqa: PLC0415  a worker loads the doors that it has

    doors = config.doors
    wanted = MilterTerms(
        connections=doors.connections,
        per_client=doors.connections,  # its clients are mail servers
        message_bytes=doors.message_mib * MIB,
        hold=doors.hold,
    )
    return Milter(gate, wanted, tell)


def _rspamd(config: Config, engine: Engine, gate: Gate, tell: Tell) -> Door:
    from fyke.doors.rspamd import Rspamd  # noqa: PLC0415
    from fyke.doors.rspamd_reply import RspamdTerms  # noqa: PLC0415

    policy = engine.policy
    wanted = RspamdTerms(
        **limits(config),
        password=config.doors.password,
        required_bits=policy.rules.thresholds.unwanted,
        folders=config.doors.scan_paths,
    )
    return Rspamd(gate, wanted, tell, policy.symbols.values(), policy.bits)


def _rest(config: Config, engine: Engine, gate: Gate, tell: Tell) -> Door:
    from fyke.doors.rest import Rest  # noqa: PLC0415
    from fyke.doors.rest_forms import RestTerms  # noqa: PLC0415

    return Rest(gate, RestTerms(**limits(config), token=config.doors.password), tell, engine.policy.bits)


def _spamd(config: Config, engine: Engine, gate: Gate, tell: Tell) -> Door:
    from fyke.doors.spamd import Spamd, SpamdTerms  # noqa: PLC0415

    line = engine.policy.rules.thresholds.unwanted
    return Spamd(gate, SpamdTerms(**limits(config), required_bits=line, tell_from=config.doors.tell_from), tell)


def _policy(config: Config, _engine: Engine, gate: Gate, tell: Tell) -> Door:
    from fyke.doors.policy import Policy, PolicyTerms  # noqa: PLC0415

    doors = config.doors
    return Policy(gate, PolicyTerms(connections=doors.connections, per_client=doors.connections), tell)


def _clamd(config: Config, _engine: Engine, gate: Gate, tell: Tell) -> Door:
    from fyke.doors.clamd import Clamd, ClamdTerms  # noqa: PLC0415

    return Clamd(gate, ClamdTerms(**limits(config), folders=config.doors.scan_paths), tell)


def _smtp(config: Config, _engine: Engine, gate: Gate, tell: Tell) -> Door:
    from fyke.doors.smtp import PassTerms, Smtp  # noqa: PLC0415

    wanted = PassTerms(**limits(config), next_hop=config.doors.smtp_next, trusted=config.doors.smtp_trusted)
    try:
        return Smtp(gate, wanted, tell, tls=_tls(config))
    except ValueError as error:
        raise Problem(f"doors.smtp: {error}") from None


def _lmtp(config: Config, _engine: Engine, gate: Gate, tell: Tell) -> Door:
    from fyke.doors.lmtp import Lmtp  # noqa: PLC0415
    from fyke.doors.smtp import PassTerms  # noqa: PLC0415

    doors = config.doors
    wanted = PassTerms(**limits(config), next_hop=doors.lmtp_next, next_protocol="lmtp", trusted=doors.smtp_trusted)
    try:
        return Lmtp(gate, wanted, tell, tls=_tls(config))
    except ValueError as error:
        raise Problem(f"doors.lmtp: {error}") from None


def _tls(config: Config) -> ssl.SSLContext | None:
    doors = config.doors
    if not doors.tls_cert:
        return None
    import ssl  # noqa: PLC0415

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(doors.tls_cert, doors.tls_key or None)
    except OSError as error:
        raise Problem(f"doors.tls_cert: {doors.tls_cert}: {error.strerror or error}") from None
    return context


DOORS: dict[str, Make] = {
    "milter": _milter,
    "rspamd": _rspamd,
    "rest": _rest,
    "spamd": _spamd,
    "clamd": _clamd,
    "policy": _policy,
    "smtp": _smtp,
    "lmtp": _lmtp,
}

"""What `fyke serve` is joined of: config to plan, engine to reception, reception to doors. The house's other half."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from fyke import house
from fyke.config import Config, Problem
from fyke.desk.edits import head_of
from fyke.desk.reception import Reception, Staff, Terms
from fyke.detect.auth.results import forged, write
from fyke.doors.base import MIB, Door
from fyke.engine import Engine
from fyke.learn.opinion import Opinion
from fyke.learn.study import BusyError, study
from fyke.mail import parse
from fyke.model import Scan
from fyke.model.gate import Gate
from fyke.service.generation import Crew
from fyke.service.ledger import Ledger
from fyke.service.log import Log
from fyke.service.privileges import NoSuchUserError, drop
from fyke.service.sockets import AddressError, address
from fyke.service.watcher import Listeners, Plan
from fyke.service.worker import Work
from fyke.teacher import Teacher

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
    engine = house.build(config, online=config.dns.enabled, tell=log.tell)
    house.settle()
    count = workers(config)

    def work(worker: int) -> Work:
        ledger.choose(number * count + worker)
        return _work(config, engine, ledger, log, {name: copies[worker] for name, copies in listeners.items()})

    return Crew(count, work, Chores(config, log.tell), uvloop=config.serve.uvloop)


def _work(config: Config, engine: Engine, ledger: Ledger, log: Log, listeners: Mapping[str, socket.socket]) -> Work:
    """What one worker serves; called in its own process, which opens its own stores."""
    gate = reception(config, engine, ledger, log)
    doors = []
    for name, listener in listeners.items():
        make = DOORS[name.partition("#")[0]]
        doors.append((make(config, gate, terms(config), log.tell), listener))
    return Work(doors, ledger, Refresher(config, engine), lambda: None, config.serve.patience_s, config.serve.retire_s)


def terms(config: Config) -> dict[str, Any]:
    """What all doors take from a client, as their terms have it."""
    doors = config.doors
    return {
        "connections": doors.connections,
        "per_client": doors.per_client,
        "message_bytes": doors.message_mib * MIB,
        "idle_s": doors.idle_s,
    }


def reception(config: Config, engine: Engine, ledger: Ledger | None = None, log: Log | None = None) -> Reception:
    """The gate that stands behind all doors of a process. Raises `Problem`."""
    log = Log() if log is None else log
    own = config.auth.authserv_id
    staff = Staff(
        judge=engine.scan_soon,
        look=engine.scan_file_soon,
        teacher=Teacher(engine, lambda: house.labels(config)),
        ledger=ledger,
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
    return Reception(staff, engine.policy, wanted, tell=log.tell, log=log.mail)


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


class Refresher:
    """Looks whether what was learned is in a new file, and opens that."""

    def __init__(self, config: Config, engine: Engine) -> None:
        self._config, self._engine = config, engine
        self._path = house.learned(config)
        self._seen = self._stamp()

    def __call__(self) -> None:
        """Open what was put in place of the file that is open. The old one serves on where the new one is broken."""
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

    def __call__(self) -> None:
        """Learn what people said."""
        self._learn()

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

Make = Callable[[Config, Gate, dict[str, Any], Tell], Door]


def _spamd(_config: Config, gate: Gate, limits: dict[str, Any], tell: Tell) -> Door:
    from fyke.doors.spamd import Spamd, SpamdTerms  # noqa: PLC0415  a worker loads the doors that it has

    return Spamd(gate, SpamdTerms(**limits), tell)


DOORS: dict[str, Make] = {"spamd": _spamd}

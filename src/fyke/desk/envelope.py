"""What an envelope alone says of a mail: rules of the site, greylisting, rates. The reception's `Porter`.

A store that is broken delays nobody: the message is judged in any case.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from ipaddress import ip_address

from fyke.desk.greylist import Greylist, Knows, waits
from fyke.desk.rates import Rate, Rates, first_over, shares
from fyke.desk.senders import key
from fyke.judge.early import Foretold
from fyke.model import Action, Envelope
from fyke.model.gate import Early
from fyke.store.counters import Counters
from fyke.store.labels import StoreError

RETRY_S = 30.0  # that a store which failed is left alone: each try may wait for its file
TOLD_S = 3_600.0  # between two words to the operator about one login
GO_ON = Early(Action.ACCEPT)
_WEAK = frozenset((Action.ACCEPT, Action.TAG))


class Envelopes:
    """A `Porter`. Each thread opens the counters for itself, and so does a process that was forked off."""

    def __init__(
        self,
        make: Callable[[], Counters],
        *,
        rules: Foretold | None = None,
        greylist: Greylist | None = None,
        rates: Rates | None = None,
        is_known: Knows = lambda _sender, _recipient, _client_ip: False,
        door: str = "",
        contact: str = "",
        tell: Callable[[str], None] = lambda _said: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`make` opens the counters; `tell` hears what an operator should know; `door`: whose counts these are."""
        self._make, self._tell, self._clock = make, tell, clock
        self._rules, self._greylist, self._rates = rules, greylist, rates
        self._is_known, self._door, self._contact = is_known, door, contact
        self._here = threading.local()
        self._is_well, self._due_at = True, 0.0

    def early(self, envelope: Envelope, now: float) -> Early:
        """What is to be said of the newest recipient, or, without one, of the transaction."""
        recipient = envelope.rcpt_to[-1].lower() if envelope.rcpt_to else ""
        ordered = self._rules.of(envelope, recipient) if self._rules and recipient else None
        if ordered is not None and ordered.action in (Action.REJECT, Action.TEMPFAIL) and not _is_here(envelope):
            return Early(ordered.action, self._refusal(ordered.action))
        is_welcome = ordered is not None and ordered.action in _WEAK
        if (self._greylist is None and self._rates is None) or self._clock() < self._due_at:
            return GO_ON
        try:
            early = GO_ON if is_welcome else self._put_off(envelope, recipient, now)
            early = self._limited(envelope, now) or early if early.action is Action.ACCEPT else early
        except StoreError as error:
            self._fail(str(error))
            return GO_ON
        self._is_well = True
        return early

    def close(self) -> None:
        """Let go of this thread's counters."""
        counters, self._here.counters = getattr(self._here, "counters", None), None
        if counters is not None:
            counters.close()

    def _put_off(self, envelope: Envelope, recipient: str, now: float) -> Early:
        terms = self._greylist
        if terms is None or not recipient or terms.passes_by(envelope, recipient):
            return GO_ON
        if self._is_known(envelope.mail_from.lower(), recipient, envelope.client_ip):
            return GO_ON
        return waits(terms, self._counters(), envelope, recipient, now)

    def _limited(self, envelope: Envelope, now: float) -> Early | None:
        asked = shares(self._rates, envelope, self._door) if self._rates is not None else []
        if not asked:
            return None
        over = first_over(asked, self._counters().add([share for _, share in asked], now))
        if over is None:
            return None
        if over.kind == "login":
            self._warn(over, envelope, now)
        return Early(Action.TEMPFAIL, over.reply)

    def _warn(self, over: Rate, envelope: Envelope, now: float) -> None:
        """An account that suddenly sends much is stolen, or somebody's newsletter: a person must look."""
        told = key("told", envelope.login.lower())
        if self._counters().met(told, now) is None:
            self._counters().meet(told, now, TOLD_S)
            self._tell(
                f"login {envelope.login!r} sends more than {over.text}, now from {envelope.client_ip or 'somewhere'}: "
                "is its password stolen?"
            )

    def _refusal(self, action: Action) -> str:
        ask = f"; questions to {self._contact}" if self._contact else ""
        if action is Action.REJECT:
            return f"Refused by a rule of this site{ask}"
        return f"Not taken now, by a rule of this site; please try again later{ask}"

    def _counters(self) -> Counters:
        """This thread's, opened where it is not."""
        here = self._here
        if getattr(here, "pid", 0) != os.getpid():  # a file opened before a fork is not to be used after it
            here.pid, here.counters = os.getpid(), None
        if here.counters is None:
            here.counters = self._make()
        counters: Counters = here.counters
        return counters

    def _fail(self, why: str) -> None:
        self._due_at = self._clock() + RETRY_S
        if self._is_well:
            self._is_well = False
            self._tell(f"nobody is put off or limited: {why}"[:300])
        try:
            self.close()
        except StoreError:
            return


def _is_here(envelope: Envelope) -> bool:
    """Whether it comes from this machine: perhaps a mail that a person let go, which only its bytes tell."""
    try:
        return ip_address(envelope.client_ip).is_loopback
    except ValueError:
        return False

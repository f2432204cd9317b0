"""Who really sent a mail, examined once for all detectors that want to know: a signature is dear to verify.

Whoever asks first drives the examination; the others walk behind it over the same questions, whatever their order.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from fyke.detect.auth.evidence import Examined, Questions, examine
from fyke.model import Mail


class _Examination:
    """One examination of one mail: what it asked, what it was told, and what came of it."""

    def __init__(self, mail: Mail, sealers: frozenset[str]) -> None:
        self.asked: list[Questions] = []
        self.told: list[Any] = []
        self.result: Examined | None = None
        self.error: Exception | None = None
        self._look = examine(mail, sealers)
        self._go_on(None)

    def tell(self, answers: Any) -> None:
        """Go on with the answers to the last question."""
        self.told.append(answers)
        self._go_on(answers)

    def _go_on(self, answers: Any) -> None:
        try:
            self.asked.append(self._look.send(answers))
        except StopIteration as end:
            self.result = end.value
        except Exception as error:  # every detector that wants to know fails of it, and says so
            self.error = error


class _Remembered:
    """The examination of the mail that was last looked at."""

    def __init__(self) -> None:
        self._last: tuple[Mail | None, frozenset[str], _Examination | None] = (None, frozenset(), None)

    def of(self, mail: Mail, sealers: frozenset[str]) -> _Examination:
        """The one that runs, or a new one."""
        of, by, running = self._last
        if of is not mail or by != sealers or running is None:
            return self.anew(mail, sealers)
        return running

    def anew(self, mail: Mail, sealers: frozenset[str]) -> _Examination:
        """A new one."""
        running = _Examination(mail, sealers)
        self._last = mail, sealers, running
        return running


_remembered = _Remembered()


def examined(mail: Mail, sealers: frozenset[str] = frozenset()) -> Generator[Questions, Any, Examined]:
    """As `examine`, but of one mail it is done once. Where answers differ from those before, it begins anew."""
    running = _remembered.of(mail, sealers)
    heard: list[Any] = []
    while True:
        at = len(heard)
        if at == len(running.asked):
            if running.error is not None:
                raise running.error
            assert running.result is not None
            return running.result
        heard.append((yield running.asked[at]))
        if at < len(running.told) and running.told[at] != heard[at]:
            running = _remembered.anew(mail, sealers)  # the same mail in another world
            for answers in heard[:-1]:
                running.tell(answers)
        if at == len(running.told):
            running.tell(heard[at])

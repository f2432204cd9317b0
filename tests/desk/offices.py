"""Scans, and those who work behind the counter, for tests of the desk."""

import asyncio
from datetime import UTC, datetime

from fyke.desk.reception import Reception, Staff
from fyke.detect import packaged
from fyke.judge import load
from fyke.model import Action, Envelope, Fate, Label, Scan, Verdict

POLICY = load(symbol for detector in packaged() for symbol in detector.symbols)
HAM = Verdict(Label.HAM, (), -3.0, 0.05, (), (), ())
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
RAW = b"From: a@example.org\r\nSubject: x\r\n\r\nhello\r\n"


def scan(**facts):
    """The scan of a wanted mail, with other facts where they are given."""
    plain = {
        "id": "c0ffee" * 5 + "00",
        "envelope": Envelope(),
        "digest": "c0ffee" * 10 + "0000",
        "size_bytes": 40,
        "subject": "x",
        "sender": "a@example.org",
        "sender_domain": "example.org",
        "answers": (),
        "policy_id": "p",
        "verdict": HAM,
        "action": Action.ACCEPT,
        "observables": (),
        "defects": (),
        "faults": (),
        "skipped": (),
        "elapsed_us": 1000,
    }
    return Scan(**{**plain, **facts})


def judging(*actions):
    """A judge who gives each recipient one of these actions, in turn; the only one to all."""

    async def judge(envelope, raw):
        each = actions if len(actions) > 1 else actions * len(envelope.rcpt_to)
        fates = tuple(Fate(who, action) for who, action in zip(envelope.rcpt_to, each, strict=True))
        return scan(envelope=envelope, action=actions[0], fates=fates, size_bytes=len(raw))

    return judge


def reception(judge, terms=None, **staff):
    """A reception with that judge."""

    async def look(name, content):
        return await judge(Envelope(), content)

    return Reception(Staff(judge, look, **staff), POLICY, terms, clock=NOW.timestamp)


def handled(desk, *recipients, raw=RAW, **kind):
    """What becomes of a mail to them."""
    return asyncio.run(desk.handle(Envelope(rcpt_to=recipients), raw, **kind))


class Shelf:
    """Keeps copies in memory."""

    def __init__(self, error=None):
        self.held, self.error = [], error

    def hold(self, scan, recipients, raw, at):
        if self.error:
            raise self.error
        self.held.append((tuple(recipients), raw))

    def released(self, raw, now):
        return {"a@example.org"} if b"X-Released" in raw else set()


__all__ = ["NOW", "POLICY", "RAW", "Shelf", "handled", "judging", "reception", "scan"]

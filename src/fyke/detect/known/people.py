"""Does the reader know the sender, and is it really them? Earlier mail says so, where it is proved.

Nothing is said where nobody remembers, and nothing good where nothing proves who sent it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

from fyke.detect.auth.evidence import Examined, came_at
from fyke.detect.base import Cost, Detector, Look
from fyke.detect.facts.examined import examined
from fyke.detect.facts.lists import is_list
from fyke.detect.known import changed, familiar, imitated
from fyke.mail.domains import registered
from fyke.mail.traits import traits
from fyke.model import Finding, Mail, Message
from fyke.model.auth import AuthResult
from fyke.model.known import Acquaintance, Seen, Traits
from fyke.model.proof import proof, ways


class People(Detector):
    """Is the sender known here, and is it really them?"""

    name = "people"
    symbols = (*familiar.SYMBOLS, *changed.SYMBOLS, *imitated.SYMBOLS)
    cost = Cost.ASK

    def __init__(self, sealers: Iterable[str] = ()) -> None:
        self._sealers = frozenset(domain.lower() for domain in sealers)

    def look(self, mail: Mail) -> Look:
        """A stranger's mail is not examined for this: only who is known, or looks so, has something to prove."""
        if mail.envelope.login or len(mail.message.senders) != 1:
            return
        who = traits(mail.message)
        if not who.author:
            return
        found = yield question(mail, who)
        if not isinstance(found, Acquaintance):
            return
        at = came_at(mail)
        if familiar.is_first(found, at):
            yield Finding(familiar.FIRST_CONTACT, who.author[:200])
        if not (found.own or found.site or found.namesakes or found.near or found.answered):
            return
        seen = yield from self._examined(mail)
        proved = changed.held(found.ways, proof(seen.auth if seen.is_answered else None, who.domain))
        dmarc = seen.auth.dmarc
        is_failed = not proved.by and dmarc is not None and dmarc.result is AuthResult.FAIL
        yield from familiar.praise(found, proved, at, is_failed=is_failed)
        if found.own or found.site:
            now: dict[str, set[str]] = {}
            for kind, value in ways(seen.auth, mail.envelope.client_ip, who):
                now.setdefault(kind, set()).add(value)
            reply = registered(who.reply_to.rpartition("@")[2])
            elsewhere = reply if reply != who.domain else ""
            yield from changed.alarm(found, proved, now, elsewhere, is_lists=is_list(mail.message))
        yield from imitated.imitation(found, who, proved, is_machines=_is_machines(mail.message, who))

    def _examined(self, mail: Mail) -> Generator[Any, Any, Examined]:
        return (yield from examined(mail, self._sealers))


def question(mail: Mail, who: Traits) -> Seen:
    """Who is this to the first recipient? Others' copies are judged with theirs."""
    account = mail.envelope.rcpt_to[0].lower() if mail.envelope.rcpt_to else ""
    return Seen(who.author, account, who.domain, who.look, who.name_key, who.refers_to)


def _is_machines(message: Message, who: Traits) -> bool:
    """Whether a machine sent it in a person's name: comments on documents, invitations, lists."""
    return who.is_automatic or is_list(message) or "list-unsubscribe" in message.index

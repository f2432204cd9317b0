"""The record of one mail handled: all that is needed to replay its verdict, and all that the lab reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from fyke.model.auth import Auth
from fyke.model.envelope import Envelope
from fyke.model.file import Analysis
from fyke.model.finding import Fault
from fyke.model.known import Traits
from fyke.model.message import Defect, Message
from fyke.model.observable import Observable
from fyke.model.sketch import Sketch
from fyke.model.verdict import Action, Fate, Verdict


class Mail(Struct, frozen=True):
    """An envelope and its message: what a detector looks at."""

    envelope: Envelope
    message: Message
    files: tuple[Analysis, ...] = ()  # of its attachments, as far as they were looked into
    raw: bytes = b""  # as it came: signatures are over the bytes


class Scan(Struct, frozen=True):
    """What was seen, asked, found and decided for one mail."""

    id: str  # first 32 hex digits of the sha256 of the raw message
    envelope: Envelope
    digest: str
    size_bytes: int
    subject: str
    sender: str  # address of From
    sender_domain: str  # its registered domain
    answers: tuple[tuple[str, Any], ...]  # the questions asked and what came back, for replay
    policy_id: str
    verdict: Verdict
    action: Action  # for the first recipient
    observables: tuple[Observable, ...]
    defects: tuple[Defect, ...]
    faults: tuple[Fault, ...]
    skipped: tuple[str, ...]  # detectors that did not run, with the reason
    elapsed_us: int
    sender_name: str = ""  # display name of From
    came_at: datetime | None = None  # when it came: by the envelope, else the newest Received, else Date
    model_id: str = ""  # which base model, and how many labels were learned; empty where nothing learned was asked
    files: tuple[Analysis, ...] = ()  # what its attachments are and what hides in them
    auth: Auth | None = None  # who sent it: SPF, DKIM, ARC, DMARC; None where nobody answered
    traits: Traits | None = None  # what of it is compared with earlier mail of its author
    fates: tuple[Fate, ...] = ()  # of each recipient's copy, in the envelope's order
    # Bits of what each recipient corrected, in the order of the envelope; empty where those of the first hold for all.
    own_bits: tuple[float, ...] = ()
    campaign: str = ""  # that it was counted to while it was judged; empty where nobody counts
    sketch: Sketch | None = None  # by which mails of one text are found

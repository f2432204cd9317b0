"""Detectors: one question about a mail a file, answered with findings.

`packaged` is the one list of them, in running order: cheap ones first, those that need the parts later.
Strangers' detectors come by the entry point group `fyke.detectors` and keep the same contract.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from fyke.detect.active_html import ActiveHtml
from fyke.detect.alternatives import Alternatives
from fyke.detect.attach_archive import AttachArchive
from fyke.detect.attach_name import AttachName
from fyke.detect.attach_office import AttachOffice
from fyke.detect.attach_page import AttachPage
from fyke.detect.attach_program import AttachProgram
from fyke.detect.attach_type import AttachType
from fyke.detect.bare_mailing import BareMailing
from fyke.detect.base import Detector
from fyke.detect.borrowed import Borrowed
from fyke.detect.bulk_text import BulkText
from fyke.detect.calendar import Calendar
from fyke.detect.check import complaints
from fyke.detect.claims import Claims
from fyke.detect.date import Date
from fyke.detect.defects import Defects
from fyke.detect.displayname import DisplayName
from fyke.detect.double_base64 import DoubleBase64
from fyke.detect.eicar import Eicar
from fyke.detect.freemail import Freemail
from fyke.detect.greeting import Greeting
from fyke.detect.gtube import Gtube
from fyke.detect.ham import Ham
from fyke.detect.hash_buster import HashBuster
from fyke.detect.headers import Headers
from fyke.detect.hidden_text import HiddenText
from fyke.detect.huge_font import HugeFont
from fyke.detect.image_host import ImageHost
from fyke.detect.image_only import ImageOnly
from fyke.detect.invisible import Invisible
from fyke.detect.lexicon import Lexicon
from fyke.detect.link_brand import LinkBrand
from fyke.detect.link_download import LinkDownload
from fyke.detect.link_fresh import LinkFresh
from fyke.detect.link_hacked import LinkHacked
from fyke.detect.link_ip import LinkIp
from fyke.detect.link_lent import LinkLent
from fyke.detect.link_lone import LinkLone
from fyke.detect.link_mailto import LinkMailto
from fyke.detect.link_many import LinkMany
from fyke.detect.link_mismatch import LinkMismatch
from fyke.detect.link_odd_one import LinkOddOne
from fyke.detect.link_recipient import LinkRecipient
from fyke.detect.link_redirect import LinkRedirect
from fyke.detect.link_shape import LinkShape
from fyke.detect.link_share import LinkShare
from fyke.detect.link_stranger import LinkStranger
from fyke.detect.link_tokens import LinkTokens
from fyke.detect.link_userinfo import LinkUserinfo
from fyke.detect.list_headers import ListHeaders
from fyke.detect.list_software import ListSoftware
from fyke.detect.localpart import LocalPart
from fyke.detect.lookalike import Lookalike
from fyke.detect.mailing_service import MailingService
from fyke.detect.messageid import MessageId
from fyke.detect.mime import Mime
from fyke.detect.money import Money
from fyke.detect.mua import Mua
from fyke.detect.nameform import NameForm
from fyke.detect.newsletter_shell import NewsletterShell
from fyke.detect.odd_words import OddWords
from fyke.detect.received import Trace
from fyke.detect.recipients import Recipients
from fyke.detect.replyto import ReplyTo
from fyke.detect.shouting import Shouting
from fyke.detect.smuggling import Smuggling
from fyke.detect.subject import Subject
from fyke.detect.tld import SenderTld
from fyke.detect.tracking import Tracking
from fyke.detect.transaction import Transaction
from fyke.detect.wallet import Wallet
from fyke.detect.word_salad import WordSalad

ENTRY_POINTS = "fyke.detectors"


def packaged(own_domains: Iterable[str] = (), lexicons: Iterable[Path] = ()) -> tuple[Detector, ...]:
    """All detectors in running order. `own_domains` are those whose users this filter protects.

    `lexicons` are folders with a site's own lexicon files, beside the packaged ones.
    """
    own = tuple(own_domains)
    folders = tuple(lexicons)
    # One a line, a block a family; add yours at the end of its block.
    ours: tuple[Detector, ...] = (
        # headers and structure
        Trace(),
        Date(),
        MessageId(),
        Headers(),
        Mua(),
        Subject(),
        Recipients(),
        Mime(),
        Defects(),
        # sender
        DisplayName(),
        NameForm(),
        Borrowed(),
        Lookalike(own),
        Freemail(),
        ReplyTo(),
        LocalPart(),
        SenderTld(),
        # signs of wanted mail
        Ham(),
        # intent
        Lexicon(folders),
        # test messages
        Gtube(),
        Eicar(),
        # bulk and lists, by headers
        ListHeaders(),
        ListSoftware(),
        MailingService(),
        # links
        LinkMismatch(),
        LinkIp(),
        LinkUserinfo(),
        LinkLent(),
        LinkShare(),
        LinkRedirect(),
        LinkFresh(),
        LinkBrand(),
        LinkMany(),
        LinkDownload(),
        LinkShape(),
        LinkStranger(),
        LinkLone(),
        LinkRecipient(),
        LinkHacked(),
        LinkOddOne(),
        LinkMailto(),
        LinkTokens(),
        # body
        HiddenText(),
        HashBuster(),
        WordSalad(),
        OddWords(),
        ImageOnly(),
        ImageHost(),
        NewsletterShell(),
        BareMailing(),
        HugeFont(),
        Invisible(),
        ActiveHtml(),
        DoubleBase64(),
        Alternatives(),
        Greeting(),
        Shouting(),
        Money(),
        Wallet(),
        Claims(),
        Transaction(),
        # bulk, by text
        BulkText(),
        Tracking(),
        # calendar
        Calendar(),
        # attachments
        AttachProgram(),
        AttachName(),
        AttachOffice(),
        AttachPage(),
        AttachArchive(),
        AttachType(),
        Smuggling(),
    )
    return ours + strangers()


@cache
def strangers() -> tuple[Detector, ...]:
    """Detectors of other packages. Raises TypeError for one that breaks the contract."""
    found = tuple(point.load()() for point in entry_points(group=ENTRY_POINTS))
    broken = complaints(found)
    if broken:
        raise TypeError("; ".join(broken))
    return found

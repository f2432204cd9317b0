"""Detectors: one question about a mail a file, answered with findings. A folder is a family: see each one's first line.

`packaged` is the one list of them, in running order: cheap ones first, those that need the parts later.
Strangers' detectors come by the entry point group `fyke.detectors` and keep the same contract.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fyke.detect.attachments.archive import AttachArchive
from fyke.detect.attachments.calendar import Calendar
from fyke.detect.attachments.eicar import Eicar
from fyke.detect.attachments.inside import Inside
from fyke.detect.attachments.name import AttachName
from fyke.detect.attachments.office import AttachOffice
from fyke.detect.attachments.page import AttachPage
from fyke.detect.attachments.program import AttachProgram
from fyke.detect.attachments.smuggling import Smuggling
from fyke.detect.attachments.type import AttachType
from fyke.detect.auth.authentication import Authentication
from fyke.detect.auth.client import Client
from fyke.detect.auth.sender_domain import SenderDomain
from fyke.detect.base import Detector
from fyke.detect.blocklists.addresses import ListedAddresses
from fyke.detect.blocklists.domains import ListedDomains
from fyke.detect.bulk.bare_mailing import BareMailing
from fyke.detect.bulk.list_headers import ListHeaders
from fyke.detect.bulk.list_software import ListSoftware
from fyke.detect.bulk.mailing_service import MailingService
from fyke.detect.bulk.newsletter_shell import NewsletterShell
from fyke.detect.bulk.text import BulkText
from fyke.detect.bulk.tracking import Tracking
from fyke.detect.check import DetectorError, complaints
from fyke.detect.content.active_html import ActiveHtml
from fyke.detect.content.alternatives import Alternatives
from fyke.detect.content.claims import Claims
from fyke.detect.content.double_base64 import DoubleBase64
from fyke.detect.content.greeting import Greeting
from fyke.detect.content.gtube import Gtube
from fyke.detect.content.hash_buster import HashBuster
from fyke.detect.content.hidden_text import HiddenText
from fyke.detect.content.huge_font import HugeFont
from fyke.detect.content.image_host import ImageHost
from fyke.detect.content.image_only import ImageOnly
from fyke.detect.content.invisible import Invisible
from fyke.detect.content.money import Money
from fyke.detect.content.odd_words import OddWords
from fyke.detect.content.shouting import Shouting
from fyke.detect.content.wallet import Wallet
from fyke.detect.content.word_salad import WordSalad
from fyke.detect.headers.block import Headers
from fyke.detect.headers.date import Date
from fyke.detect.headers.defects import Defects
from fyke.detect.headers.messageid import MessageId
from fyke.detect.headers.mime import Mime
from fyke.detect.headers.mua import Mua
from fyke.detect.headers.received import Trace
from fyke.detect.headers.recipients import Recipients
from fyke.detect.headers.subject import Subject
from fyke.detect.headers.unsigned import Unsigned
from fyke.detect.known.people import People
from fyke.detect.lexicon.lexicon import Lexicon
from fyke.detect.links.brand import LinkBrand
from fyke.detect.links.doors import Doors
from fyke.detect.links.download import LinkDownload
from fyke.detect.links.fresh import LinkFresh
from fyke.detect.links.hacked import LinkHacked
from fyke.detect.links.ip import LinkIp
from fyke.detect.links.lent import LinkLent
from fyke.detect.links.lone import LinkLone
from fyke.detect.links.mailto import LinkMailto
from fyke.detect.links.many import LinkMany
from fyke.detect.links.mismatch import LinkMismatch
from fyke.detect.links.odd_one import LinkOddOne
from fyke.detect.links.recipient import LinkRecipient
from fyke.detect.links.redirect import LinkRedirect
from fyke.detect.links.shape import LinkShape
from fyke.detect.links.share import LinkShare
from fyke.detect.links.stranger import LinkStranger
from fyke.detect.links.tokens import LinkTokens
from fyke.detect.links.userinfo import LinkUserinfo
from fyke.detect.outbreak.campaign import Campaign
from fyke.detect.sender.borrowed import Borrowed
from fyke.detect.sender.displayname import DisplayName
from fyke.detect.sender.freemail import Freemail
from fyke.detect.sender.localpart import LocalPart
from fyke.detect.sender.lookalike import Lookalike
from fyke.detect.sender.nameform import NameForm
from fyke.detect.sender.replyto import ReplyTo
from fyke.detect.sender.stranger_name import StrangerName
from fyke.detect.sender.tld import SenderTld
from fyke.detect.strangers import strangers
from fyke.detect.wanted.brought import Brought
from fyke.detect.wanted.ham import Ham
from fyke.detect.wanted.transaction import Transaction


def packaged(
    own_domains: Iterable[str] = (),
    lexicons: Iterable[Path] = (),
    *,
    sealers: Iterable[str] = (),
    address_lists: Iterable[str] = (),
    domain_lists: Iterable[str] = (),
    origins: Iterable[str] = (),
) -> tuple[Detector, ...]:
    """All detectors in running order. `own_domains` are those whose users this filter protects.

    `lexicons` are folders with a site's own lexicon files, beside the packaged ones. `sealers` are domains whose word
    in a chain of ARC is believed. `address_lists` and `domain_lists` are zones of block lists, `origins` zones that
    tell which network announces an address (of IPv4, and of IPv6); none of them is asked unless it is named.
    Raises `DetectorError` for a detector of another package that breaks the contract.
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
        Unsigned(),
        # sender
        DisplayName(),
        NameForm(),
        Borrowed(),
        Lookalike(own),
        Freemail(),
        ReplyTo(),
        LocalPart(),
        SenderTld(),
        StrangerName(),
        # signs of wanted mail
        Ham(),
        Brought(),
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
        Doors(),
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
        # files, looked into
        Inside(),
        # who really sent it
        Authentication(own, sealers),
        People(sealers),
        Client(own, origins),
        SenderDomain(),
        # how often it came
        Campaign(),
        # block lists
        ListedAddresses(address_lists),
        ListedDomains(domain_lists, own),
    )
    others = strangers()
    if broken := complaints(others, beside=ours):
        raise DetectorError(f"a detector of another package breaks the contract: {'; '.join(broken)}")
    return ours + others

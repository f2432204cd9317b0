"""Where a page sends what is typed into it: services that collect for anyone, and whether it copies a known sign-in."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Chat bots and hooks that take a message from anyone who knows their address, and services that mail a form's fields.
_BOTS = re.compile(
    r"api\.telegram\.org/bot[\w:%${}+'\"` .-]{0,90}|\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b"
    r"|discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/|hooks\.slack\.com/services/"
    r"|(?:submit-form|formsubmit|formspree|getform|web3forms|formcarry|formcake|staticforms|formbold|un-static|fabform"
    r"|formkeep|basin|forminit|herotofu)\.(?:com|co|io|xyz|app|org)/"
    r"|webhook\.site/|\.m\.pipedream\.net|requestcatcher\.com|\.requestbin\.|hookb\.in/|beeceptor\.com"
    r"|api\.emailjs\.com|smtpjs\.com|Email\.send\(|script\.google\.com/macros/s/|\.glitch\.me/|ntfy\.sh/|nocodeform\.io",
    re.IGNORECASE,
)
_CHATS = re.compile(r"api\.telegram\.org/bot|:AA[A-Za-z0-9_-]{33}|discord(?:app)?\.com/api/", re.IGNORECASE)

# Words of a page that is signed in to at a known service, and the domains where that service does so.
BRANDS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Microsoft", ("microsoft", "outlook", "office 365", "office365", "onedrive", "sharepoint", "msauth", "aadcdn"),
     ("microsoft.com", "microsoftonline.com", "live.com", "office.com", "outlook.com", "sharepoint.com")),
    ("Google", ("google account", "gmail", "google drive", "google docs", "sign in - google"),
     ("google.com", "gmail.com", "withgoogle.com")),
    ("Apple", ("apple id", "icloud"), ("apple.com", "icloud.com")),
    ("Adobe", ("adobe pdf", "adobe document", "adobe acrobat", "adobe id", "adobe cloud"), ("adobe.com",)),
    ("DocuSign", ("docusign",), ("docusign.com", "docusign.net")),
    ("Dropbox", ("dropbox",), ("dropbox.com",)),
    ("WeTransfer", ("wetransfer",), ("wetransfer.com",)),
    ("PayPal", ("paypal",), ("paypal.com",)),
    ("Amazon", ("amazon",), ("amazon.com", "amazon.de", "amazon.co.uk", "amazon.co.jp", "amazon.fr", "amazonaws.com")),
    ("Facebook", ("facebook", "instagram"), ("facebook.com", "instagram.com", "meta.com")),
    ("Netflix", ("netflix",), ("netflix.com",)),
    ("Yahoo", ("yahoo mail", "yahoo! mail", "yahoo account"), ("yahoo.com",)),
    ("DHL", ("dhl",), ("dhl.com", "dhl.de")),
    ("FedEx", ("fedex",), ("fedex.com",)),
    ("UPS", ("ups tracking", "united parcel"), ("ups.com",)),
    ("webmail", ("webmail", "roundcube", "zimbra", "cpanel", "mailbox quota", "email settings"), ()),
    ("bank", ("online banking", "onlinebanking", "internet banking", "netbanking", "wells fargo", "chase bank", "hsbc",
              "barclays", "sparkasse", "volksbank", "santander", "credit agricole", "bank of america", "citibank"), ()),
)  # fmt: skip
_SENDS = re.compile(
    r"\bfetch\s{0,9}\(|XMLHttpRequest|\$\.(?:ajax|post|get)\b|axios\b|sendBeacon|\.submit\s{0,9}\(|new WebSocket",
    re.IGNORECASE,
)
_END = re.compile(r"[\s\"'<>`]")
_REMOTE = re.compile(r"(?:https?:)?//([^/\s\"'<>?#\\]{3,255})", re.IGNORECASE)


def bot_in(text: str) -> str:
    """The address of a bot or a collector in a text; nothing where there is none."""
    found = _BOTS.search(text)
    return found[0] if found else ""


def is_chat(address: str) -> bool:
    """Whether an address of `bot_in` is that of a chat, which no page of an honest owner posts to."""
    return bool(_CHATS.search(address))


def host_of(address: str) -> str:
    """The host that an address names, lower case; nothing where it is of the page's own place."""
    address = address.strip()
    if not _REMOTE.match(address):
        return ""
    try:
        return (urlsplit(address if "//" not in address[:2] else f"http:{address}").hostname or "").lower()
    except ValueError:
        return address[:100].lower()


def sends_to(scripts: str) -> str:
    """The address that scripts send something to; nothing where they send nothing."""
    sends = _SENDS.search(scripts)
    if not sends:
        return ""
    found = _REMOTE.search(scripts, sends.start()) or _REMOTE.search(scripts)
    return _END.split(scripts[found.start() : found.start() + 2_000], maxsplit=1)[0] if found else ""


def brand_of(title: str, words: str, hosts: list[str]) -> str:
    """The service that a page's title, words or pictures name, while it sends to none of the service's hosts."""
    text = f"{title}\n{words}".lower()
    for name, signs, domains in BRANDS:
        if any(sign in text for sign in signs):
            ours = any(host == domain or host.endswith(f".{domain}") for host in hosts for domain in domains)
            return "" if ours else name
    return ""

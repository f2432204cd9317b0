"""Every knob of fyke: one frozen section class each; a knob is a name, a type, a default and one sentence.

Values come in layers, later ones winning: built in, the file (`fyke.toml`), the environment (`FYKE_SECTION_KNOB`),
the command line. Each remembers where it came from. What does not fit is a `Problem` with file, line and nearest name.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct


class Problem(Exception):  # noqa: N818  it is what an operator must mend, not a bug
    """Something that an operator wrote and that cannot be used: one sentence, with file and line where known."""

    def __init__(self, text: str, path: Path | str | None = None, line: int = 0) -> None:
        where = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(where + text)


class Site(Struct, frozen=True, forbid_unknown_fields=True):
    """What this site is."""

    own_domains: Annotated[tuple[str, ...], Meta(description="Domains of the site; lookalikes of them are told.")] = ()
    folder: Annotated[str, Meta(description="Folder of what fyke keeps; empty: fyke in the user's state folder.")] = ""


class Judge(Struct, frozen=True, forbid_unknown_fields=True):
    """How mail is judged."""

    policy: Annotated[tuple[str, ...], Meta(description="Policy files over the shipped one; later ones win.")] = ()
    lexicons: Annotated[tuple[str, ...], Meta(description="Folders with the site's own lexicon files (TOML).")] = ()
    disabled: Annotated[tuple[str, ...], Meta(description="Detectors that do not run; each scan says so.")] = ()


class Learn(Struct, frozen=True, forbid_unknown_fields=True):
    """What fyke learns."""

    base: Annotated[bool, Meta(description="Whether the packaged base model has a say.")] = True
    auto: Annotated[bool, Meta(description="Whether verdicts on strong, independent evidence may be learned.")] = False


_Seconds = Annotated[float, Meta(gt=0, le=3_600)]
_Mebibytes = Annotated[int, Meta(ge=1, le=65_536)]


class Files(Struct, frozen=True, forbid_unknown_fields=True):
    """How files are looked into."""

    enabled: Annotated[bool, Meta(description="Whether the files of a mail are looked into.")] = True
    sandbox: Annotated[
        Literal["required", "best"],
        Meta(
            description="Required: no file is looked into while a layer of the sandbox is missing; best: what is had."
        ),
    ] = "best"
    clamd: Annotated[str, Meta(description="Where a clamd is asked too: unix:/path or host:port; empty: nowhere.")] = ""
    clamd_timeout_s: Annotated[_Seconds, Meta(description="How long clamd may take for the files of one mail.")] = 10.0
    timeout_s: Annotated[_Seconds, Meta(description="How long one file may take; then its process is killed.")] = 20.0
    memory_mib: Annotated[
        int, Meta(ge=256, le=65_536, description="Memory of the process that looks into files, with all it has loaded.")
    ] = 512
    depth: Annotated[int, Meta(ge=1, le=50, description="Files within files within one file.")] = 9
    count: Annotated[int, Meta(ge=1, le=1_000_000, description="Files taken out of one file, on all levels.")] = 2_000
    total_mib: Annotated[_Mebibytes, Meta(description="Bytes taken out of one file, on all levels.")] = 128
    size_mib: Annotated[_Mebibytes, Meta(description="Bytes of one file taken out of another.")] = 32
    ratio: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Bytes out for each byte in, above which it is a bomb.")
    ] = 250
    time_s: Annotated[_Seconds, Meta(description="Processor time for one file with all that is in it.")] = 5.0
    signatures: Annotated[tuple[str, ...], Meta(description="Files and folders of signatures, ClamAV's or lists.")] = ()
    yara: Annotated[tuple[str, ...], Meta(description="Files and folders of YARA rules.")] = ()
    ocr: Annotated[bool, Meta(description="Whether text in pictures is read; needs the extra `ocr`.")] = False
    words: Annotated[tuple[str, ...], Meta(description="Passwords that are tried on what is locked, in any mail.")] = ()


class Dns(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom fyke asks about names and addresses."""

    enabled: Annotated[bool, Meta(description="Whether the DNS is asked; without it, what needs it stays unknown.")] = (
        True
    )
    files: Annotated[
        bool,
        Meta(description="Whether the DNS is asked about mail in files too where no server is named."),
    ] = False
    servers: Annotated[
        tuple[str, ...], Meta(description="Resolvers, first one first: address or address:port; empty: the system's.")
    ] = ()
    answers: Annotated[str, Meta(description="A file of answers that is asked in place of any resolver.")] = ""
    deadline_s: Annotated[_Seconds, Meta(description="How long all questions of one mail may take together.")] = 10.0
    timeout_s: Annotated[_Seconds, Meta(description="The longest wait before a question is sent again.")] = 1.5
    failure_s: Annotated[
        float, Meta(ge=1, le=300, description="How long it is remembered that a question was not answered.")
    ] = 10.0
    questions: Annotated[int, Meta(ge=0, le=10_000, description="Questions of one mail; more stay unknown.")] = 100
    parallel: Annotated[int, Meta(ge=1, le=10_000, description="Questions on their way at a time.")] = 1_000
    cache_mib: Annotated[_Mebibytes, Meta(description="Memory for answers that are still good.")] = 32
    mix_case: Annotated[
        bool, Meta(description="Whether the case of letters is mixed, so that answers are harder to forge.")
    ] = False
    address_lists: Annotated[
        tuple[str, ...], Meta(description="Block lists of addresses that are asked, such as zen.spamhaus.org.")
    ] = ()
    domain_lists: Annotated[
        tuple[str, ...], Meta(description="Block lists of domains that are asked, such as dbl.spamhaus.org.")
    ] = ()


class Auth(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose word is believed on who really sent a mail."""

    sealers: Annotated[
        tuple[str, ...], Meta(description="Domains of forwarders whose ARC seals are believed, such as lists you run.")
    ] = ()
    authserv_id: Annotated[
        str, Meta(description="Name under which results are written into mail; fields that came with it are taken out.")
    ] = ""
    origins: Annotated[
        tuple[str, ...],
        Meta(
            max_length=2,
            description="Zones that tell whose network an address is, of IPv4 and IPv6, such as origin.asn.cymru.com.",
        ),
    ] = ()


class Serve(Struct, frozen=True, forbid_unknown_fields=True):
    """How `fyke serve` runs."""

    workers: Annotated[int, Meta(ge=0, le=256, description="Processes that judge mail; 0: one a core.")] = 0
    user: Annotated[str, Meta(description="Who they run as, where fyke is started by root.")] = ""
    group: Annotated[str, Meta(description="Their group; empty: that of the user.")] = ""
    when_broken: Annotated[
        Literal["tempfail", "pass"],
        Meta(description="What mail gets that cannot be judged or written down: come again, or delivery unjudged."),
    ] = "tempfail"
    deadline_s: Annotated[_Seconds, Meta(description="How long one mail may take before it counts as broken.")] = 60.0
    patience_s: Annotated[_Seconds, Meta(description="How long mail under way may take when the service stops.")] = 20.0
    retire_s: Annotated[
        _Seconds, Meta(description="How long connections of a worker may stay when a reload has replaced it.")
    ] = 600.0
    log: Annotated[Literal["text", "json"], Meta(description="The form of the log on standard error.")] = "text"
    uvloop: Annotated[bool, Meta(description="Whether the faster event loop is used where it is installed.")] = True


class Doors(Struct, frozen=True, forbid_unknown_fields=True):
    """Where fyke listens: host:port or unix:/path, several to a door; an empty list closes it."""

    milter: Annotated[tuple[str, ...], Meta(description="For Postfix and Sendmail: the protocol of mail filters.")] = (
        "127.0.0.1:11332",
    )
    rspamd: Annotated[tuple[str, ...], Meta(description="For rspamc, Haraka and all that speaks to rspamd.")] = (
        "127.0.0.1:11333",
    )
    rest: Annotated[tuple[str, ...], Meta(description="A plain HTTP API, with figures for Prometheus.")] = (
        "127.0.0.1:11380",
    )
    spamd: Annotated[tuple[str, ...], Meta(description="For spamc and all that speaks to SpamAssassin's spamd.")] = ()
    clamd: Annotated[tuple[str, ...], Meta(description="For clamdscan and all that speaks to ClamAV's clamd.")] = ()
    policy: Annotated[tuple[str, ...], Meta(description="For Postfix's check_policy_service.")] = ()
    smtp: Annotated[tuple[str, ...], Meta(description="An SMTP proxy or content filter; needs smtp_next.")] = ()
    smtp_next: Annotated[str, Meta(description="Where the SMTP door hands mail on: host:port or unix:/path.")] = ""
    lmtp: Annotated[tuple[str, ...], Meta(description="An LMTP filter before a mailbox server; needs lmtp_next.")] = ()
    lmtp_next: Annotated[str, Meta(description="Where the LMTP door hands mail on: host:port or unix:/path.")] = ""
    smtp_trusted: Annotated[
        tuple[str, ...],
        Meta(description="Networks whose XCLIENT and XFORWARD are believed at the SMTP and LMTP doors."),
    ] = ("127.0.0.0/8", "::1/128")
    tls_cert: Annotated[str, Meta(description="Certificate chain (PEM) for STARTTLS at the SMTP door.")] = ""
    tls_key: Annotated[str, Meta(description="Its private key (PEM); empty: in the same file.")] = ""
    hold: Annotated[
        bool, Meta(description="Whether the milter leaves what is set aside in the mail server's own hold queue.")
    ] = False
    password: Annotated[
        str, Meta(description="What the rspamd and REST doors want of clients of other machines, and for learning.")
    ] = ""
    tell_from: Annotated[
        Literal["nobody", "local", "anyone"], Meta(description="Who may teach by spamd's TELL: local is this machine.")
    ] = "local"
    scan_paths: Annotated[
        tuple[str, ...],
        Meta(description="Folders in which clients of local sockets may name files, at the clamd and rspamd doors."),
    ] = ()
    connections: Annotated[int, Meta(ge=1, le=100_000, description="Connections open at one door of one worker.")] = (
        2_000
    )
    per_client: Annotated[int, Meta(ge=1, le=100_000, description="Of these, from one address.")] = 200
    message_mib: Annotated[_Mebibytes, Meta(description="The longest message that is taken.")] = 64
    idle_s: Annotated[
        _Seconds, Meta(description="How long a client may be silent; mail servers at the milter may longer.")
    ] = 300.0


class Delivery(Struct, frozen=True, forbid_unknown_fields=True):
    """What is written on mail that is delivered, and said of mail that is not."""

    headers: Annotated[bool, Meta(description="Whether X-Fyke and X-Spam fields are written.")] = True
    subject: Annotated[str, Meta(description='Put before the subject of tagged mail, such as "[SPAM] ".')] = ""
    contact: Annotated[str, Meta(description="Whom a refused sender may ask: an address or a page.")] = ""


class Known(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether it is remembered who writes to whom."""

    enabled: Annotated[bool, Meta(description="Whether senders are remembered, on proof, and asked after.")] = True
    days: Annotated[
        int, Meta(ge=1, le=3_650, description="How long is remembered who has not written, or been written to, since.")
    ] = 180
    most: Annotated[
        int,
        Meta(
            ge=1_000,
            le=100_000_000,
            description="Pairs of sender and account that are remembered, and as many numbers of sent mail.",
        ),
    ] = 1_000_000


_Rate = Annotated[str, Meta(pattern=r"^[1-9]\d{0,8} (messages|recipients) (an?|per) (minute|hour|day)$")]
PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")


class Greylist(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether senders who were never seen are asked to come again."""

    enabled: Annotated[bool, Meta(description="Whether the first mail of an unknown sender is put off.")] = False
    wait_s: Annotated[_Seconds, Meta(description="How long it is put off at least.")] = 300.0
    retry_h: Annotated[int, Meta(ge=1, le=168, description="Hours within which it must come again.")] = 4
    keep_days: Annotated[int, Meta(ge=1, le=365, description="How long who has passed is known.")] = 35
    passes: Annotated[
        int, Meta(ge=1, le=1_000, description="Senders of one network that have passed, after which all of it pass.")
    ] = 5
    clients: Annotated[
        tuple[str, ...],
        Meta(description="Who never waits: networks, and patterns of names such as *.outlook.com."),
    ] = PRIVATE
    senders: Annotated[
        tuple[str, ...], Meta(description="Patterns of senders that never wait; anybody may write them.")
    ] = ()
    recipients: Annotated[tuple[str, ...], Meta(description="Patterns of recipients whose mail never waits.")] = (
        "postmaster@*",
        "abuse@*",
    )


class Rates(Struct, frozen=True, forbid_unknown_fields=True):
    """How much is taken within a time, such as "100 messages an hour"; who wants more is asked to come again."""

    client: Annotated[tuple[_Rate, ...], Meta(description="From one address, or one network of IPv6.")] = ()
    login: Annotated[
        tuple[_Rate, ...], Meta(description="From one user who logged in; who wants more is told in the log.")
    ] = ()
    sender: Annotated[tuple[_Rate, ...], Meta(description="From one sender's address at one network.")] = ()
    recipient: Annotated[tuple[_Rate, ...], Meta(description="To one recipient.")] = ()
    exempt: Annotated[tuple[str, ...], Meta(description="Networks for which only the rates of logins hold.")] = PRIVATE


class Campaigns(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether mails of one text are counted while they are judged."""

    enabled: Annotated[bool, Meta(description="Whether `fyke serve` counts them.")] = True
    memory_mib: Annotated[
        _Mebibytes, Meta(description="Size of the index that all workers share: some 600 campaigns a MiB.")
    ] = 64
    days: Annotated[
        int, Meta(ge=1, le=365, description="How long a campaign is remembered of which nothing comes.")
    ] = 14


class Journal(Struct, frozen=True, forbid_unknown_fields=True):
    """What is written down of each mail that is handled."""

    enabled: Annotated[bool, Meta(description="Whether each mail is written down, before its door answers.")] = True
    fsync: Annotated[
        bool, Meta(description="Whether it is on the disk by then; without it a power cut may lose the last second.")
    ] = True
    rotate_min: Annotated[
        int, Meta(ge=1, le=1_440, description="Minutes after which what was written becomes searchable for good.")
    ] = 30
    keep_days: Annotated[int, Meta(ge=0, le=36_500, description="How long it is kept; 0: for ever.")] = 90


class Lab(Struct, frozen=True, forbid_unknown_fields=True):
    """Where `fyke lab run` does its heavy work."""

    engine: Annotated[
        Literal["here", "spark"], Meta(description="In this process, with DuckDB, or on a cluster of Apache Spark.")
    ] = "here"
    spark: Annotated[str, Meta(description="The cluster's master, such as spark://host:7077; local[4]: this host.")] = (
        ""
    )
    spark_mails: Annotated[
        int, Meta(ge=0, description="Mails from which the cluster compares them; fewer are compared here sooner.")
    ] = 100_000
    keep: Annotated[
        Literal["all", "sites", "nothing"],
        Meta(description="Of what the raw bytes are kept as evidence: mail and sites, sites alone, or digests only."),
    ] = "all"


class Fetch(Struct, frozen=True, forbid_unknown_fields=True):
    """How facts of sites are fetched, when somebody says so."""

    each_run: Annotated[
        int, Meta(ge=0, le=10_000, description="Sites of unwanted mail that `fyke lab run` fetches too; 0: none.")
    ] = 0
    allow: Annotated[
        tuple[str, ...],
        Meta(description="Networks that are not public and may be asked all the same, such as a lab's."),
    ] = ()
    ports: Annotated[tuple[int, ...], Meta(description="Ports that pages may be on.")] = (80, 443, 8080, 8443)
    proxy: Annotated[str, Meta(description="http://host:port of a proxy that takes CONNECT; empty: none.")] = ""
    user_agent: Annotated[str, Meta(description="What fyke says that it is; empty: fyke and its version.")] = ""
    timeout_s: Annotated[_Seconds, Meta(description="How long one answer may take, with all of it.")] = 20.0
    size_mib: Annotated[int, Meta(ge=1, le=32, description="How much of one answer is read.")] = 4
    redirects: Annotated[int, Meta(ge=0, le=20, description="How many redirects are followed.")] = 5
    pause_s: Annotated[float, Meta(ge=0, le=3_600, description="Pause between two requests to one host.")] = 1.0
    requests: Annotated[int, Meta(ge=1, le=1_000_000, description="Requests of one command, at most.")] = 2_000
    rdap: Annotated[
        str,
        Meta(description="The RDAP server that is asked, such as https://rdap.example/; empty: the registry's own."),
    ] = ""
    rdap_bootstrap: Annotated[
        str, Meta(description="A copy of IANA's list of RDAP servers (dns.json); empty: fetched when first needed.")
    ] = ""
    ca: Annotated[str, Meta(description="Certificates of those who vouch for RDAP servers; empty: the system's.")] = ""


class Quarantine(Struct, frozen=True, forbid_unknown_fields=True):
    """Where mail is set aside that the policy quarantines."""

    enabled: Annotated[bool, Meta(description="Whether it is kept here; without it, it is delivered with a tag.")] = (
        True
    )
    keep_days: Annotated[int, Meta(ge=0, le=3_650, description="How long it is kept; 0: for ever.")] = 30
    submit: Annotated[
        str, Meta(description="Where released mail is handed over: host:port of the mail server, or unix:/path.")
    ] = "127.0.0.1:587"
    submit_name: Annotated[str, Meta(description="The name said in EHLO there.")] = "localhost"
    submit_user: Annotated[str, Meta(description="A login there; then STARTTLS is required.")] = ""
    submit_password: Annotated[str, Meta(description="Its password.")] = ""
    submit_tls: Annotated[bool, Meta(description="Whether STARTTLS is required there without a login too.")] = False


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """All sections."""

    site: Site = Site()
    judge: Judge = Judge()
    learn: Learn = Learn()
    files: Files = Files()
    dns: Dns = Dns()
    serve: Serve = Serve()
    doors: Doors = Doors()
    delivery: Delivery = Delivery()
    auth: Auth = Auth()
    known: Known = Known()
    journal: Journal = Journal()
    quarantine: Quarantine = Quarantine()
    campaigns: Campaigns = Campaigns()
    lab: Lab = Lab()
    fetch: Fetch = Fetch()
    greylist: Greylist = Greylist()
    rates: Rates = Rates()


class Knob(Struct, frozen=True):
    """One knob as it stands: for `fyke config`."""

    name: str  # "section.knob"
    value: Any
    default: Any
    origin: str  # "built in", "FILE:LINE", "$NAME" or "command line"
    text: str


class Settings(Struct, frozen=True):
    """A config and where each of its values came from."""

    config: Config
    knobs: tuple[Knob, ...]


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ, flags: Mapping[str, Any] = {}) -> Settings:
    """Read all layers. `flags` maps "section.knob" to a value. Raises `Problem`."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    if path is not None:
        tree, text = read_toml(path)
        for name, value in _flat(tree, path, text):
            values[name] = value
            origins[name] = f"{path}:{line_of(text, name)}"
    for name in _names():
        variable = "FYKE_" + name.replace(".", "_").upper()
        if variable in environ:
            values[name] = _from_environment(name, environ[variable])
            origins[name] = f"${variable}"
    for name, value in flags.items():
        values[name] = value
        origins[name] = "command line"
    config = _convert(values, origins)
    return Settings(config, tuple(_knobs(config, origins)))


def _sections() -> dict[str, type[Struct]]:
    return get_type_hints(Config)


def _names() -> list[str]:
    return [f"{section}.{field}" for section, kind in _sections().items() for field in kind.__struct_fields__]


def _from_environment(name: str, text: str) -> list[str] | bool | float | str:
    """The variable's text as the knob takes it: a list is divided by commas. What does not fit stays as it is."""
    section, _, knob = name.partition(".")
    kind = get_type_hints(_sections()[section])[knob]
    if kind is bool and text.strip().lower() in _BOOLEANS:
        return _BOOLEANS[text.strip().lower()]
    if kind in (int, float):
        try:
            number: float = kind(text)
        except ValueError:
            return text
        return number
    if get_origin(kind) is not tuple:
        return text
    return [item.strip() for item in text.split(",") if item.strip()]


_BOOLEANS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}


def _flat(tree: Mapping[str, Any], path: Path, text: str) -> Iterable[tuple[str, Any]]:
    sections = _sections()
    for section, knobs in tree.items():
        if section not in sections:
            raise Problem(f"no section [{section}]{nearest(section, sections)}", path, line_of(text, section))
        if not isinstance(knobs, dict):
            raise Problem(f"[{section}] is a section, not a value", path, line_of(text, section))
        for knob, value in knobs.items():
            name = f"{section}.{knob}"
            if name not in _names():
                near = nearest(knob, sections[section].__struct_fields__)
                raise Problem(f"no knob {knob} in [{section}]{near}", path, line_of(text, name))
            yield name, value


def _convert(values: Mapping[str, Any], origins: Mapping[str, str]) -> Config:
    tree: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        section, _, knob = name.partition(".")
        kind = get_type_hints(_sections()[section], include_extras=True)[knob]
        try:
            tree.setdefault(section, {})[knob] = msgspec.convert(value, kind)  # here, so that the error has its place
        except msgspec.ValidationError as error:
            raise Problem(f"{name}: {error}", origins[name]) from None
    return msgspec.convert(tree, Config)


def _knobs(config: Config, origins: Mapping[str, str]) -> Iterable[Knob]:
    for section, kind in _sections().items():
        hints = get_type_hints(kind, include_extras=True)
        for field in kind.__struct_fields__:
            name = f"{section}.{field}"
            text = next(
                meta.description for meta in hints[field].__metadata__ if isinstance(meta, Meta) and meta.description
            )
            value = getattr(getattr(config, section), field)
            yield Knob(name, value, getattr(kind(), field), origins.get(name, "built in"), text)


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """The file as a tree and as text. Raises `Problem` for one that is not there or is not TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(getattr(error, "strerror", None) or "is not UTF-8 text", path) from None
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise Problem(f"is not TOML: {error}", path, int(line[1]) if line else 0) from None


def line_of(text: str, name: str) -> int:
    """The line in which a dotted name is written; the line of its table where it is not found, else 0."""
    table, _, key = name.rpartition(".")
    current, at_table = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if header := re.fullmatch(r"\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?", stripped):
            current = header[1].replace('"', "")
            if current == name:
                return number
            at_table = number if current == table else at_table
            continue
        written = stripped.partition("=")[0].strip().replace('"', "")
        if "=" in stripped and (f"{current}.{written}" if current else written) == name:
            return number
        if current == table and written == key:
            return number
    return at_table


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?` with the nearest known name, or nothing where none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""

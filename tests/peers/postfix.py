"""A private Postfix with its own folders and ports, and the sink that takes what it delivers: for tests of doors.

    with Sink() as sink, Postfix(sink, milters=["inet:127.0.0.1:9900"]) as postfix:
        postfix.smtp().sendmail("ann@example.net", ["bob@example.org"], RAW)
        assert postfix.wait_empty() and sink.mails()[0].rcpt_to == ("bob@example.org",)

It takes mail for everybody, may be told anything by XCLIENT, asks no DNS, tries again within seconds, and sends all it
has, bounces too, to the sink. `master` needs root, so `needed()` skips the test of everybody else.
"""

import os
import re
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pytest

HOST = "127.0.0.1"
START_S = 20.0
PROGRAMS = ("postfix", "smtp-source", "smtp-sink")
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
myhostname = mx.example.org
mydestination =
local_recipient_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = all
disable_dns_lookups = yes
smtp_host_lookup = native
relay_transport = smtp:[127.0.0.1]:{sink}
default_transport = smtp:[127.0.0.1]:{sink}
relay_domains = static:all
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_authorized_xclient_hosts = 127.0.0.0/8
smtpd_authorized_xforward_hosts = 127.0.0.0/8
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 1000
smtpd_soft_error_limit = 1000
smtputf8_enable = yes
local_header_rewrite_clients =
notify_classes =
in_flow_delay = 0
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
transport_retry_time = 1s
destination_concurrency_failed_cohort_limit = 0
smtp_destination_concurrency_negative_feedback = 0
smtp_connection_cache_on_demand = no
milter_default_action = tempfail
milter_protocol = 6
"""
# The second server takes back what a filter has seen, so it has no filter itself.
MASTER = """
{port} inet n - n - 200 smtpd {front}
{back} inet n - n - 200 smtpd
  -o smtpd_milters= -o content_filter= -o smtpd_proxy_filter= -o smtpd_recipient_restrictions=permit
  -o receive_override_options=no_unknown_recipient_checks,no_milters
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - 50 smtp
relay unix - - n - 50 smtp
lmtp unix - - n - 50 lmtp
filter unix - - n - 20 smtp -o smtp_send_xforward_command=yes -o disable_mime_output_conversion=yes
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
{more}
"""


def needed():
    """Skip the test, or fail it in CI, where Postfix is not installed; skip it for who is not root."""
    missing = [name for name in PROGRAMS if _program(name) is None]
    if missing:
        assert not os.environ.get("CI"), f"{missing} are not installed: run `make peers`"
        pytest.skip(f"{missing} are not installed")
    if os.geteuid():
        pytest.skip("Postfix's master runs as root only")


def free_port():
    """A port of the loopback where nobody listens."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]


class Delivered(NamedTuple):
    """A mail in the sink."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    raw: bytes  # with CRLF, and Postfix's Received field at its top


class Sink:
    """smtp-sink, which takes all mail and keeps each transaction as a file. `options` are its own, such as "-L"."""

    def __init__(self, *options):
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="fyke-sink-"))
        self._options = options

    def __enter__(self):
        self.folder.chmod(0o777)
        command = [_program("smtp-sink"), "-u", "nobody", "-h", "sink.example.org", "-d", f"{self.folder}/%H%M%S."]
        self._process = subprocess.Popen([*command, *self._options, f"inet:{HOST}:{self.port}", "1000"])
        _wait_for(self.port)
        return self

    def __exit__(self, *_error):
        self._process.terminate()
        self._process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def count(self):
        """How many files there are, those being written now among them."""
        return sum(1 for _ in self.folder.iterdir())

    def mails(self):
        """What was delivered, in no order that means anything."""
        return [_delivered(path.read_bytes()) for path in sorted(self.folder.iterdir())]

    def wait_for(self, count, within_s=30.0):
        """The mails, as soon as there are so many; what there is when the time is over."""
        _until(lambda: self.count() >= count, within_s)
        time.sleep(0.05)  # the last file may still be being written
        return self.mails()


class Postfix:
    """A running Postfix. `port` is where strangers connect, `back` where a filter gives mail back."""

    def __init__(
        self,
        sink,
        *,
        milters=(),  # "inet:127.0.0.1:9900", "unix:/path"
        content_filter="",  # "filter:[127.0.0.1]:10025", or "lmtp:unix:/path"
        proxy_filter="",  # "127.0.0.1:10025"
        policy="",  # "inet:127.0.0.1:10031": asked at RCPT
        settings=(),  # of main.cf: {"milter_protocol": "4"}
        master="",  # more lines of master.cf
    ):
        self.port, self.back = free_port(), free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="fyke-postfix-"))
        front = f"-o smtpd_proxy_filter={proxy_filter}" if proxy_filter else ""
        self._master = MASTER.format(port=self.port, back=self.back, front=front, more=master)
        told = {"smtpd_milters": ",".join(milters), "content_filter": content_filter}
        if policy:
            told["smtpd_recipient_restrictions"] = f"check_policy_service {policy}, permit"
        told |= dict(settings)
        self._main = MAIN.format(folder=self.folder, sink=sink.port)
        self._main += "".join(f"{name} = {value}\n" for name, value in told.items())

    def __enter__(self):
        self.folder.chmod(0o755)
        for name in ("spool", "data"):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / "data", "postfix")
        (self.folder / "main.cf").write_text(self._main)
        (self.folder / "master.cf").write_text(self._master.replace("{back}", str(self.back)))
        self._process = subprocess.Popen(
            [_program("postfix"), "-c", str(self.folder), "start-fg"], stderr=subprocess.DEVNULL
        )
        _wait_for(self.port)
        return self

    def __exit__(self, *_error):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self):
        """Stop it, if it runs; its queue stays."""
        if self._process.poll() is None:
            subprocess.run([_program("postfix"), "-c", str(self.folder), "stop"], stderr=subprocess.DEVNULL, check=True)
            self._process.wait(20)

    def smtp(self, **xclient):
        """A client's connection, as from elsewhere: `smtp(NAME="mail.example.net", ADDR="192.0.2.7", LOGIN="ann")`."""
        client = smtplib.SMTP(HOST, self.port, "client.example.net", timeout=60)
        client.ehlo()
        if xclient:
            words = " ".join(f"{name}={value}" for name, value in xclient.items())
            code, said = client.docmd(f"XCLIENT {words}")
            assert code == 220, said
            client.ehlo()
        return client

    def source(self, *options, count=1, sessions=1, mail_from="ann@example.net", rcpt_to="bob@example.org"):
        """Run smtp-source: so many mails over so many connections at a time; its own options first."""
        command = [_program("smtp-source"), "-m", str(count), "-s", str(sessions), "-f", mail_from, "-t", rcpt_to]
        return subprocess.run([*command, *options, f"inet:{HOST}:{self.port}"], capture_output=True, check=False)

    def queued(self, *queues):
        """How many mails are in its queues (all, or those named), HOLD among them."""
        names = queues or ("maildrop", "incoming", "active", "deferred", "hold")
        return sum(len(files) for name in names for _, _, files in os.walk(self.folder / "spool" / name))

    def wait_empty(self, within_s=30.0):
        """Whether nothing is left to deliver, waiting so long at most."""
        return _until(lambda: not self.queued("maildrop", "incoming", "active", "deferred"), within_s)

    def flush(self):
        """Try at once to deliver what was put off."""
        subprocess.run([_program("postqueue"), "-c", str(self.folder), "-f"], check=True)

    def log(self):
        """What it has logged."""
        return (self.folder / "log").read_text(errors="replace")

    def pids(self, service="smtpd"):
        """The processes of one of its programs, for measuring."""
        master = int((self.folder / "spool/pid/master.pid").read_text())
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == master and (entry / "comm").read_text().strip() == service:
                    found.append(int(entry.name))
            except OSError:
                continue
        return found


def _program(name):
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")


def _until(is_so, within_s):
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.02)
    return is_so()


def _wait_for(port):
    def listens():
        with socket.socket() as probe:
            return probe.connect_ex((HOST, port)) == 0

    assert _until(listens, START_S), f"nobody listens on {port}"


def _delivered(raw):
    """A file of smtp-sink: its fields about the transaction, its Received, the mail with LF, and an LF."""
    head, mail = re.fullmatch(
        rb"((?:X-[A-Za-z-]+: [^\n]*\n)*)Received: [^\n]*(?:\n\t[^\n]*)*\n(.*)\n", raw, re.DOTALL
    ).groups()
    envelope = re.findall(r"(?m)^X-(Mail|Rcpt)-Args: <(.*?)>", head.decode("utf-8", "surrogateescape"))
    senders = [address for kind, address in envelope if kind == "Mail"]
    recipients = tuple(address for kind, address in envelope if kind == "Rcpt")
    return Delivered(senders[0] if senders else "", recipients, mail.replace(b"\n", b"\r\n"))

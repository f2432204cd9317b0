"""The real Dovecot with IMAPSieve, set up as the how-to page says: moves to and from Junk teach."""

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from fyke.doors.rspamd import Rspamd
from fyke.model import Label
from tests.doors.gates import ToldGate, serving
from tests.peers.pages import page

pytestmark = pytest.mark.peer
PAGE = "learn-from-folders.md"
START_S, LEARN_S = 30.0, 20.0
MAIL = b"From: a@example.org\r\nTo: b@example.net\r\nSubject: gold\r\n\r\nCheap gold.\r\n"
WHO = "bob@example.net"
CONF = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:~/Maildir
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/home/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
  mailbox Junk {{
    auto = create
  }}
  mailbox Trash {{
    auto = create
  }}
}}
"""


@pytest.fixture(autouse=True)
def _needed():
    if not (shutil.which("dovecot", path="/usr/sbin") and shutil.which("sievec") and shutil.which("curl")):
        assert not os.environ.get("CI"), "Dovecot with pigeonhole and curl are not installed: run `make peers`"
        pytest.skip("Dovecot is not installed")
    if os.geteuid():
        pytest.skip("Dovecot is started by root")


@pytest.fixture
def folder():
    """A folder that Dovecot's users may enter, which that of tests is not."""
    with tempfile.TemporaryDirectory(prefix="fyke-dovecot-") as name:
        place = Path(name)
        place.chmod(0o755)
        (place / "home").mkdir()
        os.chown(place / "home", pwd.getpwnam("nobody").pw_uid, grp.getgrnam("nogroup").gr_gid)
        yield place


@pytest.fixture
def client(folder):
    """The gate that is taught, and a user's IMAP client."""
    gate = ToldGate()
    with serving(Rspamd(gate)) as fyke:
        port = written(folder, fyke)
        process = subprocess.Popen(["/usr/sbin/dovecot", "-c", folder / "dovecot.conf", "-F"])
        try:
            yield gate, logged_in(folder, port)
        finally:
            process.terminate()
            process.wait(20)


def written(folder, fyke):
    """Dovecot's config and the page's files; its port."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    ours = folder / "fyke"
    ours.mkdir()
    learn = page(PAGE, "learn", where=("127.0.0.1:11333", f"{fyke[0]}:{fyke[1]}"))
    (ours / "learn").write_text(learn)
    (ours / "learn").chmod(0o755)
    conf = CONF.format(folder=folder, port=port) + page(PAGE, "99-fyke.conf", where=("/etc/dovecot/fyke", ours))
    (folder / "dovecot.conf").write_text(conf)
    for name in ("spam.sieve", "ham.sieve"):
        (ours / name).write_text(page(PAGE, name))
        subprocess.run(["sievec", "-c", folder / "dovecot.conf", ours / name], check=True, timeout=60)
    return port


def logged_in(folder, port):
    until = time.monotonic() + START_S
    while True:
        try:
            line = imaplib.IMAP4("127.0.0.1", port, timeout=20)
            line.login(WHO, "any")
            return line
        except (OSError, imaplib.IMAP4.error):
            log = folder / "log"
            assert time.monotonic() < until, log.read_text() if log.exists() else "it did not start"
            time.sleep(0.2)


def move(line, source, target):
    """The one mail of a mailbox."""
    line.select(source)
    kind, said = line.uid("MOVE", "1:*", target)
    assert kind == "OK", said


def taught(gate, folder, count):
    """The account and the label of what was taught, once there are so many."""
    until = time.monotonic() + LEARN_S
    while len(gate.calls) < count and time.monotonic() < until:
        time.sleep(0.1)
    assert len(gate.calls) == count, (folder / "log").read_text()
    return [(account, label) for _, raw, account, label in gate.calls if b"Cheap gold." in raw]


def test_moves_teach(client, folder):
    """Into Junk that it is spam, out of it that it is wanted, in the user's name; from Junk to Trash nothing."""
    gate, line = client
    line.append("INBOX", "", None, MAIL)
    move(line, "INBOX", "Junk")
    assert taught(gate, folder, 1) == [(WHO, Label.SPAM)]
    move(line, "Junk", "INBOX")
    assert taught(gate, folder, 2)[1] == (WHO, Label.HAM)
    move(line, "INBOX", "Junk")
    assert taught(gate, folder, 3)[2] == (WHO, Label.SPAM)
    move(line, "Junk", "Trash")
    move(line, "Trash", "INBOX")
    assert len(taught(gate, folder, 3)) == 3

"""The door of clamd: what the gate is asked, what the client hears, and that nothing unexamined is ever OK."""

import array
import asyncio
import os
import socket
from pathlib import Path

import pytest
from msgspec.structs import replace

from fyke.doors.clamd import NAMELESS, Clamd, ClamdTerms, families, is_mail, unjudged
from fyke.model import Action, Analysis, Fault, File, Finding, Label, Symbol
from fyke.wire.clamd_server import LATE
from tests.doors.contract import check_door
from tests.doors.gates import ToldGate, connected, handled, opened, scan, told

MAIL = b"Received: from a by b; Mon, 23 Nov 2026 10:00:00 Z\r\nFrom: a@example.net\r\nSubject: x\r\n\r\nThe minutes.\n"
EVIL = scan(Label.MALWARE, 12.0, Action.REJECT, family="Doc.Macro.AutoRun")
TERMS = ClamdTerms(message_bytes=10_000, idle_s=5.0)


def streams(content, form=b"z"):
    """A file by INSTREAM."""
    return form + b"INSTREAM" + (b"\n" if form == b"n" else b"\0") + len(content).to_bytes(4) + content + bytes(4)


def heard(gate, data, *, terms=TERMS, path=None, pieces=1, half_close=True):
    """What a client hears that sends this, and the door's counts."""

    async def run():
        door = Clamd(gate, terms)
        async with opened(door, path) as doorway:
            return await told(doorway, data, pieces=pieces, half_close=half_close), door.counts

    return asyncio.run(run())


def handing(gate, *messages, path, terms=TERMS):
    """What a client of a local socket hears that sends these bytes, each with open files beside them."""

    async def run():
        async with opened(Clamd(gate, terms), path) as doorway:
            before = len(list(Path("/proc/self/fd").iterdir()))
            sock = socket.socket(socket.AF_UNIX)
            sock.setblocking(False)
            loop, said = asyncio.get_running_loop(), b""
            await loop.sock_connect(sock, str(path))
            for data, handles in messages:
                beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", handles))] if handles else []
                try:
                    sock.sendmsg([data], beside)
                except OSError:
                    break
                await asyncio.sleep(0.02)
            sock.shutdown(socket.SHUT_WR)
            while data := await asyncio.wait_for(loop.sock_recv(sock, 65_536), 10):
                said += data
            sock.close()
            for _ in range(100):
                if not doorway.connections:
                    break
                await asyncio.sleep(0.01)
            return said, len(list(Path("/proc/self/fd").iterdir())) - before

    return asyncio.run(run())


@pytest.fixture
def handle(tmp_path):
    """An open file."""
    (tmp_path / "handed").write_bytes(b"what is in it")
    number = os.open(tmp_path / "handed", os.O_RDONLY)
    os.lseek(number, 5, os.SEEK_SET)
    yield number
    assert os.lseek(number, 0, os.SEEK_CUR) == 5, "its position is its client's"
    os.close(number)


@pytest.mark.parametrize("content", [MAIL, b"no mail"])
def test_the_contract_of_doors(tmp_path, content):
    """As every door, on loopback and over a local socket, for mails and for files."""
    is_success = lambda said: said == b"stream: OK\0"  # noqa: E731
    check_door(Clamd, streams(content), is_success, terms=TERMS)
    check_door(Clamd, streams(content), is_success, terms=TERMS, path=tmp_path / "clamd")


def test_a_file_is_looked_at_and_a_mail_is_judged():
    """By what it is, not by what it is called; the client keeps the mail, so the gate keeps none."""
    gate = ToldGate()
    assert heard(gate, streams(b"PK"))[0] == b"stream: OK\0"
    assert heard(gate, streams(MAIL, b"n"))[0] == b"stream: OK\n"
    (look, name, content), (handle, envelope, raw, keeps) = gate.calls
    assert (look, name, content) == ("look", "", b"PK")
    assert (handle, raw, keeps) == ("handle", MAIL, False)
    assert envelope.received_at is not None


@pytest.mark.parametrize("content", [b"PK", MAIL])
def test_malware_is_found_by_its_name(content):
    """And what is merely unwanted is not clamd's business."""
    evil = ToldGate(look=EVIL, handle=handled(Label.MALWARE, 12.0, Action.REJECT, family="Doc.Macro.AutoRun"))
    said, counts = heard(evil, streams(content))
    assert said == b"stream: Doc.Macro.AutoRun FOUND\0"
    assert (counts.mails, counts.errors, counts.faults, counts.gone) == (1, 0, 0, 0)
    spam = ToldGate(look=scan(Label.SPAM, 9.0), handle=handled(Label.SPAM, 9.0, Action.REJECT))
    assert heard(spam, streams(content))[0] == b"stream: OK\0"


def test_names_cannot_break_a_line():
    """One each, the heaviest first; malware without a name has one here."""
    symbol = Symbol("X", "It is bad.", "files", 9.0, Label.MALWARE, family="B\nOK")
    verdict = replace(EVIL.verdict, family="A", findings=(Finding(symbol), Finding(symbol, family="A")))
    assert families(replace(EVIL, verdict=verdict), every=True) == ["A", "B?OK"]
    assert families(replace(EVIL, verdict=verdict)) == ["A"]
    assert families(scan(Label.MALWARE, 9.0)) == [NAMELESS]


@pytest.mark.parametrize(
    "wrong",
    [
        {"faults": (Fault("reception", "it took too long"),)},
        {"faults": (Fault("files", "nobody looked into it"),)},
        {"files": (Analysis(File("x", "data", 1, ""), faults=(Fault("files.pool", "its process was killed"),)),)},
        {"files": (Analysis(File("x", "pdf", 1, ""), faults=(Fault("files.pdf", "x.pdf: KeyError"),)),)},
        {"skipped": ("files: 3 more than the 100 that are looked into",)},
    ],
)
def test_what_nobody_looked_at_is_never_ok(wrong):
    """Neither a mail nor a file, whatever the site wants done with mail that cannot be judged."""
    unknown = replace(scan(Label.UNSURE, 0.0), **wrong)
    passed = handled(Label.UNSURE, 0.0, Action.ACCEPT)
    gate = ToldGate(look=unknown, handle=replace(passed, scan=unknown))
    for content in (b"PK", MAIL):
        said, _ = heard(gate, streams(content))
        assert said.startswith(b"stream: not examined: ")
        assert said.endswith(b". ERROR\0")


def test_other_faults_do_not_hide_that_we_looked():
    """No DNS, no second opinion."""
    second = Analysis(File("x", "data", 1, ""), faults=(Fault("files.clamd", "too late"),))
    assert not unjudged(replace(scan(faults=(Fault("dns", "unanswered"),)), files=(second,)))


@pytest.mark.parametrize("content", [b"PK", MAIL])
def test_a_gate_that_breaks_is_an_error(content):
    """A fault of ours, and the session goes on."""
    gate = ToldGate(look=RuntimeError("no"), handle=RuntimeError("no"))
    said, counts = heard(gate, b"zIDSESSION\0" + streams(content) + b"zPING\0zEND\0")
    assert said == b"1: stream: not examined, try again later. ERROR\x002: PONG\0"
    assert counts.faults == 1


def test_small_talk():
    """Nobody is asked."""
    gate = ToldGate()
    for asks, says in (
        (b"zPING\0", b"PONG\0"),
        (b"nVERSION\n", b"fyke "),
        (b"zVERSIONCOMMANDS\0", b"| COMMANDS: PING "),
        (b"zSTATS\0", b"STATE: VALID PRIMARY\nTHREADS: live 0  idle 0 max 2000 "),
        (b"RELOAD\n", b"RELOADING\n"),
        (b"SHUTDOWN\n", b"COMMAND UNAVAILABLE\n"),
        (b"zFOO\0", b"UNKNOWN COMMAND\0"),
    ):
        assert says in heard(gate, asks)[0]
    assert heard(gate, b"zSTATS\0")[0].endswith(b"\nEND\0")
    assert not gate.calls


def test_an_old_client_sends_no_end():
    """It waits for its answer, and gets it after a moment."""
    assert heard(ToldGate(), b"PING", half_close=False)[0] == b"PONG\n"


def test_too_large_and_wrong():
    """A client that sends on and on still hears why."""
    said, counts = heard(ToldGate(), streams(b"x" * 3_000_000))
    assert said == b"INSTREAM size limit exceeded. ERROR\0"
    assert counts.errors == 1


@pytest.mark.parametrize(("data", "gone"), [(b"", 0), (b"zPI", 1), (b"zINSTREAM\0\0\0\0\4ab", 1)])
def test_silence_is_told(data, gone):
    """In clamd's words."""
    said, counts = heard(ToldGate(), data, terms=ClamdTerms(idle_s=0.05), half_close=False)
    assert said == LATE
    assert counts.gone == gone


def test_a_session_may_be_silent():
    """Until it is over, without a word."""
    said, counts = heard(ToldGate(), b"zIDSESSION\0zPING\0", terms=ClamdTerms(idle_s=0.05), half_close=False)
    assert said == b"1: PONG\0"
    assert counts.gone == 0


@pytest.fixture
def folder(tmp_path):
    """Files, good and bad, in folders, with links out of them."""
    (tmp_path / "in/sub").mkdir(parents=True)
    (tmp_path / "in/a.exe").write_bytes(b"evil")
    (tmp_path / "in/ok.txt").write_bytes(b"fine")
    (tmp_path / "in/sub/b.exe").write_bytes(b"evil")
    (tmp_path / "secret").write_bytes(b"evil")
    (tmp_path / "in/link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "in/pipe")
    return tmp_path / "in"


def named(folder, *asks, terms=None, local=True):
    """What a client hears that names files."""
    gate = ToldGate(look=lambda _name, content: EVIL if content == b"evil" else scan())
    terms = ClamdTerms(folders=(str(folder),), message_bytes=100, idle_s=5.0) if terms is None else terms
    path = folder.parent / "clamd" if local else None
    said = [heard(gate, b"z%s %s\0" % (word, os.fsencode(at)), terms=terms, path=path)[0] for word, at in asks]
    return said[0] if len(said) == 1 else said


def test_files_and_folders_are_named(folder):
    """SCAN ends with the first that is found, CONTSCAN and MULTISCAN go on; links and pipes are passed by."""
    both = f"{folder}/a.exe: Doc.Macro.AutoRun FOUND\0{folder}/sub/b.exe: Doc.Macro.AutoRun FOUND\0".encode()
    first = both[: both.index(b"\0") + 1]
    said = named(folder, *((word, folder) for word in (b"SCAN", b"ALLMATCHSCAN", b"CONTSCAN", b"MULTISCAN")))
    assert said == [first, first, both, both]
    assert named(folder, (b"SCAN", folder / "ok.txt")) == b"%s/ok.txt: OK\0" % os.fsencode(folder)
    (folder / "a.exe").unlink()
    (folder / "sub/b.exe").unlink()
    assert named(folder, (b"CONTSCAN", folder)) == b"%s: OK\0" % os.fsencode(folder)


@pytest.mark.parametrize("at", ["../secret", "link", "pipe", "nix", "sub/../../secret"])
def test_what_may_not_be_named(folder, at):
    """Outside of the folders, no file, or not there."""
    said = named(folder, (b"SCAN", f"{folder}/{at}"))
    assert b"File path check failure: " in said
    assert said.endswith(b". ERROR\0")


def test_who_may_not_name_files(folder):
    """Clients of other machines, and all where no folder is allowed."""
    for terms, local in ((None, False), (ClamdTerms(idle_s=5.0), True)):
        assert named(folder, (b"SCAN", folder / "ok.txt"), terms=terms, local=local).endswith(b". ERROR\0")


def test_a_folder_is_clean_only_where_all_was_read(folder):
    """One that is too large is told, and the folder is not OK."""
    (folder / "a.exe").write_bytes(b"x" * 101)
    (folder / "sub/b.exe").unlink()
    assert named(folder, (b"CONTSCAN", folder)).endswith(
        b"/a.exe: File path check failure: more than 100 bytes. ERROR\0"
    )


@pytest.mark.parametrize("form", [b"zFILDES\0", b"nFILDES\n"])
@pytest.mark.parametrize("is_apart", [True, False])
def test_an_open_file_is_handed_over(tmp_path, handle, form, is_apart):
    """With the byte behind the command, as clamdscan and clamav-milter do; nothing stays open."""
    gate = ToldGate(look=EVIL)
    messages = [(form, []), (b"\0", [handle])] if is_apart else [(form + b"\0", [handle])]
    said, left = handing(gate, *messages, path=tmp_path / "clamd")
    assert said.startswith(b"fd[")
    assert said[:-1].endswith(b"]: Doc.Macro.AutoRun FOUND")
    assert gate.calls[0][2] == b"what is in it", "from its beginning"
    assert left == 0


def test_a_session_of_open_files(tmp_path, handle):
    """One after another, and one that was forgotten."""
    one = [(b"zFILDES\0", []), (b"\0", [handle])]
    messages = [(b"zIDSESSION\0", []), *one, *one, (b"zFILDES\0\0", []), (b"zPING\0", []), (b"zEND\0", [])]
    said, left = handing(ToldGate(), *messages, path=tmp_path / "clamd")
    first, second, third, fourth, _ = said.split(b"\0")
    assert (first[:6], first[-4:], second[:6], second[-4:]) == (b"1: fd[", b": OK", b"2: fd[", b": OK")
    assert (third, fourth) == (b"3: No file descriptor received. ERROR", b"4: PONG")
    assert left == 0


@pytest.mark.parametrize(
    ("data", "count", "says"),
    [
        (b"zFILDES\0\0", 2, b"No file descriptor received. ERROR\0"),
        (b"zPING\0", 1, b"PONG\0"),
        (b"zPI", 1, b""),
        (b"zIDSESSION\0", 1, b""),
        (b"zFILDES\0", 1, b""),
    ],
)
def test_open_files_that_nobody_asked_for(tmp_path, handle, data, count, says):
    """They are closed, whatever comes of the connection."""
    said, left = handing(ToldGate(), (data, [handle] * count), path=tmp_path / "clamd")
    assert (said, left) == (says, 0)


def test_what_is_handed_over_must_be_a_file(tmp_path):
    """Neither a folder, nor one open for writing only, nor one over the limit."""
    (tmp_path / "large").write_bytes(b"x" * 10_001)
    for at, flags, why in (
        (tmp_path, os.O_RDONLY, b"no regular file"),
        (tmp_path / "large", os.O_RDONLY, b"more than 10000 bytes"),
        (tmp_path / "large", os.O_WRONLY, b""),
    ):
        number = os.open(at, flags)
        said, left = handing(ToldGate(), (b"zFILDES\0\0", [number]), path=tmp_path / "clamd")
        os.close(number)
        assert said.startswith(b"fd[")
        assert said.endswith(why + b". ERROR\0")
        assert left == 0


def test_no_descriptors_over_other_sockets():
    """There is none to be had."""
    assert heard(ToldGate(), b"zFILDES\0\0")[0] == b"No file descriptor received. ERROR\0"


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (MAIL, True),
        (MAIL.replace(b"\r\n", b"\n"), True),
        (b"X-Envelope-From: <a@example.net>\nTo: b\nDate: x\n\n", True),
        (b"From a@example.net Mon Nov 23\n" + MAIL, True),
        (b"From a@example.net Mon Nov 23\n" + MAIL + b"From b@example.net Mon Nov 23\n" + MAIL, False),
        (b"Subject: the only colon\n\ntext", False),
        (b"Note: this: is: text\n\n", False),
        (b"MZ\x90", False),
        (b"", False),
    ],
)
def test_what_is_a_mail(content, is_one):
    """A mailbox of several mails is a file: all of it is looked into."""
    assert is_mail(content) is is_one


def test_a_reset_costs_nothing():
    """In the middle of a file."""

    async def run():
        door = Clamd(ToldGate(), TERMS)
        async with opened(door) as doorway:
            _, writer = await connected(doorway)
            writer.write(streams(b"x" * 5_000)[:3_000])
            await writer.drain()
            while not door.counts.bytes_in:
                await asyncio.sleep(0.01)
            writer.transport.abort()
            while doorway.connections:
                await asyncio.sleep(0.01)
            return door.counts

    counts = asyncio.run(run())
    assert (counts.gone, counts.faults, counts.mails) == (1, 0, 0)

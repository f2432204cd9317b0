"""A full disk, a folder that cannot be written, dead stores, DNS and file pool: the door says so, no mail is lost."""

import os
import signal
import subprocess
from contextlib import contextmanager
from email.message import EmailMessage

import pytest

from bench.process import children
from tests.service.luck import BOB, HELD, serving


@contextmanager
def small_disk(folder):
    """A file system of 4 MiB for the state; skips where none may be mounted."""
    (folder / "state").mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", folder / "state"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        pytest.skip("no mount here")
    if done.returncode:
        pytest.skip(f"no file system may be mounted: {done.stderr.strip()}")
    try:
        yield folder / "state"
    finally:
        subprocess.run(["umount", "-l", folder / "state"], check=True)


def fill(place):
    """Leave no room at all."""
    with (place / "filler").open("wb", buffering=0) as file:
        for size in (65_536, 4_096):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


def test_a_full_disk(tmp_path):
    """Mail is put off, the log and the page say why; with room again all is well, and nothing came that was put off."""
    with small_disk(tmp_path) as place, serving(tmp_path) as service:
        assert service.page() == (200, "ready\n")
        assert service.send() == 250
        fill(place)
        assert service.send() == 451
        assert service.send(HELD) == 451
        status, text = service.page()
        assert (status, "space" in text) == (503, True)
        assert service.page("/healthy")[0] == 200
        assert "was not judged" in service.log()
        assert len(service.hop.taken) == 1
        (place / "filler").unlink()
        assert service.send() == 250
        assert service.send(HELD) == 250
        assert service.page() == (200, "ready\n")
        assert len(service.hop.taken) == 2


def test_a_full_disk_where_mail_is_to_pass(tmp_path):
    """It is delivered without a verdict, and that is told."""
    with small_disk(tmp_path) as place, serving(tmp_path, when_broken="pass") as service:
        fill(place)
        assert service.send() == 250
        assert service.send(HELD) == 250
        assert len(service.hop.taken) == 2
        assert service.page()[0] == 503
        assert "No space left" in service.log()


def test_a_disk_that_is_read_only(tmp_path):
    """The same, from the start on: the service runs and says what is wrong."""
    with small_disk(tmp_path) as place:
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        with serving(tmp_path) as service:
            assert service.send() == 451
            status, text = service.page()
            assert (status, "Read-only" in text) == (503, True)
            assert service.hop.taken == []
            subprocess.run(["mount", "-o", "remount,rw", place], check=True)
            assert service.send() == 250


def test_a_journal_that_is_no_folder(tmp_path):
    """A file in its place: put off until it is gone."""
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "journal").touch()
    with serving(tmp_path) as service:
        assert service.send() == 451
        assert service.page()[0] == 503
        (tmp_path / "state" / "journal").unlink()
        assert service.send() == 250
        assert service.page() == (200, "ready\n")


def test_a_dead_store(tmp_path):
    """What is to be set aside is put off; other mail is delivered all the same."""
    (tmp_path / "state").mkdir(mode=0o700)
    for name in ("quarantine.db", "correspondents.db", "counters.db"):
        (tmp_path / "state" / name).write_bytes(b"no data base" * 1_000)
    with serving(tmp_path) as service:
        assert service.send(HELD) == 451
        assert "quarantine.db: file is not a database" in service.log()
        assert service.page()[0] == 503
        assert service.send(BOB) == 250
        assert [recipients for _, recipients, _ in service.hop.taken] == [(BOB,)]


def test_a_dead_dns(tmp_path):
    """Mail is judged without it, before its deadline."""
    with serving(tmp_path, dns='servers = ["127.0.0.1:1"]\ndeadline_s = 2.0') as service:
        assert service.send() == 250
        assert len(service.hop.taken) == 1
        assert service.page() == (200, "ready\n")


def test_a_dead_file_pool(tmp_path):
    """Whoever looks into files is killed again and again: mail goes on, and files are looked into afterwards."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ann@example.net", "files"
    mail.set_content("see the file")
    mail.add_attachment(b"PK\x03\x04" + bytes(1_000), maintype="application", subtype="zip", filename="a.zip")
    with serving(tmp_path, files="enabled = true") as service:
        for number in range(4):
            pool = [pid for pid in children(service.process.pid) if is_sandbox(pid, service)]
            for pid in pool:
                os.kill(pid, signal.SIGKILL)
            raw = mail.as_bytes().replace(b"\n", b"\r\n") + b"%d\r\n" % number
            assert service.send(raw=raw) == 250
        assert len(service.hop.taken) == 4


def is_sandbox(pid, service):
    """Whether a process is neither the watcher, nor a generation, nor one of its workers."""
    generations = children_of(service.process.pid)
    workers = [worker for generation in generations for worker in children_of(generation)]
    return pid not in (*generations, *workers)


def children_of(pid):
    """Only its own."""
    every = children(pid)
    return [child for child in every if not any(child in children(other) for other in every if other != child)]

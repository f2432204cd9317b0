"""Paths to messages."""

import gzip
import io
import os

import pytest

from fyke.cli.mailbox import Mailbox, Slot, size_of
from tests.cli.conftest import mail

FROM = b"From ann@example.org Mon Nov  3 10:00:00 2025\n"


def found(*paths, stdin=b""):
    mailbox = Mailbox(map(str, paths), io.BytesIO(stdin))
    return [(slot.shown, slot.read()) for slot in mailbox], mailbox


def test_folder_in_order_and_what_is_passed_over(tmp_path):
    """Files of mail in the order of their names; the rest is counted, not silently dropped."""
    for name in ("b.eml", "a/2", "a/10.eml", "index.tsv", ".hidden", ".git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(mail())
    messages, mailbox = found(tmp_path)
    assert [os.path.relpath(shown, tmp_path) for shown, _ in messages] == ["a/10.eml", "a/2", "b.eml"]
    assert dict(mailbox.passed) == {"file that is no mail": 1, "hidden file": 1, "hidden folder": 1}


def test_maildir_with_subfolder(tmp_path):
    """cur and new are read, tmp and the server's own files are not; .Sent is a folder of mail."""
    for name in ("cur/1:2,S", "new/2", "tmp/3", ".Sent/cur/4", ".Sent/new/5", ".Sent/tmp/6", "dovecot-uidlist"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(mail())
    messages, mailbox = found(tmp_path)
    assert [os.path.relpath(shown, tmp_path) for shown, _ in messages] == [
        ".Sent/cur/4",
        ".Sent/new/5",
        "cur/1:2,S",
        "new/2",
    ]
    assert mailbox.passed["folder of unfinished deliveries (tmp)"] == 2
    assert mailbox.passed["file of the mail store"] == 1


def test_mbox_is_numbered_and_one_of_it_can_be_named(tmp_path):
    """box:2 is the second message, and the second message is shown as box:2."""
    box = tmp_path / "box"
    box.write_bytes(FROM + mail("one", ">From the start\n") + b"\n" + FROM + mail("two"))
    messages, _ = found(box)
    assert [shown for shown, _ in messages] == [f"{box}:1", f"{box}:2"]
    assert messages[0][1] == mail("one", "From the start\n")
    assert found(f"{box}:2")[0] == [messages[1]]
    assert found(f"{box}:3")[1].problems == [f"{box} has no message 3: its last one is 2"]


def test_eml_is_one_message_whatever_is_in_it(tmp_path):
    """Whoever writes a message cannot make two of it."""
    raw = mail(body="\n\n" + FROM.decode() + "Subject: harmless\n\n")
    (tmp_path / "x.eml").write_bytes(FROM + raw)
    assert found(tmp_path / "x.eml")[0] == [(str(tmp_path / "x.eml"), raw)]


@pytest.mark.parametrize("kind", ["stdin", "gzip", "pipe"])
@pytest.mark.parametrize(
    ("data", "numbers"), [(mail("one"), [""]), (FROM + mail("one") + b"\n" + FROM + mail("two"), [":1", ":2"])]
)
def test_what_can_be_read_only_once(tmp_path, kind, data, numbers):
    """A single message or an mbox, by its first bytes."""
    path = "-"
    if kind == "gzip":
        path = tmp_path / "x.gz"
        path.write_bytes(gzip.compress(data))
    elif kind == "pipe":
        reading, writing = os.pipe()
        os.write(writing, data)
        os.close(writing)
        path = f"/dev/fd/{reading}"
    messages, _ = found(path, stdin=data)
    assert [shown for shown, _ in messages] == [f"{path}{number}" for number in numbers]
    assert messages[0][1] == mail("one")


def test_broken_gzip_is_a_problem_and_the_rest_goes_on(tmp_path):
    """Cut files and files that are no gzip at all."""
    (tmp_path / "a.gz").write_bytes(gzip.compress(mail() * 100)[:-20])
    (tmp_path / "b.gz").write_bytes(b"no gzip")
    (tmp_path / "c.eml").write_bytes(mail())
    messages, mailbox = found(tmp_path)
    assert [shown for shown, _ in messages] == [str(tmp_path / "c.eml")]
    assert len(mailbox.problems) == 2


def test_missing_path_names_the_nearest(tmp_path):
    """A typing error is met with what is there."""
    (tmp_path / "inbox.mbox").write_bytes(FROM + mail())
    _, mailbox = found(tmp_path / "imbox.mbox")
    assert mailbox.problems == [f"{tmp_path}/imbox.mbox: no such file or folder; did you mean {tmp_path}/inbox.mbox?"]
    _, mailbox = found(tmp_path / "inbox.mbox" / "x")
    assert mailbox.problems == [f"{tmp_path}/inbox.mbox/x: {tmp_path}/inbox.mbox is not a folder"]


def test_linked_folders_do_not_lead_in_circles(tmp_path):
    """A link to a folder is passed over, and counted."""
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "dead").symlink_to(tmp_path / "gone")
    assert found(tmp_path)[0] == []
    assert dict(found(tmp_path)[1].passed) == {"broken link or special file": 1, "linked folder": 1}


def test_name_that_is_not_utf8(tmp_path):
    """It is read, and shown with escapes."""
    (tmp_path / os.fsdecode(b"caf\xe9.eml")).write_bytes(mail())
    assert [shown for shown, _ in found(tmp_path)[0]] == [f"{tmp_path}/caf\\xe9.eml"]


def test_size_of_paths(tmp_path):
    """What the progress bar goes by; unknown with stdin."""
    (tmp_path / "a.eml").write_bytes(b"x" * 10)
    (tmp_path / "b").write_bytes(b"x" * 5)
    assert size_of([str(tmp_path)]) == 15
    assert size_of(["-"]) == 0


def test_slot_of_a_file_that_went_away(tmp_path):
    """Reading raises OSError, which the scan tells."""
    with pytest.raises(OSError, match="gone"):
        Slot("gone", os.fsencode(tmp_path / "gone")).read()

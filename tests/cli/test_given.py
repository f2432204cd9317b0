"""Paths with what is known of them."""

import pytest

from fyke.cli.errors import Wrong
from fyke.cli.given import collect, places
from tests.cli.conftest import mail

FROM_LINE = b"From ann@example.org Mon Nov  3 10:00:00 2025\n"


@pytest.fixture
def tree(tmp_path):
    """Two sources with both kinds of mail, and an mbox."""
    for name in ("old/ham/1.eml", "old/spam/1.eml", "late/ham/1.eml", "late/.Junk/cur/1.eml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(mail(name))
    (tmp_path / "archive.mbox").write_bytes((FROM_LINE + mail() + b"\n") * 2)
    return tmp_path


def sources(*words, named=()):
    return [place.source for place in places([str(word) for word in words], [], [], list(named))]


def test_a_source_is_named_by_its_folder(tree):
    """Folders that say what mail is do not say where it is from; an mbox has a name of its own."""
    given = [tree / "old/ham", tree / "old/spam/1.eml", tree / "late/.Junk/cur", tree / "archive.mbox", "-"]
    assert sources(*given) == ["old", "old", "late", "archive", "stdin"]


def test_folders_of_one_name_are_told_apart(tmp_path):
    """By the folder above them, but only where it must be."""
    for name in ("a/box", "b/box", "c"):
        (tmp_path / name).mkdir(parents=True)
    assert sources(tmp_path / "a/box", tmp_path / "b/box", tmp_path / "c") == ["a/box", "b/box", "c"]


def test_a_source_may_be_named(tree):
    """All paths below the one that is named."""
    given = [tree / "old/ham", tree / "late/ham", tree / "archive.mbox"]
    assert sources(*given, named=[f"mine={tree}/old", f"box={tree}/archive.mbox"]) == ["mine", "late", "box"]
    with pytest.raises(Wrong, match="--source x=/gone: no path of --ham, --spam or --category lies in /gone"):
        sources(*given, named=["x=/gone"])


@pytest.mark.parametrize("word", ["drugs", "=x", "drugs="])
def test_a_name_takes_a_path(word):
    """What is not NAME=PATH is told."""
    with pytest.raises(Wrong, match="takes NAME=PATH"):
        places([], [], [word])


def test_no_mail_at_all_is_told():
    """Nothing can be measured of nothing."""
    with pytest.raises(Wrong, match="no mail is named"):
        places([], [], [])


def test_a_message_is_taken_once_with_all_its_categories(tree):
    """Whatever of --spam and --category names it, in whichever form of its path."""
    found = collect(
        places(
            [str(tree / "late/ham")],
            [str(tree / "old/spam"), str(tree / "old/ham/../spam/1.eml")],
            [f"adult={tree}/old/spam", f"dating={tree}/old/spam/1.eml"],
        )
    )
    assert [(given.is_spam, given.truth) for given in found.mail] == [(True, ("adult", "dating")), (False, ())]
    assert found.repeated == 2
    assert not found.problems


def test_messages_of_an_mbox_are_not_one(tree):
    """They stand in one file and are told apart by their place in it."""
    assert len(collect(places([str(tree / "archive.mbox")], [], [])).mail) == 2


def test_both_wanted_and_unwanted_is_an_error(tree):
    """A Maildir holds its own junk folder: nobody should measure that in silence."""
    with pytest.raises(Wrong, match=r"spam/1\.eml: given as wanted and as unwanted mail"):
        collect(places([str(tree / "old")], [str(tree / "old/spam")], []))


def test_what_is_not_there_is_a_problem_and_the_rest_is_taken(tree):
    """As in a scan."""
    (tree / "late/ham/notes.json").touch()
    found = collect(places([str(tree / "late/ham"), str(tree / "gone")], [], []))
    assert len(found.mail) == 1
    assert "gone: no such file or folder" in found.problems[0]
    assert found.passed == {"file that is no mail": 1}
    assert found.size_bytes == len(mail("late/ham/1.eml"))

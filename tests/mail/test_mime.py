"""The tree of parts: well-made ones, and those that are made to be read differently by different readers."""

import base64

import pytest

from fyke.mail.structure import read_structure

HEAD = b"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n"


def tree(raw):
    made = read_structure(raw)
    leaves = [(part.path, part.content_type, part.content) for part in made.root.walk() if not part.children]
    return leaves, [defect.kind for defect in made.defects]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_parts_stand_between_boundaries(end):
    """The line break before a boundary belongs to it."""
    raw = HEAD + b"--b\n\none\n--b\nContent-Type: text/html\n\ntwo\n\n--b--\n"
    leaves, kinds = tree(raw.replace(b"\n", end))
    assert leaves == [("1", "text/plain", b"one"), ("2", "text/html", b"two" + end)]
    assert kinds == []


def test_paths_are_those_of_imap():
    """A message without parts is 1; parts of an inner message are numbered below its place."""
    inner = b"Content-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c\n\ny\n--c--\n"
    leaves, _ = tree(HEAD + b"--b\n\none\n--b\nContent-Type: message/rfc822\n\n" + inner + b"--b--")
    assert [path for path, _, _ in leaves] == ["1", "2.1", "2.2"]
    assert tree(b"A: b\n\nhi")[0] == [("1", "text/plain", b"hi")]


@pytest.mark.parametrize(
    ("raw", "contents", "kinds"),
    [
        (HEAD + b"--b\n\none", [b"one"], ["mime-unclosed"]),
        (HEAD + b"--b\n\none\n--bb\n\ntwo\n--b--", [b"one\n--bb\n\ntwo"], ["boundary-near"]),
        (HEAD + b"--b\n\none\n--b--\n--b\n\ntwo\n--b--", [b"one", b"two"], ["parts-after-close"]),
        (HEAD + b"--b \t\n\none\n--b-- junk\n", [b"one"], []),
        (HEAD + b"--b\n--b\n\none\n--b--\n", [b"one"], []),
        (HEAD + b"--x\nContent-Type: text/html\n\none\n--x--\n", [b"one"], ["boundary-guessed"]),
        (HEAD + b"no parts at all", [b"no parts at all"], ["boundary-unused"]),
        (b"Content-Type: multipart/mixed\n\n--x\nContent-Type: text/html\n\none\n--x--", [b"one"],
            ["boundary-missing", "boundary-guessed"]),
        (b'Content-Type: multipart/mixed; boundary="b\n\n--b\n\none\n--b--', [b"one"], ["parameter-open"]),
        (HEAD + b"x" * 300 + b"\n--b\n\none\n--b--" + b"y" * 300, [b"one"], ["preamble"]),
        (HEAD + b"--b\n\none\n--b--\n" + b"y" * 300, [b"one"], ["epilogue"]),
        (HEAD.replace(b"\n\n", b"\nContent-Transfer-Encoding: base64\n\n") + b"LS1iCgpvbmUKLS1iLS0=", [b"one"],
            ["encoding-on-multipart"]),
    ],
)  # fmt: skip
def test_odd_multiparts_are_opened(raw, contents, kinds):
    """Whatever some mail program might show is read, and what is odd about it noted."""
    leaves, found = tree(raw)
    assert [content for _, _, content in leaves] == contents
    assert found == kinds


def test_an_inner_part_ends_where_the_outer_does():
    """An unclosed inner multipart swallows nothing of the outer."""
    inner = b"Content-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n"
    leaves, kinds = tree(HEAD + b"--b\n" + inner + b"--b\n\ntwo\n--b--")
    assert [content for _, _, content in leaves] == [b"x", b"two"]
    assert kinds == ["mime-unclosed"]


def test_a_message_inside_may_be_encoded():
    """RFC 2046 5.2.1 forbids it, so filters that believe it miss the message."""
    leaves, _ = tree(b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeAoKaGlkZGVu\n")
    assert leaves == [("TEXT", "text/plain", b"hidden")]


def test_parts_of_a_digest_are_messages():
    """RFC 2046 5.1.5: without a type of their own."""
    made = read_structure(HEAD.replace(b"mixed", b"digest") + b"--b\n\nSubject: x\n\nhi\n--b--")
    assert made.root.children[0].content_type == "message/rfc822"
    assert made.root.children[0].children[0].headers[0].value == "x"


def test_base64_of_base64_is_noted():
    """It reads as nonsense to a reader, and as nothing to a filter."""
    body = base64.encodebytes(base64.encodebytes(b"Buy now, dear friend! " * 20))
    _, kinds = tree(b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + body)
    assert kinds == ["base64-nested"]

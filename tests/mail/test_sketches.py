"""Shapes that stay while the words change."""

import pytest

from fyke.mail.sketches import message_id_form, path_form, paths_sketch, text_sketch
from fyke.model import Link


@pytest.mark.parametrize(
    ("message_id", "form"),
    [
        ("20240102030405.1a2b3c4d@mail.example.com", "9{14}.h{8}@a."),
        ("20250102030406.9f8e7d6c@smtp.example.org", "9{14}.h{8}@a."),
        ("ABCDEF123456@example.com", "H{12}@"),
        ("000f01c2$a1b2c3d4$0100007f@host", "h{8}$h{8}$h{8}@a"),
        ("CAK7x_9=z@mail.gmail.com", "x_9=a@a."),
        ("nothing", "a"),
        ("", ""),
    ],
)
def test_message_id_form(message_id, form):
    """Two ids of one program have one form, whatever the domain."""
    assert message_id_form(message_id) == form


def test_path_form():
    """Letters, numbers and lengths are forgotten, punctuation and parameter names stay."""
    assert path_form("/go/12/ab.php", "id=7&x=y") == "/a/9/a.a?id&x"
    assert path_form("/3f2a9c1b7d") == path_form("/x") == "/a"


def _links(*paths):
    return [Link("", "href", "http", "example.com", "example.com", path) for path in paths]


def test_paths_sketch():
    """Other numbers give the same sketch, other paths another, bare hosts none."""
    one = paths_sketch(_links("/track/12345/open", "/u/99/leave"))
    assert one == paths_sketch(_links("/u/11/leave", "/track/54321/open")) != ""
    assert one != paths_sketch(_links("/track/12345/open.php"))
    assert paths_sketch(_links("/", "/a")) == ""


def test_text_sketch():
    """Other words in the same paragraphs give the same sketch; a short text gives none."""
    one = "Dear A\n\nbuy\nnow\n\nhttp://a.test/\n\nbye\n\nB"
    assert text_sketch(one) == text_sketch(one.replace("buy", "order").replace("a.test", "b.test")) != ""
    assert text_sketch(one) != text_sketch(one.replace("buy\nnow", "buy now"))
    assert text_sketch("a\n\nb") == ""

"""BinHex."""

from base64 import b64encode

from fyke.files.budget import Budget
from tests.files.builders.mails import _B64, _HQX, binhex
from tests.files.looking import found, holds, look, names, program


def test_the_data_fork_is_taken_out():
    """Byte for byte, with bytes that are marks of repetition in it."""
    data = program(b"\x90\x90\x90" + bytes(range(256)))
    analysis = look(binhex(data, "app"), "x.hqx")
    assert analysis.root.kind == "binhex"
    assert names(analysis) == ["app"]
    assert holds(analysis, data)


def test_cut_text_is_broken_not_fatal():
    """What is there is still given."""
    analysis = look(binhex(program(), "app")[:400], "x.hqx")
    assert "FILE_BROKEN" in found(analysis)
    assert not analysis.faults


def test_a_bomb_of_repetitions_ends_at_the_budget():
    """Three bytes are 255, a budget of 100,000 bytes is 100,000 bytes."""
    raw = b"\x03app\0APPL????\0\0" + (10**8).to_bytes(4) + bytes(6) + b"a\x90\xff" * 100_000
    text = b64encode(raw).rstrip(b"=").translate(bytes.maketrans(_B64, _HQX))
    analysis = look(b"(This file must be converted with BinHex 4.0)\n\n:" + text + b":", budget=Budget(size=100_000))
    assert "size" in {cut.cap for cut in analysis.cuts}
    assert all(file.size_bytes <= 100_000 for child in analysis.root.children for file in child.walk())

"""The native kernel: the same codes and bits as numpy's, to the last bit, and never a danger to start."""

import os
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fyke
from fyke.learn import base, kernel
from fyke.learn.features import CONSTANTS, HEAD_BYTES, SUBJECT_BYTES, TAIL_BYTES, Features, Reader
from fyke.learn.model import Learner, Model
from fyke.learn.table import Table
from fyke.mail import parse
from tests.learn.mails import mail

DEMO = sorted((Path(fyke.__file__).parent / "demo" / "mail").glob("*.eml"))
WINDOW = HEAD_BYTES + TAIL_BYTES
LETTER = mail("see http://www.shop.example/buy/pills.html")

EDGES = [
    *(b" a\n b "[:size] for size in range(7)),
    *(b"ab c" * 2_000 + b"\n" * last for last in (0, 1)),
    *((b"a " * WINDOW)[:size] for size in (WINDOW - 1, WINDOW, WINDOW + 1, 2 * WINDOW)),
    *(b" " + b"s " * (size // 2) + b"\n text" for size in (2, SUBJECT_BYTES - 2, SUBJECT_BYTES, SUBJECT_BYTES + 2)),
    *(byte * size for byte in (b"\n", b" ", b"\0", b"\xff") for size in (1, 4, WINDOW + 1)),
]


@pytest.fixture(scope="module")
def native():
    """The built kernel."""
    found = kernel.loaded(CONSTANTS)
    if found is None and os.environ.get("CI") and not kernel.is_off():
        pytest.fail("the kernel is not built, or does not load: make kernel")
    return found or pytest.skip("the kernel is not built: make kernel")


@pytest.fixture(scope="module")
def models(native, tmp_path_factory):
    """One model that weighs natively and one that does not, over a table in which something was learned."""
    path = tmp_path_factory.mktemp("learned") / "t"
    learner = Learner(path)
    for number in range(1, 40):
        text = mail(f"cheap pills number {number} of {number % 7}")
        account = "" if number % 3 else "ann@example.org"
        learner.learn(number, Reader().read(text, ()), spam=number % 2 == 0, account=account)
    return Model(Table(path)), Model(Table(path), native=False)


def both(message):
    """A message's features, read natively and not."""
    return Reader().read(message, ()), Reader(native=False).read(message, ())


def folded(text):
    """A letter whose folded text is these bytes."""
    return msgspec.structs.replace(LETTER, text=msgspec.structs.replace(LETTER.text, folded=text))


def same(message, models):
    """Codes, ends and bits, with nothing between them."""
    one, other = both(message)
    assert one.codes.dtype == other.codes.dtype
    assert one.codes.tolist() == other.codes.tolist()
    assert one.ends == other.ends
    for account in ("", "ann@example.org", "bob@example.org"):
        assert models[0].weigh(one, account) == models[1].weigh(one, account)


@pytest.mark.parametrize("text", EDGES, ids=lambda text: f"{text[:6]!r}x{len(text)}")
def test_texts_at_the_edges_are_the_same(text, models):
    """Empty, one byte, the window's length, the subject's length."""
    same(folded(text), models)


@given(st.binary(max_size=300), st.integers(1, 40))
def test_any_text_is_the_same(models, text, times):
    """Whatever the bytes, and however often they come."""
    same(folded(text * times), models)


@given(st.binary(max_size=2_000))
def test_any_mail_is_the_same(models, raw):
    """Whatever the mail."""
    same(parse(raw), models)


def test_the_demo_mailbox_is_the_same(models):
    """Mail as it comes."""
    for path in DEMO:
        same(parse(path.read_bytes()), models)


def test_features_out_of_a_store_are_weighed_the_same(models):
    """Slots that come twice, families that are empty, no code at all."""
    rng = np.random.default_rng(3)
    for count in (0, 1, 500):
        codes = rng.integers(0, 1 << 32, count, np.uint32) & np.uint32(0x800000FF)
        given = Features(codes[::-1], (0, 0, count // 2, count // 2, count, count, count, count))
        assert models[0].weigh(given, "ann@example.org") == models[1].weigh(given, "ann@example.org")


@pytest.mark.parametrize("ends", [(9, 8, 8, 8, 8, 8, 8, 8), (8,) * 7 + (9,), (-1, *(8,) * 7), (8,) * 7, (8,) * 9])
def test_families_that_are_in_no_order_are_refused(models, ends):
    """No reading beside the codes."""
    with pytest.raises(ValueError, match="famil"):
        models[0].weigh(Features(np.zeros(8, np.uint32), ends))


def test_a_base_may_be_changed_under_a_model(native):
    """The kernel weighs with the weights of now."""
    features = Reader().read(LETTER, ())
    model = Model(None, base.empty())
    assert model.weigh(features).base == 0
    model.base = base.packaged()
    assert model.weigh(features) == Model(native=False).weigh(features)


def test_it_is_built_where_there_is_a_compiler(tmp_path, monkeypatch):
    """It lands in the folder of the cache, whole, and loads."""
    monkeypatch.setenv("FYKE_CACHE", str(tmp_path))
    monkeypatch.delenv("FYKE_KERNEL", raising=False)
    if not os.environ.get("CI") and not any(map(shutil.which, kernel.COMPILERS)):
        pytest.skip("no C compiler")
    path = kernel.build(CONSTANTS)
    assert list(tmp_path.iterdir()) == [path]
    assert kernel.load(CONSTANTS) is not None
    path.chmod(0o777)
    assert kernel.load(CONSTANTS) is None  # whoever may write it could have


def test_a_file_that_is_no_library_is_passed_over(tmp_path, monkeypatch):
    """Half a disk, another machine's: numpy does the same."""
    monkeypatch.setenv("FYKE_CACHE", str(tmp_path))
    kernel.path_of(CONSTANTS).write_bytes(b"no library")
    assert kernel.load(CONSTANTS) is None


def test_without_a_compiler_one_sentence_says_so(tmp_path, monkeypatch):
    """Nothing is left behind, and nothing is lost but time."""
    monkeypatch.setenv("FYKE_CACHE", str(tmp_path))
    with pytest.raises(kernel.KernelError, match="no C compiler"):
        kernel.build(CONSTANTS, {"CC": "no-such-compiler"})
    with pytest.raises(kernel.KernelError, match="refuses"):
        kernel.build(CONSTANTS, {"CC": "false"})
    assert kernel.load(CONSTANTS) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("word", ["off", "OFF", "0", "no"])
def test_it_can_be_turned_off(word, monkeypatch):
    """FYKE_KERNEL=off, and numpy does it."""
    monkeypatch.setenv("FYKE_KERNEL", word)
    assert kernel.load(CONSTANTS) is None
    assert "FYKE_KERNEL" in kernel.state(CONSTANTS)

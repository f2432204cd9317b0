"""Where one can listen, and what is said where one cannot."""

import socket
from pathlib import Path

import pytest

from fyke.service.sockets import Address, AddressError, address, clear, listen


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("127.0.0.1:11332", Address(host="127.0.0.1", port=11332)),
        ("[::1]:25", Address(host="::1", port=25)),
        ("11332", Address(host="127.0.0.1", port=11332)),
        (":25", Address(host="", port=25)),
        ("unix:/run/fyke/milter", Address("/run/fyke/milter")),
        ("/run/fyke/milter", Address("/run/fyke/milter")),
    ],
)
def test_addresses(text, read):
    """As people write them; and written again they are read the same."""
    assert address(text) == read
    assert address(str(read)) == read


@pytest.mark.parametrize("text", ["", "localhost", "a:b", "1:65536", "1:-1", "unix:fyke", "unix:/" + "x" * 120])
def test_what_is_no_address_is_told(text):
    """With what one looks like."""
    with pytest.raises(AddressError):
        address(text)


def test_each_worker_has_a_socket_at_the_same_place():
    """Of which the kernel chooses one for each connection."""
    listeners = listen(Address(host="127.0.0.1"), 3)
    ports = {listener.getsockname()[1] for listener in listeners}
    assert len(listeners) == 3
    assert len(ports) == 1
    for listener in listeners:
        listener.close()


def test_a_local_socket_that_a_killed_server_left_is_taken(tmp_path):
    """One that a living server has is not."""
    where = Address(str(tmp_path / "run" / "door"))
    [first, second] = listen(where, 2)
    with pytest.raises(OSError, match="something listens there already"):
        listen(where, 1)
    first.close()
    second.close()
    [again] = listen(where, 1)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(where.path)
    again.close()
    clear(where)
    assert not Path(where.path).exists()


def test_a_file_in_the_way_is_told_and_left_alone(tmp_path):
    """It is not ours."""
    (tmp_path / "door").write_text("mine")
    with pytest.raises(OSError, match="already"):
        listen(Address(str(tmp_path / "door")), 1)
    assert (tmp_path / "door").read_text() == "mine"

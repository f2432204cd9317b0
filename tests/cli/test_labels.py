"""`fyke labels`: what was said, by whom, and whether it holds."""

from tests.cli.conftest import mail
from tests.cli.teaching import ANN, BOB, PITCH, lines


def test_a_correction_that_is_broken_is_told(fyke, pitch, tmp_path):
    """Learn says which earlier word of a human it breaks; the check finds it; said again it is learned last."""
    box = tmp_path / "box"
    box.mkdir()
    for at in range(12):
        (box / f"{at}.eml").write_bytes(mail(f"The spring fair {at}", PITCH + f"Stall {at}\n", "fair@example.com"))
    fyke("learn", "--spam", "--user", ANN, pitch)
    assert "The verdict keeps to 1 correction by humans" in fyke("labels", "--check").out
    ran = fyke("learn", "--ham", box)
    assert ran.code == 1
    assert "This breaks 1 earlier correction by a human:" in ran.out
    check = fyke("labels", "--check", "--json")
    assert (check.code, [row["account"] for row in lines(check)]) == (1, [ANN])
    again = fyke("learn", "--spam", "--user", ANN, "--json", pitch)
    assert lines(again)[0]["event"] == "learned"


def test_labels_of_one_account_or_source(fyke, pitch, box):
    """The last ones, oldest of them first."""
    fyke("learn", "--spam", "--user", ANN, pitch)
    fyke("learn", "--ham", "--user", BOB, pitch, box / "1.eml")
    fyke("learn", "--spam", "--source", "trap", box / "2.eml")
    assert [row["seq"] for row in lines(fyke("labels", "--json", "--user", BOB))] == [2, 3]
    assert [row["seq"] for row in lines(fyke("labels", "--json", "--source", "trap"))] == [4]
    assert [row["seq"] for row in lines(fyke("labels", "--json", "-n", "2"))] == [3, 4]
    assert [row["account"] for row in lines(fyke("labels", "--contradictory", "--json", "--user", ANN))] == [ANN, BOB]

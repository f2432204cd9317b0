"""Joining what serves: who looks at envelopes, for which door, by which knobs."""

import pytest
from msgspec.structs import replace

from fyke import house, serving
from fyke.config import Config, Doors, Files, Greylist, Judge, Problem, Rates, Site
from fyke.model import Action, Envelope

FROM = {"client_ip": "192.0.2.7", "client_name": "mail.example.net", "mail_from": "ann@example.net"}


def porter(config, door="policy", tell=house.quiet):
    config = replace(config, files=Files(enabled=False))
    return serving.porter(config, house.build(config, online=False), door, tell)


def early(porter, at=1_800_000_000.0, **changed):
    return porter.early(Envelope(rcpt_to=("bob@example.org",), **{**FROM, **changed}), at).action


def test_nobody_looks_where_nothing_is_asked_for():
    """A worker without greylisting, rates and rules opens no counters."""
    assert porter(Config()) is None


def test_knobs_reach_the_porter(tmp_path):
    """Networks and names are told apart; the folder holds the counters."""
    config = Config(
        site=Site(folder=str(tmp_path / "state")),
        greylist=Greylist(enabled=True, wait_s=60.0, clients=("198.51.100.0/24", "203.0.113.9", "*.Friend.example")),
        rates=Rates(login=("1 messages an hour",)),
    )
    one = porter(config)
    assert early(one) is Action.TEMPFAIL
    assert early(one, 1_800_000_061.0) is Action.ACCEPT
    for welcome in ({"client_ip": "198.51.100.7"}, {"client_ip": "203.0.113.9"}, {"client_name": "mx.friend.example"}):
        assert early(one, mail_from="x@example.com", **welcome) is Action.ACCEPT
    assert [early(one, login="ann") for _ in range(2)] == [Action.ACCEPT, Action.TEMPFAIL]
    assert early(porter(config, "milter"), login="ann") is Action.ACCEPT, "doors count apart"
    assert (tmp_path / "state" / "counters.db").exists()
    one.close()


def test_mail_that_was_accepted_long_ago_is_not_put_off():
    """As it comes by LMTP."""
    assert porter(Config(greylist=Greylist(enabled=True)), "lmtp") is None


def test_rules_alone_need_no_counters(tmp_path):
    """And are followed at every door."""
    (tmp_path / "policy.toml").write_text('[rules.gone]\nto = ["bob@*"]\naction = "reject"\n')
    config = Config(site=Site(folder=str(tmp_path / "state")), judge=Judge(policy=(str(tmp_path / "policy.toml"),)))
    assert early(porter(config)) is Action.REJECT
    assert not (tmp_path / "state").exists()


def test_a_folder_that_cannot_be_puts_nobody_off(tmp_path):
    """It is told."""
    (tmp_path / "state").touch()
    told = []
    config = Config(site=Site(folder=str(tmp_path / "state")), greylist=Greylist(enabled=True))
    assert early(porter(config, tell=told.append)) is Action.ACCEPT
    assert "nobody is put off or limited: site.folder" in told[0]


@pytest.mark.parametrize(
    ("config", "why"),
    [
        (Config(greylist=Greylist(clients=("192.0.2.0/40",))), "greylist.clients: '192.0.2.0/40'"),
        (Config(rates=Rates(exempt=("10.0.0.1/8",))), "rates: 10.0.0.1/8 has host bits set"),
        (Config(doors=Doors(policy=("nowhere",))), "doors.policy: "),
    ],
)
def test_what_cannot_be_is_told_before_a_socket_is_opened(config, why):
    """By the name of the knob."""
    with pytest.raises(Problem) as found:
        serving.plan(config)
    assert str(found.value).startswith(why)

"""Where links lead that carry their goal."""

import base64

import pytest

from fyke.mail.redirectors import GENERIC, HOPS, unwrap
from fyke.mail.urls import read
from tests import cheap

B64 = base64.urlsafe_b64encode(b"https://goal.test/x?y=1").decode().rstrip("=")


@pytest.mark.parametrize(
    ("written", "goal", "by"),
    [
        ("https://www.google.com/url?sa=t&q=https://goal.test/a%3Fb", "https://goal.test/a?b", "google"),
        ("https://www.google.de/url?url=https%3A%2F%2Fgoal.test%2F", "https://goal.test/", "google"),
        ("https://www.google.com/amp/s/goal.test/x", "https://goal.test/x", "google-amp"),
        ("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fgoal.test%2F&data=1", "https://goal.test/",
         "safe-links"),
        ("https://urldefense.proofpoint.com/v2/url?u=http-3A__goal.test_a-2Db&d=D", "http://goal.test/a-b",
         "urldefense"),
        ("https://urldefense.com/v3/__https://goal.test/a?b=c*d__;Iw!!x$", "https://goal.test/a?b=c#d", "urldefense"),
        ("https://urldefense.com/v3/__https:/goal.test/f**Ay__;w6nDqcOp!!x$", "https://goal.test/f\u00e9\u00e9y",
         "urldefense"),
        ("https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fgoal.test%2f&c=E", "https://goal.test/", "barracuda"),
        ("https://protect-us.mimecast.com/s/abc?domain=goal.test", "http://goal.test/", "mimecast"),
        ("https://secure-web.cisco.com/1abc/https%3A%2F%2Fgoal.test%2Fx", "https://goal.test/x", "cisco"),
        (f"https://eu-west-1.protection.sophos.com/?d=goal.test&u={B64}", "https://goal.test/x?y=1", "sophos"),
        ("https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=http%3a%2f%2fgoal.test", "http://goal.test",
         "trend"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fgoal.test%2F&h=x", "https://goal.test/", "facebook"),
        ("https://www.linkedin.com/redir/redirect?url=http%3A%2F%2Fgoal%2Etest", "http://goal.test", "linkedin"),
        (f"https://www.bing.com/ck/a?!&&p=1&u=a1{B64}&ntb=1", "https://goal.test/x?y=1", "bing"),
        ("https://www.youtube.com/redirect?q=https%3A%2F%2Fgoal.test", "https://goal.test", "youtube"),
        ("https://duckduckgo.com/l/?uddg=https%3A%2F%2Fgoal.test", "https://goal.test", "duckduckgo"),
        ("https://clck.yandex.ru/redir/abc*http://goal.test", "http://goal.test", "yandex"),
        ("https://vk.com/away.php?to=http%3A%2F%2Fgoal.test", "http://goal.test", "vk"),
        ("https://steamcommunity.com/linkfilter/?url=http://goal.test", "http://goal.test", "steam"),
        ("https://www-goal-test.cdn.ampproject.org/c/s/www.goal.test/x", "https://www.goal.test/x", "amp-cache"),
        ("https://www-my--goal-test.translate.goog/a?b=c", "https://www.my-goal.test/a?b=c", "google-translate"),
        ("https://adclick.g.doubleclick.net/pcs/click?xai=1&adurl=https://goal.test/z", "https://goal.test/z",
         "google-ads"),
        ("https://r.search.yahoo.com/_ylt=A/RU=https%3a%2f%2fgoal.test%2fx/RK=2/RS=a", "https://goal.test/x", "yahoo"),
        ("https://rd.yahoo.com/a/*http://goal.test/", "http://goal.test/", "yahoo"),
        ("https://a.r.eu-west-1.awstrack.me/L0/https:%2F%2Fgoal.test%2Fx/1/01", "https://goal.test/x", "counter"),
        ("https://url.avanan.click/v2/___https://goal.test/x___.YXAz", "https://goal.test/x", "avanan"),
        ("https://any.test/track/http://goal.test/x?y=z", "http://goal.test/x?y=z", GENERIC),
        ("https://any.test/r?url=http%253A%252F%252Fgoal.test", "http://goal.test", GENERIC),
        ("https://any.test/r?http://goal.test/", "http://goal.test/", GENERIC),
        ("https://any.test/r?u=www.goal.example.com", "www.goal.example.com", GENERIC),
        (f"https://any.test/go/{B64}", "https://goal.test/x?y=1", GENERIC),
    ],
)  # fmt: skip
def test_goal(written, goal, by):
    """The goal of a known redirector is found in the link; that of an unknown one is a guess and says so."""
    found = unwrap(read(written))
    assert found is not None
    assert (found.url.written, found.by) == (goal, (by,))


@pytest.mark.parametrize(
    "written",
    [
        "https://www.example.com/",
        "https://www.example.com/a?b=c",
        "https://www.google.com/search?q=word",
        "https://www.google.com/url?q=word",
        "https://www.example.com/login?next=https://www.example.com/a",
        "https://twitter.com/intent/tweet?url=https://goal.test/",
        "https://urldefense.com/v3/__;!!x$",
        "https://eur01.safelinks.protection.outlook.com/?url=",
    ],
)
def test_no_goal(written):
    """A link that leads where it says, stays at home, or shares an address, has no goal behind it."""
    assert unwrap(read(written)) is None


def test_hops_are_counted_and_end():
    """Redirectors behind redirectors are followed, up to a limit."""
    two = unwrap(read("https://www.google.com/url?q=https%3A%2F%2Fvk.com%2Faway%3Fto%3Dhttp%253A%252F%252Fgoal.test"))
    assert two is not None
    assert (two.url.host, two.by) == ("goal.test", ("google", "vk"))
    written = "http://goal.test/"
    for number in range(20):
        written = f"http://a{number}.test/{written}"
    many = unwrap(read(written))
    assert many is not None
    assert len(many.by) == HOPS


@pytest.mark.parametrize(
    "rest", ["u=http://&" * 400, "/http:/" * 500, "u=%252568&" * 300, "http%3a%2f%2fa.test%2f" * 150]
)
def test_hostile_links_cost_little(rest):
    """Links made of nothing but signs of redirection are answered in milliseconds."""
    for url in ("https://any.test/?" + rest, "https://any.test/" + rest):
        assert cheap.seconds(lambda: unwrap(read(url)), enough=0.05) < 0.05  # noqa: B023  it is called at once

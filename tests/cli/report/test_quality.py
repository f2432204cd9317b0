"""The page of an evaluation: complete in itself, and harmless whatever files are called."""

import base64
import hashlib
import re

from fyke.cli.report.quality import WRONG, render
from fyke.learn.measure import Scored
from tests.cli.report.test_page import NASTY, Tags
from tests.cli.test_figures import evaluation


def page(*more, **rest):
    scored = (Scored(9, False, 0.9, NASTY, NASTY), Scored(0, True, 0.1, NASTY, NASTY, truth=(NASTY,)), *more)
    return render(evaluation(*scored, **rest))


def test_no_name_is_markup():
    """Paths, sources and categories are text; the one script is ours."""
    parser = Tags()
    parser.feed(page(unread=(NASTY,)))
    names = [tag for tag, _ in parser.tags]
    assert names.count("script") == 1
    assert not {"img", "iframe", "object"} & set(names)
    assert not [name for _, attributes in parser.tags for name in attributes if name.startswith("on")]
    assert not [attributes for _, attributes in parser.tags if {"src", "href", "style"} & set(attributes)]


def test_policy_forbids_all_but_our_own():
    """The hashes are those of the style and the script."""
    whole = page()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', whole)[1]
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", whole, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy


def test_few_messages_are_said_to_be_few():
    """A rate of one in a thousand means nothing of one message."""
    assert "0.5 % of this wanted mail is 0 messages, so what is found there is rough." in page()


def test_long_lists_are_cut_and_counted():
    """A page of a hundred thousand mistakes is read by nobody."""
    whole = page(*(Scored(8, False, 0.9, "a", f"{at}.eml") for at in range(WRONG + 4)))
    assert "5 more are in the JSON." in whole
    assert whole.count('class="path"') == WRONG + 1


def test_how_it_was_measured_is_said():
    """Nobody takes figures of a learner for those of the filter as it is."""
    assert "Each message judged and then learned, in the order in which they came." in page(how="online")

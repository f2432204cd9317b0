"""Sketches as marks."""

import random

from fyke.lab.linking.likeness import groups
from tests.cheap import seconds


def sketch(rng, like=None, changed=0):
    """64 places as hex; those of another one but for so many."""
    places = list(like) if like else [rng.randrange(65_536) for _ in range(64)]
    for at in rng.sample(range(64), changed):
        places[at] = rng.randrange(65_536)
    return places


def text(places):
    """As a fact has it."""
    return "".join(f"{place:04x}" for place in places)


def test_like_pages_are_one_mark():
    """A tenth of the places may differ; half of them makes another page."""
    rng = random.Random(1)
    first = sketch(rng)
    facts = {
        "dom": [
            ("a.example", text(first)),
            ("b.example", text(sketch(rng, first, 6))),
            ("c.example", text(sketch(rng, first, 32))),
            ("d.example", text(sketch(rng))),
        ]
    }
    found = [sites for _, _, sites in groups(facts)]
    assert sorted(found) == [["a.example", "b.example"], ["c.example"], ["d.example"]]


def test_both_alike_make_a_page():
    """Markup and words."""
    rng = random.Random(2)
    dom, words = sketch(rng), sketch(rng)
    facts = {
        "dom": [("a.example", text(dom)), ("b.example", text(dom)), ("c.example", text(dom))],
        "text": [("a.example", text(words)), ("b.example", text(words)), ("c.example", text(sketch(rng)))],
    }
    pages = [sites for kind, _, sites in groups(facts) if kind == "page"]
    assert sorted(pages) == [["a.example", "b.example"], ["c.example"]]


def test_what_is_no_sketch_is_left_out():
    """Short, odd, or not hex."""
    assert (
        list(
            groups(
                {"dom": [("a.example", ""), ("b.example", "xyz"), ("c.example", "12345"), ("d.example", "zzzz" * 4)]}
            )
        )
        == []
    )


def test_a_crowd_of_equal_pages_costs_no_square():
    """Everybody has the parking page of one registrar."""
    rng = random.Random(3)
    one = text(sketch(rng))

    def crowd(count):
        return {
            "dom": [
                (f"{at}.example", text(sketch(random.Random(at), None, 0)) if at % 2 else one) for at in range(count)
            ]
        }

    small, large = crowd(300), crowd(3_000)
    assert seconds(lambda: list(groups(large))) < 30 * seconds(lambda: list(groups(small)))

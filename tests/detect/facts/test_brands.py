"""Names of brands: found however they are written, and their domains told from all others."""

import pytest

from fyke.detect.facts.brands import brands, words_of


@pytest.mark.parametrize(
    ("text", "name", "alone", "disguised"),
    [
        ("PayPal", "PayPal", True, False),
        ("The PayPal Support Team", "PayPal", True, False),
        ("Ihre Sparkasse", "Sparkasse", True, False),
        ("Société Générale", "Société Générale", True, False),
        ("三井住友カード", "Sumitomo Mitsui", True, False),
        ("楽天カード株式会社", "Rakuten Card", False, False),
        ("Сбербанк", "Сбербанк", True, False),
        ("Ann at Netflix Studios", "Netflix", False, False),
        ("Micr0soft Support", "Microsoft", True, True),
        ("WaImart", "Walmart", True, True),
        ("F.e.d.E.x", "FedEx", True, True),
        ("P\u0430ypal", "PayPal", True, True),
        ("V\u200de\u200dn\u200dm\u200do", "Venmo", True, True),
    ],
)
def test_name_is_found(text, name, alone, disguised):
    """A brand is found in its own spelling, beside plain words, and in disguise; and each is told apart."""
    named = brands().named_in(text)
    assert named is not None
    assert (named.brand.name, named.alone, named.disguised) == (name, alone, disguised)


@pytest.mark.parametrize(
    "text", ["", "Robert Chase", "John Apple", "Tim", "Ann Miller", "Orange County Library", "\u200d", "x" * 9999]
)
def test_common_words_are_no_brands(text):
    """A person's name and a common word count only where nothing else is said."""
    assert brands().named_in(text) is None


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("paypal.com", "PayPal"),
        ("mail.amazon.de", "Amazon"),
        ("amazon.com.tr", "Amazon"),
        ("sparkasse-musterstadt.de", "Sparkasse"),
        ("telekom.de", "T-Mobile"),
    ],
)
def test_own_domains(domain, name):
    """A brand's domains are its own with all that is below them, abroad, and for the houses of a group."""
    owner = brands().owner_of(domain)
    assert owner is not None
    assert owner.name == name


@pytest.mark.parametrize(
    "domain", ["paypal.com.evil.example", "paypa1.com", "amazon.tk", "amazon.shop", "example.org", ""]
)
def test_others_domains(domain):
    """What only holds or resembles a brand's name is not the brand's."""
    assert brands().owner_of(domain) is None


def test_the_list_is_whole():
    """There are at least 250 brands, each with a domain, and no name stands for nothing."""
    known = brands()
    assert len(known.all) >= 250
    assert all(brand.domains or brand.anywhere for brand in known.all)
    assert all(words_of(name) for name in known.names)

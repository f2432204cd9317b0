"""Wallets are found by their own checksums. The addresses are the examples of their specifications."""

import pytest

from fyke.mail.tokens import find

WALLETS = [
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "btc"),
    ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "btc"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "btc"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "btc"),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "eth"),
    ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "trx"),
    (
        "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
        "xmr",
    ),
]


def _wallets(text):
    return [token.value for token in find(text).found if token.kind == "wallet"]


@pytest.mark.parametrize(("address", "kind"), WALLETS)
def test_wallets(address, kind):
    """An address with a right checksum is found, in a sentence and in a payment link."""
    value = f"{kind}:{address.lower() if address.startswith('0x') else address}"
    assert _wallets(f"Send it to {address}.") == [value]
    assert _wallets(f"bitcoin:{address}?amount=1") == [value]


@pytest.mark.parametrize(("address", "kind"), WALLETS)
def test_a_wrong_letter_is_no_wallet(address, kind):
    """A word that only looks like an address is none."""
    broken = address[:-2] + ("r" if address[-2] != "r" else "s") + address[-1]
    assert _wallets(f"Send it to {broken}.") == [], kind


def test_upper_case_and_one_case():
    """Bech32 in capitals is the same address; Ethereum in one case has no checksum and is taken as it is."""
    assert _wallets("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4") == ["btc:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"]
    assert _wallets("0x" + "1234567890abcdef" * 2 + "12345678") != []
    assert _wallets("0x" + "0" * 36 + "dead") == []


def test_solana_needs_its_word():
    """A Solana address has no checksum, so the text must name the currency."""
    address = "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV9"
    assert _wallets(f"Solana: {address}") == [f"sol:{address}"]
    assert _wallets(f"Key: {address}") == []

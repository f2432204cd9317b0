"""Addresses of crypto wallets: where a payment cannot be taken back."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.model import Finding, Label, Mail, Symbol

WALLET = Symbol("WALLET", "Names the address of a crypto wallet to pay to", "body", 2.5, Label.SCAM)


class Wallet(Detector):
    """Is the reader to pay into a wallet?"""

    name = "wallet"
    symbols = (WALLET,)

    def look(self, mail: Mail) -> Look:
        """Look at what was seen in the message."""
        for seen in mail.message.observables:
            if seen.kind == "wallet" and seen.where != "header":
                yield Finding(WALLET, seen.value, observables=(seen,))
                return

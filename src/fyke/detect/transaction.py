"""Mail about a dealing that its reader has with the sender: orders, receipts, appointments."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.linked import followed, is_senders
from fyke.detect.wording import Wording
from fyke.model import Finding, Label, Mail, Symbol

OWN = Symbol("LINKS_ALL_SENDERS", "All links lead to the sender's own domain", "links", -1.0, Label.HAM)
DEAL = Symbol(
    "TRANSACTION",
    "About an order or appointment, with links to nowhere but the sender's own domain",
    "body",
    -1.0,
    Label.HAM,
)

_DEALS = (
    "order (number|no|confirmation)", "your (order|purchase|receipt|booking|reservation|itinerary|appointment)",
    "order summary",
    "thank you for your (order|purchase|payment|booking)", "thanks for your order", "invoice (number|no)",
    "receipt (number|for)",
    "confirmation number", "shipping address", "billing address", "order total", "subtotal", "tracking number",
    "bestellnummer", "ihre bestellung", "rechnungsnummer", "auftragsbestätigung", "numéro de commande",
    "votre commande",
    "número de pedido", "su pedido", "tu pedido", "seu pedido", "número do pedido", "номер заказа", "ваш заказ",
)  # fmt: skip
SEVERAL = 2


class Transaction(Detector):
    """Is it about a dealing with the sender, and do its links agree?"""

    name = "transaction"
    symbols = (OWN, DEAL)

    def __init__(self) -> None:
        self._deals = Wording({"deal": _DEALS})

    def look(self, mail: Mail) -> Look:
        """Look whose links they are, then what the text is about."""
        message = mail.message
        links = followed(message)
        if len(links) < SEVERAL or not message.sender.domain:
            return
        if not all(is_senders(link, message) for link in links):
            return
        yield Finding(OWN, message.sender.domain)
        found = self._deals.found(message.text.folded).get("deal", ())
        if len(found) >= SEVERAL:
            yield Finding(DEAL, ", ".join(found[:2]))

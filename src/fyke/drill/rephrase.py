"""Lines said in other words: synonyms, and clauses in another order. What is said stays, and most letters do not."""

from __future__ import annotations

import random
import re

# Each row is words that stand for one another. A word of a row is taken for another of it, in any line of the language.
SYNONYMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("buy", "purchase", "acquire"), ("order", "request"), ("online", "on the web"), ("ships", "delivers", "sends"),
        ("prescription", "doctor's note"), ("pharmacy", "drugstore"), ("medications", "medicines", "remedies"),
        ("fast", "quickly", "in no time"), ("save", "spare"), ("customers", "clients", "buyers"),
        ("week", "seven days"),
        ("watches", "timepieces"), ("original", "genuine one"), ("nobody", "no one"), ("difference", "contrast"),
        ("prices", "costs"), ("piece", "item"), ("software", "programs"), ("download", "transfer"), ("pay", "spend"),
        ("languages", "tongues"), ("titles", "products"), ("works", "runs"), ("waiting", "looking out for you"),
        ("tonight", "this evening"), ("access", "admission"), ("videos", "clips"), ("members", "subscribers"),
        ("guaranteed", "assured"), ("packaging", "wrapping"), ("thousands", "lots"), ("satisfied", "happy"),
    ),
    "de": (
        ("bestellen", "ordern"), ("kaufen", "erwerben"), ("liefert", "versendet"), ("diskret", "unauffällig"),
        ("preis", "betrag"), ("kunden", "käufer"), ("woche", "sieben tage"), ("unterschied", "abstand"),
        ("programme", "anwendungen"), ("zugang", "zutritt"), ("frauen", "damen"), ("filmen", "videos"),
    ),
    "fr": (
        ("achetez", "procurez-vous"), ("livre", "expédie"), ("livraison", "expédition"), ("semaine", "période"),
        ("différence", "écart"), ("montres", "horloges"), ("logiciels", "programmes"), ("accès", "entrée"),
    ),
    "es": (
        ("compre", "adquiera"), ("envía", "manda"), ("descuento", "rebaja"), ("relojes", "cronómetros"),
        ("diferencia", "distinción"), ("programas", "aplicaciones"), ("acceso", "entrada"), ("mujeres", "chicas"),
    ),
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ROWS = {language: {word: row for row in rows for word in row} for language, rows in SYNONYMS.items()}


def rephrased(line: str, language: str, chance: random.Random) -> str:
    """The line in other words: each word that has synonyms is one of them, and clauses may change places."""
    rows = _ROWS.get(language, {})

    def other(found: re.Match[str]) -> str:
        row = rows.get(found[0].lower())
        if row is None:
            return found[0]
        word = chance.choice(row)
        return word.capitalize() if found[0][0].isupper() else word

    clauses = _WORD.sub(other, line).split(", ")
    if len(clauses) > 1 and chance.random() < 0.5:
        clauses = [*clauses[1:], clauses[0]]
    return ", ".join(clauses)

"""Which language a text is in, by its commonest words, and in which scripts. Cheap, and silent in doubt."""

from __future__ import annotations

import re
import sys

from fyke.mail.lookalikes import is_latin1, plain

FIRST_WORDS = 60  # of folded text: mostly they hold some twenty of the commonest, and tell
SAMPLE_WORDS = 250  # that are looked at where they do not
LEAST_HITS = 3  # different common words of a language; names and addresses of other tongues hold one or two
LEAST_SHARE = 0.06  # of the sample; in prose it is ten times more, in code or tables less
LEAD = 1.3  # by how much the best language must lead
SCRIPT_CHARS = 4_000  # of the text that is counted
SCRIPT_SHARE = 0.01  # as `Text.scripts` says

# Where a letter alone is a word of Czech, Polish, Romanian or a Nordic language, it stands for a variable elsewhere.
_STOPS = {
    "en": """the and of to in is you that it for on are as with this was be have from or your at by not but we can
        will if they there which their has all would what been more when who an about out so our were my do no just
        get how any me his here than them then these some only could other into time its also now should because""",
    "de": """der die und das ist nicht sie ich mit den zu ein eine für auf dem es im sich des von werden auch als an
        wir oder bei nach aus wie haben hat wird sind einen einer einem ihre ihr ihnen noch nur aber wenn kann durch
        über unter zur zum vom bitte diese dieser dieses mehr sehr uns unsere sein war dass daß man so hier""",
    "fr": """le la les des et est une un vous que pour dans nous sur pas avec ce qui par plus votre vos je au aux ne
        du en sont cette mais ou se il elle notre être avoir fait tout tous sans même si leur comme bien peut merci
        bonjour cet ces été très aussi afin lors mon ma mes son sa ses leurs""",
    "es": """el la los las de que y en un una por con para su es se del al lo como más pero sus le ya este esta
        porque cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni contra
        ese eso ante ellos usted ustedes nuestro nuestra puede ser está son tiene gracias hola si no""",
    "pt": """o a os as de que e do da em um uma para não por mais dos como mas foi ao ele das tem à seu sua ou
        ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus
        quem nas me esse eles você vocês estão nosso nossa obrigado olá são este esta""",
    "it": """il di che e la per un in è non sono del della con si una le da gli ma come al dei nel alla più anche lo
        questo questa mi ci se ha ho delle dalla degli nella essere suo sua loro tutto tutti noi voi vostro nostro
        grazie ciao quando molto dopo cui stato fare può ogni""",
    "nl": """de het een en van ik te dat die in is niet op aan met voor zijn er maar om hem dan zou of wat mijn men
        dit zo door over ze zich bij ook tot je mij uit der daar haar naar heb hoe heeft hebben deze u want nog zal
        wij werd wordt uw onze kunnen worden meer geen""",
    "sv": """och det att en jag hon som han på den med var sig för så till är men ett om hade de av icke mig du henne
        då sin nu har inte hans honom skulle hennes där min man ej vid kunde något från ut när efter upp
        vi dem vara vad över än dig kan sina här""",
    "da": """og jeg det at en den til er som på de med han af for ikke der var mig sig men et har om vi min havde ham
        hun nu over da fra du ud sin dem os op man hans hvor eller hvad skal selv her alle vil blev kunne
        ind når være dog noget ville""",
    "pl": """na do nie się że jest to jak za od po co tak ale dla przez są czy jego być tym tylko oraz może już ten
        ich przy więc pan pani państwa nas nam proszę jeśli który która które także bardzo dziękuję""",
    "ro": """și în de la cu pe nu este din pentru care mai se un sau au că ce prin fi dar sunt după lui fost între
        până dacă acest această tot doar dumneavoastră vă ne mulțumesc""",
    "tr": """ve bir bu için ile de da ne çok daha gibi olarak var en kadar sonra ama olan her ya mi size sizin biz
        değil veya ise şu ancak olduğu göre lütfen tüm""",
    "cs": """se na je že to do jako ale za by pro jsem jsou od nebo po při jeho která který však tak není být jen aby
        byl až ve prosím děkuji vás vám nás""",
    "id": """yang dan di untuk dengan ini dari dalam tidak akan pada itu anda ke adalah kami saya juga atau bisa ada
        kita oleh telah dapat lebih karena sudah""",
    "ru": """и в не на что с по как это для вы от все из за к но мы он или так то бы вам вас есть если уже при было
        я а о у его только мне еще нет до быть ваш будет чтобы их она наш можно может более""",
    "uk": """і в не на що з по як це для ви від все із за до але ми він або так та є якщо вже при було я а про у
        його тільки ще ні бути ваш буде щоб їх вона наш можна може більше""",
    "bg": """и в не на че с по как това за вие от всички из към но ние той или така то би ви има ако вече при беше
        аз а у него само още да се са е ще""",
}

# Scripts that one language (here) is written in.
_ONE_LANGUAGE = {
    "Greek": "el", "Hebrew": "he", "Arabic": "ar", "Thai": "th", "Hangul": "ko", "Hiragana": "ja", "Katakana": "ja",
    "Han": "zh", "Devanagari": "hi", "Tamil": "ta", "Georgian": "ka",
}  # fmt: skip


def _plain_word(word: str) -> bytes:
    """A word as `fold` writes it."""
    return "".join(char if char.isascii() else plain(char) for char in word.lower()).encode()


_LANGUAGES = tuple(_STOPS)


def _weights() -> dict[bytes, int]:
    """For each common word a number with a field a language: 2 where the word is its alone, 1 where it is shared."""
    words = {name: {_plain_word(word) for word in table.split()} for name, table in _STOPS.items()}
    weights: dict[bytes, int] = {}
    for word in set().union(*words.values()):
        owners = [number for number, name in enumerate(_LANGUAGES) if word in words[name]]
        weights[word] = sum((2 if len(owners) == 1 else 1) << (16 * number) for number in owners)
    return weights


_WEIGHTS = _weights()
_COMMON = frozenset(_WEIGHTS)


def common_words() -> frozenset[bytes]:
    """The commonest words of all languages known here, folded."""
    return _COMMON


def language_of(words: list[bytes], scripts: tuple[str, ...]) -> str:
    """ISO 639-1 code of the language of folded words, or an empty string where too little speaks for one."""
    if scripts and scripts[0] != "Latin":
        for script in scripts[:2]:
            if script in _ONE_LANGUAGE and (script == scripts[0] or script in {"Hiragana", "Katakana"}):
                return "ja" if {"Hiragana", "Katakana"} & set(scripts) else _ONE_LANGUAGE[script]
    few = words[:FIRST_WORDS]
    return _by_common_words(few, 2 * LEAD, 3 * LEAST_SHARE) or _by_common_words(words[:SAMPLE_WORDS], LEAD, LEAST_SHARE)


def _by_common_words(words: list[bytes], lead: float, share: float) -> str:
    """The language whose common words lead clearly, and are as many as prose has."""
    common = _COMMON.intersection(words)
    if len(common) < LEAST_HITS:
        return ""
    total = sum(map(_WEIGHTS.__getitem__, common))
    counts = memoryview(total.to_bytes(2 * len(_LANGUAGES), sys.byteorder)).cast("H").tolist()
    if sys.byteorder == "big":
        counts.reverse()
    best = max(counts)
    first = counts.index(best)
    counts[first] = 0
    is_clear = best >= max(LEAST_HITS + 1, share * len(words)) and best >= lead * max(counts)
    return _LANGUAGES[first] if is_clear else ""


# High bytes of UTF-16 and the script of that block. Latin's few letters there (as in "é") count as nothing.
_BLOCKS = {
    "Greek": (0x03,), "Cyrillic": (0x04,), "Hebrew": (0x05,), "Arabic": (0x06, 0x07, 0xFB, 0xFD, 0xFE),
    "Devanagari": (0x09,), "Tamil": (0x0B,), "Thai": (0x0E,), "Georgian": (0x10,), "Hangul": (0x11, *range(0xAC, 0xD8)),
    "Kana": (0x30,), "Han": tuple(range(0x34, 0xA0)),
}  # fmt: skip
_BLOCK_TABLE = bytes(
    next((number + 1 for number, blocks in enumerate(_BLOCKS.values()) if high in blocks), 0) for high in range(256)
)
_NO_LETTERS = bytes(byte for byte in range(256) if not (65 <= byte <= 90 or 97 <= byte <= 122))


_LETTER = re.compile("[A-Za-zÀ-ÖØ-öø-ÿ]")


def scripts_of(text: str) -> tuple[str, ...]:
    """Unicode scripts with at least a hundredth of the letters, most frequent first."""
    text = text[:SCRIPT_CHARS]
    if text.isascii() or is_latin1(text):
        return ("Latin",) if _LETTER.search(text) else ()
    latin = len(text.encode("ascii", "ignore").translate(None, _NO_LETTERS))
    blocks = text.encode("utf-16-le", "replace")[1::2].translate(_BLOCK_TABLE)
    counts = {name: blocks.count(number + 1) for number, name in enumerate(_BLOCKS)}
    counts["Latin"] = latin
    kana = counts.pop("Kana")
    if kana:
        counts["Katakana"] = sum("\u30a1" <= char <= "\u30ff" for char in text)
        counts["Hiragana"] = sum("\u3041" <= char <= "\u309f" for char in text)
    least = max(1.0, SCRIPT_SHARE * sum(counts.values()))
    return tuple(sorted((name for name, count in counts.items() if count >= least), key=lambda name: -counts[name]))

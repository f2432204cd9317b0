"""Languages by their commonest words, scripts by their letters."""

import pytest

from fyke.mail.fold import words_of
from fyke.mail.language import language_of, scripts_of

TEXTS = {
    "en": "We have received your order and it will be sent to you as soon as the goods are in our store.",
    "de": "Wir haben Ihre Bestellung erhalten und werden sie so bald wie möglich an Sie senden, vielen Dank.",
    "fr": "Nous avons bien reçu votre commande et elle vous sera envoyée dans les plus brefs délais, merci.",
    "es": "Hemos recibido su pedido y se lo enviaremos lo antes posible, muchas gracias por su compra.",
    "pt": "Recebemos o seu pedido e ele será enviado para você o mais rápido possível, muito obrigado.",
    "it": "Abbiamo ricevuto il tuo ordine e lo spediremo al più presto, grazie per aver scelto il nostro negozio.",
    "nl": "Wij hebben uw bestelling ontvangen en zullen deze zo snel mogelijk naar u versturen, hartelijk dank.",
    "ru": "Мы получили ваш заказ и отправим его вам как только товар будет у нас на складе, спасибо.",
    "pl": "Otrzymaliśmy twoje zamówienie i wyślemy je jak tylko będzie to możliwe, dziękujemy za zakupy.",
    "ja": "ご注文を受け取りました。できるだけ早く発送いたします。",
    "zh": "我们已收到您的订单，将尽快发货。",
    "ko": "주문을 받았으며 가능한 한 빨리 보내드리겠습니다.",
    "el": "Λάβαμε την παραγγελία σας και θα την αποστείλουμε σύντομα.",
    "": "xyzzy plugh 12345 foo bar quux",
}


@pytest.mark.parametrize("language", TEXTS)
def test_language(language):
    """A sentence is enough to tell the language; words of none give none."""
    text = TEXTS[language]
    assert language_of(words_of(text), scripts_of(text)) == language


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("", ()),
        ("123 ...", ()),
        ("hello", ("Latin",)),
        ("Größe €5", ("Latin",)),
        ("привет hello мир", ("Cyrillic", "Latin")),
        ("カタカナ", ("Katakana",)),
        ("漢字と仮名", ("Han", "Hiragana")),
        ("שלום", ("Hebrew",)),
        ("a" * 500 + "ж", ("Latin",)),
    ],
)
def test_scripts(text, scripts):
    """Scripts are named by their share of the letters; a stray letter is none."""
    assert scripts_of(text) == scripts

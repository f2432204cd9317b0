"""What honest mailings say at their head and foot: how to leave, where to read them, who sends them."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.wording import Wording
from fyke.model import Finding, Label, Mail, Symbol

UNSUBSCRIBE = Symbol("BULK_UNSUBSCRIBE", "Tells how to unsubscribe", "bulk", 1.5, Label.BULK)
BROWSER = Symbol("BULK_BROWSER", "Can be read in a browser", "bulk", 1.5, Label.BULK)
PREFERENCES = Symbol("BULK_PREFERENCES", "Lets the reader manage what is sent", "bulk", 1.0, Label.BULK)
WHY = Symbol("BULK_WHY", "Says why the reader gets it", "bulk", 1.0, Label.BULK)
POSTAL = Symbol("BULK_POSTAL", "Gives the sender's postal address", "bulk", 0.8, Label.BULK)
NO_REPLY = Symbol("BULK_NO_REPLY", "Does not want an answer", "bulk", 0.8, Label.BULK)

_PHRASES = {
    "unsubscribe": (
        "unsubscribe", "unsubscribed", "opt out", "no longer wish to receive", "no longer want to receive",
        "stop receiving", "to be removed from", "remove yourself from", "abmelden", "abbestellen", "austragen",
        "newsletter kündigen", "désabonner", "désinscrire", "désinscription", "désabonnement", "ne plus recevoir",
        "desabonner", "desinscrire", "darse de baja", "cancelar la suscripción", "cancelar suscripción",
        "dejar de recibir",
        "anular la suscripción", "cancelar inscrição", "descadastrar", "cancelar a subscrição", "descadastre",
        "deixar de receber", "não deseja mais receber", "отписаться", "отказаться от рассылки", "отказ от рассылки",
        "disiscriviti", "annulla l iscrizione", "afmelden", "uitschrijven", "avregistrera", "afmeld", "wypisz",
    ),
    "browser": (
        "view (it|this|the)? (e mail|email|message|newsletter)? (in|with) (your|a|my)? (web)? browser",
        "view (it|this|the)? (e mail|email|message|newsletter)? online", "view (as|in) (a)? (web page|webpage|browser)",
        "view web version", "view the web version", "web version", "read (it|this)? online", "trouble viewing",
        "trouble reading this", "problems viewing", "im browser (ansehen|anzeigen|öffnen|lesen)", "online ansehen",
        "onlineversion", "online version", "webversion", "version en ligne", "dans votre navigateur",
        "dans un navigateur", "ver en (el|tu|su)? navegador", "ver en línea", "versión web", "ver online",
        "ver no navegador", "no seu navegador", "versão web", "versão online", "в браузере", "веб версия",
        "онлайн версия",
    ),
    "preferences": (
        "(manage|update|change|edit|set) (your|my)? (email|e mail|subscription|notification)? (preferences|settings)",
        "(manage|change|edit) (your|my)? (subscription|subscriptions)", "(email|e mail|mail) (preferences|settings)",
        "(communication|notification|subscription|contact) (preferences|settings)", "preference center",
        "einstellungen (ändern|verwalten)", "newsletter einstellungen", "gérer (vos|mes) préférences",
        "gérer vos abonnements", "administrar (tus|sus)? preferencias", "gestionar (tus|sus)? preferencias",
        "gerenciar (suas)? preferências", "gerenciar preferências", "настройки уведомлений", "управление подпиской",
        "настроить рассылку",
    ),
    "why": (
        "you (are|re) receiving this", "you received this (email|e mail|message|mail|newsletter) because",
        "you have received this (email|e mail|message|mail) because", "you are (subscribed|on this list)",
        "this (email|e mail|message|mail|newsletter) was sent to", "this (email|e mail|message) was intended for",
        "sent to you because", "because you (signed|subscribed|registered|are a|have signed)",
        "you are currently subscribed",
        "sie erhalten diese", "sie bekommen diese", "diese (e mail|email|mail|nachricht) wurde an",
        "vous recevez (ce|cet|cette)",
        "cet (e mail|email) (a été|vous est)", "recibes este", "recibe este", "ha recibido este",
        "has recibido este", "este (correo|mensaje|email) (fue|ha sido|se)",
        "você (está recebendo|recebeu) este", "esta mensagem foi enviada", "este (e mail|email) foi enviado",
        "вы получили это", "вы получаете это",
        "это письмо отправлено",
    ),
    "no_reply": (
        "do not reply", "please do not respond", "not monitored", "unmonitored", "cannot receive replies",
        "cannot accept replies", "nicht auf diese", "antworten sie (bitte)? nicht", "ne pas répondre",
        "merci de ne pas répondre", "no responda", "por favor no responder", "não responda", "не отвечайте",
    ),
}  # fmt: skip
_SYMBOLS = {
    "unsubscribe": UNSUBSCRIBE, "browser": BROWSER, "preferences": PREFERENCES, "why": WHY, "no_reply": NO_REPLY,
}  # fmt: skip


class BulkText(Detector):
    """Does the text say that it was sent to many?"""

    name = "bulk_text"
    symbols = (UNSUBSCRIBE, BROWSER, PREFERENCES, WHY, POSTAL, NO_REPLY)

    def __init__(self) -> None:
        self._phrases = Wording(_PHRASES)

    def look(self, mail: Mail) -> Look:
        """Find the phrases, and a postal address."""
        message = mail.message
        for name, phrases in self._phrases.found(message.text.folded).items():
            yield Finding(_SYMBOLS[name], phrases[0])
        for seen in message.observables:
            if seen.kind in {"postal", "po_box"}:
                yield Finding(POSTAL, seen.value[:80])
                return

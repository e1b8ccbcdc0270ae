from datetime import date

import pytest

from channels.autoreplies import SUBJECT_LANGUAGES, Absence, absence
from channels.mail import read_mail

TODAY = date(2026, 11, 30)


def told(headers: str, text: str = "I will be back on 3 December.") -> Absence | None:
    return absence(read_mail(f"From: ada@example.org\n{headers}\n\n{text}".encode()), TODAY)


@pytest.mark.parametrize(
    ("header", "because"),
    [
        ("Auto-Submitted: auto-replied", "auto-submitted"),
        ("Auto-Submitted: auto-generated (vacation)", "auto-submitted"),
        ("X-Autoreply: yes", "x-autoreply"),
        ("X-Autorespond: Re", "x-autorespond"),
        ("Precedence: auto_reply", "precedence"),
        ("Precedence: bulk", "precedence"),
        ("X-POST-MessageClass: 9; Autoresponder", "x-post-messageclass"),
        ("X-Auto-Response-Suppress: All\nSubject: Re: Hello", ""),
    ],
)
def test_a_machine_is_known_by_its_headers(header: str, because: str) -> None:
    found = told(header)
    assert (found.because if found else "") == because


SUBJECTS = {
    "en": [
        "Automatic reply: Hello",
        "Out of Office: Hello",
        "Out of the office",
        "Auto-Reply: Hello",
        "[Autoreply] Hello",
        "OOO until Monday",
    ],
    "de": ["Automatische Antwort: Hallo", "Abwesenheitsnotiz: Hallo", "Abwesend: Hallo", "Abwesenheit"],
    "fr": ["Réponse automatique : Bonjour", "Absence du bureau", "Message d'absence"],
    "es": ["Respuesta automática: Hola", "Fuera de la oficina", "Ausente: Hola"],
    "it": ["Risposta automatica: Ciao", "Fuori sede: Ciao", "Assente dall'ufficio"],
    "nl": ["Automatisch antwoord: Hallo", "Afwezig: Hallo", "Afwezigheidsmelding"],
    "pt": ["Resposta automática: Olá", "Fora do escritório: Olá"],
    "pl": ["Automatyczna odpowiedź: Cześć", "Odpowiedź automatyczna: Cześć", "Poza biurem"],
    "sv": ["Autosvar: Hej", "Automatiskt svar: Hej", "Frånvaro"],
    "da": ["Automatisk svar: Hej", "Fravær"],
    "fi": ["Automaattinen vastaus: Hei", "Poissa toimistosta"],
    "cs": ["Automatická odpověď: Ahoj"],
    "hu": ["Automatikus válasz: Szia"],
    "ro": ["Răspuns automat: Salut"],
    "tr": ["Otomatik Yanıt: Merhaba"],
    "ru": ["Автоответ: Привет", "Автоматический ответ: Привет"],
    "el": ["Αυτόματη απάντηση: Γεια"],
    "ja": ["自動応答: こんにちは"],
    "zh": ["自动答复: 你好", "自动回复：你好"],
    "ko": ["자동 회신: 안녕"],
}


@pytest.mark.parametrize(
    ("language", "subject"), [(name, one) for name, subjects in SUBJECTS.items() for one in subjects]
)
def test_a_machine_is_known_by_its_subject(language: str, subject: str) -> None:
    found = told(f"Subject: {subject}")
    assert found
    assert found.because.startswith("subject/")
    assert language in SUBJECT_LANGUAGES


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ("Subject: Re: Hello", "I am on holiday until Monday, then gladly."),
        ("Subject: Re: Automatic reply", "Thank you."),
        ("Subject: Ich bin nicht interessiert", "Danke."),
        ("Auto-Submitted: no\nSubject: Re: Hello", "Yes."),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply\nSubject: Re: Hello", "Yes, please call."),
        ("Precedence: list\nSubject: Re: Hello", "Yes."),
        ("X-Autoreply: no\nSubject: Re: Hello", "Yes."),
    ],
)
def test_a_person_is_no_machine(headers: str, text: str) -> None:
    assert told(headers, text) is None


def test_the_day_of_the_return_is_read() -> None:
    assert told("Auto-Submitted: auto-replied") == Absence(date(2026, 12, 3), "auto-submitted")
    assert told("Subject: Out of office until 3 December", "Regards") == Absence(date(2026, 12, 3), "subject/en")
    assert told("Auto-Submitted: auto-replied", "I am away.") == Absence(None, "auto-submitted")


def test_exchange_asks_for_silence_on_its_absence_notices_too() -> None:
    found = told("X-Auto-Response-Suppress: All\nSubject: Hello", "Ich bin im Urlaub und ab dem 07.12. wieder da.")
    assert found == Absence(date(2026, 12, 7), "x-auto-response-suppress")


@pytest.mark.parametrize(
    "text", ["I no longer work for Example Ltd.", "Ich bin nicht mehr für Example tätig.", "Je ne travaille plus ici."]
)
def test_who_has_left_is_said_to_have_left(text: str) -> None:
    found = told("Auto-Submitted: auto-replied", text)
    assert found
    assert found.gone


def test_a_bounce_is_no_absence() -> None:
    report = "--b\nContent-Type: message/delivery-status\n\nAction: failed\n\n--b--"
    assert told("Auto-Submitted: auto-replied\nContent-Type: multipart/report; boundary=b", report) is None

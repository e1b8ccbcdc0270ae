from datetime import date

import pytest

from channels.autoreplies import Absence, absence
from channels.bounces import read_bounce
from channels.mail import Mail, read_mail

TODAY = date(2026, 11, 23)


def told(headers: str, words: str, kind: str = "text/plain; charset=utf-8") -> Mail:
    return read_mail(f"From: ada@example.org\nContent-Type: {kind}\n{headers}\n\n{words}".encode())


def parts(*given: tuple[str, str]) -> str:
    return "".join(f"--b\nContent-Type: {kind}\n\n{content}\n" for kind, content in given) + "--b--"


RECEIPT = told(
    "Subject: Not read: Unsubscribe me",
    parts(
        ("text/plain", "Your message was deleted without being read on 3 December."),
        ("message/disposition-notification", "Disposition: automatic-action/MDN-sent-automatically; deleted"),
    ),
    "multipart/report; boundary=b; report-type=disposition-notification",
)


def invitation(method: str, words: str) -> Mail:
    calendar = f"BEGIN:VCALENDAR\nMETHOD:{method}\nEND:VCALENDAR"
    body = parts(("text/plain", words), (f"text/calendar; method={method}", calendar))
    return told("Subject: Accepted: Interview", body, "multipart/alternative; boundary=b")


NEWSLETTER = told(
    "Subject: News\nList-Unsubscribe: <https://example.org/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click",
    "We are back on 3 December.\n\nUnsubscribe",
)
MACHINES = {
    "receipt": [RECEIPT],
    "calendar": [invitation("REPLY", "Ada has accepted this invitation."), invitation("REPLY", "")],
    "newsletter": [NEWSLETTER],
    "recall": [
        told("Subject: Recall: Our talk", 'Ada Lovelace would like to recall the message, "Our talk".'),
        told("Subject: Rückruf: Gespräch", 'Ada Lovelace möchte die Nachricht "Gespräch" zurückrufen.'),
    ],
    "challenge": [
        told(
            "Subject: Re: Hello",
            "Your message is being held. To verify that you are a human, click this link: https://example.org/c",
        ),
        told(
            "Subject: Authentification",
            "Pour que votre message me soit remis, merci de vous authentifier en cliquant ici.",
        ),
    ],
    "acknowledgment": [
        told("Subject: Re: Hello", "Your request (123) has been received and is being reviewed by our staff."),
        told(
            "Subject: Re: Hello",
            "##- Please type your reply above this line -##\n\nYour request has been received and is being reviewed.",
        ),
        told("Subject: Thank you", "Thank you for contacting us. This is an automated response."),
        told("Subject: Anfrage 77", "Ihre Anfrage ist eingegangen.\n\nDies ist eine automatisch generierte E-Mail."),
        told("Subject: Bonjour", "Ceci est un message automatique, merci de ne pas y répondre."),
        told("Subject: Hola", "Este es un mensaje automático."),
        told("Subject: Your mail", "Please do not reply to this email. This mailbox is not monitored."),
        read_mail(b"From: noreply@example.org\nSubject: Your mail\n\nPlease do not reply to this email."),
    ],
}


@pytest.mark.parametrize(("rule", "mail"), [(rule, mail) for rule, mails in MACHINES.items() for mail in mails])
def test_a_machine_without_a_header_is_known_and_nobody_is_away(rule: str, mail: Mail) -> None:
    assert absence(mail, TODAY) == Absence(None, rule)
    assert read_bounce(mail) is None


@pytest.mark.parametrize(
    "mail",
    [
        told("Subject: Re: Hello", "Is this an automated message? If not: yes."),
        told("Subject: Re: Hello", "I guess this is an automated email, but I am interested."),
        told("Subject: Re: Hello", "Please do not reply to my work address."),
        told(
            "Subject: Re: Hello",
            "Yes.\n\nIf you received this in error, please do not reply to this email and delete it.",
        ),
        told("Subject: Re: Hello", "Please stop writing to me. This is an automated message to all recruiters."),
        told("Subject: Re: Hello", "Yes!\n\nOn Mon, 23 Nov 2026 at 10:12, Bo wrote:\n> This is an automated message."),
        told("Subject: Re: Hello", "Your message was received and I am glad to reply."),
        told("Subject: Re: Hello", "Could you confirm you are a real person?"),
        told("Subject: Hola", "¿Este correo es automático? Si no, me interesa."),
        told("Subject: Re: Bonjour", "Merci de ne pas répondre à cette adresse, utilisez ada@example.net"),
        told("Subject: Bo is out of the office, so I write to you", "Yes."),
        told("Subject: Accepted: your offer", "I gladly accept."),
        told("Subject: Recall: what we discussed", "As I recall, you wanted my CV."),
        told("Subject: My boss is out of the office", "So now I can talk."),
        told("Subject: Re: Hello\nIn-Reply-To: <a@b>\nList-Id: <jobs.example.org>\nPrecedence: list", "Yes."),
        invitation("COUNTER", "Could we do five instead?"),
    ],
)
def test_people_are_no_machines(mail: Mail) -> None:
    assert absence(mail, TODAY) is None


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("AUTO: Ada Lovelace is out of the office (returning 30/11/2026)", "I am out of the office until 30/11/2026."),
        (
            "Ada Lovelace is out of the office.",
            "I will be out starting 23/11/2026 and will not return until 30/11/2026.",
        ),
        ("Ada Lovelace ist außer Haus.", "Ich kehre zurück am 30.11.2026."),
    ],
)
def test_notes_puts_the_name_into_its_subjects(subject: str, words: str) -> None:
    found = absence(told(f"Subject: {subject}", words), TODAY)
    assert found
    assert found.until == date(2026, 11, 30)


def test_what_a_machine_quotes_of_ours_tells_no_return() -> None:
    quoted = "I am away.\n\nOn Mon, 23 Nov 2026 at 10:12, Bo wrote:\n> We are back on 3 December."
    assert absence(told("Auto-Submitted: auto-replied", quoted), TODAY) == Absence(None, "auto-submitted")

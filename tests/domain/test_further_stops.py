from datetime import date

import pytest

from domain.phrases.sentences import fold
from domain.replies import ReplyKind, classify
from domain.smswords import SmsWord, asks_to_stop, sms_word

TODAY = date(2026, 11, 23)

STOPS = (
    *(
        "Sluta skicka mejl till mig",
        "Ta bort mig från er lista",
        "Jag vill inte ha fler mejl",
        "Kontakta mig inte igen",
    ),
    *("Stop med at sende mig mails", "Afmeld mig venligst", "Fjern mig fra jeres liste", "Jeg ønsker ikke flere mails"),
    *("Slutt å sende meg e-post", "Meld meg av, takk", "Ikke kontakt meg igjen", "Fjern meg fra listen"),
    *("Lopettakaa viestien lähettäminen", "Poistakaa minut listalta", "Älkää lähettäkö minulle enää viestejä"),
    *("Přestaňte mi psát", "Odhlaste mě prosím", "Už mi nepište", "Odstraňte mě ze seznamu"),
    *(
        "Перестаньте мне писать",
        "Отпишите меня",
        "Больше не пишите мне",
        "Уберите меня из рассылки",
        "Не пишіть мені більше",
    ),
    *(
        "Lütfen bana artık yazmayın",
        "Nu mă mai contactați",
        "Kérem, ne írjanak többet",
        "Σταματήστε να μου στέλνετε email",
    ),
    *(
        "配信を停止してください",
        "もう連絡しないでください",
        "メールを送らないでください",
        "请不要再给我发邮件",
        "请取消订阅",
        "別再聯絡我",
    ),
    *("연락하지 마세요", "구독 취소해 주세요"),
    *(
        "I no longer wish to receive these emails.",
        "I no longer want to hear from you.",
        "Kindly refrain from contacting me.",
    ),
    *(
        "I've asked you twice to remove me.",
        "How do I get off this list?",
        "Remove",
        "Pls delete me",
        "dont txt me again",
    ),
    *(
        "The unsubscribe link is broken",
        "I have unsubscribed three times and still get these.",
        "Cease all communication.",
    ),
    *("I'd appreciate it if you stopped emailing me.", "I hope I never hear from you again", "Reported as spam"),
    *(
        "Remove ada@example.org from your database",
        "No more mails",
        "I do not want the mails any more. No more mails please.",
    ),
    *(
        "Ich verbitte mir weitere Mails.",
        "Unterlassen Sie weitere Kontaktaufnahmen.",
        "Ich will nichts mehr von euch hören",
    ),
    *("Unsubscribed.", "please un-subscribe me", "unsuscribe", "unsubcribe me pls", "I wish to be removed."),
    *(
        "If you don't stop I will report you.",
        "If you could stop emailing me, thanks.",
        "I want to opt out",
        "To whom it may concern: unsubscribe me.",
    ),
    *("Bitte meine Adresse löschen", "Aus dem Verteiler nehmen bitte", "Ich wünsche keine weiteren Informationen"),
    *("Bitte sehen Sie von weiteren Anfragen ab.", "Ik wil niets meer van jullie horen"),
)
FORGET = (
    *(
        "Radera mina personuppgifter",
        "Slet mine oplysninger",
        "Slett mine data",
        "Poistakaa tietoni",
        "Smažte moje údaje",
    ),
    *("Удалите мои данные", "個人情報を削除してください", "请删除我的个人信息", "개인정보를 삭제해 주세요"),
)
OTHERS = (
    *("Jag kan inte sluta tänka på jobbet!", "Ring mig inte på jobbet, mejla gärna.", "Skriv endelig igen i maj"),
    *("Älkää soittako töihin, sähköposti sopii", "Nevolejte mi do práce, raději mail", "Inga problem!", "Žádný problém"),
    *("Я не могу перестать думать об этой работе", "Не звоните мне на работу, лучше пишите", "Без проблем!"),
    *("連絡をお待ちしております", "メールありがとうございます。興味があります", "请不要打电话，发邮件就好", "收到邮件了，谢谢", "没问题"),
    *("Don't stop sending me those, I love them.", "Don't text me after 9pm please", "I can't stop thinking about this role!"),
    *("To stop receiving emails from Example Ltd click here: https://example.org/x", "Pour vous désabonner, cliquez ici."),
    *("If you no longer wish to receive our mail, follow this link", "Wenn Sie keine E-Mails mehr erhalten möchten, klicken Sie hier."),
    *("Your email went to spam, sorry for the late answer.", "You can unsubscribe at any time.", "Let's fork off a new branch."),
    *("To unsubscribe from this group and stop receiving emails from it, send an email to jobs+unsubscribe@example.org.",),
    *("To stop receiving these messages, reply STOP to this mail.", "If you no longer wish to receive such mails, reply STOP."),
    *("Wenn Sie keine E-Mails mehr erhalten möchten, antworten Sie uns.", "Zur Abmeldung schreiben Sie an liste@example.org"),
    *("Si vous ne souhaitez plus recevoir nos messages, répondez STOP.", "Se non desidera ricevere altre email risponda STOP"),
    *("Para dejar de recibir estos mensajes envíe un correo", "Om u uit te schrijven, stuur een mail"),
    *("Si no desea recibir más correos, haga clic aquí.", "Please take me out of consideration for this role."),
)  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
def test_people_are_left_alone_in_whatever_words_they_ask_for_it(text: str) -> None:
    assert classify(text, "", TODAY).kind is ReplyKind.STOP
    assert asks_to_stop(text)
    assert sms_word(text) is SmsWord.STOP


@pytest.mark.parametrize("text", FORGET)
def test_a_wish_to_be_forgotten_is_known_in_further_languages(text: str) -> None:
    found = classify(text, "", TODAY)
    assert (found.kind, found.erase) == (ReplyKind.STOP, True)


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_wish_to_stop_is_taken_for_none(text: str) -> None:
    assert classify(text, "", TODAY).kind is not ReplyKind.STOP


@pytest.mark.parametrize(
    "text", ["My manager left the company.", "Since Bo left the company I lead the team.", "I left the company."]
)
def test_who_tells_of_others_that_left_is_still_the_right_person(text: str) -> None:
    assert classify(text, "en", TODAY).kind is not ReplyKind.WRONG_PERSON


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Danke, aber ich bin sehr zufrieden in meinem Job.", ReplyKind.NO),
        ("Ich bin zufrieden, aber ich bin offen für Gespräche.", ReplyKind.REPLY),
        ("Absolutely not.", ReplyKind.NO),
        ("My name is not Ada", ReplyKind.WRONG_PERSON),
        ("Ich heiße nicht Ada.", ReplyKind.WRONG_PERSON),
    ],
)
def test_short_answers_mean_what_they_say(text: str, kind: ReplyKind) -> None:
    assert classify(text, "", TODAY).kind is kind


def test_somebody_who_left_is_the_wrong_person() -> None:
    assert (
        classify("Sarah left the company last year, please update your records.", "en", TODAY).kind
        is ReplyKind.WRONG_PERSON
    )


@pytest.mark.parametrize(
    "text", ["Do not text", "dont text please", "Stop sending, wrong person", "Stop texting, I work nights"]
)
def test_a_short_word_by_sms_is_enough(text: str) -> None:
    assert sms_word(text) is SmsWord.STOP


def test_only_the_word_e_mail_is_drawn_together() -> None:
    assert fold("E-Mail, e mails; no more mails, the mail") == "email emails no more mails the mail"

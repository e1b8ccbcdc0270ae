"""Mails that machines send without a header that says so: receipts, calendars, recalls, tickets, challenges, newsletters.

None is a person's answer: they end no journey, and the "unsubscribe" at their foot is nobody's wish.
"""

from __future__ import annotations

import re

from channels.mail import Mail
from channels.quotes import own_words
from domain.smswords import asks_to_stop

LONGEST = 3_000
"""Characters of a mail's own words in which a machine says that it is one."""
_RECEIPT = re.compile(r"report-type\s*=\s*[\"']?disposition-notification", re.IGNORECASE)
_CALENDAR_ANSWER = re.compile(rb"^METHOD:REPLY\s*$", re.IGNORECASE | re.MULTILINE)
_RECALL_SUBJECT = re.compile(
    r"\s*(?:recall|rückruf|rappel(?: du message)?|recuperar|richiamo|intrekken|terugroepen)\s?:", re.IGNORECASE
)
_RECALL = re.compile(
    r"would like to recall the message|möchte die nachricht\b.{0,200}\bzurückrufen|(?:souhaite"
    r"|désire) rappeler le message|desea recuperar el mensaje"
    r"|desidera richiamare il messaggio|wil het bericht\b.{0,200}\b(?:intrekken|terugroepen)",
    re.IGNORECASE | re.DOTALL,
)
_SAYS_SO = re.compile(
    r"(?:^|[.!*\n]\s*|note:?\s)(?:(?:please note:? (?:that )?)?(?:this|the following) (?:is an?|e-?mail (?:is"
    r"|was)|message (?:is|was)|reply (?:is|was))"
    r" (?:auto(?:mated|matic|matically)?[- ]?(?:generated|sent|created)?)\s?(?:e-?mail|message|reply|response"
    r"|answer|notification|confirmation|acknowledge?ment|[.,]|by|and|from)"
    r"|(?:this|the) (?:mailbox|inbox) is (?:not (?:monitored|attended|checked)"
    r"|unattended|unmonitored)"
    r"|dies(?:e e-?mail|e nachricht)? (?:ist|wurde) (?:eine )?(?:automatisch (?:generierte|erstellte|erzeugte"
    r"|versendete|generiert|erstellt|erzeugt|versendet)"
    r"|automatische (?:antwort|nachricht|e-?mail|eingangsbestätigung))"
    r"|(?:ceci|il s['’]agit|cet? e-?mail|ce message)(?: est| d['’])?\s?(?:un |une )?(?:message|réponse"
    r"|e-?mail|envoyé|généré)? ?automatique(?:ment)?"
    r"|(?:este|éste|esto) (?:es|correo|mensaje)(?: ha sido| fue| es)? ?(?:un |una )?(?:mensaje|correo|respuesta"
    r"|generado|enviado)? ?autom[áa]tic(?:o|a|amente)"
    r"|quest[oa] (?:è|e['’])? ?(?:un |una )?(?:messaggio|e-?mail"
    r"|risposta) (?:è (?:stat[oa] )?)?(?:generat[oa] |inviat[oa] )?automatic(?:o|a|amente)"
    r"|dit is een automatisch(?:e)? |est[ea] (?:é uma |é um )?(?:mensagem|e-?mail|resposta) (?:é "
    r"|foi )?(?:gerad[oa] |enviad[oa] )?autom[áa]tic(?:o|a|amente)"
    r"|(?:to|ta) (?:jest )?wiadomość (?:została wygenerowana )?automatyczn(?:a|ie)|detta är ett automatiskt"
    r"|dette er en automatisk|tämä on automaattinen"
    r"|toto je automatick|это автоматическ|это письмо (?:создано|отправлено) автоматически|це автоматичн"
    r"|このメールは自動|本メールは自動|此(?:邮件|郵件)(?:由|为|為|是)?.{0,8}自[动動])",
    re.IGNORECASE,
)
"""A machine says that it is one; people ask whether something is, or guess so."""
_RECEIVED = re.compile(
    r"(?:^|[.!\n]\s*)(?:your|the) (?:request|ticket|enquiry|inquiry|e-?mail|message|case"
    r"|query) (?:[(\[#]{0,2}[\w-]{1,20}[)\]]? )?(?:has been|was) (?:successfully )?(?:received|logged"
    r"|registered|created|opened)"
    r" (?:and (?:is being|is now|will be|has been)|by our|with (?:ticket|reference|case)|in our"
    r"|under (?:the )?(?:ticket|number|reference))"
    r"|(?:a (?:new )?(?:ticket|case)) .{0,60}\b(?:has been|was) (?:created|opened) (?:for|with|and|from)\b",
    re.IGNORECASE,
)
"""A desk's acknowledgment."""
_NO_ANSWER = re.compile(
    r"please do not (?:reply|respond) to this (?:automated |automatic )?(?:e-?mail|message|mail"
    r"|notification)\b(?! address)"
    r"|bitte antworten sie nicht auf diese (?:e-?mail|nachricht|mail)"
    r"|(?:merci de )?ne pas répondre à (?:ce(?:t)? (?:e-?mail|courriel|message)|cette adresse)"
    r"|(?:por favor,? )?no (?:responda|conteste) a este (?:correo|mensaje|e-?mail)"
    r"|(?:si prega di )?non rispondere a quest[ao] (?:e-?mail|messaggio)"
    r"|(?:por favor,? )?não responda a est[ea] (?:e-?mail|mensagem)|prosimy nie odpowiadać na t[eę] wiadomość",
    re.IGNORECASE,
)
"""Nobody reads what is answered; people say so of one address to name another."""
_ROLE = re.compile(
    r"[^@]*(?:no.?reply|do.?not.?reply|nicht.?antworten|nepasrepondre|noresponder|support|service|help|ticket"
    r"|desk|system|notif|auto|info|mailer)",
    re.IGNORECASE,
)
"""Addresses that belong to no person."""
_CHALLENGE = re.compile(
    r"(?:verify|prove|confirm|ensure)(?: that)? (?:you are|you're|you’re) (?:a |not a )?(?:real "
    r"|actual )?(?:human|person|robot|spammer)"
    r"|(?:your (?:e-?mail|message)|this message) .{0,80}\b(?:requires (?:verification|confirmation)"
    r"|is (?:being )?held|is waiting|will be delivered (?:once|when|after))"
    r"|protecting (?:myself|my mailbox|my inbox) (?:from|against) (?:receiving )?(?:junk|spam)|spamarrest\.com"
    r"|boxbe\.com|mailinblack\.com"
    r"|merci de vous authentifier en cliquant|pour que votre message (?:me |lui )?soit (?:remis|délivré)",
    re.IGNORECASE,
)
"""A filter asks whoever writes to prove to be a person. Nothing is answered or clicked."""
_TO_CLICK = re.compile(r"https?://|click|cliqu", re.IGNORECASE)


def machine_rule(mail: Mail) -> str:
    """The rule by which a machine wrote this, empty for people: receipt, calendar, newsletter, recall, challenge or acknowledgment.

    Who asks to be left alone is a person, whatever a notice below says.
    """
    if _RECEIPT.search(mail.headers.get("content-type", "")):
        return "receipt"
    if any(_is_calendar_answer(one.content_type, one.content) for one in mail.attachments):
        return "calendar"
    if "list-unsubscribe-post" in mail.headers and not (mail.in_reply_to or mail.references):
        return "newsletter"
    words = own_words(mail.text, mail.html)[:LONGEST]
    if not words and mail.text.lstrip().startswith("##"):
        words = mail.text[:LONGEST]  # a desk's mark for answers stands above all of its words
    if _RECALL_SUBJECT.match(mail.subject) and _RECALL.search(words):
        return "recall"
    if _CHALLENGE.search(words) and _TO_CLICK.search(words):
        return "challenge"
    words = re.sub(r"[^.!?\n]*\?", "", words)
    says_so = (
        _SAYS_SO.search(words)
        or _RECEIVED.search(words)
        or (_ROLE.match(mail.from_address) and _NO_ANSWER.search(words))
    )
    return "acknowledgment" if says_so and not asks_to_stop(words) else ""


def _is_calendar_answer(content_type: str, content: bytes) -> bool:
    """Somebody accepted or declined by a button (RFC 5546 §3.2.3); a counter-proposal (COUNTER) is a person's."""
    return content_type == "text/calendar" and bool(_CALENDAR_ANSWER.search(content[:20_000]))

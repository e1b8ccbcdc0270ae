"""How mail programs introduce what they quote, in the languages that they speak: the tables behind `channels.quotes`.

Gathered from what Gmail, Outlook, Apple Mail, Thunderbird, Yahoo and phones write in each language.
"""

from __future__ import annotations

import re

_WROTE = (
    r"wrote|writes|sent|said|schrieb|schrieben|geschrieben|hat geschrieben|écrit|écrivait|escribió|escribio"
    r"|scritto|scrive|scriveva"
    r"|schreef|geschreven|escreveu|escrito|escriu|escrit|napisał|napisał\(a\)|napisała|napisała\(a\)|napisał/a|napisana przez"
    r"|pisze|nadesłał|skrev|skrifaði"
    r"|kirjoitti|написал|написала|написал\(а\)|написав|пише|пишет|писал|napsal|napsal\(a\)|napsala|napísal"
    r"|napísal\(a\)|napísala|írta|ezt írta"
    r"|a scris|scris|yazdı|şunu yazdı|şunları yazdı|έγραψε|đã viết|viết|写道|寫道|写到|님이 작성|작성"
    r"|書きました|menulis|kirjutas|rašė|rakstīja|написа"
    r"|napisao|napisao je|je napisao|je napisala|pisal|je pisal|เขียน|כתב|כתבה|كتب|كتبت|نوشت|idatzi du"
)
WROTE = re.compile(rf"(?<![^\W\d_])(?:{_WROTE})(?![^\W\d_])|님이 작성|写道|寫道", re.IGNORECASE)
"""What somebody did who is quoted."""

_MONTHS = (
    r"jan|feb|mar|mär|mrz|mär|apr|may|mai|maj|mei|jun|jul|aug|sep|oct|okt|nov|dec|dez|déc|dic|gen|mag|giu|lug"
    r"|ago|set|ott|ene|abr"
    r"|févr|avr|juin|juil|août|fev|out|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru|янв|фев|мар|апр|мая|май|июн|июл"
    r"|авг|сен|окт|ноя|дек|tháng"
)
DATE = re.compile(
    r"(?<!\d)\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}(?!\d)|(?<!\d)\d{1,2}[:.]\d{2}(?!\d)|\d{1,4}\s?[年년月월日일]"
    rf"|\d{{1,2}}(?:\.|er|º|st|nd|rd|th|de|\s|-)*(?:{_MONTHS})|(?:{_MONTHS})\w*\.?,?\s+\d{{1,2}}(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d(?!\d)",
    re.IGNORECASE,
)
"""A day or an hour, as the line above a quote names it."""
ADDRESS = re.compile(r"[<(\[]\s*(?:mailto:)?[^\s<>()\[\]@]+@[^\s<>()\[\]]+")

_LABELS = {
    "from": "from|von|de|da|van|od|fra|från|lähettäjä|от|від|kimden|gönderen|από|feladó|de la|expéditeur"
    "|absender|remitente|mittente"
    "|afzender|remetente|nadawca|afsender|avsändare|avsender|odesílatel|odosielateľ|発信元|差出人|发件人|寄件者"
    "|寄件人|보낸 사람|보낸사람|từ|dari",
    "sent": "sent|gesendet|envoyé|enviado|enviado el|enviado em|enviada em|enviada|inviato|verzonden|wysłano"
    "|wysłane|sendt|skickat|lähetetty"
    "|отправлено|надіслано|gönderildi|gönderme tarihi|στάλθηκε|elküldve|trimis|odesláno|odoslané|送信日時"
    "|发送时间|傳送時間|寄件日期|보낸 날짜|đã gửi|dikirim"
    "|date|datum|fecha|data|dato|päiväys|päivämäärä|дата|tarih|ημερομηνία|dátum|日付|日時|日期|날짜|ngày|tanggal",
    "to": "to|an|à|para|a|aan|do|til|till|vastaanottaja|кому|komu|kime|alıcı|προς|címzett|către|destinataire"
    "|empfänger|destinatario"
    "|destinatário|宛先|收件人|받는 사람|받는사람|đến|kepada|cc|kopie|copie|cópia|kopia|kopi|dw|copia|копия"
    "|bcc|bilgi|másolat|副本|抄送|참조",
    "subject": "subject|betreff|objet|asunto|oggetto|onderwerp|assunto|temat|emne|ämne|aihe|тема|konu|θέμα"
    "|tárgy|subiect|předmět|predmet"
    "|件名|主题|主旨|제목|chủ đề|subjek|reply-to|antwort an|répondre à",
}
LABEL = {
    kind: re.compile(rf"[\s>|]*[*_]*(?:{names})[*_]*\s?[*_]*[:：](?!//)", re.IGNORECASE)
    for kind, names in _LABELS.items()
}
"""Header lines as they are repeated above a quoted mail, by kind; `*From:*` is Outlook's bold in plain text."""

SEPARATOR = re.compile(
    r"[\s>]*[-_=*–—#]{2,}\s*(?:original[\s-]?(?:message|mail|nachricht|e-?mail|appointment)|reply message"
    r"|forwarded by .{1,80}"
    r"|ursprüngliche (?:nachricht|e-?mail)|originalnachricht|antwort nachricht|weitergeleitete nachricht von .{1,80}"
    r"|message d['’]origine|message original|mail original|message initial|mensaje original|mensagem original"
    r"|messaggio originale|oorspronkelijk bericht"
    r"|oprindelig (?:meddelelse|besked)|opprinnelig melding|ursprungligt meddelande|originalmeddelande"
    r"|alkuperäinen viesti"
    r"|(?:wiadomość|wiadomosc) oryginalna|oryginalna wiadomość|исходное сообщение|оригинальное сообщение"
    r"|původní (?:zpráva|e-?mail)"
    r"|pôvodná správa|eredeti üzenet|mesaj original|mesajul original|orijinal (?:mesaj|ileti)|αρχικό μήνυμα"
    r"|原始邮件|原始郵件|原邮件|回复的原邮件|元のメッセージ|원본 메시지|원본 메일"
    r"|reply above this line|(?:please )?(?:write|type|enter) (?:your )?reply above this line)\s*[-_=*–—#]{2,}\s*$",
    re.IGNORECASE,
)
"""A line between an answer and what it answers."""
FORWARD = re.compile(
    r"[\s>]*(?:[-_=*]{3,}\s*(?:forwarded message|weitergeleitete nachricht|message (?:transféré|transmis)"
    r"|mensaje reenviado"
    r"|messaggio inoltrato|doorgestuurd bericht|mensagem (?:encaminhada|reencaminhada)"
    r"|(?:wiadomość przekazana dalej|przekazana wiadomość)"
    r"|videresendt (?:meddelelse|melding)|vidarebefordrat (?:meddelande|brev)|välitetty viesti|пересылаемое сообщение"
    r"|přeposlaná zpráva|továbbított üzenet|mesaj redirecționat|yönlendirilmiş (?:ileti|mesaj)|转发邮件"
    r"|转发的原邮件|转发的邮件"
    r"|轉寄郵件)\s*[-_=*]{3,}"
    r"|begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message (?:réexpédié|transféré)\s?:"
    r"|inicio del mensaje reenviado:|inizio messaggio inoltrato:|begin doorgestuurd bericht:"
    r"|início da mensagem (?:re)?encaminhada:"
    r"|początek przekazywanej wiadomości:|videresendt meddelelse:|vidarebefordrat brev:)\s*$",
    re.IGNORECASE,
)
"""A line above a mail that somebody shows us."""
RULE = re.compile(r"[\s>]*[-_=*–—]{5,}\s*$")
"""A line drawn across, as Outlook does above the headers."""
SHARED = re.compile(
    r"(?<=\S)(?:\s+|\s*-{2,}\s*)(?=On (?:mon|tue|wed|thu|fri|sat|sun|\d{1,2}[ /.-]|\d{4}-|jan|feb|mar|apr|may"
    r"|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)
"""Where an introduction may begin on the line of the writer's last word (some web mailers join them)."""
ALONE = re.compile(
    r"[\s>]*[*_]*(?:from|von|de|da|van|od|fra|från)[*_]*\s?:[*_]*\s+(?:[^@<]{0,80}<)?[^\s@<>]+@[^\s@<>]+>?\s*$",
    re.IGNORECASE,
)
"""A sender's header that stands alone, with an address and nothing else."""
PHONE = re.compile(
    r"\s*(?:sent (?:from|via|with|using) |get outlook for|von meinem .{1,40} gesendet|gesendet (?:von|mit) "
    r"|envoyé (?:de|depuis|à partir de) "
    r"|télécharger outlook|enviado (?:desde|do|a partir do|de) |obtener outlook|inviato da |ottieni outlook"
    r"|verzonden (?:vanaf|met|via) "
    r"|outlook voor |wysłane z |pobierz outlook|skickat från |sendt fra |lähetetty |отправлено (?:с|из) "
    r"|odesláno z |iphone'umdan gönderildi)"
    r".{0,80}$",
    re.IGNORECASE,
)
"""What phones put under a mail."""
SPOKEN = re.compile(
    r"\b(?:I|you|your|my|we|our|ich|wir|mein\w*|unser\w*|vous|nous|votre|notre|usted|nosotros|ik|wij|mijn|jullie)\b"
)
"""Words of somebody who speaks for themselves, in the case in which they write them: no program's introduction has them."""
BY = re.compile(
    r"(?:^|\s)(?:by|from|von|par|por|da|de|door|od|от|від|av|af|fra|från)\s+[^\s@<>]+@[^\s@<>]+\s?[:：]$", re.IGNORECASE
)
"""How Tuta says whose the quoted words are: "23 Nov 2026, 10:12 by ada@example.org:"."""
FRAMED = re.compile(r">>> .{1,200}\d.{1,80} >>>\s*$")
"""GroupWise's line above what it quotes, without marks."""
UNSUBSCRIBE = re.compile(
    r"\W*(?:click )?(?:here )?(?:to )?(?:unsubscribe|abmelden|abbestellen|désabonnement|se désabonner"
    r"|darse de baja|disiscriviti|uitschrijven|afmelden"
    r"|wypisz się)(?: here| hier| ici| aquí| qui)?\W*",
    re.IGNORECASE,
)
LINK = re.compile(r"[a-z]+://|www\.|mailto:", re.IGNORECASE)
OWN_LINK = re.compile(
    r"https?(?:://|%3A%2F%2F|-3A__)[^\s<>()]+(?:/|%2F|_)(?:u|c)(?:/|%2F|_)[\w.~-]{16,}[^\s<>()]*", re.IGNORECASE
)
"""Our own links for one person: unsubscribe and pages; also inside the links of scanners that rewrite them. Nobody types them."""
ANY_LINK = re.compile(r"[<(\[]*(?:[a-z]+://|www\.|mailto:)[^\s<>()\[\]]+[>)\]]*", re.IGNORECASE)
OWN_LABELS = frozenset(
    {
        "where you stand, what we sent, what we know of you",
        "choose what you hear from us",
        "unsubscribe from these messages",
        "ihr stand, was wir gesendet haben, was wir von ihnen wissen",
        "auswählen, was sie von uns hören möchten",
        "diese nachrichten abbestellen",
        "où vous en êtes, ce que nous vous avons envoyé, ce que nous savons de vous",
        "choisir ce que vous recevez de notre part",
        "se désabonner de ces messages",
        "en qué punto está, qué le hemos enviado y qué sabemos de usted",
        "elegir qué recibe de nosotros",
        "darse de baja de estos mensajes",
    }
)
"""What our footer says above those links, as `templates/words` has it; above one of them it is a copy, not a wish."""

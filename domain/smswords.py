"""What an SMS asks for: stop, start, help, as a word or in a sentence.

Carriers and Twilio act on the bare English words themselves (CTIA Messaging Principles §5.1.3); everything else is ours to catch: a person
may say it by any reasonable means (47 CFR 64.1200(a)(10)).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache

from domain.phrases.further_stops import ERASES, STOPS
from domain.phrases.rules import Rule
from domain.phrases.sentences import Sentence, fold, sentences
from domain.phrases.tongues import TONGUES


class SmsWord(StrEnum):
    """What a message asks for; `NONE` (empty) where it is an ordinary message."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    NONE = ""


_OTHER_STOPS = (
    *(
        "stoppa",
        "sluta",
        "avsluta",
        "avregistrera",
        "afmeld",
        "afslut",
        "avslutt",
        "avmeld",
        "slutt",
        "lopeta",
        "seis",
        "peru",
    ),
    *(
        "odhlásit",
        "odhlásiť",
        "zrušit",
        "konec",
        "leiratkozás",
        "állj",
        "dezabonare",
        "dezabonează",
        "odjava",
        "odjavi",
        "prekid",
    ),
    *("dur", "iptal", "ret", "διαγραφή", "στοπ", "стоп", "отписка", "отписаться", "відписатися", "стій", "отказ"),
    *(
        "停止",
        "配信停止",
        "解除",
        "退订",
        "退訂",
        "取消订阅",
        "td",
        "수신거부",
        "중지",
        "إيقاف",
        "الغاء",
        "توقف",
        "הסר",
        "berhenti",
        "huỷ",
        "ngừng",
    ),
)
"""Words that stop in further languages, alone."""
_MAIL_NEEDS_MORE = re.compile(
    r"\b(?:end|quit|cancel|revoke|cancelar|annulla|anuluj|para|alto|koniec|pare|basta|cancella|abbruch|rezygnacja)\b"
)
"""Words that carriers take for a stop, and that mean other things in a mail."""
_LOUD = re.compile(
    r"^\W*(?:STOP(?: ?ALL)?|STOPP|UNSUBSCRIBE|OPT ?OUT|ARR[EÊ]T)\b(?! (?:by|at|over|in|off|on|and|the|at"
    r"|working|looking|thinking|sign)\b)"
)
"""In capitals as the first word, whatever follows: who writes so to a number means it."""
_NOTICE = re.compile(
    r"(?:to|if|wenn|sollten|falls|um|pour|si|para|per|se|om|als|aby|jesli|jezeli|for att|hvis) .*"
    r"\b(?:click|klick\w*|cliqu\w*|clic|clicca\w*|klik\w*|link|lien|enlace|collegamento)\b"
    r"|to (?:unsubscribe|stop receiving|opt out|be removed|leave|manage|update|change) .*\b(?:email|mail|send"
    r"|reply|visit|go to|write|contact"
    r"|use|see|text|please|here|http\w*)\b|you (?:can|may) (?:also )?(?:unsubscribe|opt out)\b"
    r"|(?:please )?if you (?:no longer |do not |dont |would |d )?(?:wish|want|prefer|like) .*\b(?:unsubscribe"
    r"|reply|contact|let us|email|mail|send"
    r"|opt out|please)\b"
    r"|(?:zum|zur) (?:abmeld\w+|abbestell\w+|austrag\w+) |(?:wenn|falls|sollten) (?:sie|du) .*(?:erhalten"
    r"|empfangen|bekommen) (?:mochte\w*|woll\w*|will\w*|wunsch\w*)"
    r"|(?:pour|afin de) (?:(?:vous|se|te) des(?:abonn|inscri)\w+|ne plus recevoir) .*|si vous ne (?:souhaitez"
    r"|desirez|voulez) (?:plus|pas) "
    r"|para (?:darse|darte|dejar|cancelar|desuscribir\w*|anular|sair|descadastrar\w*) .*"
    r"|si (?:ya )?no (?:desea\w*|quiere\w*) "
    r"|se (?:voce )?nao (?:desej\w*|quer\w*|pretend\w*) |per (?:cancellar\w*|disiscriver\w*|non ricevere) .*"
    r"|se non (?:desider\w*|vuo\w*|vole\w*) "
    r"|om (?:je|u|uw|uit) .*(?:af te melden|uit te schrijven|schrijven)|aby (?:zrezygnowac|wypisac|anulowac) .*"
    r"|jesli nie (?:chce\w*|zycz\w*) "
)
"""How a notice at the foot of a mail tells readers to unsubscribe: a mailing list's, the writer's employer's, or one that was quoted."""
_NO_TEXTS = Rule(
    "no-texts",
    r"(?:dont|do not|please not) (?:text|sms|message) (?:me|us)"
    r"|^(?:please |pls )?(?:dont|do not) (?:text|txt|sms|message)(?: (?:please|again|any ?more))*$",
    r"before|until|till|at work|during|at night|so (?:late|early)|in the (?:morning|evening|night)|after \d|why",
)
"""By SMS it ends SMS, even where another way is named instead."""
_YES = "yes"


def sms_word(text: str, *, opted_out: bool | None = None) -> SmsWord:
    """What an SMS asks for. A bare YES is START unless `opted_out` is False: for somebody who takes part it answers a question.

    Where `opted_out` is True, YES and START count at the head of a sentence too.
    """
    said = sentences(text)
    alone = _is_alone(text, "stop_words") or fold(text) in _other_stops()
    if alone or _LOUD.search(text) or asks_to_stop(text) or any(_NO_TEXTS.holds(one.text) for one in said):
        return SmsWord.STOP
    if _asks_to_start(text, said, opted_out=opted_out):
        return SmsWord.START
    return SmsWord.HELP if _is_alone(text, "help_words") else SmsWord.NONE


def asks_to_stop(text: str) -> str:
    """The rule by which a message of any channel asks us to stop (`en/stop/take-off-list`); empty where it does not."""
    said = [one for one in sentences(text) if not _NOTICE.match(one.text)]
    if not _MAIL_NEEDS_MORE.search(fold(text)) and (language := _is_alone(text, "stop_words")):
        return f"{language}/stop/word"
    for tongue in TONGUES:
        for sentence in said:
            held = next((rule for rule in (*tongue.stop, *tongue.erase) if rule.holds(sentence.text)), None)
            if held:
                return f"{tongue.language}/stop/{held.name}"
            if not sentence.asks and _alone(tongue.language, "plain_stop_words").fullmatch(sentence.text):
                return f"{tongue.language}/stop/word"
    return _further(said, STOPS) or asks_to_forget(said)


def asks_to_forget(said: list[Sentence]) -> str:
    """The rule by which a message asks us to remove its writer's data, in a language of which we know that alone; else empty."""
    return _further(said, ERASES)


def _further(said: list[Sentence], rules: Mapping[str, tuple[Rule, ...]]) -> str:
    """The rule of `domain.phrases.further_stops` that holds; empty for none."""
    return next(
        (
            f"{language}/stop/{rule.name}"
            for language, of_language in rules.items()
            for rule in of_language
            for sentence in said
            if rule.holds(sentence.text)
        ),
        "",
    )


def _asks_to_start(text: str, said: list[Sentence], *, opted_out: bool | None) -> bool:
    if _is_alone(text, "start_words"):
        return True
    if fold(text) == _YES:
        return opted_out is not False
    if any(rule.holds(sentence.text) for tongue in TONGUES for rule in tongue.start for sentence in said):
        return True
    heads = (sentence.text.split()[0] for sentence in said if not sentence.asks)
    return bool(opted_out) and any(head in (_YES, "start", "unstop") for head in heads)


def _is_alone(text: str, kind: str) -> str:
    """The language in which a message is one of those words and nothing else but politeness; empty for none."""
    whole = _joined(fold(text))
    asking = text.rstrip().endswith("?")
    return next((language for language in _languages() if not asking and _alone(language, kind).fullmatch(whole)), "")


def _joined(folded: str) -> str:
    """`s t o p` as a word."""
    letters = folded.split()
    return "".join(letters) if len(letters) > 3 and all(len(letter) == 1 for letter in letters) else folded


@cache
def _alone(language: str, kind: str) -> re.Pattern[str]:
    tongue = next(one for one in TONGUES if one.language == language)
    words = getattr(tongue, kind)
    return re.compile(rf"(?:(?:{tongue.fillers}) ){{0,4}}(?:{words})(?: (?:{words}|{tongue.fillers})){{0,6}}")


@cache
def _other_stops() -> frozenset[str]:
    return frozenset(map(fold, _OTHER_STOPS))


def _languages() -> Iterator[str]:
    return (tongue.language for tongue in TONGUES)

"""The letters in which mail systems tell people that a mail did not arrive: no standard, thirty years of habits, many languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from channels.mail import Mail

LONGEST = 50_000
"""Characters of a letter that are searched."""
ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:=*]{1,64}@[^\s<>()\[\]\"',;:*]{1,255}")
_DAEMON = re.compile(
    r"mailer[-_.]?daemon|mail[-_.]?daemon|post[-_.]?master|mdaemon|mail[-_.]?delivery(?:[-_.]?\w+)?|delivery|bounces?(?:[-+].*)?"
    r"|mailadmin|mail[-_.]?administrator|\w*smtp[-_]?mail[-_]?service"
    r"|no-?reply\+?.*|mail\.?system|majordomo|uucp|smtp",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(
    r"mail(?:er)?[- ]?daemon|post ?master|mail (?:delivery|deliver|administrator|system)\b.*|system administrator"
    r"|.*(?:spam|mail) firewall|courier mail server.*",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver|non[- ]delivery|delivery (?:status|failure|failed|problem|error|warning|notif|report|has failed|attempt)|mail delivery"
    r"|returned mail|return(?:ed|ing) to sender"
    r"|failure notice|mail failure|mail (?:system )?error|non[- ]?deliver|could not be delivered|(?:not"
    r"|wasn'?t) delivered|message delayed|delayed \d"
    r"|warning: (?:message|could not send)|rejected mail|delivery delayed|mail could not|user unknown|processing error"
    r"|message notification|message you sent blocked|\[bounce\]|error sending your (?:mail|message)"
    r"|unzustellbar|nicht zugestellt|zustellung"
    r"|non remis|échec de (?:la )?(?:remise|distribution)|non distribuable|no se (?:ha )?(?:pudo"
    r"|podido) entregar|no entregado|devuelto"
    r"|mancata consegna|mancato recapito|non recapit|onbestelbaar|niet (?:afgeleverd|bezorgd)"
    r"|não (?:foi )?entreg|falha na entrega"
    r"|niedostarczon|nie można dostarczyć|olevererbar|ej levererat|не доставлено|недоставл|送信エラー|配信不能"
    r"|退信|投递失败",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"could not be (?:delivered|sent)|(?:delivery|deliver|delevery) .{0,60}(?:failed|failure|unsuccessful|aborted)|undeliverable"
    r"|permanent (?:fatal )?error|(?:was )?not (?:be )?delivered"
    r"|not able to deliver|unable to deliver|couldn'?t be delivered|wasn'?t able to be delivered|had (?:permanent|delivery problems)"
    r"|transient non-fatal|returned to you|(?:mail|message) has been returned"
    r"|could not deliver|did not (?:reach|receive)|has not yet been delivered|has been postponed|incorrectly constructed"
    r"|cannot be delivered|can't be delivered|trouble delivering"
    r"|rejected by the (?:server|recipient)|this is the (?:mail system|qmail|postfix)|delivery to the following"
    r"|undelivered|failed recipient|failure reasons|unknown user|user unknown|mailbox (?:is )?(?:unavailable|full)|automatically rejected"
    r"|was blocked by",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"^[ \t]*(?:-{2,}.{0,20}(?:this is a copy of|original message|the header of the original"
    r"|below this line is a copy|returned m(?:essage|ail)|unsent message|"
    r"message header follows|unsent message follows|start of returned|the body of the message is|original headers).*"
    r"|original message (?:follows|as received).*|old message:|a copy of the original message below.*"
    r"|your (?:original )?message (?:was:|follows|reads).*|received: (?:from|by) .*"
    r"|return-path: ?<.*)$",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the mail that came back begins."""
_LATE = re.compile(
    r"delayed|not yet been delivered|will be retried|attempts will continue|continue to (?:try|be made)|has been postponed",
    re.IGNORECASE,
)
_BULLET = r"^[ \t]*(?:[>*\-•]+[ \t]*)?(?:\"[^\"\n]{0,100}\"[ \t]*)?[<\"]?"
_NAMED = re.compile(
    rf"{_BULLET}({ADDRESS.pattern})[>\"]?(?:[:;]|\.{{3}})?[ \t]*(?:\(.*|on \w{{3}}, .*|has failed.*|(?<=>:)[ \t].*|(?<=[:;])[ \t].*)?$"
    rf"|^[ \t]*(?!to\b|from|subject|reply|cc\b)[a-z][a-z \t-]{{0,60}}:[ \t]*[<\"]?({ADDRESS.pattern})[>\"]?[.]?$",
    re.IGNORECASE | re.MULTILINE,
)
"""A line for one recipient: the address alone, or before what the server said, or behind "Unknown user:"."""
_EXPANDED = re.compile(rf"(?:expanded|generated) from:?\s*<?({ADDRESS.pattern})", re.IGNORECASE)
_ANSWERS = re.compile(r"\s*(?:re|aw|fwd?|wg|tr|rv|sv|vs)\s*:", re.IGNORECASE)


def words_of(mail: Mail) -> str:
    """What the mail system says, without the mail that came back."""
    return _COPY.split(mail.text[:LONGEST], maxsplit=1)[0]


def copy_in(mail: Mail) -> str:
    """The mail that came back where it stands below the words rather than in a part of its own; empty if there is none."""
    mark = _COPY.search(mail.text[:LONGEST])
    return mail.text[mark.start() : LONGEST] if mark else ""


def is_about_a_failure(mail: Mail) -> bool:
    """A bounce without a machine's part: a mail system's sender or no return path, and words or a header that say so.

    Without such a sender both subject and words must say so, about an address that is not the sender's, in no answer to somebody.
    """
    kind = mail.headers.get("content-type", "").lower()
    if mail.headers.get("x-failed-recipients") or ("multipart/report" in kind and "delivery-status" in kind):
        return True
    in_subject, in_words = bool(_SUBJECT.search(mail.subject)), bool(_BODY.search(words_of(mail)))
    if _is_from_a_system(mail):
        brings_it_back = any(one.content_type == "message/rfc822" for one in mail.reports) and any(recipients(mail))
        return in_subject or in_words or brings_it_back
    if not mail.from_address and not mail.headers.get("return-path"):
        return in_subject and in_words
    return in_subject and in_words and not _ANSWERS.match(mail.subject) and bool(recipients(mail))


def _is_from_a_system(mail: Mail) -> bool:
    back = mail.headers.get("return-path", "").strip().strip("<>")
    return (
        bool(_DAEMON.fullmatch(mail.from_address.partition("@")[0]))
        or (bool(_DAEMON_NAME.fullmatch(mail.from_name)))
        or ("return-path" in mail.headers and (not back or bool(_DAEMON.fullmatch(back.partition("@")[0]))))
    )


def is_late(mail: Mail) -> bool:
    """A warning while the mail system still tries."""
    return bool(_LATE.search(words_of(mail)) or _LATE.search(mail.subject))


def recipients(mail: Mail) -> tuple[str, ...]:
    """Whom the letter says it did not reach, in their order: those with a line of their own, or else the first address that may be one.

    Never the mail system's own addresses, nor the letter's own recipient. An address reached by way of another counts as that other.
    """
    words = words_of(mail)
    no_one = {one.lower() for one in (*mail.to, mail.from_address)}

    def may_be(found: Iterator[tuple[str, int]]) -> Iterator[str]:
        for address, end in found:
            by_way = _EXPANDED.match(words[end:].lstrip(" \t\n(<>:").removeprefix("or "))
            whom = (by_way[1] if by_way else address).rstrip(".>")
            if whom.lower() not in no_one and not _DAEMON.fullmatch(whom.partition("@")[0]):
                yield whom

    named = may_be((one[1] or one[2], one.end(1) if one[1] else one.end(2)) for one in _NAMED.finditer(words))
    any_one = may_be((one[0], one.end()) for one in ADDRESS.finditer(words))
    return tuple(dict.fromkeys(named)) or tuple(any_one)[:1]

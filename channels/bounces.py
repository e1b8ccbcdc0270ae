"""Bounces and complaints: what comes back when a mail did not arrive or was not wanted (RFC 3464, RFC 5965, and all that is neither)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from channels.mail import Mail, ReportPart, read_mail

LONGEST = 50_000
"""Characters of a report's words that are searched."""
_DAEMON = re.compile(
    r"mailer[-_.]?daemon|mail[-_.]?daemon|postmaster|mdaemon|mail[-_.]?delivery|delivery|bounces?(?:[-+].*)?"
    r"|mailadmin|mail[-_.]?administrator"
    r"|no-?reply\+?.*|mail\.?system|majordomo|uucp|smtp",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|failed|problem|error|notif|report|has failed|attempt)|mail delivery"
    r"|returned mail|return(?:ed|ing) to sender"
    r"|failure notice|mail failure|mail (?:system )?error|non[- ]?deliver|could not be delivered|(?:not"
    r"|wasn'?t) delivered|message delayed|delayed \d"
    r"|warning: (?:message|could not send)|rejected mail|delivery delayed|mail could not|user unknown"
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
    r"could not be delivered|(?:delivery|deliver) .{0,60}(?:failed|failure|unsuccessful)|undeliverable"
    r"|permanent (?:fatal )?error|was not delivered"
    r"|not able to deliver|unable to deliver|couldn'?t be delivered|wasn'?t able to be delivered|had permanent"
    r"|transient non-fatal|returned to you"
    r"|could not deliver|did not reach|has not yet been delivered|incorrectly constructed|cannot be delivered"
    r"|can't be delivered"
    r"|rejected by the (?:server|recipient)|this is the (?:mail system|qmail|postfix)|delivery to the following"
    r"|undelivered",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"^[ \t]*(?:-{2,}.{0,20}(?:this is a copy of|original message|the header of the original"
    r"|below this line is a copy|returned message|"
    r"message header follows|unsent message follows|start of returned|the body of the message is|original headers).*"
    r"|original message follows.*|your (?:original )?message (?:was|follows|reads).*|received: (?:from|by) .*"
    r"|return-path: ?<.*)$",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the mail that came back begins."""
_REPLY = re.compile(r"(?<![\d.:=/@-])([245]\d\d)(?![\d.:])[ -](?=\S)")
_STATUS = re.compile(r"(?<![\d.])#?([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{1,255}")
_MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_SAID_AFTER = re.compile(
    r"in\s+reply\s+to\s+[^)]{1,40}|after (?:end of data|mail from|rcpt to|initial connection)", re.IGNORECASE
)
_COMPLAINT_SENDERS = re.compile(
    r"(?:staff@hotmail\.com|.*@.*email-abuse\.amazonses\.com|scomp@aol\.net|(?:complaints?|abuse|fbl"
    r"|feedback(?:loop)?|arf)(?:[-+.].*)?@.+)$",
    re.IGNORECASE,
)
_COMPLAINT_SUBJECT = re.compile(
    r"complaint about (?:a )?message|(?:abuse|feedback|spam|junk mail) (?:report|complaint)",
    re.IGNORECASE,
)
_COMPLAINT_BODY = re.compile(
    r"this is an? [\w ]{0,30}(?:abuse|spam|feedback) (?:report|complaint)|reported (?:it |this )?as (?:spam"
    r"|junk)",
    re.IGNORECASE,
)
_NO_COMPLAINT = frozenset(["not-spam", "auth-failure", "dmarc", "virus"])
"""Feedback types (RFC 5965 §7.3, RFC 6591) that are nobody's wish to be left alone."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says about one recipient. Fields that it does not tell are empty.

    `status` is RFC 3463's (`5.1.1`), that of the server that refused rather than of the one that reports; `code` the reply code (`550`);
    `diagnostic` the server's words on one line, with the command that it refused; `reason` is `delayed`, the type of a complaint, or empty.
    `original_message_id` is that of the mail that came back, in angle brackets. `rule` names what recognised it.
    """

    recipient: str = ""
    status: str = ""
    code: str = ""
    diagnostic: str = ""
    reason: str = ""
    original_message_id: str = ""
    is_complaint: bool = False
    rule: str = ""


def read_bounce(given: Mail | bytes) -> Bounce | None:
    """What came back, if this mail is a bounce or a complaint: of several recipients the first. None for a person's mail. Never raises."""
    found = read_bounces(given)
    return found[0] if found else None


def read_bounces(given: Mail | bytes) -> tuple[Bounce, ...]:
    """What came back, one for each recipient that it names; empty for any other mail. Never raises."""
    mail = read_mail(given) if isinstance(given, bytes) else given
    if complaint := _complaint(mail):
        return (complaint,)
    report = next((one for one in mail.reports if one.content_type.endswith("delivery-status")), None)
    found = tuple(_reported(mail, report)) if report else ()
    if not _groups(report) if report else _is_bounce(mail):
        found = tuple(_told(mail))
    return tuple(replace(one, original_message_id=_original(mail)) for one in found)


def _complaint(mail: Mail) -> Bounce | None:
    """Somebody's "this is spam", as a feedback report or as the mail of those who send none."""
    named = re.search(r"^x-hmxmroriginalrecipient:(.*)$", _inside(mail), re.IGNORECASE | re.MULTILINE)
    whom = named[1] if named else ""
    for report in mail.reports:
        if report.content_type == "message/feedback-report":
            fields = _fields(report.text)
            kind = fields.get("feedback-type", "abuse").lower()
            if kind in _NO_COMPLAINT:
                return None
            whom = fields.get("original-rcpt-to", "") or fields.get("removal-recipient", "") or whom
            return Bounce(
                _bare(whom) or _original_recipient(mail), "", "", "", kind, _original(mail), True, "feedback-report"
            )
    if mail.headers.get("x-apple-unsubscribe", "").lower() == "true":
        return Bounce(mail.from_address, "", "", "", "opt-out", _original(mail), True, "apple-unsubscribe")
    has_original = any("rfc822" in one.content_type for one in mail.reports)
    told = _COMPLAINT_SUBJECT.search(mail.subject) or _COMPLAINT_BODY.search(mail.text[:2_000])
    if whom or (told and (has_original or _COMPLAINT_SENDERS.match(mail.from_address))):
        whom = _bare(whom) or _original_recipient(mail)
        return Bounce(whom, "", "", "", "abuse", _original(mail), True, "complaint")
    return None


def _is_bounce(mail: Mail) -> bool:
    """A bounce without a machine's part: a mail system's sender or no return path, and words or a header that say so."""
    if mail.headers.get("x-failed-recipients"):
        return True
    system = (
        bool(_DAEMON.fullmatch(mail.from_address.partition("@")[0]))
        or mail.headers.get("return-path", "").strip() == "<>"
    )
    if (
        "multipart/report" in mail.headers.get("content-type", "").lower()
        and "delivery-status" in mail.headers.get("content-type", "").lower()
    ):
        return True
    told = bool(_SUBJECT.search(mail.subject)), bool(_BODY.search(_COPY.split(mail.text[:LONGEST], maxsplit=1)[0]))
    return system and any(told) if mail.from_address or mail.headers.get("return-path") else all(told)


def _reported(mail: Mail, report: ReportPart) -> Iterator[Bounce]:
    """The recipients of a delivery status (RFC 3464 §2.3) that failed or wait; their words completed from the part for people."""
    groups = _groups(report)
    words = _COPY.split(mail.text[:LONGEST], maxsplit=1)[0]
    for fields in groups:
        action = fields.get("action", "failed").lower().split()[:1]
        if action and action[0] in {"delivered", "relayed", "expanded"}:
            continue
        given = _bare(fields.get("original-recipient", "") or fields.get("final-recipient", ""))
        final = _bare(fields.get("final-recipient", ""))
        said = fields.get("diagnostic-code", "").partition(";")[2].strip() or fields.get("diagnostic-code", "").strip()
        beside = _about(words, final or given) if len(groups) > 1 else words
        if not _REPLY.search(said):
            said = f"{said} {_said(beside)}".strip()
        said = _with_command(said, beside)
        status = _STATUS.search(fields.get("status", ""))
        yield _judged(
            given,
            status[1] if status else "",
            said,
            "delayed" if action == ["delayed"] else "",
            "delivery-status",
        )


def _told(mail: Mail) -> Iterator[Bounce]:
    """The recipients that a mail system tells people of."""
    words = _COPY.split(mail.text[:LONGEST], maxsplit=1)[0]
    failed = _ADDRESS.findall(mail.headers.get("x-failed-recipients", ""))
    named = failed or [
        found[1] for found in re.finditer(rf"^[ \t]*<?({_ADDRESS.pattern})>?:?\s*(?:\(.*)?$", words, re.MULTILINE)
    ]
    whom = list(dict.fromkeys(named)) or _ADDRESS.findall(words)[:1] or [""]
    late = (
        "delayed"
        if re.search(
            r"delayed|not yet been delivered|will be retried|attempts will continue",
            words + mail.subject,
            re.IGNORECASE,
        )
        else ""
    )
    for one in whom[:50]:
        beside = _about(words, one) if len(whom) > 1 else words
        said = _with_command(_said(beside), beside)
        yield _judged(one, "", said, late, "x-failed-recipients" if failed else "words")


def _judged(whom: str, status: str, said: str, reason: str, rule: str) -> Bounce:
    """A bounce from what was said; the refusing server's own status wins over the reporting one's."""
    said = re.sub(r"\s+", " ", said).strip()[:1_000]
    reply = _REPLY.search(said)
    own = _STATUS.search(said[reply.end() if reply else 0 :][:60])
    if own and (reply or not status):
        status = own[1]
    if reason == "delayed" and status.startswith("5"):
        status = f"4{status[1:]}"
    return Bounce(whom, status, reply[1] if reply else "", said, reason, "", False, rule)


def _said(words: str) -> str:
    """What the server said: from the first refusing reply code to the end of its paragraph, or else the paragraph below the address."""
    for found in _REPLY.finditer(words):
        if found[1][0] != "2":
            return words[found.start() :].split("\n\n", 1)[0][:1_000]
    below = [part for part in re.split(r"\n\s*\n", words) if _ADDRESS.search(part)]
    return (below or [words])[-1][:1_000]


def _with_command(said: str, words: str) -> str:
    """What the server said, with the command that it refused, where the words beside it name one."""
    after = _SAID_AFTER.search(words)
    return f"{said} ({after[0]})" if after and not _SAID_AFTER.search(said) else said


def _about(words: str, address: str) -> str:
    """What is said from the line that names this address to the next one that begins with another."""
    at = words.lower().find(address.lower()) if address else -1
    if at < 0:
        return ""
    line = words.rfind("\n", 0, at) + 1
    after = re.compile(rf"\n[ \t]*<?(?!{re.escape(address)}){_ADDRESS.pattern}>?:?\s*(?:\n|\()").search(words, at)
    return words[line : after.start() if after else len(words)]


def _groups(report: ReportPart) -> list[dict[str, str]]:
    """The per-recipient fields of a delivery status."""
    found = (_fields(part) for part in re.split(r"\n\s*\n", report.text))
    return [
        fields
        for fields in found
        if "final-recipient" in fields or "original-recipient" in fields or "action" in fields
    ][:50]


def _fields(text: str) -> dict[str, str]:
    """Header-like lines by lower-case name, folded ones joined."""
    lines = re.sub(r"\n[ \t]+", " ", text).split("\n")
    return {
        name.strip().lower(): value.strip() for name, colon, value in (line.partition(":") for line in lines) if colon
    }


def _bare(value: str) -> str:
    """The address in `rfc822; <ada@example.org>`."""
    found = _ADDRESS.search(value.partition(";")[2] or value)
    return found[0] if found else ""


def _inside(mail: Mail) -> str:
    """The headers of the mail that came back: its own part, or what stands below the mark in the words."""
    part = next(
        (one.text for one in mail.reports if "rfc822" in one.content_type or one.content_type == "message/global"), ""
    )
    if part.strip():
        return part
    mark = _COPY.search(mail.text[:LONGEST])
    return mail.text[mark.start() : LONGEST] if mark else ""


def _original(mail: Mail) -> str:
    found = _MESSAGE_ID.search(_inside(mail))
    return found[1] if found else ""


def _original_recipient(mail: Mail) -> str:
    found = re.search(r"^to:(.*)$", _inside(mail), re.IGNORECASE | re.MULTILINE)
    return _bare(found[1]) if found else ""

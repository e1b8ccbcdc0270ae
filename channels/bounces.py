"""Bounces and complaints: what comes back when a mail did not arrive or was not wanted (RFC 3464, RFC 5965, and all that is neither)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from channels.bounce_letters import ADDRESS, copy_in, is_about_a_failure, is_late, recipients, words_of
from channels.mail import Mail, ReportPart, read_mail

_REPLY = re.compile(r"(?<![\d.:=/@-])([245]\d\d)(?![\d.:])[ -](?=\S)")
_STATUS = re.compile(r"(?<![\d.])#?([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_SAID_AFTER = re.compile(
    r"in\s+reply\s+to\s+[^)]{1,40}|after (?:end of data|mail from|rcpt to|initial connection)|rcpt to generated|smtp:rcpt host",
    re.IGNORECASE,
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
    if not _groups(report) if report else is_about_a_failure(mail):
        found = tuple(_told(mail))
    once: dict[str, Bounce] = {}
    for one in found:
        once.setdefault(one.recipient.lower(), one)
    original = _original(mail)
    return tuple(replace(one, original_message_id=one.original_message_id or original) for one in once.values())


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


def _reported(mail: Mail, report: ReportPart) -> Iterator[Bounce]:
    """The recipients of a delivery status (RFC 3464 §2.3) that failed or wait; their words completed from the part for people."""
    groups = _groups(report)
    words = words_of(mail)
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
    words, late = words_of(mail), "delayed" if is_late(mail) else ""
    failed = ADDRESS.findall(mail.headers.get("x-failed-recipients", ""))
    whom = tuple(dict.fromkeys(failed)) or recipients(mail)
    if not whom and (inside := _bounce_inside(mail)):
        yield from inside
        return
    for one in whom[:50] or (_original_recipient(mail),):
        beside = _about(words, one) if len(whom) > 1 else words
        said = _with_command(_said(beside), beside)
        yield _judged(one, "", said, late, "x-failed-recipients" if failed else "words")


def _bounce_inside(mail: Mail) -> tuple[Bounce, ...]:
    """What a bounce says that a gateway has put into a mail of its own."""
    report = next((one.text for one in mail.reports if one.content_type == "message/rfc822"), "")
    is_report = re.match(
        r"(?s).*?^content-type: *multipart/report", report.partition("\n\n")[0], re.IGNORECASE | re.MULTILINE
    )
    return read_bounces(report.encode()) if is_report else ()


def _judged(whom: str, status: str, said: str, reason: str, rule: str) -> Bounce:
    """A bounce from what was said; the refusing server's own status wins over the reporting one's."""
    said = re.sub(r"\s+", " ", said).strip()[:1_000]
    reply = _REPLY.search(said)
    own = (
        _STATUS.search(said[reply.end() :][:60])
        if reply
        else _STATUS.search(said[:60]) or re.search(r"\(#([245]\.\d\.\d{1,3})\)", said)
    )
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
    below = [part for part in re.split(r"\n\s*\n", words) if ADDRESS.search(part)]
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
    after = re.compile(rf"\n[ \t]*<?(?!{re.escape(address)}){ADDRESS.pattern}>?:?\s*(?:\n|\()").search(words, at)
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
    found = ADDRESS.search(value.partition(";")[2] or value)
    return found[0] if found else ""


def _inside(mail: Mail) -> str:
    """The headers of the mail that came back: its own part, or what stands below the mark in the words."""
    part = next(
        (one.text for one in mail.reports if "rfc822" in one.content_type or one.content_type == "message/global"), ""
    )
    if part.strip():
        return part
    return copy_in(mail)


def _original(mail: Mail) -> str:
    found = _MESSAGE_ID.search(_inside(mail))
    return found[1] if found else ""


def _original_recipient(mail: Mail) -> str:
    found = re.search(r"^to:(.*)$", _inside(mail), re.IGNORECASE | re.MULTILINE)
    return _bare(found[1]) if found else ""

"""Bounces and complaints: what comes back when a mail did not arrive or was not wanted (RFC 3464, RFC 5965, and all that is neither)."""

from __future__ import annotations

from dataclasses import dataclass

from channels.mail import Mail, read_mail


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says about one recipient. Fields that it does not tell are empty.

    `status` is RFC 3463's (`5.1.1`), `code` the reply code (`550`), `diagnostic` the server's words on one line, `reason` a word for
    people, `original_message_id` that of the mail that came back, in angle brackets.
    """

    recipient: str = ""
    status: str = ""
    code: str = ""
    diagnostic: str = ""
    reason: str = ""
    original_message_id: str = ""
    is_complaint: bool = False


def read_bounce(given: Mail | bytes) -> Bounce | None:
    """What came back, if this mail is a bounce or a complaint; None for a person's mail. Never raises."""
    mail = read_mail(given) if isinstance(given, bytes) else given
    if not any(one.content_type.endswith(("delivery-status", "feedback-report")) for one in mail.reports):
        return None
    return Bounce(is_complaint=any(one.content_type == "message/feedback-report" for one in mail.reports))

"""Taking in what people write: whose it is, what it means, who hears of it, and that it is one message whichever way it came."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import Connection, Engine, select

from activities.inbound import Inbound
from activities.intake import Consequence
from activities.messages import message_token, signed_token
from storage import attachments, candidates, consents, messages, received, recruiters, tasks
from storage.messages import Message
from storage.recruiters import Recruiter
from storage.tables import contact_points, ledger, message_events
from tests.activities.conftest import SENDER
from tests.storage.people import add_candidate, say, sent

TOUCH = "ada/nurture/spring-1/hello/1"
TOKEN = message_token(TOUCH)
OURS = f"<{TOKEN}@keepwarm.example>"
SIGNED = signed_token(TOKEN, SENDER.reply_key)
NOW = datetime.now(UTC)
"""Inputs are dated by the database's own clock."""
INBOUND = Inbound(SENDER, texts_by_mail=True)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A transaction in a house that has written to Ada by mail and by SMS."""
    with engine.begin() as opened:
        add_candidate(opened, phones=["+4915112345678"], owner="dana", zone="Europe/Berlin", zone_source="own")
        recruiters.put(opened, Recruiter("dana", "Dana", email="dana@keepwarm.example"))
        for channel in ("email", "sms"):
            for purpose in ("nurture", "application"):
                say(opened, purpose=purpose, channel=channel)
        sent(opened, TOUCH, message_id=OURS, handed_over_at=NOW - timedelta(days=2))
        sent(opened, "ada/nurture/spring-1/nudge/1", channel="sms", address="+4915112345678", message_id="<sms@x>",
             handed_over_at=NOW - timedelta(days=1))  # fmt: skip
        yield opened


def mail(body: str = "Sounds good, thanks.", /, **headers: str) -> bytes:
    """A mail of Ada's; `headers` with _ for -, empty ones are left out."""
    given = {
        "From": "Ada Lovelace <ada@example.org>", "To": f"reply+{SIGNED}@reply.keepwarm.example", "Subject": "Re: Hello",
        "Message-ID": "<m1@example.org>", "In-Reply-To": OURS,
    } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
    lines = [f"{name}: {value}" for name, value in given.items() if value]
    return "\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", body, ""]).encode()


def take(connection: Connection, raw: bytes, key: str = "k1") -> list[Consequence]:
    """As the mailbox's reader stores it, and the intake reads it."""
    number = received.store(connection, received.IMAP, key, "message/rfc822", {}, raw)
    rows = [row for row in received.waiting(connection, 0, 100, 10**8) if row.id == number]
    return INBOUND.take_in_mailbox(connection, rows, datetime.now(UTC) + timedelta(seconds=1))


def again(connection: Connection) -> list[Consequence]:
    """Everything that waits is read, as after a crash too."""
    rows = received.waiting(connection, 0, 100, 10**8)
    return INBOUND.take_in_mailbox(connection, rows, datetime.now(UTC) + timedelta(seconds=1))


def text(connection: Connection, body: str | None = "Yes please", key: str = "t1", **more: str) -> list[Consequence]:
    """An SMS as Twilio posts it; without `Body` where there is none."""
    fields = {"MessageSid": f"SM{key}", "From": "+4915112345678", "To": "+4930123456"} | more
    fields |= {"Body": body} if body is not None else {}
    form = urlencode(fields).encode()
    number = received.store(connection, received.TWILIO_INBOUND, key, "application/x-www-form-urlencoded", {}, form)
    rows = [row for row in received.waiting(connection, 0, 100, 10**8) if row.id == number]
    return INBOUND.take_in_texts(connection, rows, datetime.now(UTC) + timedelta(seconds=1))


def kept(connection: Connection) -> list[Message]:
    """All messages on record."""
    return messages.listed(connection)[::-1]


def payloads(told: list[Consequence], signal: str = "message_received") -> list[dict[str, Any]]:
    return [one.payload for one in told if one.signal == signal]


def granted(connection: Connection, channel: str) -> dict[str, bool]:
    return {row.purpose: row.granted for row in consents.latest(connection, "ada") if row.channel == channel}


# Whose it is


def test_an_answer_is_found_by_our_message_id(connection: Connection) -> None:
    [told] = take(connection, mail(To="talent@keepwarm.example", From="Ada <other@example.org>"))
    [message] = kept(connection)
    assert (message.matched_by, message.candidate_id, message.touch_key, message.holds) == (
        "message_id", "ada", TOUCH, True,
    )  # fmt: skip
    assert (told.candidate_id, told.signal) == ("ada", "message_received")
    assert told.payload["event_id"] == f"message-{message.id}"
    assert told.payload["message_id"] == str(message.id)


def test_an_id_far_back_in_the_references_will_do(connection: Connection) -> None:
    take(
        connection,
        mail(In_Reply_To="<theirs@example.org>", References=f"{OURS} <theirs@example.org>", To="x@y.example"),
    )
    assert kept(connection)[0].matched_by == "message_id"


@pytest.mark.parametrize("kind", ["reply", "bounce"])
def test_else_by_the_signed_address_in_any_letters(connection: Connection, kind: str) -> None:
    take(
        connection,
        mail(In_Reply_To="", To=f"{kind.upper()}+{SIGNED.upper()}@Reply.keepwarm.example", From="x@y.example"),
    )
    assert (kept(connection)[0].matched_by, kept(connection)[0].candidate_id) == ("reply_address", "ada")


def test_an_address_that_somebody_else_signed_stands_for_nothing(connection: Connection) -> None:
    forged = TOKEN + "0" * 12
    assert take(connection, mail(In_Reply_To="", To=f"reply+{forged}@reply.keepwarm.example", From="x@y.example")) == []
    assert kept(connection)[0].candidate_id is None


def test_a_sender_on_record_is_a_suggestion_that_a_person_confirms(connection: Connection) -> None:
    assert take(connection, mail(In_Reply_To="", To="talent@keepwarm.example", From="ADA@example.org")) == []
    [message] = kept(connection)
    assert (message.matched_by, message.candidate_id, message.holds) == ("sender", "ada", False)
    [task] = tasks.listed(connection, "ada")
    assert f"keepwarm inbox confirm {message.id}" in task.because
    assert task.owner == "dana"


def test_a_stop_is_obeyed_whoever_says_it(connection: Connection) -> None:
    [told] = take(connection, mail("STOP", In_Reply_To="", To="talent@keepwarm.example"))
    assert told.payload["kind"] == "stop"
    assert granted(connection, "email") == {"nurture": False, "alerts": False, "application": True}


def test_what_nobody_wrote_whom_we_know_is_one_task_for_all(connection: Connection) -> None:
    for number in range(3):
        stranger = mail(In_Reply_To="", To="talent@keepwarm.example", From="x@y.example", Message_ID=f"<{number}@y>")
        assert take(connection, stranger, f"k{number}") == []
    assert len(kept(connection)) == 3
    assert [task.task_key for task in tasks.listed(connection)] == ["messages/unknown"]


def test_what_an_erased_person_writes_is_nobodys(connection: Connection) -> None:
    candidates.mark_erased(connection, "ada")
    assert take(connection, mail()) == []
    assert kept(connection)[0].candidate_id is None


def test_our_own_mails_and_those_of_recruiters_are_no_messages(connection: Connection) -> None:
    assert take(connection, mail(From="Dana <Dana@keepwarm.example>")) == []
    assert take(connection, mail(Message_ID=OURS), "k2") == []
    assert kept(connection) == []


# What it means


def test_quoted_words_never_count(connection: Connection) -> None:
    quoted = "Happy to talk.\n\n> Northwind, 1 Main Street\n> Unsubscribe: https://keepwarm.example/u/x\n> STOP"
    [told] = take(connection, mail(quoted))
    assert told.payload["kind"] != "stop"
    assert kept(connection)[0].text == "Happy to talk."
    assert "Unsubscribe" in kept(connection)[0].whole


def test_a_mail_of_ours_that_they_forward_back_never_opts_out(connection: Connection) -> None:
    forwarded = (
        "Begin forwarded message:\n\nFrom: The talent team <talent@keepwarm.example>\nSubject: Hello\n\nUnsubscribe me"
    )
    (told,) = take(connection, mail(f"This is the one I meant.\n\n{forwarded}"))
    assert told.payload["kind"] == "reply"
    assert "forwarded" in messages.for_candidate(connection, "ada")[0].text


def test_a_question_waits_for_an_answer(connection: Connection) -> None:
    [told] = take(connection, mail("Is the office in Berlin?"))
    assert told.payload["kind"] == "question"
    assert [one.id for one in messages.listed(connection, unanswered=True)] == [kept(connection)[0].id]


def test_a_mail_without_words_says_what_its_subject_says(connection: Connection) -> None:
    [told] = take(connection, mail("", Subject="STOP", In_Reply_To=""))
    assert told.payload["kind"] == "stop"
    [told] = take(connection, mail("", Subject="Re: STOP", Message_ID="<m2@example.org>"), "k2")
    assert told.payload["kind"] == "reply"


def test_a_subject_of_ones_own_that_asks_to_stop_does_above_a_signature_too(connection: Connection) -> None:
    [told] = take(connection, mail("Ada Lovelace", Subject="Unsubscribe"))
    assert told.payload["kind"] == "stop"
    [told] = take(connection, mail("Ada Lovelace", Subject="Re: Unsubscribe", Message_ID="<m2@example.org>"), "k2")
    assert told.payload["kind"] == "reply", "an answer's subject is another's"


def test_who_left_is_no_reply_and_a_task_asks_for_another_address(connection: Connection) -> None:
    left = "I no longer work at Example Ltd. Please write to bo@example.org until 30 December."
    for key in ("k1", "k2"):
        [told] = take(connection, mail(left, Auto_Submitted="auto-replied", Message_ID=f"<{key}@example.org>"), key)
        assert told.payload["kind"] == "auto_reply"
        assert "until" not in told.payload, "the date is somebody else's"
    [task] = tasks.listed(connection)
    assert (task.kind, task.owner) == ("contact", "dana")
    assert "keepwarm candidate reach ada" in task.because


def test_an_automatic_answer_makes_no_work_and_is_no_reply(connection: Connection) -> None:
    [told] = take(connection, mail("I am away.", Auto_Submitted="auto-replied", Subject="Automatic reply: Hello"))
    assert told.payload["kind"] == "auto_reply"
    unsure = mail(
        "I am away.", Auto_Submitted="auto-replied", In_Reply_To="", To="talent@keepwarm.example", Message_ID="<2@y>"
    )
    assert take(connection, unsure, "k2") == []
    assert tasks.listed(connection) == []


def test_what_a_person_attached_is_kept(connection: Connection) -> None:
    raw = (
        f"From: ada@example.org\r\nTo: talent@keepwarm.example\r\nIn-Reply-To: {OURS}\r\nMessage-ID: <m1@x>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nMy CV.\r\n'
        '--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="../../cv.pdf"\r\n\r\n%PDF-1.7\r\n--b--\r\n'
    )
    take(connection, raw.encode())
    [file] = attachments.of(connection, kept(connection)[0].id)
    assert "/" not in file.name
    assert (attachments.content(connection, file.id) or b"").startswith(b"%PDF")


# Once, whichever way


def test_after_a_crash_the_same_input_says_the_same_and_writes_nothing(connection: Connection) -> None:
    first = take(connection, mail("STOP"))
    words = len(consents.history(connection, "ada"))
    assert again(connection) == first
    assert len(kept(connection)) == 1
    assert len(consents.history(connection, "ada")) == words


def test_the_same_mail_by_webhook_is_the_same_message(connection: Connection) -> None:
    take(connection, mail())
    fields = {"email": mail().decode(), "envelope": '{"to":["reply@reply.keepwarm.example"],"from":"ada@example.org"}'}
    form = "".join(
        f'--xx\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    received.store(
        connection,
        received.SENDGRID_INBOUND,
        "s1",
        "multipart/form-data; boundary=xx",
        {},
        (form + "--xx--\r\n").encode(),
    )
    rows = [row for row in received.waiting(connection, 0, 100, 10**8) if row.source == received.SENDGRID_INBOUND]
    assert INBOUND.take_in_forms(connection, rows, datetime.now(UTC)) == []
    assert len(kept(connection)) == 1


def test_two_mails_of_one_id_are_both_kept(connection: Connection) -> None:
    take(connection, mail("First."))
    told = take(connection, mail("Second."), "k2")
    assert [one.text for one in kept(connection)] == ["First.", "Second."]
    assert again(connection)[1:] == told


def test_a_mail_without_an_id_is_kept_once(connection: Connection) -> None:
    take(connection, mail(Message_ID=""))
    again(connection)
    assert len(kept(connection)) == 1


# Bounces


def dsn(
    status: str = "5.1.1", recipient: str = "ada@example.org", original: str = OURS, to: str = "talent@keepwarm.example"
) -> bytes:
    """A bounce as Postfix writes it."""
    return (
        f"From: MAILER-DAEMON@mx.example.org\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <dsn@mx.example.org>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n\r\n"
        f"<{recipient}>: host mx said: 550 {status} User unknown (in reply to RCPT TO command)\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} User unknown\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {original}\r\nSubject: Hello\r\n\r\n--b--\r\n"
    ).encode()


def suppressed(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(contact_points.c.canonical, contact_points.c.suppressed))
    return {row.canonical: row.suppressed for row in rows if row.suppressed}


def state(connection: Connection) -> str:
    return str(connection.scalar(select(ledger.c.state).where(ledger.c.touch_key == TOUCH)))


@pytest.mark.parametrize(
    "bounce",
    [
        dsn(),
        dsn(original="<lost@example.org>", to=f"bounce+{SIGNED}@reply.keepwarm.example"),
        dsn(original="<lost@example.org>"),
    ],
    ids=["our Message-ID", "the signed address", "the recipient, lately written to"],
)
def test_a_hard_bounce_closes_the_address_and_is_told(connection: Connection, bounce: bytes) -> None:
    [told] = take(connection, bounce)
    assert (told.signal, told.payload["kind"], told.payload["touch_key"]) == ("delivery_reported", "bounced", TOUCH)
    assert list(suppressed(connection)) == ["ada@example.org"]
    assert state(connection) == "bounced"
    assert kept(connection) == [], "no person wrote it"
    assert again(connection) == [told]


def test_a_soft_bounce_closes_nothing(connection: Connection) -> None:
    assert take(connection, dsn("4.2.2")) == []
    assert suppressed(connection) == {}


def test_a_warning_that_a_mail_is_late_is_no_bounce(connection: Connection) -> None:
    assert take(connection, dsn("4.4.1").replace(b"Action: failed", b"Action: delayed")) == []
    assert state(connection) == "accepted", "the mail system still tries: sent again, it would arrive twice"
    kinds = connection.scalars(select(message_events.c.kind))
    assert list(kinds) == ["deferred"]


def test_a_bounce_that_names_somebody_else_closes_only_the_address_that_our_mail_went_to(
    connection: Connection,
) -> None:
    add_candidate(connection, "bob")
    take(connection, dsn(recipient="bob@example.org"))
    assert list(suppressed(connection)) == ["ada@example.org"]


def test_a_bounce_about_somebody_to_whom_we_have_not_written_lately_does_nothing(connection: Connection) -> None:
    add_candidate(connection, "bob")
    sent(connection, "old", candidate_id="bob", message_id="<old@x>", handed_over_at=NOW - timedelta(days=40))
    assert take(connection, dsn(recipient="bob@example.org", original="<lost@example.org>")) == []
    assert suppressed(connection) == {}


def test_a_complaint_closes_the_address(connection: Connection) -> None:
    complaint = (
        "From: fbl@provider.example\r\nTo: talent@keepwarm.example\r\nSubject: complaint\r\nMessage-ID: <arf@provider.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nAn email abuse report.\r\n"
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {OURS}\r\nSubject: Hello\r\n\r\nbody\r\n\r\n--b--\r\n"
    )
    [told] = take(connection, complaint.encode())
    assert told.payload["kind"] == "complained"
    assert suppressed(connection) == {"ada@example.org": "complained"}


# SMS


def test_an_sms_is_found_by_its_number(connection: Connection) -> None:
    [told] = text(connection)
    [message] = kept(connection)
    assert (message.matched_by, message.touch_key, message.channel) == ("phone", "ada/nurture/spring-1/nudge/1", "sms")
    assert told.payload["channel"] == "sms"


def test_a_picture_without_words_is_a_message(connection: Connection) -> None:
    [told] = text(connection, None, NumMedia="1", MediaUrl0="https://api.example/m/1", MediaContentType0="image/jpeg")
    assert told.payload["kind"] == "reply"
    [message] = kept(connection)
    assert "https://api.example/m/1" in message.whole
    [picture] = attachments.of(connection, message.id)
    assert picture.content_type == "image/jpeg"


def test_stop_by_sms_ends_every_sms_at_once_and_nothing_else(connection: Connection) -> None:
    [told] = text(connection, "Stop")
    assert told.payload["kind"] == "stop"
    assert set(granted(connection, "sms").values()) == {False}
    assert granted(connection, "email")["nurture"] is True


def test_start_gives_back_what_stop_took_with_its_words_as_proof(connection: Connection) -> None:
    text(connection, "STOP")
    told = text(connection, "START", "t2")
    assert {one.signal for one in told} == {"consent_changed"}
    assert {one.payload["purpose"] for one in told} == {"nurture", "application"}, (
        "what they never had, they have not now"
    )
    assert granted(connection, "sms")["nurture"] is True
    word = consents.latest(connection, "ada")
    assert {row.wording for row in word if row.channel == "sms" and row.granted} == {"START"}


def test_start_takes_back_nothing_that_was_chosen_on_a_page(connection: Connection) -> None:
    consents.opt_out(connection, "ada", "nurture", "sms", at=NOW, event_id="p", source="preferences")
    assert text(connection, "START") == []
    assert granted(connection, "sms")["nurture"] is False


def test_help_is_answered_once_unless_the_provider_did(connection: Connection) -> None:
    assert text(connection, "HELP", "t0", OptOutType="HELP") == []
    assert text(connection, "HELP", "t2") == [], "the provider answers this word itself"
    [mailed] = take(connection, mail("HELP", From="4915112345678@sms.keepwarm.test", In_Reply_To=""))
    assert (mailed.signal, mailed.payload["template"], mailed.payload["channel"]) == ("touch_scheduled", "help", "sms")
    assert granted(connection, "sms")["service"] is True


def test_what_the_provider_took_for_a_stop_is_one(connection: Connection) -> None:
    [told] = text(connection, "nope", OptOutType="STOP")
    assert told.payload["kind"] == "stop"


def test_an_sms_from_nobody_is_kept(connection: Connection) -> None:
    assert text(connection, From="+4915100000000") == []
    assert kept(connection)[0].candidate_id is None


def test_in_the_embedded_mailbox_an_sms_is_a_mail(connection: Connection) -> None:
    [told] = take(
        connection,
        mail("Stop please", From="4915112345678@sms.keepwarm.test", In_Reply_To="", To="talent@keepwarm.example"),
    )
    assert told.payload["channel"] == "sms"
    assert kept(connection)[0].from_address == "+4915112345678"


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The same bytes, some of them changed, doubled or cut, as broken and hostile programs send them."""
    broken = bytearray(raw)
    for _ in range(chance.randrange(1, 12)):
        place = chance.randrange(len(broken) or 1)
        match chance.randrange(4):
            case 0:
                broken[place : place + 1] = bytes([chance.choice([0, 10, 13, 58, 60, 62, 128, 255])])
            case 1:
                broken[place:place] = broken[place : place + chance.randrange(40)]
            case 2:
                del broken[place : place + chance.randrange(20)]
            case _:
                broken[place:place] = chance.choice(
                    [b"\r\n\r\n", b"=?utf-8?b?AAA=?=", b"--b\r\n", b"\xed\xa0\x80", b"%00"]
                )
    return bytes(broken)


@pytest.mark.parametrize("seed", range(4))
def test_broken_mails_and_forms_are_read_without_a_fault(connection: Connection, seed: int) -> None:
    chance = random.Random(seed)
    form = urlencode({"MessageSid": "SM1", "From": "+4915112345678", "Body": "héllo", "NumMedia": "2"}).encode()
    for number in range(60):
        raw = mutated(chance.choice([mail(), dsn(), mail("> STOP\n\nno")]), chance)
        take(connection, raw, f"{seed}-{number}")
        broken = mutated(form, chance).decode("ascii", "ignore").encode()  # what is no form is refused at the door
        received.store(connection, received.TWILIO_INBOUND, f"{seed}-{number}", "", {}, broken)
    rows = [row for row in received.waiting(connection, 0, 200, 10**8) if row.source == received.TWILIO_INBOUND]
    INBOUND.take_in_texts(connection, rows, datetime.now(UTC))
    again(connection)

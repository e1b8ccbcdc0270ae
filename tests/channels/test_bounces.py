import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.bounces import Bounce, read_bounce, read_bounces
from channels.mail import read_mail

ORIGINAL = (
    "Message-ID: <42.received.1@keepwarm.example>\nFrom: talent@keepwarm.example\nTo: ada@example.org\nSubject: Hello\n"
)
REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.keepwarm.example (Mail Delivery System)
To: bounce+abc@reply.keepwarm.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

This is the mail system at host mx.keepwarm.example.

<ada@example.org>: host mx.example.org[192.0.2.1] said: {said}
    (in reply to RCPT TO command)

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.keepwarm.example

Original-Recipient: rfc822;ada@example.org
Final-Recipient: rfc822; a.lovelace@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: message/rfc822

{original}
Hello Ada
--b--
"""


def a_report(said: str = "550 5.1.1 User unknown", status: str = "5.1.1", action: str = "failed") -> str:
    return REPORT.format(said=said, status=status, action=action, original=ORIGINAL)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_delivery_status_is_read_whatever_ends_its_lines(newline: str) -> None:
    assert read_bounce(a_report().replace("\n", newline).encode()) == Bounce(
        recipient="ada@example.org",
        status="5.1.1",
        code="550",
        diagnostic="550 5.1.1 User unknown (in reply to RCPT TO command)",
        original_message_id="<42.received.1@keepwarm.example>",
        rule="delivery-status",
    )


def test_the_server_that_refused_knows_better_than_the_one_that_reports() -> None:
    found = read_bounce(a_report("550 5.7.1 IP address blacklisted", "5.1.1").encode())
    assert found
    assert found.status == "5.7.1"


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_good_news_is_no_bounce(action: str) -> None:
    assert read_bounce(a_report("250 2.0.0 Ok", "2.0.0", action).encode()) is None


def test_a_delay_is_never_permanent() -> None:
    found = read_bounce(a_report("connection timed out", "5.4.1", "delayed").encode())
    assert found
    assert (found.status, found.reason) == ("4.4.1", "delayed")


def test_each_recipient_has_a_status_of_its_own() -> None:
    second = "Final-Recipient: rfc822; bo@example.org\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 full\n"
    last = "--b\nContent-Type: message/rfc822"
    found = read_bounces(a_report().replace(last, f"{second}\n{last}").encode())
    assert [(one.recipient, one.status) for one in found] == [("ada@example.org", "5.1.1"), ("bo@example.org", "5.2.2")]


EXIM = f"""\
From: Mail Delivery System <Mailer-Daemon@mx.keepwarm.example>
To: bounce+abc@reply.keepwarm.example
X-Failed-Recipients: ada@example.org
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@example.org
    SMTP error from remote mail server after RCPT TO:<ada@example.org>:
    host mx.example.org [192.0.2.1]: 550-no such
    550 user here

------ This is a copy of the message, including all the headers. ------

{ORIGINAL}
550 5.7.1 stands in the mail itself
"""


def test_a_bounce_in_words_alone_is_read() -> None:
    found = read_bounce(EXIM.encode())
    assert found
    assert (found.recipient, found.status, found.code) == ("ada@example.org", "", "550")
    assert "no such" in found.diagnostic
    assert "RCPT" in found.diagnostic
    assert found.original_message_id == "<42.received.1@keepwarm.example>"


@pytest.mark.parametrize(
    "raw",
    [
        "From: ada@example.org\nSubject: Re: Hello\n\nYour mail could not be delivered to my old address, use this one.",
        "From: ada@example.org\nReturn-Path: <>\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nBack on Monday.",
        "From: postmaster@example.org\nSubject: Lunch\n\nAt noon?",
        "From: ada@example.org\nSubject: Delivery failure at our plant\n\nI work in logistics.",
        "",
    ],
)
def test_a_persons_mail_is_no_bounce(raw: str) -> None:
    assert read_bounce(raw.encode()) is None


ARF = """\
From: fbl@example.net
Subject: FW: Hello
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Example/1.0
Version: 1
Original-Rcpt-To: <ada@example.org>

--b
Content-Type: message/rfc822

{original}
--b--
"""


@pytest.mark.parametrize(
    ("kind", "complains"),
    [("abuse", True), ("fraud", True), ("other", True), ("not-spam", False), ("auth-failure", False)],
)
def test_a_feedback_report_is_a_complaint_unless_it_says_otherwise(kind: str, complains: bool) -> None:
    found = read_bounce(ARF.format(kind=kind, original=ORIGINAL).encode())
    assert bool(found) is complains
    if found:
        assert (found.recipient, found.is_complaint, found.reason) == ("ada@example.org", True, kind)
        assert found.original_message_id == "<42.received.1@keepwarm.example>"


ATTACHED = (
    "Content-Type: multipart/mixed; boundary=b\n\n"
    "--b\nContent-Type: text/plain\n\n{words}\n--b\nContent-Type: message/rfc822\n\n{original}\n--b--\n"
)


@pytest.mark.parametrize(
    "raw",
    [
        "From: staff@hotmail.com\nSubject: complaint about message from 192.0.2.1\n"
        + ATTACHED.format(words="", original=ORIGINAL),
        "From: ada@outlook.example\nSubject: report\n"
        + ATTACHED.format(words="", original=f"X-HmXmrOriginalRecipient: ada@example.org\n{ORIGINAL}"),
        "From: abuse@example.net\nSubject: Abuse report\n"
        + ATTACHED.format(words="This is a spam report.", original=ORIGINAL),
        "From: ada@example.org\nX-Apple-Unsubscribe: true\nSubject: Unsubscribe\n\n",
    ],
    ids=["hotmail", "outlook", "words", "apple"],
)
def test_complaints_without_a_report_are_complaints(raw: str) -> None:
    found = read_bounce(raw.encode())
    assert found
    assert (found.is_complaint, found.recipient) == (True, "ada@example.org")


def test_a_mail_already_read_is_read_the_same() -> None:
    assert read_bounce(read_mail(EXIM.encode())) == read_bounce(EXIM.encode())


@given(st.data())
def test_a_bounce_with_any_byte_changed_does_no_harm(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from([a_report(), EXIM, ARF])).encode())
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=10)):
        raw[at] = data.draw(st.integers(0, 255))
    read_bounces(bytes(raw))


@pytest.mark.parametrize(
    "piece",
    [
        "\n",
        " \n",
        "a@b ",
        "<a@b>\n",
        "550 ",
        "550-5.1.1 x\n",
        "delivery ",
        "-- original message",
        "Final-Recipient: x\n\n",
        "x" * 99,
    ],
)
def test_a_hostile_bounce_is_read_in_time(piece: str) -> None:
    head = "From: MAILER-DAEMON@example.org\nSubject: Undelivered\n"
    began = time.process_time()
    read_bounces(f"{head}\n{piece * 20_000}".encode())
    read_bounces(
        f"{head}Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n{piece * 20_000}".encode()
    )
    assert time.process_time() - began < 10

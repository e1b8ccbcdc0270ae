"""What mail systems write to people, worded after the habits of many of them."""

import pytest

from channels.bounces import read_bounce, read_bounces

DAEMON = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: bounce+abc@reply.keepwarm.example\n"
LETTERS = {
    "a mail administrator without a machine's part": (
        "From: E500_SMTP_Mail_Service@example.net\nSubject: Returned Mail - Error During Delivery\n\n"
        "------ Failed Recipients ------\n\n<ada@example.org>: Requested action not taken: mailbox unavailable.\n"
        "-------- Returned Mail --------\n\nTo: somebody@else.example\n"
    ),
    "a gateway that names nobody's postmaster": (
        "From: imss@gateway.example\nReturn-Path: <MAILER-DAEMON@example.net>\nSubject: Mail could not be delivered\n\n"
        "Sent <<< RCPT TO:<ada@example.org>\nReceived >>> 550 5.1.1 unknown user.\n\n"
        "Unable to deliver message to <ada@example.org> (and other recipients in the same domain).\n"
    ),
    "a gateway that writes in its own name": (
        "From: gateway@example.net\nSubject: Delivery failure notification\n\n"
        "Your message could not be delivered to the following recipients:\n\nada@example.org\n\nPlease do not resend it.\n"
    ),
    "a bulleted list": (
        f"{DAEMON}Subject: Delivery status notification\n\nDelivery to the following recipients failed permanently:\n\n"
        "   * ada@example.org\n\nSMTP:RCPT host 192.0.2.1: 553 5.3.0 <ada@example.org>... No such user here\n"
    ),
    "a postmaster to ask": (
        f"{DAEMON}Subject: Undelivered Mail Returned to Sender\n\nFor further assistance, please contact <postmaster@example.net>\n\n"
        "<ada@example.org>: host mx.example.org[192.0.2.1] said: 550 5.1.1\n    <ada@example.org>... User unknown\n"
    ),
    "the mail's own head before the news": (
        "From: System Administrator <postmaster@example.net>\nTo: bounce+abc@reply.keepwarm.example\nSubject: Undeliverable: Hello\n\n"
        "Your message\n\n  To:      bounce+abc@reply.keepwarm.example\n  Subject: Hello\n\ndid not reach the following recipient(s):\n\n"
        "ada@example.org on Fri, 20 Jul 2001 11:08:59 -0700\n    The recipient name is not recognized\n"
    ),
    "a quotation mark's account": (
        f"{DAEMON}Subject: Mail Delivery Failure\n\n> ada@example.org\n\nThe following addresses did NOT receive a copy of your message.\n"
    ),
    "an alias behind the address": (
        f"{DAEMON}Subject: Returned mail\n\n   ----- The following addresses had permanent fatal errors -----\n"
        "al@inner.example.org\n    (expanded from: ada@example.org)\n"
    ),
    "the mail itself and nothing said": (
        f"{DAEMON}Subject: \nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nexample.net.\n\n<ada@example.org>:\n"
        "--b\nContent-Type: message/rfc822\n\nSubject: Hello\n\nHello\n--b--\n"
    ),
    "a report that a gateway put into a mail of its own": (
        f"{DAEMON}Subject: Delivery Status Notification (Failure)\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        "Content-Type: message/rfc822\n\nFrom: postmaster@example.net\nSubject: Delivery Status Notification (Failure)\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=c\n\n--c\nContent-Type: text/plain\n\nIt failed.\n--c\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822;ada@example.org\n"
        "Action: failed\nStatus: 5.1.1\n\n--c--\n--b--\n"
    ),
}


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_whom_a_mail_did_not_reach_is_read_from_words(letter: str) -> None:
    assert [one.recipient for one in read_bounces(letter.encode())] == ["ada@example.org"]


@pytest.mark.parametrize(
    "raw",
    [
        "From: ada@example.org\nSubject: Fwd: Undeliverable: Hello\n\nLook, it could not be delivered:\nbo@example.org\n",
        "From: ada@example.org\nSubject: Re: Delivery failure\n\nIt was not delivered to\nbo@example.org\n",
        "From: ada@example.org\nSubject: Delivery problem\n\nYour letter could not be delivered, says the post office.\n",
        "From: ada@example.org\nSubject: Delivery problem\n\nYour letter could not be delivered.\nada@example.org\n",
    ],
    ids=["forwarded", "answered", "no address", "one's own address"],
)
def test_a_person_who_tells_of_a_bounce_is_a_person(raw: str) -> None:
    assert read_bounce(raw.encode()) is None


def test_a_status_in_brackets_counts() -> None:
    said = f"{DAEMON}Subject: failure notice\n\n<ada@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n"
    found = read_bounce(said.encode())
    assert found
    assert (found.recipient, found.status) == ("ada@example.org", "5.1.1")


@pytest.mark.parametrize(
    "words",
    [
        "Delivery attempts will continue to be made for 5 day(s).",
        "We will continue to try to deliver your message.",
        "It has been postponed due to a full mailbox.",
    ],
)
def test_a_mail_system_that_still_tries_tells_of_a_delay(words: str) -> None:
    found = read_bounce(
        f"{DAEMON}Subject: Mail Delivery Warning\n\nNot delivered yet:\n\nada@example.org\n\n{words}\n".encode()
    )
    assert found
    assert found.reason == "delayed"


def test_an_address_named_by_many_lines_comes_back_once() -> None:
    lines = "<ada@example.org>: 550 5.1.1 User unknown\n\n" * 20
    assert len(read_bounces(f"{DAEMON}Subject: Undelivered\n\n{lines}".encode())) == 1

"""SMTP: what each reply means, and connections that go stale."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channels.messages import Fault, PermanentSendError, TemporarySendError, UncertainSendError
from channels.smtp import SmtpChannel
from config.settings import SmtpTls
from tests.channels.harnesses import an_email
from tests.fakes.smtp import HANG_AFTER, FakeSmtp, SmtpTrouble, Step


@pytest.mark.parametrize(
    ("step", "reply"),
    [
        ("MAIL", "421 4.7.0 too many connections"),
        ("MAIL", "451 4.3.0 queue file write error"),
        ("RCPT", "450 4.2.1 mailbox busy"),
        ("RCPT", "451 4.7.1 greylisted, come back"),
        ("RCPT", "452 4.2.2 mailbox full"),
        ("RCPT", "552 5.2.2 mailbox full"),
        ("body", "421 4.3.2 shutting down"),
        ("body", "452 4.3.1 no space"),
    ],
)
async def test_what_may_pass_is_temporary(step: Step, reply: str) -> None:
    with pytest.raises(TemporarySendError, match=f"SMTP {reply[:3]} at {step}"):
        await send_into(SmtpTrouble(step, reply=reply))


@pytest.mark.parametrize(
    ("step", "reply", "fault", "code"),
    [
        ("RCPT", "550 5.1.1 user unknown", Fault.ADDRESS, "5.1.1"),
        ("RCPT", "550 5.1.2 no such domain", Fault.ADDRESS, "5.1.2"),
        ("RCPT", "553 5.1.3 bad syntax", Fault.ADDRESS, "5.1.3"),
        ("RCPT", "550 5.1.10 null MX", Fault.ADDRESS, "5.1.10"),
        ("RCPT", "550 5.2.1 mailbox disabled", Fault.ADDRESS, "5.2.1"),
        ("RCPT", "550 no such user here", Fault.ADDRESS, "550"),
        ("RCPT", "551 user has moved", Fault.ADDRESS, "551"),
        ("RCPT", "550 relay access denied", Fault.ACCOUNT, "550"),
        ("RCPT", "554 5.7.1 relay access denied", Fault.ACCOUNT, "5.7.1"),
        ("RCPT", "550 5.4.1 recipient address rejected: access denied", Fault.ACCOUNT, "5.4.1"),
        ("MAIL", "530 5.7.0 authentication required", Fault.ACCOUNT, "5.7.0"),
        ("MAIL", "550 5.1.8 sender address refused", Fault.ACCOUNT, "5.1.8"),
        ("MAIL", "552 5.3.4 message too big", Fault.CONTENT, "5.3.4"),
        ("body", "554 5.7.1 looks like spam", Fault.CONTENT, "5.7.1"),
        ("body", "550 5.7.26 DMARC fails", Fault.ACCOUNT, "5.7.26"),
        ("body", "554 transaction failed", Fault.CONTENT, "554"),
        ("body", "554 5.6.0 bad header", Fault.CONTENT, "5.6.0"),
        ("body", "550 5.1.1 user unknown", Fault.ADDRESS, "5.1.1"),
    ],
)
async def test_a_refusal_says_whose_fault_it_is(step: Step, reply: str, fault: Fault, code: str) -> None:
    with pytest.raises(PermanentSendError) as refused:
        await send_into(SmtpTrouble(step, reply=reply))
    assert (refused.value.fault, refused.value.code) == (fault, code)


async def test_a_servers_own_words_go_no_further() -> None:
    reply = "550 5.1.1 User lovelace_ada (born 10.12.1815) unknown"
    with pytest.raises(PermanentSendError) as refused:
        await send_into(SmtpTrouble("RCPT", reply=reply))
    assert str(refused.value) == "SMTP 550 at RCPT (5.1.1)"


async def send_into(trouble: SmtpTrouble) -> None:
    """One mail that meets the trouble; nothing is held afterwards."""
    async with FakeSmtp() as fake:
        channel = SmtpChannel("127.0.0.1", fake.port)
        fake.behave(trouble)
        try:
            await channel.send(an_email())
        finally:
            assert fake.held == []
            await channel.close()


async def test_a_refusal_keeps_the_connection() -> None:
    async with FakeSmtp() as fake:
        channel = SmtpChannel("127.0.0.1", fake.port)
        for trouble in (SmtpTrouble("RCPT", reply="550 5.1.1 unknown"), SmtpTrouble("body", reply="554 5.6.0 bad")):
            fake.behave(trouble)
            with pytest.raises(PermanentSendError):
                await channel.send(an_email())
        await channel.send(an_email())
        assert fake.connections == 1
        assert len(fake.held) == 1
        await channel.close()


async def test_a_connection_that_the_server_closed_is_replaced_before_anything_is_written() -> None:
    async with FakeSmtp() as fake:
        channel = SmtpChannel("127.0.0.1", fake.port)
        await channel.send(an_email(1))
        await fake.drop_all()
        await channel.send(an_email(2))
        assert [held.recipient for held in fake.held] == ["ada1@example.org", "ada2@example.org"]
        assert fake.connections == 2
        await channel.close()


@pytest.mark.parametrize("trouble", [SmtpTrouble("MAIL", "drop"), SmtpTrouble("MAIL", reply="421 4.4.2 idle too long")])
async def test_a_kept_connection_that_ends_at_the_envelope_is_replaced(trouble: SmtpTrouble) -> None:
    async with FakeSmtp() as fake:
        channel = SmtpChannel("127.0.0.1", fake.port)
        await channel.send(an_email(1))
        fake.behave(trouble)
        await channel.send(an_email(2))
        assert len(fake.held) == 2
        assert fake.connections == 2
        await channel.close()


async def test_no_answer_after_the_message_is_uncertain() -> None:
    async with FakeSmtp() as fake:
        channel = SmtpChannel("127.0.0.1", fake.port, timeout=timedelta(seconds=0.2))
        fake.behave(HANG_AFTER)
        with pytest.raises(UncertainSendError):
            await channel.send(an_email())
        await channel.close()


async def test_no_answer_to_the_envelope_is_temporary() -> None:
    async with FakeSmtp() as fake:
        channel = SmtpChannel("127.0.0.1", fake.port, timeout=timedelta(seconds=0.2))
        fake.behave(SmtpTrouble("RCPT", "hang"))
        with pytest.raises(TemporarySendError):
            await channel.send(an_email())
        assert fake.held == []
        await channel.close()


async def test_the_mail_arrives_byte_for_byte_under_the_envelope_sender() -> None:
    async with FakeSmtp() as fake:
        channel = SmtpChannel("127.0.0.1", fake.port)
        await channel.send(an_email())
        (held,) = fake.held
        assert held.sender == "bounce+1@reply.keepwarm.example"
        assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in held.raw
        assert held.raw.endswith(b"--=_alternative--\r\n")
        await channel.close()


async def test_an_address_that_smtp_cannot_carry_is_its_own_fault() -> None:
    channel = SmtpChannel("127.0.0.1", 1)
    with pytest.raises(PermanentSendError, match="To: not an address") as refused:
        await channel.send(replace(an_email(), to_address="ädä@example.org"))
    assert refused.value.fault is Fault.ADDRESS


async def test_a_line_break_in_a_header_is_the_contents_fault() -> None:
    channel = SmtpChannel("127.0.0.1", 1)
    with pytest.raises(PermanentSendError, match="Subject: a line break") as refused:
        await channel.send(replace(an_email(), subject="Hello\r\nBcc: eve@example.org"))
    assert refused.value.fault is Fault.CONTENT


async def test_a_server_without_starttls_is_for_an_operator() -> None:
    async with FakeSmtp() as fake:
        channel = SmtpChannel("127.0.0.1", fake.port, tls=SmtpTls.STARTTLS)
        with pytest.raises(PermanentSendError, match="KEEPWARM_SMTP_TLS") as refused:
            await channel.send(an_email())
        assert refused.value.fault is Fault.ACCOUNT


async def test_a_server_without_login_is_for_an_operator() -> None:
    async with FakeSmtp() as fake:
        channel = SmtpChannel("127.0.0.1", fake.port, "user", "password")
        with pytest.raises(PermanentSendError, match="KEEPWARM_SMTP_USER") as refused:
            await channel.send(an_email())
        assert refused.value.fault is Fault.ACCOUNT

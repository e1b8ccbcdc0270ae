"""A mailbox over TLS, and one that offers less."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import aiosmtplib
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from channels.imap import FAILURES, Inbox, MailServer
from tests.conftest import TestMailbox


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody else signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@asynccontextmanager
async def proxied(port: int, certificate: Path | None = None, without: bytes = b"\0") -> AsyncIterator[int]:
    """The port of a proxy before an IMAP server: over TLS where it has a certificate, and silent of what it is to leave out."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data.replace(without, b""))
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pass_on(reader, to_writer), pass_on(to_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def send(mailbox: TestMailbox) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=mailbox.smtp_port, start_tls=False) as server:
        await server.sendmail("ada@example.org", ["talent@keepwarm.example"], b"Subject: Hello\r\n\r\nHello\r\n")


async def test_a_mailbox_is_read_over_tls(
    mailbox: TestMailbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with proxied(mailbox.imap_port, certificate) as port:
        server = MailServer("127.0.0.1", port, mailbox.user, mailbox.password)
        inbox = await asyncio.to_thread(Inbox.open, server)
        waiting = asyncio.create_task(asyncio.to_thread(inbox.wait, 20))
        await send(mailbox)
        async with asyncio.timeout(10):
            assert await waiting
        await asyncio.to_thread(inbox.look)
        [uid] = await asyncio.to_thread(inbox.uids_after, inbox.next_uid - 1)
        assert b"Hello" in (await asyncio.to_thread(inbox.fetch, uid) or b"")
        await asyncio.to_thread(inbox.close)


async def test_a_certificate_that_nobody_trusts_lets_no_password_out(mailbox: TestMailbox, certificate: Path) -> None:
    async with proxied(mailbox.imap_port, certificate) as port:
        with pytest.raises(FAILURES):
            await asyncio.to_thread(Inbox.open, MailServer("127.0.0.1", port, mailbox.user, mailbox.password))


async def test_a_server_without_idle_is_looked_at_again_and_again(mailbox: TestMailbox) -> None:
    async with proxied(mailbox.imap_port, without=b" IDLE") as port:
        server = MailServer("127.0.0.1", port, mailbox.user, mailbox.password, "none")
        inbox = await asyncio.to_thread(Inbox.open, server)
        assert not inbox.can_idle
        await asyncio.to_thread(inbox.close)

"""The sink that counts copies: what it takes over is noted, once, before it says so."""

import asyncio
import os
from pathlib import Path

from bench.sink import Session, read_arrivals

MAIL = b"From: us\r\nMessage-ID:\r\n <folded@x>\r\nSubject: Message-ID: <not@this>\r\n\r\nMessage-ID: <nor@this>\r\n..\r\n.\r\n"


class Written(asyncio.WriteTransport):
    """A transport that keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.text = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.text += bytes(data)


def a_session(path: Path) -> tuple[Session, Written]:
    session, transport = Session(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)), Written()
    session.connection_made(transport)
    return session, transport


def test_a_mail_is_noted_by_its_own_message_id(tmp_path: Path) -> None:
    session, transport = a_session(tmp_path / "notes")
    for line in (b"EHLO me\r\n", b"MAIL FROM:<a@x>\r\n", b"RCPT TO:<b@x>\r\n", b"DATA\r\n", MAIL):
        session.data_received(line)
    assert [arrival.message_id for arrival in read_arrivals(tmp_path / "notes")] == ["<folded@x>"]
    assert transport.text.endswith(b"354 go on\r\n250 taken\r\n")


def test_pipelined_mails_in_any_pieces_are_all_taken(tmp_path: Path) -> None:
    session, transport = a_session(tmp_path / "notes")
    envelope = b"MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n"
    whole = envelope + MAIL + envelope + MAIL.replace(b"folded", b"second")
    for start in range(0, len(whole), 7):
        session.data_received(whole[start : start + 7])
    assert [arrival.message_id for arrival in read_arrivals(tmp_path / "notes")] == ["<folded@x>", "<second@x>"]
    assert transport.text.count(b"250 taken") == 2


def test_an_interrupted_mail_is_not_noted(tmp_path: Path) -> None:
    session, _ = a_session(tmp_path / "notes")
    session.data_received(b"DATA\r\n" + MAIL[:-3])
    assert read_arrivals(tmp_path / "notes") == []

"""The floor under every way of sending: one process that reads, renders, assembles, pipelines and inserts by pages, and asks nobody.

    python -m bench.controls.floor DATABASE_URL SMTP_PORT COUNT

It escapes values for HTML and refuses line breaks in headers, as anybody must who sends what people have typed. What a product's
gates, claims and marks cost is what it needs beyond this.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from base64 import encodebytes
from collections.abc import Sequence
from email.header import Header
from email.utils import formatdate
from typing import Any

import psycopg
from sqlalchemy import create_engine

from bench.controls.words import MailTemplates, mail_templates, values_for
from bench.people import JOURNEY
from storage import journeys

PAGE = 500
WARM_UP = 50
"""Mails sent before the clock starts: templates are compiled and connections open, as in a process that has run for a while."""
_READ = """
    select c.id, c.full_name, c.first_name, p.value from candidates as c
    join contact_points as p on p.candidate_id = c.id and p.kind = 'email'
    where c.id > %s order by c.id limit %s
"""
_MADE = (
    "create table floor_sent (candidate_id text primary key, message_id text not null, sent_at timestamptz not null)"
)
_INSERT = "insert into floor_sent select unnest(%s::text[]), unnest(%s::text[]), now()"
_SENDER = "talent@bench.example"


class Pipe:
    """One SMTP connection, one round trip a mail: a body travels with the next mail's envelope (RFC 2920)."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._replies = self._socket.makefile("rb")
        self._expect(b"220")
        self._socket.sendall(b"EHLO floor\r\n")
        self._expect(b"250")

    def send(self, mails: Sequence[tuple[str, bytes]]) -> None:
        """Hand over (address, mail) in order. Raises ConnectionError at the first reply that is no success."""
        body = b""
        for address, mail in mails:
            envelope = f"MAIL FROM:<{_SENDER}>\r\nRCPT TO:<{address}>\r\nDATA\r\n".encode()
            self._socket.sendall(body + envelope)
            for code in ((b"250",) if body else ()) + (b"250", b"250", b"354"):
                self._expect(code)
            body = mail.replace(b"\r\n.", b"\r\n..") + b".\r\n"
        if body:
            self._socket.sendall(body)
            self._expect(b"250")

    def _expect(self, code: bytes) -> None:
        line = self._replies.readline()
        while line[3:4] == b"-":
            line = self._replies.readline()
        if not line.startswith(code):
            raise ConnectionError(f"expected {code!r}, the server said {line!r}")


def send_page(connection: psycopg.Connection[Any], pipe: Pipe, templates: MailTemplates, after: str, limit: int) -> str:
    """Read, render, send and note one page of people; the last id, or nothing when there is nobody left."""
    people = connection.execute(_READ, [after, limit]).fetchall()
    date = formatdate()
    mails = [
        (address, _mail(templates, date, candidate_id, name, first_name, address))
        for candidate_id, name, first_name, address in people
    ]
    pipe.send(mails)
    ids = [person[0] for person in people]
    connection.execute(_INSERT, [ids, [f"<floor-{candidate_id}@bench.example>" for candidate_id in ids]])
    connection.commit()
    return ids[-1] if ids else ""


def _mail(templates: MailTemplates, date: str, candidate_id: str, name: str, first_name: str, address: str) -> bytes:
    values = values_for(candidate_id, first_name)
    headers = {
        "Date": date,
        "From": f"Bench Ltd <{_SENDER}>",
        "To": f"{name} <{address}>",
        "Subject": templates.subject.render(values),
        "Message-ID": f"<floor-{candidate_id}@bench.example>",
        "List-Unsubscribe": f"<{values['unsubscribe_url']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/alternative; boundary="=_floor"',
    }
    head = "".join(_header(title, value) for title, value in headers.items()) + "\r\n"
    parts = (_part("plain", templates.text.render(values)), _part("html", templates.html.render(values)))
    return head.encode() + b"".join(parts) + b"--=_floor--\r\n"


def _header(name: str, value: str) -> str:
    """One header line. Raises ValueError for a line break; text outside ASCII becomes an encoded word (RFC 2047)."""
    if "\r" in value or "\n" in value:
        raise ValueError(f"{name}: a line break in a header")
    return f"{name}: {value if value.isascii() else Header(value, 'utf-8').encode()}\r\n"


def _part(kind: str, words: str) -> bytes:
    head = f"--=_floor\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + encodebytes(words.encode()).replace(b"\n", b"\r\n")


def main(url: str, port: int, count: int) -> None:
    """Send to `count` people; print the CPU seconds of this process."""
    with create_engine(url).connect() as looking:
        templates = mail_templates(journeys.get(looking, JOURNEY))
    pipe = Pipe(port)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute(_MADE)
        after = send_page(connection, pipe, templates, "", WARM_UP)
        sent, cpu, began = 0, time.process_time(), time.monotonic()
        while sent < count and after:
            after = send_page(connection, pipe, templates, after, min(PAGE, count - sent))
            sent += min(PAGE, count - sent)
    print(json.dumps({"mails": sent, "cpu": time.process_time() - cpu, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

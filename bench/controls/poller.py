"""The poller that people write by hand: rows taken with SKIP LOCKED, mails built with EmailMessage, marked with their commit.

    python -m bench.controls.poller DATABASE_URL SMTP_PORT

Ends when no row is due. Killed, it leaves what it sent since its last commit to be sent again.
"""

from __future__ import annotations

import json
import smtplib
import sys
import time
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any

import psycopg
from sqlalchemy import create_engine

from bench.controls.words import MailTemplates, mail_templates, values_for
from bench.people import JOURNEY
from storage import journeys

BATCH = 50
"""Rows in a transaction."""
MADE = """
    create table poller_queue as
    select c.id as candidate_id, c.full_name, c.first_name, p.value as address, 'due' as state, now() as due,
           cast(null as timestamptz) as sent_at
    from candidates as c join contact_points as p on p.candidate_id = c.id and p.kind = 'email';
    alter table poller_queue add primary key (candidate_id);
    create index on poller_queue (due) where state = 'due'
"""
_TAKE = """
    select candidate_id, full_name, first_name, address from poller_queue
    where state = 'due' and due <= now() order by due limit %s for update skip locked
"""
_MARK = "update poller_queue set state = 'sent', sent_at = now() where candidate_id = %s"


def message_id(candidate_id: str) -> str:
    """The same for every attempt, so that a second copy can be counted."""
    return f"<poller-{candidate_id}@bench.example>"


def send_batch(connection: psycopg.Connection[Any], smtp: smtplib.SMTP, templates: MailTemplates) -> int:
    """Take, send and mark a batch in one transaction; how many there were."""
    with connection.transaction():
        rows = connection.execute(_TAKE, [BATCH]).fetchall()
        for candidate_id, name, first_name, address in rows:
            smtp.send_message(_mail(templates, candidate_id, name, first_name, address))
            connection.execute(_MARK, [candidate_id])
    return len(rows)


def _mail(templates: MailTemplates, candidate_id: str, name: str, first_name: str, address: str) -> EmailMessage:
    values = values_for(candidate_id, first_name)
    mail = EmailMessage()
    mail["Date"] = formatdate()
    mail["From"] = "Bench Ltd <talent@bench.example>"
    mail["To"] = f"{name} <{address}>"
    mail["Subject"] = templates.subject.render(values)
    mail["Message-ID"] = message_id(candidate_id)
    mail["List-Unsubscribe"] = f"<{values['unsubscribe_url']}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(templates.text.render(values), cte="base64")
    mail.add_alternative(templates.html.render(values), subtype="html", cte="base64")
    return mail


def main(url: str, port: int) -> None:
    """Send what is due; print the CPU seconds of this process, the first batch apart as a warm-up."""
    with create_engine(url).connect() as looking:
        templates = mail_templates(journeys.get(looking, JOURNEY))
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        smtp = smtplib.SMTP("127.0.0.1", port)
        send_batch(connection, smtp, templates)
        sent, cpu, began = 0, time.process_time(), time.monotonic()
        while count := send_batch(connection, smtp, templates):
            sent += count
    print(json.dumps({"mails": sent, "cpu": time.process_time() - cpu, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

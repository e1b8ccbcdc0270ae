"""Forgetting a person: every column is thought of, nothing of theirs stays, the proof holds, and nobody else loses anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    Table,
    Text,
    insert,
    select,
    text,
)
from sqlalchemy import DateTime as Moment
from sqlalchemy.dialects.postgresql import JSONB

from storage import candidates, erasures, proofs, redactions
from storage.erasures import ABOUT_NOBODY, TREATMENTS, StillLeaving, erase
from storage.forgotten import Register
from storage.tables import erasures as register_table
from storage.tables import ledger, message_events, metadata, received
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, add_opening, say, sent

KEY = b"a-signing-key-of-a-deployment-----"
SECRET = "Wronskian"
MAIL, NUMBER = "ada.wronskian@example.org", "+4930231250017"
FIXED: dict[tuple[str, str], Any] = {
    ("ledger", "state"): "delivered",
    ("ledger", "consent_id"): None,
    ("received", "state"): "taken_in",
    ("contact_points", "kind"): "profile",
    ("bookings", "state"): "booked",
    ("survey_answers", "score"): 9,
    ("enrollments", "status"): "active",
    ("promises", "state"): "due",
    ("applications", "opening_id"): "be-1",
    ("message_events", "touch_key"): "kept",
    ("ledger", "touch_key"): "kept",
}


def forget(connection: Connection, person: str = "ada") -> erasures.Erased:
    return erase(connection, person, key=KEY, by="dana", because="asked by phone", at=NOW)


def columns() -> Iterator[tuple[str, Column[Any]]]:
    for table in metadata.sorted_tables:
        for column in table.c:
            yield table.name, column


def test_every_column_of_the_schema_is_thought_of() -> None:
    unthought = []
    for table, column in columns():
        treatment = TREATMENTS.get(table)
        if table in ABOUT_NOBODY or (treatment and treatment.goes):
            continue
        if treatment is None or (column.name in treatment.keeps) == (column.name in treatment.sets):
            unthought.append(f"{table}.{column.name}")
    assert unthought == [], "say in storage/erasures.py what becomes of these when a person is erased"


def test_nothing_is_treated_that_is_not_there() -> None:
    known = {(table, column.name) for table, column in columns()}
    named = {(table, name) for table, one in TREATMENTS.items() for name in (*one.sets, *one.keeps)}
    assert named - known == set()
    assert ABOUT_NOBODY | TREATMENTS.keys() == set(metadata.tables)


def test_what_is_about_nobody_names_no_candidate() -> None:
    about = {table for table, column in columns() if column.name == "candidate_id" or table == "candidates"}
    assert about & ABOUT_NOBODY == {"erasures"}, "it holds keyed hashes, and whose they were"


def fill(connection: Connection, table: Table) -> None:
    """One row about Ada whose personal columns all hold the secret."""
    treatment = TREATMENTS[table.name]
    row = {
        column.name: value
        for column in table.c
        if column.computed is None and column.identity is None
        if (value := _value(table.name, column, column.name in treatment.keeps)) is not ...
    }
    connection.execute(insert(table).values(**row))


def _value(table: str, column: Column[Any], kept: bool) -> Any:
    if (table, column.name) in FIXED:
        return FIXED[table, column.name]
    for key in column.foreign_keys:
        target = key.column.table.name
        return {"candidates": "ada", "openings": "be-1"}.get(target) or _newest(target)
    match column.type:
        case Text():
            return "kept" if kept else f"{SECRET} {table}.{column.name}"
        case JSONB():
            return {} if kept else {"said": SECRET}
        case LargeBinary():
            return SECRET.encode()
        case Moment():
            return NOW
        case Boolean():
            return False
        case Integer() | Float():
            return 1
        case ARRAY():
            return []
        case Date():
            return NOW.date()
    raise AssertionError(f"{table}.{column.name} is of a kind that this test does not know")


def _newest(table: str) -> Any:
    return text(f"(select max(id) from {table})")  # noqa: S608 - our own names


def dump(connection: Connection) -> str:
    """Every row of every table as text; raw bodies decoded."""
    lines = []
    for table in metadata.sorted_tables:
        for row in connection.execute(select(table)):
            shown = [bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v) for v in row]
            lines.append(f"{table.name}: {shown}")
    return "\n".join(lines)


def test_a_secret_in_every_personal_column_of_every_table_is_gone(connection: Connection) -> None:
    add_opening(connection)
    connection.execute(text("insert into slots (opening_id, starts_at, minutes) values ('be-1', now(), 45)"))
    connection.execute(
        insert(metadata.tables["candidates"]).values(id="ada", full_name=SECRET, headline=SECRET, source=SECRET)
    )
    for table in metadata.sorted_tables:
        if table.name in TREATMENTS and table.name != "candidates":
            fill(connection, table)
    before = dump(connection)
    assert all(f"{name}: " in before for name in TREATMENTS)
    forget(connection)
    assert [line for line in dump(connection).splitlines() if SECRET in line] == []


def life(connection: Connection) -> str:
    """Ada with a mail that was delivered and reported, one claimed and one put off; answers the delivered one's key."""
    add_opening(connection)
    add_candidate(
        connection, "ada", full_name=f"Ada {SECRET}", emails=[MAIL], phones=[NUMBER], profiles=["github.com/wronskian"]
    )
    add_candidate(connection, "bea")
    consent, other = say(connection), say(connection, "bea")
    key = "ada/nurture/passive-prospect-1/hello/2026-11-01T00:00:00Z"
    mail: dict[str, Any] = {"address": MAIL, "subject": f"Hello {SECRET}", "body": SECRET, "consent_id": consent}
    sent(connection, key, provider_id="4cY3xWvZqQ2sT5u", **mail)
    sent(connection, "bea/nurture/a/b/c", candidate_id="bea", provider_id="9zZ9xWvZqQ2sT5u", consent_id=other)
    away: dict[str, Any] = {
        "handed_over_at": None,
        "handed_over_recorded_at": None,
        "accepted_at": None,
        "settled_at": None,
    }
    never: dict[str, Any] = {"message_id": "", "provider_id": "", "provider": "", **away}
    sent(connection, f"{key}+1", state="claimed", **mail, **never)
    sent(connection, f"{key}+2", state="intended", not_before=NOW + timedelta(days=3), **mail, **never)
    connection.execute(
        insert(message_events),
        [
            {"provider": "sendgrid", "event_key": "e1", "touch_key": key, "kind": "delivered", "at": NOW,
             "payload": {"email": MAIL, "sg_message_id": "4cY3xWvZqQ2sT5u.filter"}},
            {"provider": "sendgrid", "event_key": "e2", "touch_key": "", "kind": "bounced", "at": NOW, "payload": {"email": MAIL.upper()}},
            {"provider": "sendgrid", "event_key": "e3", "touch_key": "bea/nurture/a/b/c", "kind": "delivered", "at": NOW,
             "payload": {"email": "bea@example.org"}},
        ],
    )  # fmt: skip
    return key


def receive(connection: Connection, source: str, body: bytes, **values: Any) -> int:
    row = {
        "source": source,
        "source_key": f"{source}-{len(body)}-{body[:9]!r}",
        "body": body,
        "state": "taken_in",
    } | values
    return int(connection.execute(insert(received).values(**row).returning(received.c.id)).scalar_one())


def body_of(connection: Connection, row: int) -> bytes:
    return bytes(connection.execute(select(received.c.body).where(received.c.id == row)).scalar_one())


def test_afterwards_nothing_names_the_person(connection: Connection) -> None:
    life(connection)
    told = forget(connection)
    assert told.addresses == (MAIL,)
    after = dump(connection).casefold()
    for secret in (SECRET, MAIL, NUMBER, "4cY3xWvZqQ2sT5u"):
        assert secret.casefold() not in after
    assert "bea@example.org" in after, "nobody else loses anything"


def test_the_proof_still_holds_and_still_finds_what_was_wrong(connection: Connection) -> None:
    key = life(connection)
    sent(connection, f"{key}+3", provider_id="4cY3xWvZqQ2sT5u", consent_id=None, handed_over_at=NOW - timedelta(days=9))
    before = {(one.kind, one.touch_key) for one in proofs.prove(connection, NOW)}
    forget(connection)
    after = {(one.kind, one.touch_key) for one in proofs.prove(connection, NOW + timedelta(days=30))}
    twice, unasked = proofs.Kind.SENT_TWICE, proofs.Kind.WITHOUT_CONSENT
    assert {(twice, key), (twice, f"{key}+3"), (unasked, f"{key}+3")} <= before
    assert {one for one in after if one[0] in (twice, unasked)} == {one for one in before if one[0] in (twice, unasked)}
    assert not [one for one in after if one[0] is proofs.Kind.OVERDUE]


def test_a_claim_that_has_not_left_never_does(connection: Connection) -> None:
    key = life(connection)
    forget(connection)
    rows = connection.execute(
        select(ledger.c.touch_key, ledger.c.state, ledger.c.gate).where(ledger.c.candidate_id == "ada")
    )
    states = {row.touch_key.removeprefix(key): (row.state, row.gate) for row in rows}
    assert states == {"": ("accepted", ""), "+1": ("skipped", "erased"), "+2": ("skipped", "erased")}


def test_one_is_not_erased_while_a_message_is_leaving(connection: Connection) -> None:
    key = life(connection)
    recently: dict[str, Any] = {
        "handed_over_at": NOW,
        "accepted_at": None,
        "settled_at": None,
        "provider_id": "",
        "provider": "",
    }
    sent(connection, f"{key}+9", state="handed_over", **recently)
    with pytest.raises(StillLeaving, match="ask again"):
        forget(connection)
    connection.execute(
        text("update ledger set handed_over_recorded_at = now() - interval '1 minute' where state = 'handed_over'")
    )
    forget(connection)
    assert connection.scalar(select(ledger.c.state).where(ledger.c.touch_key == f"{key}+9")) == "unknown"


def test_a_batch_of_many_peoples_events_loses_only_theirs(connection: Connection) -> None:
    key = life(connection)
    events = [
        {"email": MAIL, "event": "open", "touch_key": key},
        {"email": "bea@example.org", "event": "open", "touch_key": "bea/nurture/a/b/c"},
        {"event": "bounce", "email": f"Ada <{MAIL.title()}>"},
        {"event": "deferred", "sg_message_id": "4cY3xWvZqQ2sT5u.recvd-1"},
        {"event": "open", "email": "x@example.org", "touch_key": "adam/nurture/a/b/c"},
    ]
    row = receive(connection, "sendgrid_events", json.dumps(events).encode())
    forget(connection)
    assert json.loads(body_of(connection, row)) == [events[1], events[4]]


@pytest.mark.parametrize(
    "body",
    [
        b"From=%2B4930231250017&To=%2B15005550006&Body=Stop",
        b"WaId=4930231250017&Body=hi",
        b"From: Ada <ADA.Wronskian@example.org>\r\n\r\n\x00\xff hello",
        b'--b\r\ncontent-disposition: form-data; name="from"\r\n\r\nada.wronskian@example.org\r\n--b--',
        b"from=ada.wronskian%40example.org",
    ],
)
def test_a_body_of_their_own_goes_whole(connection: Connection, body: bytes) -> None:
    life(connection)
    row = receive(connection, "twilio_inbound", body, headers={"x-from": MAIL})
    forget(connection)
    assert body_of(connection, row) == b""
    found = connection.execute(select(received.c.state, received.c.headers).where(received.c.id == row)).one()
    assert tuple(found) == ("erased", {})


def test_what_somebody_else_wrote_stays_theirs(connection: Connection) -> None:
    life(connection)
    row = receive(
        connection, "imap", b"From: bea@example.org\r\n\r\nGreetings from ada.wronskian@example.org", candidate_id="bea"
    )
    stray = receive(connection, "imap", b'From: x@example.org\r\n\r\nsee "ada/nurture" and "1/2"')
    forget(connection)
    assert body_of(connection, row)
    assert body_of(connection, stray)


def test_mail_that_nobody_was_given_yet_goes_with_its_sender(connection: Connection) -> None:
    life(connection)
    raw = receive(connection, "imap", b"RnJvbTogQWRh")
    values = f"('{MAIL.upper()}', '{SECRET}', {raw}, 'email', now())"
    connection.execute(text(f"insert into messages (from_address, text, received_id, channel, at) values {values}"))  # noqa: S608
    forget(connection)
    assert body_of(connection, raw) == b""
    assert connection.scalar(text("select count(*) from messages")) == 0


def test_what_a_provider_reports_later_is_cut_out_too(connection: Connection) -> None:
    key = life(connection)
    forget(connection)
    late = [
        {"email": MAIL, "event": "open", "touch_key": key},
        {"email": "bea@example.org", "touch_key": "bea/nurture/a/b/c"},
    ]
    batch = receive(connection, "sendgrid_events", json.dumps(late).encode())
    status = receive(connection, "twilio_status", b"MessageSid=SM1&To=%2B4930231250017&MessageStatus=delivered")
    event = {
        "provider": "sendgrid",
        "event_key": "e9",
        "kind": "opened",
        "at": NOW,
        "touch_key": key,
        "payload": late[0],
    }
    connection.execute(insert(message_events).values(**event))
    assert redactions.cut_late(connection, [batch, status], Register(KEY)) == 2
    assert MAIL not in dump(connection)
    assert NUMBER.removeprefix("+") not in dump(connection)
    assert "bea@example.org" in body_of(connection, batch).decode()


def test_somebody_who_came_back_is_not_cut_out_again(connection: Connection) -> None:
    life(connection)
    forget(connection)
    add_candidate(connection, "again", emails=["other@example.org"], phones=[NUMBER])
    status = receive(connection, "twilio_status", b"MessageSid=SM1&To=%2B4930231250017&MessageStatus=delivered")
    assert redactions.cut_late(connection, [status], Register(KEY)) == 0


def test_the_register_knows_them_again_and_names_nobody(connection: Connection) -> None:
    life(connection)
    forget(connection)
    known = Register(KEY).erased(connection, [("email", MAIL.upper()), ("phone", NUMBER), ("email", "bea@example.org")])
    assert known == {("email", MAIL.upper()): NOW, ("phone", NUMBER): NOW}
    assert Register(b"another key").erased(connection, [("email", MAIL)]) == {}
    kept = str(connection.execute(select(register_table)).all())
    assert MAIL not in kept
    assert NUMBER not in kept


def test_again_it_forgets_what_has_come_since(connection: Connection) -> None:
    life(connection)
    forget(connection)
    first = connection.scalar(text("select erased_recorded_at from candidates where id = 'ada'"))
    connection.execute(text("insert into tags values ('ada', 'late', 'a word')"))
    told = forget(connection)
    assert told.rows["tags"] == 1
    assert connection.scalar(text("select erased_recorded_at from candidates where id = 'ada'")) == first
    with pytest.raises(candidates.UnknownCandidate):
        forget(connection, "nobody")


def test_at_most_one_moment_is_kept(connection: Connection) -> None:
    life(connection)
    forget(connection)
    rows = connection.execute(text("select at, by, because from erasures")).all()
    assert {(row.at, row.by, row.because) for row in rows} == {(NOW, "dana", "asked by phone")}
    assert isinstance(rows[0].at, datetime)

"""What a person is given of themselves: everything, in shapes that are told, openable by anybody."""

from __future__ import annotations

import email.policy
import io
import json
import re
import stat
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, insert

from config.settings import Settings
from starter.exports import make_export, write_export
from starter.refusals import Refused
from storage.exports import ABOUT
from storage.tables import applications, attachments, decision_notes, metadata, received, stage_log
from storage.tables.conversations import messages
from tests.storage.people import add_candidate, add_opening, say, sent

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
RAW = b"From: Ada <ada@example.org>\r\nTo: talent@keepwarm.example\r\nSubject: Yes\r\n\r\nI would love to.\r\n"
DOCS = Path(__file__).parents[2] / "docs" / "exports.md"


def life(connection: Connection) -> None:
    add_opening(connection)
    add_candidate(connection, "ada", skills=["Python"], tags={"met": "at a talk"})
    add_candidate(connection, "bea")
    consent = say(connection)
    sent(connection, "ada/nurture/a/hello/1", subject="Grüße,\nAda", body="Wie geht es?", consent_id=consent)
    sent(connection, "ada/nurture/a/text/1", channel="sms", body="Hi Ada", address="+4930231250017", message_id="<x@y>")
    sent(
        connection,
        "ada/nurture/a/never/1",
        state="skipped",
        handed_over_at=None,
        message_id="",
        provider_id="",
        body="Unsent",
    )
    sent(connection, "bea/nurture/a/hello/1", candidate_id="bea", body="For Bea alone")
    connection.execute(
        insert(decision_notes).values(candidate_id="ada", event_id="e1", opening_id="be-1", feedback="Lucid.")
    )
    raw = connection.execute(
        insert(received).values(source="imap", source_key="1", body=RAW, state="taken_in").returning(received.c.id)
    ).scalar_one()
    for number, values in enumerate(({"received_id": raw}, {"text": "Später vielleicht", "channel": "sms"})):
        given = {
            "candidate_id": "ada",
            "channel": "email",
            "at": NOW,
            "message_id": f"<m{number}@example.org>",
            "text": "I would love to.",
        }
        found = connection.execute(insert(messages).values(**(given | values)).returning(messages.c.id)).scalar_one()
        file = {
            "message": found,
            "name": f"CV {number}.pdf",
            "content_type": "application/pdf",
            "size": 4,
            "digest": "d",
        }
        connection.execute(insert(attachments).values(**file, content=b"%PDF" if not number else None))


@pytest.fixture
def archive(engine: Engine) -> zipfile.ZipFile:
    with engine.begin() as connection:
        life(connection)
        packed = make_export(connection, "ada", company="Northwind", from_address="talent@northwind.example", at=NOW)
    return zipfile.ZipFile(io.BytesIO(packed))


def test_the_zip_explains_itself(archive: zipfile.ZipFile) -> None:
    readme = archive.read("README.txt").decode()
    assert "Northwind" in readme
    assert "01 December 2026" in readme
    for name in ABOUT:
        assert f"  {name} " in readme


def test_the_record_holds_everything_and_nothing_of_others(archive: zipfile.ZipFile) -> None:
    record = json.loads(archive.read("record.json"))
    assert (record["format"], record["candidate"], record["by"]) == (1, "ada", "Northwind")
    assert [one["skill"] for one in record["skills"]] == ["Python"]
    assert record["tags"][0]["reason"] == "at a talk"
    assert record["decision_notes"][0]["feedback"] == "Lucid."
    assert {one["touch_key"] for one in record["ledger"]} == {
        f"ada/nurture/a/{one}/1" for one in ("hello", "text", "never")
    }
    assert record["attachments"][0]["content"] == 4, "the length; the file lies beside it"
    assert "Bea" not in json.dumps(record)
    assert json.loads(archive.read("consent-log.json")) == record["consent_log"]


def test_messages_lie_there_as_mails_and_texts(archive: zipfile.ZipFile) -> None:
    names = sorted(archive.namelist())
    sent_ones = [name for name in names if name.startswith("sent/")]
    assert [name.rsplit(".", 1)[1] for name in sent_ones] == ["eml", "txt"]
    mail = message_from_bytes(archive.read(sent_ones[0]), policy=email.policy.default)
    assert mail["Subject"] == "Grüße, Ada"
    assert (mail["From"], mail["To"]) == ("talent@northwind.example", "ada@example.org")
    assert mail.get_content().strip() == "Wie geht es?"
    came = [name for name in names if name.startswith("received/")]
    assert archive.read(came[0]) == RAW, "exactly as it came"
    assert "Später vielleicht" in archive.read(came[1]).decode()
    files = [name for name in names if name.startswith("attachments/")]
    assert len(files) == 1
    assert archive.read(files[0]) == b"%PDF"
    assert re.fullmatch(r"attachments/\d+-\d+-CV_0\.pdf", files[0])


def test_every_table_about_candidates_is_exported_and_told_in_the_docs() -> None:
    about = {table for table, found in metadata.tables.items() if "candidate_id" in found.c}
    assert about - ABOUT.keys() == {"erasures"}, "keyed hashes say nothing about anybody who is still on record"
    told = DOCS.read_text(encoding="utf-8")
    for table in ABOUT:
        assert f"`{table}`" in told
        for column in metadata.tables[table].c:
            if column.name != "candidate_id":
                assert f"`{column.name}`" in told, f"{table}.{column.name} is not told in docs/exports.md"


def test_the_file_is_new_and_only_its_owners(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        life(connection)
        told = write_export(connection, Settings(), "ada@example.org", tmp_path / "ada.zip")
        assert told["candidate"] == "ada"
        assert stat.S_IMODE((tmp_path / "ada.zip").stat().st_mode) == 0o600
        with pytest.raises(Refused, match="name a new file"):
            write_export(connection, Settings(), "ada", tmp_path / "ada.zip")
        with pytest.raises(Refused, match="no candidate"):
            write_export(connection, Settings(), "nobody", tmp_path / "x.zip")


def test_a_file_is_not_the_first_to_tell_of_a_decision(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        add_candidate(connection, "ada")
        add_opening(connection, "be-1")
        moved = {"candidate_id": "ada", "opening_id": "be-1", "stage": "rejected"}
        connection.execute(
            insert(applications).values(**moved, stage_at=NOW, kind="refused", furthest="interview", applied_at=NOW)
        )
        connection.execute(insert(stage_log).values(**moved, event_id="1", outcome="entered", at=NOW))
        with pytest.raises(Refused, match="has not been told yet"):
            write_export(connection, Settings(), "ada", tmp_path / "ada.zip")
        assert not (tmp_path / "ada.zip").exists()
        assert write_export(connection, Settings(), "ada", tmp_path / "ada.zip", untold=True)["candidate"] == "ada"

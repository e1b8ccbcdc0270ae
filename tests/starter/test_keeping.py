"""The terms of keeping from the record: what a workflow begins with, whom they concern, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from config.settings import Settings
from domain.keeping import NOTICE, RENEWAL, WARNING, Terms
from domain.outlook import upcoming
from domain.relationships import Relationship
from starter import keeping
from starter.drafts import make_terms
from starter.imports import Report, import_file
from starter.lookups import admission
from starter.rebuild import house_of, relationship_from
from storage import candidates, consents, controls, standings
from storage.candidates import NewCandidate, WasErased
from storage.consents import NewConsent
from storage.erasures import erase
from storage.forgotten import Register
from tests.storage.people import sent

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
KEY = b"a-signing-key-of-a-deployment-----"


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as opened:
        controls.set_terms(opened, Terms({"": 730, "alerts": 365}, 900))
        yield opened


def add(connection: Connection, candidate_id: str = "ada", *, sourced: datetime | None = None) -> None:
    person = NewCandidate(f"{candidate_id} L", id=candidate_id, emails=[f"{candidate_id}@example.org"], source="a list")
    keeping.add(connection, person, None, sourced)


def agree(connection: Connection, purpose: str, at: datetime, basis: str = "consent") -> None:
    word = NewConsent("ada", purpose, "email", True, at, f"{purpose}-{at:%Y%m%d}", basis)
    consents.record(connection, [word])


def state_of(connection: Connection, candidate_id: str = "ada") -> Relationship:
    return relationship_from(connection, house_of(connection, Settings()), candidate_id)


def test_a_consent_gets_its_end_by_the_terms_and_a_workflow_knows_it(connection: Connection) -> None:
    add(connection)
    agree(connection, "nurture", NOW - 10 * DAY)
    agree(connection, "alerts", NOW - 10 * DAY)
    agree(connection, "application", NOW - 10 * DAY, "application")
    state = state_of(connection)
    assert state.keeping.consents == {"nurture/email": NOW + 720 * DAY, "alerts/email": NOW + 355 * DAY}
    (first,) = [touch for touch in upcoming(state, NOW) if touch.template == RENEWAL]
    assert first.purpose == "alerts"
    assert consents.end_of(connection, "ada", "nurture", "email") == NOW + 720 * DAY


def test_consent_on_record_keeps_the_end_that_it_was_given(connection: Connection) -> None:
    add(connection)
    agree(connection, "nurture", NOW)
    assert controls.set_terms(connection, Terms({"": 100}))
    assert not controls.set_terms(connection, Terms({"": 100}))
    assert consents.end_of(connection, "ada", "nurture", "email") == NOW + 730 * DAY


def test_a_renewed_consent_is_told_from_one_that_still_holds(connection: Connection) -> None:
    add(connection)
    agree(connection, "nurture", NOW - 700 * DAY)
    (row,) = consents.latest(connection, "ada")
    assert row.holds(NOW)
    assert row.is_to_be_renewed(NOW)
    assert not row.holds(NOW + 30 * DAY)
    agree(connection, "nurture", NOW)
    assert not consents.latest(connection, "ada")[0].is_to_be_renewed(NOW)


def test_a_journey_says_at_once_that_a_consent_has_run_out(connection: Connection) -> None:
    add(connection)
    agree(connection, "nurture", NOW - 800 * DAY)
    step = {"id": "hello", "channel": "email"}
    _, unconsented = admission(connection, "ada", {"journey": "a", "version": 1, "steps": [step]})
    assert unconsented == ["email"]


def test_the_gate_reads_the_end(connection: Connection) -> None:
    add(connection)
    agree(connection, "nurture", NOW - 800 * DAY)
    question = standings.Question("ada/nurture/a/b/c", "ada", "nurture", "email", "", "", NOW)
    standing = standings.read(connection, [question])[question.touch_key]
    assert standing.granted
    assert standing.consent_until == NOW - 70 * DAY
    assert standing.source == "a list"


def test_sourced_people_are_told_until_they_know(connection: Connection) -> None:
    add(connection, sourced=NOW)
    state = state_of(connection)
    assert [touch.template for touch in upcoming(state, NOW)][:1] == [NOTICE]
    word = consents.latest(connection, "ada")[0]
    assert (word.purpose, word.basis, word.source, word.expires_at) == ("service", "legal_obligation", "a list", None)
    candidates.rest(connection, "ada", informed_at=NOW)
    assert state_of(connection).keeping.sourced_at is None


def test_a_workflow_made_again_does_not_warn_or_ask_twice(connection: Connection) -> None:
    add(connection, sourced=NOW - 899 * DAY)
    connection.execute(text("update candidates set recorded_at = :at"), {"at": NOW - 899 * DAY})
    end = f"{NOW + DAY:%Y-%m-%d}"
    told: dict[str, Any] = {"purpose": "service", "zone": "", "cap_per_day": None, "cap_per_week": None}
    sent(connection, f"ada/service/keeping/{WARNING}/{end}", template=WARNING, accepted_at=NOW - 29 * DAY, **told)
    sent(connection, f"ada/service/keeping/{NOTICE}/2020-01-01", template=NOTICE, accepted_at=NOW - 899 * DAY, **told)
    state = state_of(connection)
    assert state.keeping.warned_at == NOW - 29 * DAY
    assert upcoming(state, NOW) == []


def test_what_time_asks_for_is_planned_before_the_workflow_starts(connection: Connection) -> None:
    add(connection, sourced=NOW)
    add(connection, "bea")
    states = {one: state_of(connection, one).compact() for one in ("ada", "bea")}
    keeping.project(connection, states)
    planned = connection.execute(text("select candidate_id, template from upcoming order by due")).all()
    assert ("ada", NOTICE) in [tuple(row) for row in planned]


def test_whose_data_ends_soon_is_shown_before_anything_happens(connection: Connection) -> None:
    for number, days in enumerate((2000, 850, 100)):
        add(connection, f"p{number}")
        connection.execute(
            text("update candidates set recorded_at = :at where id = :id"), {"at": NOW - days * DAY, "id": f"p{number}"}
        )
    shown = keeping.outlook(connection, NOW)
    assert shown.people == 3
    assert [person for person, _ in shown.ending] == ["p0", "p1"]
    assert all(at >= NOW + 30 * DAY for _, at in shown.ending), "nobody without a month's warning"


# Who was erased does not come back


def test_nobody_who_was_erased_is_added_again_without_a_new_word(connection: Connection) -> None:
    add(connection)
    erase(connection, "ada", key=KEY, by="dana", because="asked", at=NOW)
    again = NewCandidate("Ada L", emails=["Ada@Example.org"])
    with pytest.raises(WasErased, match=rf"erased on {NOW:%Y-%m-%d}; .*--allow-erased"):
        candidates.add(connection, again, Register(KEY))
    assert candidates.add(connection, again)


def bring(
    engine: Engine, folder: Path, rows: str, *, sourced: bool = False, register: Register | None = None
) -> Report:
    path = folder / "people.csv"
    path.write_text(rows, encoding="utf-8")
    return import_file(engine, path, make_terms("list.csv", sourced=sourced), NOW, register=register)


def test_an_import_names_the_row_of_somebody_who_was_erased(engine: Engine, tmp_path: Path) -> None:
    rows = "name,email,phone\nAda L,ada@example.org,+4930231250017\nBea M,bea@example.org,\n"
    bring(engine, tmp_path, rows)
    with engine.begin() as connection:
        ada = candidates.find(connection, "ada@example.org").id
        erase(connection, ada, key=KEY, by="dana", because="asked", at=NOW)
    for line in ("Ada L,ADA@example.org,", "A. L.,other@example.org,+49 30 231250017"):
        report = bring(engine, tmp_path, f"name,email,phone\n{line}\n", register=Register(KEY))
        assert (report.new, len(report.bad)) == (0, 1)
        assert "was erased on" in report.bad[0].what
        assert report.bad[0].line == 2
    assert bring(engine, tmp_path, rows, register=Register(KEY)).unchanged == 1
    assert bring(engine, tmp_path, rows).new == 1, "by an explicit new consent"


def test_an_import_says_who_did_not_give_us_their_data(engine: Engine, tmp_path: Path) -> None:
    rows = "name,email,sourced\nAda L,ada@example.org,\nBea M,bea@example.org,no\nCy N,cy@example.org,perhaps\n"
    report = bring(engine, tmp_path, rows, sourced=True)
    assert [fault.what for fault in report.bad] == ["sourced is 'perhaps'; write yes or no"]
    with engine.connect() as connection:
        told = connection.execute(text("select name from candidates c join lateral (select c.full_name as name) n on true"
                                       " join consent_log k on k.candidate_id = c.id where k.purpose = 'service'")).all()  # fmt: skip
        assert [row.name for row in told] == ["Ada L"]
    again = bring(engine, tmp_path, rows, sourced=True)
    assert (again.unchanged, again.changed) == (2, 0)

"""Facts find their tables, and finding them twice changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from domain.facts import Fact, FactKind
from storage import applications, candidates, consents, enrollments, facts, inspections, matches, tasks
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, add_opening, sent


@pytest.fixture
def house(connection: Connection) -> Connection:
    """Ada and the opening be-1."""
    add_candidate(connection)
    add_opening(connection)
    return connection


def stage(name: str, furthest: str, hours: int = 0, outcome: str = "entered") -> Fact:
    """A stage entered some hours from now."""
    return Fact(
        FactKind.STAGE, NOW + timedelta(hours=hours), event_id=f"e-{name}-{hours}", opening_id="be-1", stage=name,
        furthest=furthest, outcome=outcome, by="dana",
    )  # fmt: skip


def write(connection: Connection, *found: Fact) -> None:
    """Twice, as a repeated activity does, through the form that travels."""
    for _ in range(2):
        facts.apply(connection, "ada", [Fact.read(fact.compact()) for fact in found])


def test_an_application_moves_and_remembers_how_far_it_came(house: Connection) -> None:
    write(house, stage("applied", "applied"), stage("interview", "interview", 1), stage("rejected", "interview", 2))
    [application] = applications.for_candidate(house, "ada")
    assert (application.stage, application.kind) == ("rejected", "refused")
    assert (application.furthest, application.furthest_kind) == ("interview", "late")
    assert application.applied_at == NOW


def test_a_late_signal_is_logged_and_moves_nothing(house: Connection) -> None:
    write(house, stage("interview", "interview"), stage("applied", "interview", -3, "late"))
    assert [application.stage for application in applications.for_opening(house, "be-1")] == ["interview"]


def test_a_stage_of_an_opening_that_nobody_added_is_logged(house: Connection) -> None:
    write(house, Fact(FactKind.STAGE, NOW, event_id="e", opening_id="gone", stage="applied", outcome="entered"))
    assert applications.for_candidate(house, "ada") == []


def enrollment(status: str, because: str = "") -> Fact:
    """A word about Ada's stay in spring."""
    return Fact(FactKind.ENROLLMENT, NOW, journey="spring", version=1, occurrence="o", outcome=status, because=because)


def test_a_stay_in_a_journey_ends_once(house: Connection) -> None:
    write(house, enrollment("active"), enrollment("exited", "replied"), enrollment("finished"))
    [stay] = enrollments.for_candidate(house, "ada")
    assert (stay.status, stay.because, stay.ended_at) == ("exited", "replied", NOW)
    assert enrollments.counts(house, "spring") == {(1, "exited"): 1}


def test_a_word_of_consent_and_a_snooze(house: Connection) -> None:
    word = Fact(FactKind.CONSENT, NOW, event_id="e", purpose="nurture", channel="sms", outcome="withdrawn", by="sms")
    write(house, word, Fact(FactKind.SNOOZE, NOW, until=NOW + timedelta(days=9)))
    [row] = consents.history(house, "ada")
    assert (row.granted, row.source) == (False, "sms")
    assert candidates.get(house, "ada").snoozed_until == NOW + timedelta(days=9)


def test_an_alert_that_waits_is_listed_though_nobody_matched_the_person(house: Connection) -> None:
    write(house, Fact(FactKind.ALERT, NOW, opening_id="be-1", round=1, outcome="waiting", because="cap"))
    [told] = matches.told(house, "be-1")
    assert (told.outcome, told.because, told.score) == ("waiting", "cap", 0)


NOT_SENT = Fact(
    FactKind.NOT_SENT, NOW, touch_key="k", purpose="application", channel="email", template="refused", opening_id="be-1",
    outcome="withdrawn", because="moved to interview",
)  # fmt: skip


def test_a_touch_that_was_taken_back_is_on_record_with_its_reason(house: Connection) -> None:
    write(house, NOT_SENT)
    [row] = inspections.for_candidate(house, "ada")
    assert (row.state, row.gate, row.because) == ("skipped", "withdrawn", "moved to interview")


@pytest.mark.parametrize(
    ("before", "after"),
    [("intended", "skipped"), ("claimed", "skipped"), ("handed_over", "unknown"), ("accepted", "accepted")],
)
def test_what_a_withdrawal_makes_of_a_touch_depends_on_how_far_it_came(
    house: Connection, before: str, after: str
) -> None:
    values: dict[str, Any] = {"state": before}
    sent(house, "k", **values)
    write(house, NOT_SENT)
    row = inspections.touch(house, "k")
    assert row is not None
    assert row.state == after
    assert [task.kind for task in tasks.listed(house)] == (["unknown_fate"] if after == "unknown" else [])

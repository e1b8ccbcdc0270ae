"""The proof finds each kind of violation, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text

from domain.facts import Fact, FactKind
from domain.touches import Channel, Planned, Purpose
from storage import applications, candidates, contacts, controls, facts, upcoming
from storage.proofs import GRACE, Kind, prove
from storage.tables import message_events
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, add_opening, say, sent

LATE = NOW - GRACE - timedelta(minutes=1)
Plant = Callable[[Connection, int], None]


@pytest.fixture
def consent(connection: Connection) -> int:
    """Ada's consent to nurture by email, and a house in order: one mail sent, one deferred, one application answered."""
    add_candidate(connection)
    add_opening(connection)
    given = say(connection)
    applied = say(connection, purpose="application")
    sent(connection, "week-ago", consent_id=given, handed_over_at=NOW - timedelta(days=6))
    deferred: dict[str, Any] = {
        "handed_over_at": None,
        "handed_over_recorded_at": None,
        "message_id": "",
        "provider_id": "",
    }
    sent(connection, "deferred", state="intended", not_before=NOW + timedelta(days=1), claimed_at=None, **deferred)
    apply(connection, LATE - timedelta(hours=1))
    sent(connection, "answer", purpose="application", opening_id="be-1", consent_id=applied, cap_per_day=None)
    plan(connection, "soon", NOW + timedelta(days=2))
    sent(
        connection, "lost", state="unknown", consent_id=applied, purpose="application", cap_per_day=None, provider_id=""
    )
    return given


def apply(connection: Connection, at: datetime, candidate_id: str = "ada") -> None:
    """The candidate applied for be-1."""
    entered = Fact(
        FactKind.STAGE, at, event_id="a1", opening_id="be-1", stage="applied", furthest="applied", outcome="entered"
    )
    facts.apply(connection, candidate_id, [entered])


def plan(connection: Connection, key: str, due: datetime) -> None:
    """One touch is planned."""
    upcoming.replace(connection, "ada", [Planned(key, Purpose.NURTURE, Channel.EMAIL, "hello", due)])


def test_a_house_in_order_has_no_violation(connection: Connection, consent: int) -> None:
    sent(connection, "today", consent_id=consent)
    assert prove(connection, NOW) == []


def _same_message_id(connection: Connection, consent: int) -> None:
    sent(connection, "again", consent_id=consent, message_id="<week-ago@keepwarm.example>")


def _same_provider_id(connection: Connection, consent: int) -> None:
    sent(connection, "again", consent_id=consent, provider_id="id-week-ago")


def _accepted_twice(connection: Connection, _: int) -> None:
    event = {"provider": "mail", "kind": "accepted_again", "touch_key": "week-ago", "at": NOW, "payload": {}}
    connection.execute(insert(message_events).values(event_key="x", **event))


def _two_ids(connection: Connection, _: int) -> None:
    event = {"provider": "mail", "kind": "accepted", "touch_key": "week-ago", "at": NOW}
    for name in ("one", "two"):
        connection.execute(insert(message_events).values(event_key=name, payload={"provider_id": name}, **event))


def _no_consent(connection: Connection, _: int) -> None:
    sent(connection, "bad")


def _another_purpose(connection: Connection, _: int) -> None:
    sent(connection, "bad", consent_id=say(connection, purpose="alerts"))


def _withdrawn_before(connection: Connection, consent: int) -> None:
    say(connection, granted=False, at=NOW - timedelta(hours=1))
    sent(connection, "bad", consent_id=consent)


def _given_afterwards(connection: Connection, _: int) -> None:
    sent(connection, "bad", consent_id=say(connection, at=NOW + timedelta(hours=1)))


def _suppressed(connection: Connection, consent: int) -> None:
    contacts.suppress(connection, "email", "ada@example.org", "bounced")
    sent(connection, "bad", consent_id=consent)


def _erased(connection: Connection, consent: int) -> None:
    candidates.mark_erased(connection, "ada")
    sent(connection, "bad", consent_id=consent)


def _two_a_day(connection: Connection, consent: int) -> None:
    connection.execute(
        text("update ledger set handed_over_at = :t where touch_key = 'week-ago'"), {"t": NOW - timedelta(days=20)}
    )
    sent(connection, "first", consent_id=consent, handed_over_at=NOW - timedelta(hours=2))
    sent(connection, "bad", consent_id=consent)


def _three_a_week(connection: Connection, consent: int) -> None:
    sent(connection, "second", consent_id=consent, handed_over_at=NOW - timedelta(days=3))
    sent(connection, "bad", consent_id=consent)


def _limited(**limits: Any) -> dict[str, Any]:
    """A row that kept only these rules."""
    return {"cap_per_day": None, "cap_per_week": None, "limits": limits, "claimed_at": NOW}


def _two_a_month(connection: Connection, consent: int) -> None:
    month = [{"count": 1, "days": 30, "channel": "", "purpose": ""}]
    sent(connection, "bad", consent_id=consent, **_limited(limits=month))


def _two_by_mail(connection: Connection, consent: int) -> None:
    mails = [{"count": 1, "days": 7, "channel": "email", "purpose": "nurture"}]
    sent(connection, "bad", consent_id=consent, **_limited(limits=mails))


def _too_soon(connection: Connection, consent: int) -> None:
    sent(
        connection,
        "before",
        consent_id=consent,
        cap_per_day=None,
        cap_per_week=None,
        claimed_at=NOW - timedelta(hours=47),
    )
    sent(connection, "bad", consent_id=consent, **_limited(spacing_hours=48))


def _at_night(connection: Connection, consent: int) -> None:
    window = {"days": "1111100", "start": 540, "end": 11 * 60}
    sent(connection, "bad", consent_id=consent, **_limited(window=window))


def _on_a_weekday_that_is_none(connection: Connection, consent: int) -> None:
    window = {"days": "1011111", "start": 0, "end": 1440}
    sent(connection, "bad", consent_id=consent, **_limited(window=window))


def _on_a_holiday(connection: Connection, consent: int) -> None:
    sent(connection, "bad", consent_id=consent, **_limited(closed=["2026-11-24"]))


def _planned_and_late(connection: Connection, _: int) -> None:
    plan(connection, "bad", LATE)


def _deferred_and_late(connection: Connection, _: int) -> None:
    connection.execute(text("update ledger set not_before = :late where touch_key = 'deferred'"), {"late": LATE})


def _claimed_and_stuck(connection: Connection, consent: int) -> None:
    nothing: dict[str, Any] = {"handed_over_at": None, "handed_over_recorded_at": None, "provider_id": ""}
    sent(connection, "bad", consent_id=consent, state="claimed", claimed_at=LATE, **nothing)


def _handed_over_and_silent(connection: Connection, consent: int) -> None:
    sent(connection, "bad", consent_id=consent, state="handed_over", handed_over_at=LATE, provider_id="")


def _unanswered(connection: Connection, _: int) -> None:
    add_candidate(connection, "bob")
    apply(connection, LATE, "bob")


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        (_same_message_id, [(Kind.SENT_TWICE, "again"), (Kind.SENT_TWICE, "week-ago")]),
        (_same_provider_id, [(Kind.SENT_TWICE, "again"), (Kind.SENT_TWICE, "week-ago")]),
        (_accepted_twice, [(Kind.SENT_TWICE, "week-ago")]),
        (_two_ids, [(Kind.SENT_TWICE, "week-ago")]),
        (_no_consent, [(Kind.WITHOUT_CONSENT, "bad")]),
        (_another_purpose, [(Kind.WITHOUT_CONSENT, "bad")]),
        (_withdrawn_before, [(Kind.WITHOUT_CONSENT, "bad")]),
        (_given_afterwards, [(Kind.WITHOUT_CONSENT, "bad")]),
        (_suppressed, [(Kind.TO_SUPPRESSED, "bad")]),
        (_erased, [(Kind.TO_ERASED, "bad")]),
        (_two_a_day, [(Kind.OVER_CAP, "bad")]),
        (_three_a_week, [(Kind.OVER_CAP, "bad")]),
        (_two_a_month, [(Kind.OVER_CAP, "bad")]),
        (_two_by_mail, [(Kind.OVER_CAP, "bad")]),
        (_too_soon, [(Kind.TOO_SOON, "bad")]),
        (_at_night, [(Kind.OUTSIDE_WINDOW, "bad")]),
        (_on_a_weekday_that_is_none, [(Kind.OUTSIDE_WINDOW, "bad")]),
        (_on_a_holiday, [(Kind.ON_CLOSED_DAY, "bad")]),
        (_planned_and_late, [(Kind.OVERDUE, "bad")]),
        (_deferred_and_late, [(Kind.OVERDUE, "deferred")]),
        (_claimed_and_stuck, [(Kind.OVERDUE, "bad")]),
        (_handed_over_and_silent, [(Kind.IN_DOUBT, "bad")]),
        (_unanswered, [(Kind.UNACKNOWLEDGED, "bob/be-1")]),
    ],
)
def test_a_planted_violation_is_found_and_nothing_else(
    connection: Connection, consent: int, plant: Plant, expected: list[tuple[Kind, str]]
) -> None:
    plant(connection, consent)
    assert sorted((found.kind, found.touch_key) for found in prove(connection, NOW)) == expected


def test_a_withdrawal_that_was_not_known_yet_is_no_violation(connection: Connection, consent: int) -> None:
    """The person wrote before the hand-over, and the mail that says so came after it."""
    sent(connection, "today", consent_id=consent)
    say(connection, granted=False, at=NOW - timedelta(hours=1))
    assert prove(connection, NOW) == []


def test_an_application_from_before_keepwarm_waits_for_no_answer(connection: Connection, consent: int) -> None:
    add_candidate(connection, "old")
    applications.record_past(connection, "old", "be-1", "rejected", "interview", NOW - timedelta(days=400))
    assert prove(connection, NOW) == []


def test_days_of_the_cap_are_the_persons_own(connection: Connection) -> None:
    """23:30 and 00:30 in Berlin are two days, though one in UTC."""
    add_candidate(connection)
    given = say(connection)
    night = datetime(2026, 11, 23, 22, 30, tzinfo=NOW.tzinfo)
    sent(connection, "late", consent_id=given, handed_over_at=night)
    sent(connection, "early", consent_id=given, handed_over_at=night + timedelta(hours=1))
    assert prove(connection, NOW) == []


def test_rules_that_were_kept_are_no_violation(connection: Connection, consent: int) -> None:
    kept = _limited(
        limits=[
            {"count": 2, "days": 30, "channel": "", "purpose": ""},
            {"count": 1, "days": 30, "channel": "sms", "purpose": ""},
            {"count": 1, "days": 6, "channel": "email", "purpose": "nurture"},
        ],
        spacing_hours=72,
        window={"days": "0100000", "start": 11 * 60, "end": 11 * 60 + 1},
        closed=["2026-11-23", "2026-11-25"],
    )
    sent(connection, "today", consent_id=consent, **kept)
    assert prove(connection, NOW) == []


@pytest.mark.parametrize(
    "name", ["pause:everything", "pause:journey:spring", "pause:template:hello", "pause:sender:dana"]
)
def test_what_is_paused_is_not_overdue(connection: Connection, consent: int, name: str) -> None:
    candidates.change(connection, "ada", owner="dana")
    late = {"late": LATE}
    connection.execute(
        text("update ledger set not_before = :late, journey = 'spring' where touch_key = 'deferred'"), late
    )
    assert [found.kind for found in prove(connection, NOW)] == [Kind.OVERDUE]
    controls.pause(connection, NOW, "dana", scope=name.removeprefix("pause:"))
    assert prove(connection, NOW) == []
    controls.resume(connection, "dana", scope=name.removeprefix("pause:"))
    assert [found.kind for found in prove(connection, NOW)] == [Kind.OVERDUE]

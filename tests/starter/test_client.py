"""The verbs against a real Temporal server and a real database; only what would be sent is noted instead."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from temporalio.client import Client, WorkflowExecutionStatus

from config.settings import Settings
from domain.relationships import Relationship
from starter.client import Keepwarm
from starter.explanations import explain
from starter.lookups import held_by_stop
from starter.preparations import publish, register_search_attributes
from starter.refusals import Refused
from storage import openings
from storage.candidates import NewCandidate
from storage.openings import NewOpening
from storage.tables import candidates, consent_log, decision_notes, opening_matches
from templates.journeys import FOLDER, load_journey
from tests.starter.temporal import Activities, leaving_nobody, working
from tests.storage.people import add_candidate, sent
from workflows.names import OWNER, STATE, candidate_workflow_id, opening_workflow_id

ADA = NewCandidate("Ada Abelard", emails=["ada@example.org"], zone="Europe/Berlin", owner="dana")


@pytest.fixture
async def keepwarm(engine: Engine, database_url: str, temporal_server: str) -> AsyncIterator[Keepwarm]:
    """The door, with an opening on record; each test has a namespace's worth of ids of its own by its own database."""
    client = await Client.connect(temporal_server)
    await register_search_attributes(client)
    door = Keepwarm(client, engine, Settings(external_database=database_url))
    await door.add_opening(NewOpening("be-1", "Backend Engineer"))
    async with leaving_nobody(client):
        yield door


@pytest.fixture
async def activities(keepwarm: Keepwarm) -> AsyncIterator[Activities]:
    async with working(keepwarm.client) as noted:
        yield noted


async def state_of(keepwarm: Keepwarm, candidate_id: str) -> Relationship:
    handle = keepwarm.client.get_workflow_handle(candidate_workflow_id(candidate_id))
    state: Relationship = await handle.query("relationship", result_type=Relationship)
    return state


async def test_a_candidate_added_has_a_workflow_that_operators_can_find(keepwarm: Keepwarm) -> None:
    ada = await keepwarm.add_candidate(ADA)
    described = await keepwarm.client.get_workflow_handle(candidate_workflow_id(ada)).describe()
    assert described.typed_search_attributes[STATE] == "idle"
    assert described.typed_search_attributes[OWNER] == "dana"
    assert await described.memo() == {"title": f"Candidate {ada}"}
    assert await described.static_summary() == f"candidate {ada}, Europe/Berlin"


async def test_applying_records_consent_and_is_acknowledged(keepwarm: Keepwarm, activities: Activities) -> None:
    ada = await keepwarm.add_candidate(ADA)
    answer = await keepwarm.apply("ada@example.org", "be-1")
    assert answer["stage"] == "applied"
    answer = await keepwarm.change_stage(ada, "be-1", "interview", by="dana")
    assert "send interview" in answer["will"]
    assert await activities.until_sent(2) == ["received", "interview"]
    with keepwarm.engine.connect() as connection:
        word = connection.execute(select(consent_log)).one()
    assert (word.purpose, word.channel, word.basis, word.granted) == ("application", "email", "application", True)


async def test_the_same_request_twice_is_one_request(keepwarm: Keepwarm, activities: Activities) -> None:
    ada = await keepwarm.add_candidate(ADA)
    for _ in range(3):
        await keepwarm.apply(ada, "be-1", event_id="a1")
    await keepwarm.change_stage(ada, "be-1", "screening", event_id="s1")
    await keepwarm.change_stage(ada, "be-1", "screening", event_id="s1")
    state = await state_of(keepwarm, ada)
    assert state.seen.count("a1") == state.seen.count("s1") == 1


async def test_words_about_a_person_stay_out_of_the_history(keepwarm: Keepwarm, activities: Activities) -> None:
    ada = await keepwarm.add_candidate(ADA)
    await keepwarm.apply(ada, "be-1")
    await keepwarm.change_stage(ada, "be-1", "interview")
    await keepwarm.change_stage(ada, "be-1", "rejected", reason="no Kubernetes", feedback="Strong SQL", event_id="r1")
    publish(keepwarm.engine, load_journey(FOLDER / "passive-prospect"))
    await keepwarm.enroll(ada, "passive-prospect")
    await keepwarm.unenroll(ada, "passive-prospect", because="moved to Lisbon", by="dana", event_id="u1")
    history = await keepwarm.client.get_workflow_handle(candidate_workflow_id(ada)).fetch_history()
    told = history.to_json()
    for secret in ("Kubernetes", "Strong SQL", "Lisbon", "Abelard", "ada@example.org"):
        assert secret not in told
    with keepwarm.engine.connect() as connection:
        notes = connection.execute(select(decision_notes).order_by(decision_notes.c.event_id)).all()
        said = [line["text"] for line in explain(connection, ada)]
    assert [(note.event_id, note.reason, note.feedback) for note in notes] == [
        ("r1", "no Kubernetes", "Strong SQL"),
        ("u1", "moved to Lisbon", ""),
    ]
    assert "dana noted: moved to Lisbon" in said


async def test_what_is_unknown_is_refused_with_a_guess(keepwarm: Keepwarm) -> None:
    ada = await keepwarm.add_candidate(ADA)
    with pytest.raises(Refused, match=r"did you mean ada@example\.org"):
        await keepwarm.apply("adda@example.org", "be-1")
    with pytest.raises(Refused, match=r"no opening 'xyz'; there is be-1"):
        await keepwarm.apply(ada, "xyz")
    with pytest.raises(Refused, match="did you mean interview"):
        await keepwarm.change_stage(ada, "be-1", "interviw")
    with pytest.raises(Refused, match="publish it first"):
        await keepwarm.enroll(ada, "passive-prospect")
    with pytest.raises(Refused, match="belongs to candidate"):
        await keepwarm.add_candidate(NewCandidate("Somebody", emails=["ADA@example.org"]))


async def test_a_workflow_refuses_with_its_own_words(keepwarm: Keepwarm, activities: Activities) -> None:
    ada = await keepwarm.add_candidate(ADA)
    publish(keepwarm.engine, load_journey(FOLDER / "passive-prospect"))
    answer = await keepwarm.enroll(ada, "passive-prospect", by="dana")
    assert answer["journey"] == "passive-prospect@1"
    with pytest.raises(Refused, match="already in passive-prospect@1"):
        await keepwarm.enroll(ada, "passive-prospect")
    await keepwarm.unenroll(ada, "passive-prospect")


async def test_who_enrolls_somebody_without_consent_is_told_that_the_gate_will_stop_it(
    keepwarm: Keepwarm, activities: Activities
) -> None:
    publish(keepwarm.engine, load_journey(FOLDER / "passive-prospect"))
    ada = await keepwarm.add_candidate(ADA)
    will = (await keepwarm.enroll(ada, "passive-prospect"))["will"]
    assert will.endswith("; but the consent gate stops email and sms until a consent for nurture is recorded")
    await keepwarm.unenroll(ada, "passive-prospect")
    bob = await keepwarm.add_candidate(NewCandidate("Bob Bell", emails=["bob@example.org"]))
    for channel in ("email", "sms"):
        await keepwarm.record_consent(bob, "nurture", channel, wording="Yes", source="form")
    assert "consent" not in (await keepwarm.enroll(bob, "passive-prospect"))["will"]


async def test_the_entry_rules_of_a_journey_hold_for_those_whom_we_enroll(
    keepwarm: Keepwarm, activities: Activities
) -> None:
    publish(keepwarm.engine, load_journey(FOLDER / "passive-prospect"))
    ada = await keepwarm.add_candidate(
        NewCandidate("Ada Abelard", emails=["ada@example.org"], relationship_type="employee")
    )
    with pytest.raises(Refused, match="the journey excludes those of whom relationship in"):
        await keepwarm.enroll(ada, "passive-prospect")


async def test_a_workflow_that_was_closed_is_started_again_with_what_is_on_record(
    keepwarm: Keepwarm, activities: Activities
) -> None:
    ada = await keepwarm.add_candidate(ADA)
    await keepwarm.withdraw_consent(ada, "alerts", "email", source="preferences")
    handle = keepwarm.client.get_workflow_handle(candidate_workflow_id(ada))
    await handle.terminate()
    await keepwarm.pause(ada)
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    state = await state_of(keepwarm, ada)
    assert state.opted_out == ["alerts/email"]
    assert state.paused_at is not None


async def test_a_withdrawal_is_in_force_before_any_workflow_hears_of_it(keepwarm: Keepwarm) -> None:
    ada = await keepwarm.add_candidate(ADA)
    await keepwarm.record_consent(ada, "nurture", "email", wording="Write to me", source="form")
    await keepwarm.message_received(ada, kind="stop", channel="sms")
    with keepwarm.engine.connect() as connection:
        rows = connection.execute(select(consent_log).order_by(consent_log.c.id)).all()
    assert [(row.purpose, row.channel, row.granted) for row in rows] == [
        ("nurture", "email", True),
        ("application", "sms", False),
        ("nurture", "sms", False),
        ("alerts", "sms", False),
        ("service", "sms", False),
    ]


async def test_a_snooze_holds_at_once_and_reaches_the_workflow(keepwarm: Keepwarm, activities: Activities) -> None:
    ada = await keepwarm.add_candidate(ADA)
    until = datetime.now(UTC) + timedelta(days=30)
    await keepwarm.snooze(ada, until)
    with keepwarm.engine.connect() as connection:
        assert connection.scalar(select(candidates.c.snoozed_until)) == until
    assert (await state_of(keepwarm, ada)).snoozed_until == until


async def test_a_single_message_is_planned(keepwarm: Keepwarm, activities: Activities) -> None:
    ada = await keepwarm.add_candidate(ADA)
    due = datetime.now(UTC) + timedelta(days=3)
    answer = await keepwarm.schedule_touch(ada, "reopening_alert", due, purpose="nurture", opening="be-1")
    assert "send reopening_alert" in answer["will"]
    assert len((await state_of(keepwarm, ada)).scheduled) == 1


async def test_an_opening_is_opened_closed_and_refuses_what_makes_no_sense(
    keepwarm: Keepwarm, activities: Activities
) -> None:
    assert (await keepwarm.move_opening("be-1", "open"))["status"] == "open"
    with pytest.raises(Refused, match="be-1 is open"):
        await keepwarm.move_opening("be-1", "open")
    assert (await keepwarm.move_opening("be-1", "close"))["status"] == "closed"
    assert (await keepwarm.move_opening("be-1", "reopen"))["round"] == 2


async def test_an_opening_that_was_lost_goes_on_announcing_where_it_stopped(
    keepwarm: Keepwarm, activities: Activities
) -> None:
    with keepwarm.engine.begin() as connection:
        openings.set_status(connection, "be-1", "open", 1)
        for number, outcome in enumerate(("announced", "announced", "matched")):
            connection.execute(candidates.insert().values(id=f"c{number}", full_name=f"Person {number}"))
            found = {"opening_id": "be-1", "round": 1, "candidate_id": f"c{number}", "outcome": outcome}
            connection.execute(opening_matches.insert().values(score=1, factors=[], at=datetime.now(UTC), **found))
    await keepwarm.start_opening("be-1")
    handle = keepwarm.client.get_workflow_handle(opening_workflow_id("be-1"))
    async with asyncio.timeout(20):
        while (await handle.query("progress"))["announcing"]:
            await asyncio.sleep(0)
    assert [page.after for page in activities.announced] == ["c1"]


async def test_a_page_of_people_is_started_and_signalled(keepwarm: Keepwarm, activities: Activities) -> None:
    for number in range(30):
        with keepwarm.engine.begin() as connection:
            connection.execute(candidates.insert().values(id=f"c{number:02d}", full_name=f"Person {number}"))
    seen: list[int] = []
    assert await keepwarm.start_candidates(seen.append) == 30
    assert seen[-1] == 30
    assert await keepwarm.start_candidates() == 0
    ids = [f"c{number:02d}" for number in range(30)]
    await keepwarm.signal_candidates([*ids, "nobody"], "paused", {"event_id": "p1"})
    assert (await state_of(keepwarm, "c29")).paused_at is not None


async def test_go_wakes_only_those_who_wait_for_word_of_their_application(keepwarm: Keepwarm) -> None:
    await keepwarm.stop("dana", "wrong template")
    assert await keepwarm.go("dana") == 0


def test_who_waits_for_what_they_asked_is_among_those_whom_go_wakes(engine: Engine) -> None:
    held = {"ada": ("application", "interview"), "ben": ("service", "letter"), "cem": ("service", "booking"),
            "dan": ("service", "privacy_notice"), "eve": ("nurture", "hello")}  # fmt: skip
    with engine.begin() as connection:
        for person, (purpose, template) in held.items():
            add_candidate(connection, person)
            sent(connection, f"{person}/{template}", candidate_id=person, purpose=purpose, template=template, state="intended",
                 gate="kill_switch")  # fmt: skip
        assert held_by_stop(connection) == ["ada", "ben", "cem"]

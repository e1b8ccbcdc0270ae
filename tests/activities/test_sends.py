"""One touch, sent once: what leaves, what does not and why, and what an attempt that died leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.messages import message_token
from channels.messages import Fault, PermanentSendError, TemporarySendError, UncertainSendError
from domain.facts import Fact, FactKind
from domain.gates import Gate
from domain.touches import Channel, Outcome, Planned, Priority, Purpose, SendTouch, Settlement, Touch
from storage import applications, candidates, controls, facts, matches, tasks, upcoming
from tests.activities.conftest import House, acknowledgment, alert, nurture, stage_message
from tests.storage.conftest import NOW


def mute(house: House) -> None:
    """The email channel can't be asked."""
    house.email.tells = False


async def test_a_touch_leaves_with_its_consent_address_and_words_on_record(house: House) -> None:
    settlement = await house.send(acknowledgment())
    assert settlement == Settlement(Outcome.SENT, NOW)
    [mail] = house.email.kept
    assert (mail.to_address, mail.to_name) == ("ada@example.org", "Ada Lovelace")
    assert mail.subject == "Your application for Backend engineer has arrived"
    assert mail.from_name == "Dana, Example Ltd"
    row = house.row(acknowledgment().touch.key)
    assert (row.state, row.provider_id, row.address) == ("accepted", "mail-1", "ada@example.org")
    assert row.body == mail.text
    assert row.consent_id is not None
    assert row.attempts == 1


async def test_the_message_id_is_the_same_for_ever_and_names_nobody(house: House) -> None:
    order = acknowledgment()
    await house.send(order)
    [mail] = house.email.kept
    assert mail.message_id == f"<{message_token(order.touch.key)}@keepwarm.example>"
    assert "ada" not in mail.message_id
    assert "ada" not in mail.reply_to + mail.envelope_sender


async def test_what_can_be_unsubscribed_from_says_how_in_one_click(house: House) -> None:
    await house.send(nurture())
    await house.send(acknowledgment())
    hello, received = house.email.kept
    assert hello.headers["List-Unsubscribe"] == "<https://keepwarm.example/u/ada-nurture>"
    assert hello.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in received.headers


async def test_a_new_address_is_asked_for_confirmation_and_nothing_else_goes_there(house: House) -> None:
    house.run(
        "insert into candidate_facts (candidate_id, name, value, at) values ('ada', 'email_wanted', 'ada@new.example', now())"
    )
    touch = Touch(
        "ada/service/single/address/1", Purpose.SERVICE, Channel.EMAIL, "address", NOW, Priority.ACKNOWLEDGMENT
    )
    await house.send(SendTouch("ada", touch))
    await house.send(acknowledgment())
    asked, received = house.email.kept
    assert (asked.to_address, received.to_address) == ("ada@new.example", "ada@example.org")
    assert "https://keepwarm.example/c/ada-ada@new.example/address" in asked.text
    assert "/c/ada/" not in asked.text + asked.html
    assert "List-Unsubscribe" not in asked.headers


@pytest.mark.parametrize("purpose", [Purpose.NURTURE, Purpose.ALERTS])
async def test_an_agreement_is_asked_for_again_whatever_it_is_for(house: House, purpose: Purpose) -> None:
    key = f"ada/{purpose}/keeping/consent_renewal/2028-08-24"
    touch = Touch(key, purpose, Channel.EMAIL, "consent_renewal", NOW, Priority.NURTURE)
    assert await house.send(SendTouch("ada", touch)) == Settlement(Outcome.SENT, NOW)
    [mail] = house.email.kept
    assert mail.headers["List-Unsubscribe"] == f"<https://keepwarm.example/u/ada-{purpose}>"


async def test_nobody_is_asked_to_confirm_an_address_that_is_no_longer_wanted(house: House) -> None:
    touch = Touch(
        "ada/service/single/address/1", Purpose.SERVICE, Channel.EMAIL, "address", NOW, Priority.ACKNOWLEDGMENT
    )
    settlement = await house.send(SendTouch("ada", touch))
    assert (settlement.outcome, settlement.gate) == (Outcome.SKIPPED, "suppressed")
    assert house.email.kept == []


async def test_a_step_by_sms_goes_to_the_canonical_number(house: House) -> None:
    settlement = await house.send(nurture(step="nudge"))
    assert settlement.outcome is Outcome.SENT
    [sms] = house.sms.kept
    assert sms.body == "Example Ltd: good day Ada. Reply STOP to opt out."
    assert sms.to_number.startswith("+4930")


async def test_asked_again_about_a_settled_touch_it_answers_the_same_and_sends_nothing(house: House) -> None:
    first = await house.send(acknowledgment())
    house.now = NOW + timedelta(hours=2)
    assert await house.send(acknowledgment()) == first
    assert len(house.email.kept) == 1


# Gates


async def test_a_closed_gate_is_recorded_with_its_name(house: House) -> None:
    house.consent("ada", Purpose.NURTURE, granted=False)
    settlement = await house.send(nurture())
    assert (settlement.outcome, settlement.gate) == (Outcome.SKIPPED, Gate.OPTED_OUT)
    row = house.row(nurture().touch.key)
    assert (row.state, row.gate) == ("skipped", "opted_out")
    assert house.email.kept == []


async def test_the_kill_switch_defers_and_go_lets_the_same_touch_leave(house: House) -> None:
    with house.engine.begin() as connection:
        controls.stop(connection, by="dana")
    settlement = await house.send(acknowledgment())
    assert (settlement.outcome, settlement.gate) == (Outcome.DEFERRED, Gate.KILL_SWITCH)
    assert house.row(acknowledgment().touch.key).state == "intended"
    with house.engine.begin() as connection:
        controls.go(connection, by="dana")
    assert (await house.send(acknowledgment())).outcome is Outcome.SENT


STOP_SAID = """
    insert into consent_log (candidate_id, purpose, channel, granted, basis, wording, source, at, event_id)
    values ('ada', 'application', 'email', false, 'consent', '', '', '2026-11-24T10:00Z', 'late')
"""


@pytest.mark.parametrize(
    ("statement", "gate"),
    [
        ("""insert into controls (name, value) values ('stop', '{"stopped": true}')""", "kill_switch"),
        ("update candidates set erased_recorded_at = now()", "erased"),
        ("update contact_points set suppressed = 'bounced', suppressed_recorded_at = now()", "suppressed"),
        (STOP_SAID, "opted_out"),
    ],
)
async def test_what_closes_between_the_claim_and_the_hand_over_still_holds_the_message(
    house: House, statement: str, gate: str
) -> None:
    sends = house.sends()
    hand_over = sends._handing_over._perform

    async def meanwhile(orders: object) -> object:
        house.run(statement)
        sends._handing_over._perform = hand_over
        return await hand_over(orders)  # type: ignore[arg-type]

    sends._handing_over._perform = meanwhile  # type: ignore[assignment]
    settlement = await house.send(acknowledgment(), sends)
    assert settlement.gate == gate
    assert house.email.kept == []


async def test_the_cap_counts_what_was_handed_over_on_every_path(house: House) -> None:
    assert (await house.send(nurture())).outcome is Outcome.SENT
    settlement = await house.send(alert())
    assert (settlement.outcome, settlement.gate) == (Outcome.DEFERRED, Gate.CAP)
    assert (await house.send(acknowledgment())).outcome is Outcome.SENT


async def test_a_missing_token_becomes_a_task_and_the_answer_ends_it(house: House) -> None:
    order = stage_message("refused_after_interview")
    settlement = await house.send(order)
    assert (settlement.outcome, settlement.gate) == (Outcome.DEFERRED, Gate.TOKENS)
    with house.engine.begin() as connection:
        [task] = tasks.listed(connection)
        assert (task.kind, task.owner, task.touch_key) == ("missing_token", "Dana", order.touch.key)
        assert "feedback, reason" in task.because
        note = applications.DecisionNote("e2", "ada", "be-1", "Others knew more Python.", "Your talk was clear.")
        applications.note_decision(connection, note)
    assert (await house.send(order)).outcome is Outcome.SENT
    assert "Your talk was clear." in house.email.kept[0].text
    with house.engine.begin() as connection:
        assert tasks.listed(connection) == []


async def test_words_that_came_with_the_same_stage_again_are_used(house: House) -> None:
    order = stage_message("refused_after_interview")
    log = [
        Fact(
            FactKind.STAGE,
            NOW,
            event_id=name,
            opening_id="be-1",
            stage="rejected",
            furthest="interview",
            outcome=outcome,
        )
        for name, outcome in (("e2", "entered"), ("e3", "repeated"))
    ]
    with house.engine.begin() as connection:
        facts.apply(connection, "ada", log)
        applications.note_decision(connection, applications.DecisionNote("e2", "ada", "be-1"))
        note = applications.DecisionNote("e3", "ada", "be-1", "Others knew more Python.", "Your talk was clear.")
        applications.note_decision(connection, note)
    assert (await house.send(order)).outcome is Outcome.SENT
    assert "Your talk was clear." in house.email.kept[0].text


async def test_an_alert_about_an_opening_that_was_closed_is_withdrawn_and_the_round_says_so(house: House) -> None:
    house.run("update openings set status = 'closed'")
    settlement = await house.send(alert())
    assert (settlement.outcome, settlement.gate) == (Outcome.SKIPPED, Gate.WITHDRAWN)
    with house.engine.begin() as connection:
        [told] = matches.told(connection, "be-1", 1)
    assert (told.outcome, told.because) == ("not_told", "withdrawn: be-1 is closed")


async def test_who_was_sent_an_alert_was_told(house: House) -> None:
    await house.send(alert())
    with house.engine.begin() as connection:
        assert matches.counts(connection, "be-1", 1) == {"told": 1}


async def test_a_version_that_is_not_on_record_sends_nothing(house: House) -> None:
    house.run("delete from journey_versions")
    settlement = await house.send(nurture())
    assert (settlement.outcome, settlement.gate) == (Outcome.SKIPPED, Gate.WORDS)
    assert settlement.because.startswith("version 1 of spring is not on record")


async def test_a_template_that_does_not_exist_becomes_work_for_a_person(house: House) -> None:
    settlement = await house.send(stage_message("no-such-words"))
    assert (settlement.outcome, settlement.gate) == (Outcome.SKIPPED, Gate.WORDS)
    assert "no-such-words" in settlement.because
    with house.engine.begin() as connection:
        [task] = tasks.listed(connection, "ada")
    assert (task.kind, task.because) == ("missing_words", settlement.because)


async def test_nobody_of_that_id_fails_without_a_row(house: House) -> None:
    settlement = await house.send(acknowledgment("nobody"))
    assert settlement.outcome is Outcome.FAILED


# What travels with a send


def _with_luggage(order: SendTouch) -> SendTouch:
    entered = Fact(
        FactKind.STAGE, NOW, event_id="e1", opening_id="be-1", stage="applied", furthest="applied", outcome="entered"
    )
    finished = Fact(FactKind.ENROLLMENT, NOW, journey="spring", version=1, occurrence="1", outcome="finished")
    planned = Planned("later", Purpose.NURTURE, order.touch.channel, "hello", NOW + timedelta(days=30))
    return SendTouch("ada", order.touch, None, [entered.compact()], [planned], [finished.compact()])


async def test_facts_and_the_new_plan_are_written_with_the_claim(house: House) -> None:
    await house.send(_with_luggage(acknowledgment()))
    with house.engine.begin() as connection:
        [application] = applications.for_candidate(connection, "ada")
        assert (application.stage, application.kind) == ("applied", "received")
        assert [touch.touch_key for touch in upcoming.listed(connection)] == ["later"]
    assert house.run("select status from enrollments") == [("finished",)]


async def test_what_holds_once_a_touch_is_settled_waits_while_it_is_deferred(house: House) -> None:
    with house.engine.begin() as connection:
        controls.stop(connection, by="dana")
    await house.send(_with_luggage(acknowledgment()))
    assert house.run("select status from enrollments") == []


async def test_a_settled_touch_leaves_the_plan(house: House) -> None:
    order = nurture()
    with house.engine.begin() as connection:
        planned = Planned(order.touch.key, Purpose.NURTURE, order.touch.channel, "hello", NOW)
        upcoming.replace(connection, "ada", [planned])
    await house.send(order)
    with house.engine.begin() as connection:
        assert upcoming.listed(connection) == []


# When providers break


async def test_a_temporary_error_goes_back_to_claimed_and_is_tried_when_the_provider_says(house: House) -> None:
    house.email.before = [TemporarySendError("mail answers 429", retry_after=timedelta(seconds=7))]
    with pytest.raises(ApplicationError) as failure:
        await house.send(acknowledgment())
    assert failure.value.type == "TemporarySendError"
    assert failure.value.next_retry_delay == timedelta(seconds=7)
    assert failure.value.__cause__ is None
    row = house.row(acknowledgment().touch.key)
    assert (row.state, row.error, row.handed_over_at) == ("claimed", "mail answers 429", None)
    assert (await house.send(acknowledgment())).outcome is Outcome.SENT
    assert len(house.email.kept) == 1


async def test_a_provider_that_has_the_message_is_asked_and_believed(house: House) -> None:
    house.email.after = [UncertainSendError("the connection broke")]
    with pytest.raises(ApplicationError):
        await house.send(acknowledgment())
    house.let_hand_overs_end()
    assert (await house.send(acknowledgment())).outcome is Outcome.SENT
    assert len(house.email.kept) == 1
    row = house.row(acknowledgment().touch.key)
    assert (row.state, row.provider_id) == ("accepted", "mail-1")
    [inquiry] = house.email.inquiries
    assert (inquiry.to, inquiry.message_id) == ("ada@example.org", house.email.kept[0].message_id)


async def test_a_provider_that_has_it_not_gets_it_again_under_the_same_message_id(house: House) -> None:
    house.email.before = [UncertainSendError("the connection broke")]
    settlement = await house.send_until_settled(acknowledgment())
    assert settlement.outcome is Outcome.SENT
    assert len(house.email.kept) == 1
    assert house.row(acknowledgment().touch.key).message_id == house.email.kept[0].message_id


async def test_before_it_is_sent_again_the_gates_are_asked_again(house: House) -> None:
    house.email.before = [UncertainSendError("the connection broke")]
    with pytest.raises(ApplicationError):
        await house.send(nurture())
    house.let_hand_overs_end()
    house.consent("ada", Purpose.NURTURE, granted=False)
    assert (await house.send(nurture())).gate == Gate.OPTED_OUT
    assert house.email.kept == []


async def test_where_nobody_can_tell_an_acknowledgment_is_sent_once_more_and_then_held(house: House) -> None:
    mute(house)
    house.email.after = [UncertainSendError("broke"), UncertainSendError("broke again")]
    settlement = await house.send_until_settled(acknowledgment())
    assert settlement.outcome is Outcome.UNKNOWN
    assert len(house.email.kept) == 2
    assert len({mail.message_id for mail in house.email.kept}) == 1


async def test_where_nobody_can_tell_everything_else_is_held_for_a_person(house: House) -> None:
    mute(house)
    house.email.after = [UncertainSendError("broke")]
    settlement = await house.send_until_settled(nurture())
    assert settlement.outcome is Outcome.UNKNOWN
    assert len(house.email.kept) == 1
    with house.engine.begin() as connection:
        [task] = tasks.listed(connection)
    assert (task.kind, task.candidate_id) == ("unknown_fate", "ada")
    assert (await house.send(nurture())).outcome is Outcome.UNKNOWN


async def test_a_provider_whose_list_runs_behind_is_asked_again_later(house: House) -> None:
    house.email.after = [UncertainSendError("broke")]
    house.email.early = [timedelta(minutes=4)]
    with pytest.raises(ApplicationError):
        await house.send(acknowledgment())
    house.let_hand_overs_end()
    with pytest.raises(ApplicationError) as failure:
        await house.send(acknowledgment())
    assert failure.value.type == "SendInDoubt"
    assert failure.value.next_retry_delay == timedelta(minutes=4)
    assert (await house.send(acknowledgment())).outcome is Outcome.SENT
    assert len(house.email.kept) == 1


async def test_a_hand_over_that_may_be_under_way_is_not_asked_about_yet(house: House) -> None:
    house.email.after = [UncertainSendError("broke")]
    with pytest.raises(ApplicationError):
        await house.send(nurture())
    with pytest.raises(ApplicationError) as failure:
        await house.send(nurture())
    assert failure.value.type == "SendInFlight"
    assert failure.value.next_retry_delay is not None
    assert timedelta(seconds=10) < failure.value.next_retry_delay <= timedelta(seconds=15)
    assert house.email.inquiries == []


async def test_an_address_that_is_refused_is_suppressed(house: House) -> None:
    house.email.before = [PermanentSendError("no such mailbox", fault=Fault.ADDRESS, code="550")]
    settlement = await house.send(nurture())
    assert (settlement.outcome, settlement.gate) == (Outcome.FAILED, Gate.UNDELIVERABLE)
    with house.engine.begin() as connection:
        points = candidates.profile(connection, "ada").contact_points
    assert {point.kind: point.suppressed for point in points}["email"] == "refused by mail 550"
    assert (await house.send(acknowledgment())).gate == Gate.SUPPRESSED


async def test_a_person_whom_the_provider_knows_to_have_said_stop_is_opted_out(house: House) -> None:
    house.sms.before = [PermanentSendError("said stop", fault=Fault.OPTED_OUT, code="21610")]
    settlement = await house.send(nurture(step="nudge"))
    assert (settlement.outcome, settlement.gate) == (Outcome.FAILED, Gate.OPTED_OUT)
    assert (await house.send(nurture(step="nudge", occurrence="2"))).gate == Gate.OPTED_OUT


async def test_refused_content_is_a_task(house: House) -> None:
    house.email.before = [PermanentSendError("looks like spam", fault=Fault.CONTENT, code="552")]
    assert (await house.send(nurture())).outcome is Outcome.FAILED
    with house.engine.begin() as connection:
        [task] = tasks.listed(connection)
    assert task.kind == "refused_message"


async def test_a_refused_account_loses_nobody_their_message(house: House) -> None:
    house.email.before = [PermanentSendError("wrong key", fault=Fault.ACCOUNT, code="401")] * 2
    house.add_candidate("bob")
    for who in ("ada", "bob"):
        settlement = await house.send(acknowledgment(who))
        assert (settlement.outcome, settlement.until) == (Outcome.DEFERRED, NOW + timedelta(hours=1))
    with house.engine.begin() as connection:
        [task] = tasks.listed(connection)
    assert (task.kind, task.candidate_id) == ("account", None)
    assert (await house.send(acknowledgment())).outcome is Outcome.SENT

"""What somebody of ours wrote, as it leaves: in its thread, in their name, and through the gates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from activities import deliveries
from channels.reports import Report, ReportKind
from domain.gates import Gate
from domain.touches import Channel, Outcome, Priority, Purpose, SendTouch, Touch
from storage import contacts, letters, messages, recruiters, tasks
from storage.letters import NewLetter
from storage.messages import NewMessage
from storage.recruiters import Recruiter
from tests.activities.conftest import House
from tests.storage.conftest import NOW

DANA = Recruiter("dana", "Dana Okafor", "dana@keepwarm.example", "+4930555001")


def order(purpose: Purpose = Purpose.SERVICE, channel: Channel = Channel.EMAIL) -> SendTouch:
    key = f"ada/{purpose}/single/letter/{channel}"
    return SendTouch("ada", Touch(key, purpose, channel, "letter", NOW, Priority.STAGE))


def write(house: House, asked: SendTouch, **values: Any) -> None:
    told = {"subject": "Re: Your role", "body": "Yes.\n\nThree days from home <are> fine."} | values
    with house.engine.begin() as connection:
        letters.record(connection, NewLetter("ada", asked.touch.key, at=NOW, **told))


def question(house: House, message_id: str = "<q@example.org>", in_reply_to: str = "") -> int:
    with house.engine.begin() as connection:
        number = messages.store(
            connection, NewMessage("email", NOW, "ada", message_id=message_id, in_reply_to=in_reply_to)
        )
    assert number
    return number


async def test_an_answer_stands_in_the_thread_of_what_it_answers(house: House) -> None:
    asked = order()
    write(house, asked, message=question(house, in_reply_to="<first@keepwarm.example>"))
    assert (await house.send(asked)).outcome is Outcome.SENT
    [mail] = house.email.kept
    assert mail.subject == "Re: Your role"
    assert mail.headers["In-Reply-To"] == "<q@example.org>"
    assert mail.headers["References"] == "<first@keepwarm.example> <q@example.org>"
    assert mail.headers["Auto-Submitted"] == "no"
    assert "List-Unsubscribe" not in mail.headers
    assert "Yes.\n\nThree days from home <are> fine." in mail.text
    assert "&lt;are&gt; fine" in mail.html
    assert mail.reply_to.startswith("reply+")


@pytest.mark.parametrize("message_id", ["", "received-17", "<two words@example.org>", "evil\r\nBcc: x"])
async def test_an_id_that_is_none_makes_no_header(house: House, message_id: str) -> None:
    asked = order()
    write(house, asked, message=question(house, message_id))
    await house.send(asked)
    assert "In-Reply-To" not in house.email.kept[-1].headers


async def test_an_id_that_was_made_unique_by_us_is_named_as_they_know_it(house: House) -> None:
    asked = order()
    write(house, asked, message=question(house, "<q@example.org>#0123456789abcdef"))
    await house.send(asked)
    assert house.email.kept[-1].headers["In-Reply-To"] == "<q@example.org>"


async def test_a_letter_leaves_in_the_name_of_who_wrote_it(house: House) -> None:
    with house.engine.begin() as connection:
        recruiters.put(connection, DANA)
    asked = order()
    write(house, asked, by="dana")
    await house.send(asked)
    [mail] = house.email.kept
    assert (mail.from_name, mail.from_address) == ("Dana Okafor, Example Ltd", "dana@keepwarm.example")
    assert "\nDana Okafor\n" in mail.text


async def test_a_letter_of_ones_own_accord_can_be_unsubscribed_from(house: House) -> None:
    asked = order(Purpose.NURTURE)
    write(house, asked, subject="Hello")
    await house.send(asked)
    [mail] = house.email.kept
    assert mail.headers["List-Unsubscribe"] == "<https://keepwarm.example/u/ada-nurture>"
    assert "https://keepwarm.example/u/ada-nurture" in mail.text
    assert mail.subject == "Hello"


async def test_an_sms_is_answered_by_sms(house: House) -> None:
    asked = order(channel=Channel.SMS)
    write(house, asked, subject="", body="Yes.")
    await house.send(asked)
    [sms] = house.sms.kept
    assert sms.body == "Example Ltd: Yes. Reply STOP to opt out."


async def test_a_letter_without_words_becomes_work_for_a_person(house: House) -> None:
    settlement = await house.send(order())
    assert (settlement.outcome, settlement.gate) == (Outcome.DEFERRED, Gate.TOKENS)


async def test_a_letter_passes_the_same_gates(house: House) -> None:
    asked = order(Purpose.NURTURE)
    write(house, asked)
    house.consent("ada", "nurture", granted=False)
    assert (await house.send(asked)).outcome is Outcome.SKIPPED
    assert house.email.kept == []


def test_the_first_words_of_a_letter_stay(house: House) -> None:
    with house.engine.begin() as connection:
        first = NewLetter("ada", "ada/service/single/letter/1", "One.", NOW)
        assert letters.record(connection, first)
        assert not letters.record(connection, NewLetter("ada", first.letter_key, "Two.", NOW))
        assert letters.by_keys(connection, [first.letter_key])[first.letter_key].body == "One."


async def test_an_answer_that_does_not_leave_is_its_writer_s_task_and_the_message_is_open_again(house: House) -> None:
    number, asked = question(house), order()
    write(house, asked, message=number, by="dana")
    with house.engine.begin() as connection:
        messages.answer(connection, number, by="dana", at=NOW)
        contacts.suppress(connection, "email", "ada@example.org", "bounced: no such user")
    settlement = await house.send(asked)
    assert (settlement.outcome, settlement.gate) == (Outcome.SKIPPED, Gate.SUPPRESSED)
    with house.engine.connect() as connection:
        [task] = tasks.listed(connection, "ada")
        assert messages.get(connection, number).answered_at is None
    assert (task.kind, task.owner, task.task_key) == ("letter", "dana", f"answer/{number}")
    assert f"the answer to message {number} did not leave: the email address is suppressed" in task.because


async def test_an_answer_that_came_back_opens_its_message_unless_another_one_stands(house: House) -> None:
    number, first = question(house), order()
    second = replace(first, touch=replace(first.touch, key=f"{first.touch.key}-2"))
    for asked in (first, second):
        write(house, asked, message=number)
        await house.send(asked)
    with house.engine.begin() as connection:
        messages.answer(connection, number, by="dana", at=NOW)
    for asked, is_open in ((first, False), (second, True)):
        report = Report("mail", asked.touch.key, ReportKind.BOUNCED, NOW, touch_key=asked.touch.key)
        with house.engine.begin() as connection:
            deliveries.take_in(connection, [report], NOW)
        with house.engine.connect() as connection:
            assert (messages.get(connection, number).answered_at is None) == is_open
            assert [task.kind for task in tasks.listed(connection, "ada")] == ["letter"]

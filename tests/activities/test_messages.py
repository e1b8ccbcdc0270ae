"""In whose name and in which language a message leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from activities.messages import Composer, find_words
from channels.messages import Email
from domain.touches import Outcome
from storage import candidates, journeys, openings, recruiters, standings
from storage.openings import NewOpening
from storage.recruiters import Recruiter
from storage.standings import Question
from templates.words import stage_words
from tests.activities.conftest import PLAN, SENDER, SNAPSHOT, House, PlainLinks, acknowledgment, alert, nurture

DANA = Recruiter("dana", "Dana Okafor", "dana@keepwarm.example", "+4930555001", deputy="lee")
LEE = Recruiter("lee", "Lee Moreau", "lee@elsewhere.example")
SIGNED = """---
subject: Hello {{ first_name }}
fallbacks:
  sender_phone: our switchboard
---
Yours, {{ recruiter_name }}, {{ sender_first_name }}, {{ sender_name }}. Call {{ sender_phone }}.
"""


def text_in(language: str) -> str:
    return f"---\nsubject: Words in {language}\n---\nGood day {{{{ first_name }}}}.\n"


def publish(house: House, *texts: tuple[str, str]) -> None:
    """A newer version of the journey spring whose first mail is written in these languages."""
    messages = [{"message": "hello", "channel": "email", "language": tag, "text": text} for tag, text in texts]
    snapshot = SNAPSHOT | {"messages": messages}
    with house.engine.begin() as connection:
        journeys.publish(
            connection, "spring", title="Spring", snapshot=snapshot, digest=str(texts),
            plan_of=lambda version: PLAN | {"journey": "spring", "version": version},
        )  # fmt: skip


async def sent(house: House, occurrence: str = "1", **options: Any) -> Email:
    """The mail of the newest version's first step."""
    order = nurture(occurrence=occurrence)
    order = replace(order, touch=replace(order.touch, version=2))
    settlement = await house.send(order, house.sends(**options))
    assert settlement.outcome is Outcome.SENT, settlement
    return house.email.kept[-1]


@pytest.fixture
def owned(house: House) -> House:
    """Ada, whom Dana looks after; Lee is Dana's deputy."""
    with house.engine.begin() as connection:
        recruiters.put(connection, LEE)
        recruiters.put(connection, DANA)
        candidates.change(connection, "ada", owner="dana")
    publish(house, ("en", SIGNED))
    return house


def ledger_sender(house: House) -> list[str]:
    return [row.sender for row in house.run("select sender from ledger order by id")]


async def test_a_journeys_mail_leaves_in_the_name_and_from_the_address_of_the_owner(owned: House) -> None:
    mail = await sent(owned)
    assert (mail.from_name, mail.from_address) == ("Dana Okafor", "dana@keepwarm.example")
    assert mail.text.startswith("Yours, Dana Okafor, Dana, Dana Okafor. Call +4930555001.")
    assert mail.reply_to.startswith("reply+")
    assert mail.reply_to.endswith("@reply.keepwarm.example")
    assert ledger_sender(owned) == ["dana"]


async def test_an_alert_leaves_in_the_name_of_the_owner_too(owned: House) -> None:
    await owned.send(alert())
    [mail] = owned.email.kept
    assert mail.from_address == "dana@keepwarm.example"
    assert ledger_sender(owned) == ["dana"]


async def test_once_the_owner_left_the_deputy_writes_from_the_houses_address(owned: House) -> None:
    with owned.engine.begin() as connection:
        recruiters.leave(connection, "dana")
    mail = await sent(owned)
    assert (mail.from_name, mail.from_address) == ("Lee Moreau", "talent@keepwarm.example")
    assert mail.text.startswith("Yours, Lee Moreau, Lee, Lee Moreau. Call our switchboard.")
    assert ledger_sender(owned) == ["lee"]


async def test_once_both_left_the_house_writes_and_names_nobody_who_is_gone(owned: House) -> None:
    with owned.engine.begin() as connection:
        recruiters.leave(connection, "dana")
        recruiters.leave(connection, "lee")
    mail = await sent(owned)
    assert (mail.from_name, mail.from_address) == ("Example Ltd", "talent@keepwarm.example")
    assert mail.text.startswith("Yours, The talent team, The talent team, The talent team. Call our switchboard.")
    assert ledger_sender(owned) == [""]


async def test_a_recruiter_of_another_domain_writes_from_it_once_it_may_be_sent_from(owned: House) -> None:
    elsewhere = replace(SENDER, sending_domain="Elsewhere.example")
    assert elsewhere.address_of(LEE) == "lee@elsewhere.example"
    assert elsewhere.address_of(DANA) == SENDER.address_of(None) == "talent@keepwarm.example"


async def test_messages_about_an_application_leave_in_the_houses_name(owned: House) -> None:
    with owned.engine.begin() as connection:
        connection.exec_driver_sql("update openings set owner = 'dana'")
    await owned.send(acknowledgment())
    [mail] = owned.email.kept
    assert (mail.from_name, mail.from_address) == ("Dana Okafor, Example Ltd", "talent@keepwarm.example")
    assert ledger_sender(owned) == [""]


async def test_an_sms_names_the_company_and_the_ledger_the_sender(owned: House) -> None:
    await owned.send(nurture(step="nudge"))
    [text] = owned.sms.kept
    assert text.body.startswith("Example Ltd:")
    assert ledger_sender(owned) == ["dana"]


@pytest.mark.parametrize(
    ("language", "house_language", "written", "expected"),
    [
        ("de-AT", "fr", ("de-AT", "de", "fr", "en"), "de-AT"),
        ("de-AT", "fr", ("de", "fr", "en"), "de"),
        ("de-AT", "fr", ("fr", "en"), "fr"),
        ("de-AT", "fr-CA", ("fr", "en"), "fr"),
        ("de-AT", "fr", ("en", "es"), "en"),
        ("en-GB", "de", ("de", "en"), "en"),
    ],
)
async def test_words_are_the_persons_then_the_houses_then_english(
    house: House, language: str, house_language: str, written: tuple[str, ...], expected: str
) -> None:
    with house.engine.begin() as connection:
        candidates.change(connection, "ada", language=language)
    publish(house, *((tag, text_in(tag)) for tag in written))
    mail = await sent(house, sender=replace(SENDER, language=house_language))
    assert mail.subject == f"Words in {expected}"


async def test_a_stage_is_named_in_the_language_of_the_message(house: House) -> None:
    order = acknowledgment()
    touch = order.touch
    question = Question(touch.key, "ada", touch.purpose, touch.channel, touch.opening_id, touch.event_id, house.now)
    with house.engine.begin() as connection:
        candidates.change(connection, "ada", language="hu")
        standing = replace(standings.read(connection, [question])[touch.key], stage="interview")
    composer = Composer(replace(SENDER, language="de"), PlainLinks())
    source = find_words(touch, standing, None, composer.language)
    assert source.language == "de"
    assert composer.tokens(touch, standing, source.language)["stage_words"] == stage_words("interview", "de")
    assert stage_words("interview", "de") != stage_words("interview", "en")


async def test_an_alert_names_every_open_opening_that_it_tells_of(house: House) -> None:
    with house.engine.begin() as connection:
        for name, title, place, status in (
            ("be-2", "Data engineer", "Lisbon", "open"), ("be-3", "Closed job", "", "closed"), ("be-4", "SRE", "", "open"),
        ):  # fmt: skip
            openings.add(connection, NewOpening(name, title, place))
            openings.set_status(connection, name, status, 1)
    order = alert()
    await house.send(replace(order, touch=replace(order.touch, also=["be-2", "be-3", "be-4"])))
    [mail] = house.email.kept
    assert "Data engineer (Lisbon), SRE" in mail.text
    assert "Closed job" not in mail.text


async def test_a_step_with_variants_sends_the_touchs_own(house: House) -> None:
    texts = {"hello-a": text_in("a"), "hello-b": text_in("b")}
    snapshot = SNAPSHOT | {
        "steps": [{"id": "hello", "message": "hello-a", "variants": {"a": "hello-a", "b": "hello-b"}}],
        "messages": [
            {"message": name, "channel": "email", "language": "en", "text": text} for name, text in texts.items()
        ],
    }
    with house.engine.begin() as connection:
        journeys.publish(
            connection, "spring", title="Spring", snapshot=snapshot, digest="variants",
            plan_of=lambda version: PLAN | {"journey": "spring", "version": version},
        )  # fmt: skip
    order = nurture()
    await house.send(replace(order, touch=replace(order.touch, version=2, variant="b")))
    [mail] = house.email.kept
    assert mail.subject == "Words in b"
    assert house.run("select variant from ledger")[0].variant == "b"

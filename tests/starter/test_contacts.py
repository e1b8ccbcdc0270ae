"""An address put right by somebody of ours: the task that asks for it names the command, and what rested goes on."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from config.settings import Settings
from starter import contacts as door
from starter.refusals import Refused
from storage import candidates, consents, contacts
from storage.candidates import NewCandidate
from storage.consents import NewConsent
from tests.starter.test_inbox import AT, Door


@pytest.fixture
def keepwarm(engine: Engine) -> Door:
    with engine.begin() as connection:
        for person in ("ada", "ben"):
            new = NewCandidate(
                person.title(), id=person, emails=[f"{person}@example.org"], phones=[f"+49301234{len(person)}{ord(person[0])}"]
            )  # fmt: skip
            candidates.add(connection, new)
            for channel in ("email", "sms"):
                words = NewConsent(person, "nurture", channel, True, AT, f"c-{channel}", source="form")
                consents.record(connection, [words])
        contacts.suppress(connection, "email", "ada@example.org", "bounced: no such user")
    return Door(engine, Settings())


def points(keepwarm: Door, person: str = "ada") -> dict[str, str]:
    """What is suppressed, by address, the one in use first."""
    with keepwarm.engine.connect() as connection:
        return {one.value: one.suppressed for one in candidates.profile(connection, person).contact_points}


def agreed(keepwarm: Door) -> set[str]:
    with keepwarm.engine.connect() as connection:
        return {one.channel for one in consents.latest(connection, "ada") if one.granted}


async def test_a_new_address_takes_the_place_of_the_dead_one_and_the_workflow_hears_of_it(keepwarm: Door) -> None:
    told = await door.reach(keepwarm, "ada", email="Ada@New.example.org")
    assert told["value"] == "Ada@new.example.org"
    assert points(keepwarm)["Ada@new.example.org"] == ""
    assert points(keepwarm)["ada@example.org"] == "bounced: no such user"
    [(person, name, payload)] = keepwarm.sent
    assert (person, name, payload["channel"]) == ("ada", "contact_corrected", "email")
    assert agreed(keepwarm) == {"email", "sms"}


async def test_an_address_that_works_after_all_is_used_again(keepwarm: Door) -> None:
    await door.reach(keepwarm, "ada", email="ada@example.org")
    assert points(keepwarm)["ada@example.org"] == ""
    assert [name for _, name, _ in keepwarm.sent] == ["contact_corrected"]


async def test_nobody_has_agreed_to_sms_on_another_number(keepwarm: Door) -> None:
    [former] = [value for value in points(keepwarm) if value.startswith("+")]
    await door.reach(keepwarm, "ada", phone=former)
    assert agreed(keepwarm) == {"email", "sms"}
    told = await door.reach(keepwarm, "ada", phone="+49 30 901820")
    assert told["sms_withdrawn"]
    assert agreed(keepwarm) == {"email"}
    assert points(keepwarm)[former] == "replaced by another one"
    assert [name for _, name, _ in keepwarm.sent] == ["contact_corrected", "consent_changed", "contact_corrected"]


async def test_what_is_somebody_else_s_or_no_address_is_refused(keepwarm: Door) -> None:
    with pytest.raises(Refused, match="on record as ben's"):
        await door.reach(keepwarm, "ada", email="ben@example.org")
    with pytest.raises(Refused, match="either --email or --phone"):
        await door.reach(keepwarm, "ada")
    with pytest.raises(Refused):
        await door.reach(keepwarm, "ada", email="no address")
    with pytest.raises(Refused, match="no country"):
        await door.reach(keepwarm, "ada", phone="030 901820")
    assert keepwarm.sent == []

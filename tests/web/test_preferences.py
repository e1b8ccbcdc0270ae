"""What people choose of how they are written to is kept, obeyed by the gates, and told to their workflow."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient
from sqlalchemy import Engine, text

from storage import preferences
from tests.web.conftest import FakeDoor, page_path
from web.sites import Site

FAR = (datetime.now(UTC) + timedelta(days=200)).date().isoformat()
FAR_IN_BERLIN = datetime.fromisoformat(FAR).replace(tzinfo=ZoneInfo("Europe/Berlin"))
ADA = {
    "nurture-email": "yes",
    "alerts-email": "yes",
    "language": "en",
    "zone": "Europe/Berlin",
    "pace": "",
    "snooze": "",
}
"""The form as Ada finds it."""


@pytest.fixture
def path(site: Site, add_person: Callable[..., str]) -> str:
    return page_path(site, add_person("ada", zone="Europe/Berlin"))


def kept(engine: Engine) -> preferences.Preferences:
    with engine.connect() as connection:
        return preferences.get(connection, "ada")


async def test_the_page_shows_what_holds_and_saving_it_unchanged_writes_nothing(
    http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    html = (await http.get(path)).text
    assert re.search(r'value="Europe/Berlin" selected', html)
    assert re.search(r'value="en" selected>English', html)
    assert re.search(r'name="pace" value="" checked', html)
    assert 'name="preferred_channel"' not in html
    before = kept(engine)
    assert (await http.post(path, data=ADA)).status_code == 200
    assert kept(engine) == before
    assert door.told == []


async def test_a_slower_pace_is_kept_for_the_gate_and_told_to_the_workflow(
    http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    answer = await http.post(path, data=ADA | {"pace": "monthly"})
    assert re.search(r'name="pace" value="monthly" checked', answer.text)
    assert kept(engine).pace == "monthly"
    await http.post(path, data=ADA | {"pace": ""})
    assert [(told["signal"], told["pace"]) for told in door.told] == [
        ("profile_changed", "monthly"),
        ("profile_changed", "house"),
    ]


async def test_another_language_is_spoken_at_once(http: AsyncClient, path: str, engine: Engine) -> None:
    answer = await http.post(path, data=ADA | {"language": "fr"})
    assert '<html lang="fr" dir="ltr">' in answer.text
    assert "Vos choix sont enregistrés." in answer.text
    assert kept(engine).language == "fr"


async def test_a_language_that_we_do_not_write_stays_the_persons_own(
    http: AsyncClient, site: Site, add_person: Callable[..., str], engine: Engine
) -> None:
    path = page_path(site, add_person("ada", language="pt-BR"))
    assert 'value="pt-BR" selected>Português (Brasil)' in (await http.get(path)).text
    await http.post(path, data=ADA | {"language": "pt-BR"})
    assert kept(engine).language == "pt-BR"


async def test_a_new_zone_is_told_to_the_workflow(http: AsyncClient, path: str, engine: Engine, door: FakeDoor) -> None:
    await http.post(path, data=ADA | {"zone": "Asia/Tokyo"})
    assert kept(engine).zone == "Asia/Tokyo"
    [told] = door.told
    assert (told["signal"], told["zone"]) == ("profile_changed", "Asia/Tokyo")


async def test_who_has_a_phone_chooses_what_is_tried_first(
    http: AsyncClient, site: Site, add_person: Callable[..., str], engine: Engine, door: FakeDoor
) -> None:
    path = page_path(site, add_person("ada", phones=["+49 30 901820"]))
    await http.post(path, data={"preferred_channel": "sms"})
    assert kept(engine).preferred_channel == "sms"
    assert ("profile_changed", "sms") in [(told.get("signal"), told["channel"]) for told in door.told]


async def test_a_snooze_lasts_until_the_day_begins_where_the_person_lives(
    http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    answer = await http.post(path, data=ADA | {"snooze": FAR})
    assert f'value="{FAR}"' in answer.text
    assert kept(engine).snoozed_until == FAR_IN_BERLIN
    [told] = door.told
    assert (told["signal"], told["until"]) == ("snoozed", FAR_IN_BERLIN.astimezone(UTC).isoformat())
    await http.post(path, data=ADA | {"snooze": FAR})
    assert len(door.told) == 1
    await http.post(path, data=ADA)
    assert kept(engine).snoozed_until is None
    assert door.told[-1]["until"] is None


@pytest.mark.parametrize("day", ["tomorrow", "2020-01-01", "2999-01-01", "2027-02-30"])
async def test_a_day_that_can_not_be_is_refused_beside_its_field_and_nothing_is_saved(
    day: str, http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    before = kept(engine)
    answer = await http.post(path, data=ADA | {"snooze": day, "pace": "monthly", "nurture-email": "no"})
    assert answer.status_code == 422
    assert 'id="snooze-error"' in answer.text
    assert 'aria-describedby="snooze-error snooze-hint"' in answer.text
    assert 'role="alert"' in answer.text
    assert kept(engine) == before
    assert door.told == []
    assert re.search(r'name="pace" value="monthly" checked', answer.text)
    assert re.search(r'name="nurture-email" value="yes">', answer.text)


@pytest.mark.parametrize(
    ("field", "value"),
    [("zone", "Mars/Base"), ("language", "xx-evil"), ("pace", "hourly"), ("preferred_channel", "fax")],
)
async def test_a_choice_that_was_not_offered_is_refused(
    field: str, value: str, http: AsyncClient, path: str, engine: Engine
) -> None:
    before = kept(engine)
    assert (await http.post(path, data=ADA | {field: value})).status_code == 422
    assert kept(engine) == before


async def test_preferences_hold_while_temporal_is_away(
    http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    door.closed = True
    assert (await http.post(path, data=ADA | {"snooze": FAR, "zone": "Asia/Tokyo"})).status_code == 200
    assert kept(engine).zone == "Asia/Tokyo"


async def test_a_consent_that_runs_out_is_renewed_by_saving_it_again(
    http: AsyncClient, path: str, engine: Engine, door: FakeDoor
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("update consent_log set expires_at = now() + interval '10 days' where purpose = 'nurture'")
        )
    await http.post(path, data=ADA)
    assert [(told["purpose"], told["granted"]) for told in door.told] == [("nurture", True)]
    with engine.begin() as connection:
        connection.execute(
            text("update consent_log set expires_at = now() - interval '1 day' where purpose = 'alerts'")
        )
    html = (await http.get(path)).text
    assert 'name="alerts-email" value="yes">' in html
